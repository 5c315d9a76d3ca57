import * as l10n from '@vscode/l10n';
import { sectorSize } from '../../../flash/sectors';
import { type Expression, mentions, parts, withoutCasts } from '../../source/expression';
import { decisions } from '../../source/functionFacts';
import type { CallSite, ProgramFunction } from '../../program/program';
import { alignment, isAnyNumber, remainder, wordSize } from '../../program/remainders';
import { evaluate, givenTo, sizeOf } from '../../program/values';
import { isRtos } from '../../project/linkedSdk';
import type { Fix, Found } from '../../../findings/finding';
import type { Facts, Rule } from '../rule';

export const ssl093: Rule = {
  id: 'SSL093',
  group: 'parameters',
  severity: 'error',
  title: () => l10n.t('Unaligned flash access'),
  explanation: () =>
    l10n.t(
      'The flash is written in words of 4 bytes: address, source and size of spi_flash_write must be multiples of 4, or nothing or something else is written. spi_flash_read stores whole words, too. Keep the data in an array of uint32, and round its size up.',
    ),
  source: 'ESP8266 Non-OS SDK API Reference, chapter on SPI flash; ROM functions SPIRead and SPIWrite',
  example: {
    code: String.raw`#define CA_SECTOR 0x77

static uint32 certificate[237];
+/* As esp_ca_cert.bin has it: name and length take 34 bytes before the certificate. */
+static uint32 record[256];

bool ICACHE_FLASH_ATTR store_ca(void)
{
    if (spi_flash_erase_sector(CA_SECTOR) != SPI_FLASH_RESULT_OK)
        return false;
-    return spi_flash_write(CA_SECTOR * SPI_FLASH_SEC_SIZE + 34, certificate, sizeof(certificate)) ==
-           SPI_FLASH_RESULT_OK;
+    os_memcpy((uint8 *)record + 34, certificate, sizeof(certificate));
+    return spi_flash_write(CA_SECTOR * SPI_FLASH_SEC_SIZE, record, sizeof(record)) == SPI_FLASH_RESULT_OK;
}
`,
  },
  *check(facts) {
    // The RTOS SDK copies what is not aligned.
    if (isRtos(facts)) return;
    for (const site of facts.program.calls('spi_flash_write')) {
      const [address, source, size] = site.arguments;
      if (address !== undefined) yield* numbers(facts, site, address, numberWords.address);
      if (size !== undefined) yield* numbers(facts, site, size, numberWords.size);
      if (source !== undefined) yield* pointers(facts, site, source);
    }
    for (const site of facts.program.calls('spi_flash_read')) {
      const [, target, size] = site.arguments;
      if (target === undefined) continue;
      yield* pointers(facts, site, target);
      if (size !== undefined) yield* writesBeyond(facts, site, target, size);
    }
  },
};

const numberWords = {
  address: {
    wrong: (text: string) => l10n.t('The address {0} is not a multiple of 4.', text),
    any: (text: string) => l10n.t('The address {0} is not always a multiple of 4.', text),
    canRoundUp: false,
  },
  size: {
    wrong: (text: string) => l10n.t('The size {0} is not a multiple of 4.', text),
    any: (text: string) => l10n.t('The size {0} is not always a multiple of 4.', text),
    canRoundUp: true,
  },
};

/** A number that is not a multiple of 4, where it is written. */
function* numbers(
  facts: Facts,
  site: CallSite,
  argument: Expression,
  words: (typeof numberWords)[keyof typeof numberWords],
): Iterable<Found> {
  for (const { argument: given, within, isDirect } of origins(facts, argument, site)) {
    const left = remainder(facts, given, within);
    if (left === undefined) yield* ofCalls(facts, given, within, words);
    const isAny = left === undefined && isAnyNumber(facts, given, within);
    if (left === 0 || (left === undefined && !isAny)) continue;
    // A sector's number in place of an address is SSL095's.
    if (words === numberWords.address && (evaluate(facts, given, within) ?? sectorSize) < sectorSize)
      continue;
    const at = facts.program.place(within, given);
    const text = textOf(facts, given, within);
    yield {
      at,
      ...(isAny && { severity: 'warning' }),
      message: isAny ? words.any(text) : words.wrong(text),
      fixes:
        words.canRoundUp && isDirect && within.expanded === undefined ? roundUp(facts, given, within) : [],
    };
  }
}

/** Calls of a function that give it a part of a number, such as an offset, with which the whole is not a multiple of 4. */
function* ofCalls(
  facts: Facts,
  number: Expression,
  within: ProgramFunction,
  words: (typeof numberWords)[keyof typeof numberWords],
): Iterable<Found> {
  const index = within.facts.parameters.findIndex(({ name }) => mentions(number, name));
  for (const way of facts.contexts.callers(within)) {
    const part = way.arguments[index];
    if (part === undefined || (remainder(facts, number, within, 0, way) ?? 0) === 0) continue;
    yield {
      at: facts.program.callPlace(way),
      message: words.wrong(textOf(facts, number, within)),
      related: [{ at: facts.program.place(within, number), message: l10n.t('It is computed here.') }],
    };
  }
}

