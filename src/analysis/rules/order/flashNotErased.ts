import * as l10n from '@vscode/l10n';
import { sectorSize, sectorText } from '../../../flash/sectors';
import { erasedBy, erasedSectors, sectorsOf, type Written, writtenBy } from '../../program/flashSectors';
import { parting, sequences, type Step } from '../../program/order';
import { type Expression, parts } from '../../source/expression';
import { touchesFlash } from '../../../sdk/effects';
import { beforeStatement, fixOf } from '../fixes/edits';
import type { CallSite } from '../../program/program';
import type { Fix, Found } from '../../../findings/finding';
import type { Facts, Rule } from '../rule';

const write = 'spi_flash_write';
const erase = 'spi_flash_erase_sector';

export const ssl094: Rule = {
  id: 'SSL094',
  group: 'order',
  severity: 'warning',
  title: () => l10n.t('Flash written without being erased'),
  explanation: () =>
    l10n.t(
      'Writing flash only clears bits; spi_flash_erase_sector sets all bits of a sector of 4096 bytes. What is written over old data is neither the old nor the new data. Erase each sector before it is written again.',
    ),
  source: 'ESP8266 Non-OS SDK API Reference, chapter on SPI flash; data sheets of the flash chips',
  example: {
    code: String.raw`#define SETTINGS_SECTOR 0x79

static uint32 settings[16];

bool ICACHE_FLASH_ATTR save_settings(void)
{
+    if (spi_flash_erase_sector(SETTINGS_SECTOR) != SPI_FLASH_RESULT_OK)
+        return false;
    return spi_flash_write(SETTINGS_SECTOR * SPI_FLASH_SEC_SIZE, settings, sizeof(settings)) == SPI_FLASH_RESULT_OK;
}
`,
  },
  *check(facts) {
    yield* neverErased(facts);
    yield* erasedAfterwards(facts);
    yield* writtenTwice(facts);
  },
};

/** Writes to sectors that nothing in the program erases. */
function* neverErased(facts: Facts): Iterable<Found> {
  const erased = erasedSectors(facts);
  if (erased === undefined) return;
  const told = new Set<number>();
  for (const site of facts.program.calls(write)) {
    const written = writtenBy(facts, site);
    if (written === undefined) {
      if (erased.size === 0)
        yield {
          at: facts.program.callPlace(site),
          message: l10n.t('Nothing in the program erases this flash.'),
        };
      continue;
    }
    // Numbers of sectors in the place of addresses are another mistake.
    const sectors = written.filter(({ address }) => address >= sectorSize).flatMap(sectorsOf);
    const missing = sectors.find(sector => !erased.has(sector));
    if (missing === undefined || told.has(missing)) continue;
    told.add(missing);
    yield {
      at: facts.program.callPlace(site),
      message: l10n.t('Nothing in the program erases sector {0}.', sectorText(missing * sectorSize)),
      fixes: eraseFix(site, missing),
    };
  }
}

function eraseFix(site: CallSite, sector: number): Fix[] {
  const text = sectorText(sector * sectorSize);
  return fixOf(l10n.t('Erase sector {0} before', text), beforeStatement(site, [`(void)${erase}(${text});`]));
}

/** Sectors that are erased right after they were written, with no look at what was written. */
function* erasedAfterwards(facts: Facts): Iterable<Found> {
  const told = new Set<CallSite>();
  for (const { earlier, later, between } of sequences(facts, [write], [erase])) {
    if (
      told.has(later.site) ||
      between.some(({ site }) => site.name !== undefined && touchesFlash(site.name))
    )
      continue;
    const [range, ...others] = writtenBy(facts, earlier.site) ?? [];
    const [sector, ...more] = erasedBy(facts, later.site) ?? [];
    if (range === undefined || sector === undefined || others.length + more.length > 0) continue;
    if (!sectorsOf(range).includes(sector) || !isAlways(facts, earlier, later)) continue;
    told.add(later.site);
    yield {
      at: facts.program.callPlace(later.site),
      message: l10n.t('Sector {0} is erased right after it is written.', sectorText(sector * sectorSize)),
      related: [{ at: facts.program.callPlace(earlier.site), message: l10n.t('It is written here.') }],
    };
  }
}

/** Ranges that are written again with nothing erased between. */
function* writtenTwice(facts: Facts): Iterable<Found> {
  const told = new Set<CallSite>();
  for (const { earlier, later, between } of sequences(facts, [write], [write])) {
    if (earlier.site === later.site || told.has(later.site)) continue;
    if (between.some(({ site }) => erasedBy(facts, site)?.length !== 0)) continue;
    const [first, ...others] = writtenBy(facts, earlier.site) ?? [];
    const [second, ...more] = writtenBy(facts, later.site) ?? [];
    if (first === undefined || second === undefined || others.length + more.length > 0) continue;
    // A word of a larger block may be meant to lose bits, as the mark of what is complete.
    if (first.address < sectorSize || first.size <= 4 || !covers(second, first)) continue;
    if (!isAlways(facts, earlier, later)) continue;
    told.add(later.site);
    yield {
      at: facts.program.callPlace(later.site),
      message: l10n.t('This is written over what was written before, with nothing erased between.'),
      related: [{ at: facts.program.callPlace(earlier.site), message: l10n.t('It is written here.') }],
    };
  }
}

function covers(outer: Written, inner: Written): boolean {
  return outer.address <= inner.address && outer.address + outer.size >= inner.address + inner.size;
}

/** Whether no condition parts two steps of a course, but for looks at what the flash functions return. */
function isAlways(facts: Facts, earlier: Step, later: Step): boolean {
  const { first, second } = parting(earlier, later, facts) ?? {};
  return [first, second].every(
    site =>
      site !== undefined &&
      facts.conditions.isUnconditional(site, ({ test }) => test !== undefined && looksAtResult(test)),
  );
}

function looksAtResult(test: Expression): boolean {
  return test.kind === 'name'
    ? test.name.startsWith('SPI_FLASH_RESULT_')
    : test.kind === 'call' && test.callee.kind === 'name' && test.callee.name.startsWith('spi_flash_')
      ? true
      : parts(test).some(looksAtResult);
}
