import { parseArgs } from 'node:util';
import * as l10n from '@vscode/l10n';
import { ProblemError } from '../../problems';
import type { Description, Given, Operands, Option, Options, Range } from './description';
import { didYouMean } from './suggest';

/** The Problem of a command line that cannot be followed, in one sentence. */
export function usage(message: string): ProblemError {
  return new ProblemError({ kind: 'usage', message });
}

export interface CommandLine<T extends Options> {
  given: Given<T>;
  operands: string[];
}

/**
 * Reads the arguments of a command by its table of options. Throws a Problem for an option that is none, for a value that is missing
 * or wrong, and for too few or too many operands.
 */
export function parse<const T extends Options>(
  description: Description<T>,
  args: readonly string[],
): CommandLine<T> {
  const { options } = description;
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(options).map(([name, { value }]) => [
        name,
        { type: value === undefined ? ('boolean' as const) : ('string' as const) },
      ]),
    ),
    // The refusals are our own: they suggest, and they are translated.
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const option = options[token.name];
    if (option === undefined) throw unknownOption(description, token.rawName);
    const before = values.get(token.name) ?? [];
    values.set(token.name, [...before, checkedText(token.name, option, token.value, token.inlineValue)]);
  }
  checkOperands(description, operands);
  const given = Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, valueOf(name, option, values.get(name))]),
  );
  // Each value was made by its option, which is what Given says.
  return { given: given as Given<T>, operands };
}

/** Returns the number that a text is. Throws a Problem that names the option, the range and the text. */
export function checkedNumber(option: string, text: string, range: Range): number {
  const { least = -Infinity, most = Infinity, whole = false, above = false } = range;
  const number = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : NaN;
  if (
    number >= least &&
    number <= most &&
    !(above && number === least) &&
    (!whole || Number.isInteger(number))
  )
    return number;
  throw usage(l10n.t('--{0} must be {1}, not “{2}”.', option, rangeText(range), text));
}

/** What a number must be, in words. */
export function rangeText({ least, most, whole = false, above = false }: Range): string {
  if (least === undefined) return whole ? l10n.t('a whole number') : l10n.t('a number');
  if (most !== undefined)
    return whole
      ? l10n.t('a whole number from {0} to {1}', least, most)
      : l10n.t('a number from {0} to {1}', least, most);
  if (above) return l10n.t('a number above {0}', least);
  return whole ? l10n.t('a whole number from {0}', least) : l10n.t('a number from {0}', least);
}

function unknownOption({ words, options }: Description, name: string): ProblemError {
  const known = [...Object.keys(options), 'help', 'color'].map(each => `--${each}`);
  return usage(l10n.t('{0} has no option {1}.', words.join(' '), name) + didYouMean(name, known));
}

/** The text of an option as it is given; empty for a switch. */
function checkedText(
  name: string,
  { value, range }: Option,
  text: string | undefined,
  inline: boolean | undefined,
): string {
  if (value === undefined) {
    if (text !== undefined) throw usage(l10n.t('--{0} takes no value.', name));
    return '';
  }
  // What follows is another option, unless it is a negative number; “=” allows any value.
  const missing = text === undefined || (!inline && /^-./.test(text) && !(range && /^-\d/.test(text)));
  if (missing) throw usage(l10n.t('--{0} needs a value: {1}.', name, value));
  return text;
}

function checkOperands({ words, operands }: Description, found: readonly string[]): void {
  if (operands === undefined) {
    const [surplus] = found;
    if (surplus !== undefined) throw usage(l10n.t('{0} takes no argument “{1}”.', words.join(' '), surplus));
    return;
  }
  checkChoices(operands, found);
  if (found.length < operands.least) throw usage(operands.refusal());
  if (found.length > operands.most)
    throw usage(`${operands.refusal()} ${l10n.t('{0} are given: {1}.', found.length, found.join(', '))}`);
}

function checkChoices({ value, choices }: Operands, found: readonly string[]): void {
  const wrong = choices && found.find(each => !choices.includes(each));
  if (wrong !== undefined)
    throw usage(
      l10n.t('{0} must be one of {1}, not “{2}”.', value, choices?.join(', ') ?? '', wrong) +
        didYouMean(wrong, choices ?? []),
    );
}

function valueOf(name: string, option: Option, texts: readonly string[] = []) {
  if (option.value === undefined) return texts.length > 0;
  const values = texts.map(text => checkedValue(name, option, text));
  if (option.multiple) return values;
  return values.at(-1) ?? (option.default && checkedValue(name, option, option.default));
}

/** Returns the choice that a text is. Throws a Problem that names the option and all choices. */
export function checkedChoice<T extends string | number>(
  option: string,
  text: string,
  choices: readonly T[],
): T {
  const found = choices.find(choice => String(choice) === text);
  if (found !== undefined) return found;
  throw usage(
    l10n.t('--{0} must be one of {1}, not “{2}”.', option, choices.join(', '), text) +
      didYouMean(text, choices.map(String)),
  );
}

function checkedValue(name: string, { value = '', choices, range, form }: Option, text: string) {
  if (choices !== undefined) return checkedChoice(name, text, choices);
  if (form !== undefined && !form.accepts(text))
    throw usage(l10n.t('--{0} must be {1}, for example {2}, not “{3}”.', name, value, form.example, text));
  return range === undefined ? text : checkedNumber(name, text, range());
}