/** Another number for a number, a calculation for anything else. */
function roundUp(facts: Facts, size: Expression, within: ProgramFunction): Fix[] {
  const at = facts.program.place(within, size);
  const text = facts.program.textOf(at.file)?.slice(at.start, at.end) ?? '';
  const value = evaluate(facts, size, within);
  const rounded =
    size.kind === 'number' && value !== undefined
      ? String(Math.ceil(value / wordSize) * wordSize)
      : `(${text} + 3) & ~3`;
  return [{ title: l10n.t('Change to {0}', rounded), edits: [{ ...at, text: rounded }], safe: false }];
}

/** A pointer that is not the beginning of a word, where it is written. */
function* pointers(facts: Facts, site: CallSite, argument: Expression): Iterable<Found> {
  for (const { argument: given, within } of origins(facts, argument, site)) {
    const found = alignment(facts, given, within);
    if (found === undefined || (found.kind === 'offset' && found.bytes === 0)) continue;
    const at = facts.program.place(within, given);
    const text = textOf(facts, given, within);
    if (found.kind === 'bytes') {
      yield {
        at,
        severity: 'info',
        message: l10n.t('The compiler need not align {0} to 4 bytes.', found.variable),
        fixes: alignFix(facts, found.variable, within),
      };
    } else if (found.kind === 'received') {
      yield {
        at,
        severity: 'warning',
        message: l10n.t('{0} points into received data, which may begin anywhere.', text),
      };
    } else {
      yield { at, message: l10n.t('{0} is not aligned to 4 bytes.', text) };
    }
  }
}

function alignFix({ program }: Facts, name: string, within: ProgramFunction): Fix[] {
  const found = program.variable(name, within);
  if (found?.variable.type.array !== true) return [];
  const { unit, base, variable } = found;
  const text = unit.text;
  const from = base + variable.nameRange.end;
  const [declared] = /^\s*(?:\[[^\]]*\]\s*)*/.exec(text.slice(from)) ?? [''];
  const start = from + declared.trimEnd().length;
  return [
    {
      title: l10n.t('Align {0} to 4 bytes', name),
      edits: [{ file: unit.path, start, end: start, text: ' __attribute__((aligned(4)))' }],
      safe: false,
    },
  ];
}

/** A read of part of a word into a variable that ends with it. */
function* writesBeyond(facts: Facts, site: CallSite, target: Expression, size: Expression): Iterable<Found> {
  const value = evaluate(facts, size, site.caller);
  const pointed = withoutCasts(target);
  const variable =
    pointed.kind === 'unary' && pointed.operator === '&' && pointed.operand.kind === 'name'
      ? pointed.operand
      : pointed.kind === 'name' &&
          facts.program.variable(pointed.name, site.caller)?.variable.type.array === true
        ? pointed
        : undefined;
  const room = variable && sizeOf(facts, variable, site.caller);
  if (value === undefined || variable === undefined || room === undefined || value % wordSize === 0) return;
  const stored = Math.ceil(value / wordSize) * wordSize;
  if (room >= stored || value > room) return;
  yield {
    at: facts.program.place(site.caller, size),
    severity: 'warning',
    message: l10n.t('{0} bytes are stored, but {1} has only {2}.', stored, variable.name, room),
  };
}

interface Origin {
  argument: Expression;
  within: ProgramFunction;
  /** Whether it is an argument of the flash function itself. */
  isDirect: boolean;
}

/** The expressions that an argument is, in the callers where a function passes on what it is given. */
function* origins(
  facts: Facts,
  argument: Expression,
  { caller, event }: Pick<CallSite, 'caller' | 'event'>,
  isDirect = true,
  depth = 0,
): Iterable<Origin> {
  const inner = withoutCasts(argument);
  // A condition around may let only multiples of 4 pass.
  const isGuarded = decisions(event.decision).some(
    ({ test }) => test !== undefined && inner.kind === 'name' && asksRemainder(test, inner.name),
  );
  if (isGuarded) return;
  const ways = inner.kind === 'name' && depth < 4 ? givenTo(facts, inner.name, caller) : undefined;
  if (ways === undefined || ways.length === 0) yield { argument, within: caller, isDirect };
  else for (const way of ways) yield* origins(facts, way.argument, way, false, depth + 1);
}

/** Whether a test looks at the lowest bits of a variable. */
function asksRemainder(test: Expression, name: string): boolean {
  if (test.kind === 'binary' && (test.operator === '%' || test.operator === '&') && mentions(test, name))
    return true;
  return parts(test).some(part => asksRemainder(part, name));
}

/** An expression as the source has it, in one line. */
function textOf({ program }: Facts, expression: Expression, within: ProgramFunction): string {
  const { file, start, end } = program.place(within, expression);
  const text = (program.textOf(file)?.slice(start, end) ?? '').replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
