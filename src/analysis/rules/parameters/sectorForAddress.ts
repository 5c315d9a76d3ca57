import * as l10n from '@vscode/l10n';
import { addressText, protectedSectors, sectorSize, sectorText } from '../../../flash/sectors';
import { type Constant, constantPlace, constantText, replaceConstant } from '../../program/values';
import { type Expression, withoutCasts } from '../../source/expression';
import type { CallSite } from '../../program/program';
import type { Fix, Found } from '../../../findings/finding';
import { occupied } from './occupiedSector';
import { argumentConstants, numberText, rangedArguments } from './ranges';
import type { Facts, Rule } from '../rule';

export const ssl095: Rule = {
  id: 'SSL095',
  group: 'parameters',
  severity: 'error',
  title: () => l10n.t('Flash in use overwritten'),
  explanation: () =>
    l10n.t(
      'spi_flash_read and spi_flash_write take addresses in bytes, spi_flash_erase_sector and system_param_save_with_protect take numbers of sectors, the latter of the first of three. Sector 0 holds the boot loader: a device without it never starts again.',
    ),
  source: 'ESP8266 Non-OS SDK API Reference, chapters on SPI flash and system_param_save_with_protect',
  example: {
    code: String.raw`#define SETTINGS_SECTOR 0x79

static uint32 settings[16];

bool ICACHE_FLASH_ATTR save_settings(void)
{
    if (spi_flash_erase_sector(SETTINGS_SECTOR) != SPI_FLASH_RESULT_OK)
        return false;
-    return spi_flash_write(SETTINGS_SECTOR, settings, sizeof(settings)) == SPI_FLASH_RESULT_OK;
+    return spi_flash_write(SETTINGS_SECTOR * SPI_FLASH_SEC_SIZE, settings, sizeof(settings)) == SPI_FLASH_RESULT_OK;
}
`,
  },
  *check(facts) {
    yield* sectorsAsAddresses(facts);
    yield* bootLoader(facts);
    yield* protectedData(facts);
  },
};

/** Numbers of sectors that are given as addresses. */
function* sectorsAsAddresses(facts: Facts): Iterable<Found> {
  const sectors = new Set(namedSectors(facts));
  for (const name of ['spi_flash_write', 'spi_flash_read'] as const) {
    const isRead = name === 'spi_flash_read';
    for (const site of facts.program.calls(name)) {
      const found = argumentConstants(facts, site, isRead ? 'src_addr' : 'des_addr');
      const [address] = site.arguments;
      if (found.length === 0 && address !== undefined && isSector(facts, address, site)) {
        yield { at: facts.program.place(site.caller, address), message: words(name) };
      }
      for (const constant of found) {
        const { value } = constant;
        // The header of the boot loader may be read.
        if (value <= 0 || value >= sectorSize || (isRead && !sectors.has(value))) continue;
        const addressed = addressText(value * sectorSize);
        yield {
          at: constantPlace(facts, constant),
          message: l10n.t('{0} is the number of a sector: its address is {1}.', numberText(value), addressed),
          fixes: multiplyFix(facts, constant),
        };
      }
    }
  }
}

function words(name: string): string {
  return l10n.t('This is the number of a sector, but {0} takes an address in bytes.', name);
}

/** Whether an expression is a sector's number whatever its variables are: an address divided by the size of a sector. */
function isSector(facts: Facts, expression: Expression, { caller }: CallSite): boolean {
  const inner = withoutCasts(expression);
  if (inner.kind !== 'binary') return false;
  const by = facts.program.constant(inner.right, caller);
  return (inner.operator === '/' && by === sectorSize) || (inner.operator === '>>' && by === 12);
}

function multiplyFix(facts: Facts, constant: Constant): Fix[] {
  const text = constantText(facts, constant);
  const address = /^\d\w*$/.test(text)
    ? addressText(constant.value * sectorSize)
    : `${/^\w+$/.test(text) ? text : `(${text})`} * SPI_FLASH_SEC_SIZE`;
  return replaceConstant(facts, constant, address).map(edit => ({
    title: l10n.t('Change to {0}', address),
    edits: [edit],
    safe: false,
  }));
}

/** All numbers that the program gives as sectors. */
function* namedSectors(facts: Facts): Iterable<number> {
  for (const { constant } of rangedArguments(facts, 'flash_sector')) yield constant.value;
  for (const site of facts.program.calls('spi_flash_erase_sector'))
    for (const { value } of argumentConstants(facts, site, 'sec')) yield value;
}

/** What erases or writes the first sector. */
function* bootLoader(facts: Facts): Iterable<Found> {
  for (const site of facts.program.calls('spi_flash_erase_sector'))
    for (const constant of argumentConstants(facts, site, 'sec'))
      if (constant.value === 0)
        yield { at: constantPlace(facts, constant), message: l10n.t('Sector 0 holds the boot loader.') };
  for (const site of facts.program.calls('spi_flash_write'))
    for (const constant of argumentConstants(facts, site, 'des_addr'))
      if (constant.value === 0)
        yield { at: constantPlace(facts, constant), message: l10n.t('Address 0 is in the boot loader.') };
}

/** Three sectors of which one is needed for something else. */
function* protectedData(facts: Facts): Iterable<Found> {
  const inUse = occupied(facts);
  const certificates = [...rangedArguments(facts, 'flash_sector')].map(({ constant }) => constant);
  for (const site of facts.program.calls('system_param_save_with_protect')) {
    for (const constant of argumentConstants(facts, site, 'start_sec')) {
      const from = constant.value * sectorSize;
      const to = from + protectedSectors * sectorSize;
      if (constant.value >= sectorSize) continue;
      const other = certificates.find(({ value }) => value * sectorSize >= from && value * sectorSize < to);
      const owner = inUse.find(area => area.from < to && area.to > from);
      const at = constantPlace(facts, constant);
      const last = sectorText(to - sectorSize);
      if (other !== undefined)
        yield {
          at,
          message: l10n.t(
            'Sectors {0} to {1} are overwritten: the certificates are read from sector {2}.',
            numberText(constant.value),
            last,
            numberText(other.value),
          ),
          related: [{ at: constantPlace(facts, other), message: l10n.t('They are read from there.') }],
        };
      else if (owner !== undefined)
        yield {
          at,
          message: l10n.t(
            'Sectors {0} to {1} are overwritten. One of them is in: {2}.',
            numberText(constant.value),
            last,
            owner.name,
          ),
          related:
            owner.at === undefined ? [] : [{ at: owner.at, message: l10n.t('It is registered here.') }],
        };
    }
  }
}
