import * as l10n from '@vscode/l10n';
import { colorChoices, type Paint } from '../color';
import { exitCodeTable } from '../exitCodes';
import type { Description, Option, Options } from './description';
import { rangeText } from './parse';
import { columns, padded, wrapped } from './width';

/** Columns of the widest line. */
export const helpWidth = 100;

const program = 'esp8266-ssl';
/** Columns for the names of options; the words of a longer one begin on the next line. */
const widestName = 28;

/** What every command takes; the program itself reads them. */
export const globalOptions: Options = {
  color: {
    value: 'WHEN',
    words: () => l10n.t('colors in the output'),
    choices: colorChoices,
    default: 'auto',
  },
  help: { words: () => l10n.t('show this help') },
};

/** The program's commands in a screen. */
export function overview(commands: readonly Description[], version: string, paint: Paint): string[] {
  const rows = commands
    .filter(({ words }) => words.length === 1 && words[0] !== 'help')
    .map(({ words, summary }): Row => [words[0], summary()]);
  return [
    paint('bold', l10n.t('{0} {1}: TLS for ESP8266 firmware built on the NON-OS SDK', program, version)),
    '',
    ...table(rows, paint),
    '',
    ...entries([
      [`${program} help COMMAND`, l10n.t('shows the options of a command, with examples')],
      [`${program} demo`, l10n.t('is a good start: it shows the whole workflow once')],
    ]),
  ];
}

/** All about one command. `all` are the commands among which its other forms are. */
export function commandHelp(description: Description, all: readonly Description[], paint: Paint): string[] {
  const { summary, about, options, failure, examples } = description;
  const forms = all.filter(
    ({ words }) => description.words.length === 1 && words.length === 2 && words[0] === description.words[0],
  );
  const head = (text: string) => ['', paint('bold', text)];
  return [
    `${paint('bold', l10n.t('Usage:'))} ${usageLine(description)}`,
    '',
    ...wrapped(`${summary()}${l10n.t('. ')}${about()}`.trim(), helpWidth),
    ...(forms.length === 0
      ? []
      : [
          ...head(l10n.t('More commands:')),
          ...table(
            forms.map(form => [form.words.join(' '), form.summary()]),
            paint,
          ),
        ]),
    ...head(l10n.t('Options:')),
    ...table(optionRows({ ...options, ...globalOptions }), paint),
    ...head(l10n.t('Examples:')),
    ...examples.map(example => `  ${example}`),
    ...head(l10n.t('Exit codes:')),
    ...table(
      exitCodeTable(failure?.() ?? '')
        .filter(([, words]) => words !== '')
        .map(([code, words]) => [String(code).padStart(3), words]),
      paint,
    ),
  ];
}

/** The first line of a command's help. */
export function usageLine({ words: [command, form], operands, options }: Description): string {
  const option = form?.startsWith('--') && options[form.slice(2)];
  const chosen = option && option.value ? `${form} ${option.value}` : form;
  const { value, least, most } = operands ?? { value: '', least: 0, most: 0 };
  const files = `${value}${most > 1 ? '…' : ''}`;
  const operand = most === 0 ? undefined : least === 0 ? `[${files}]` : files;
  return [program, command, chosen, operand, '[OPTIONS]'].filter(Boolean).join(' ');
}

/** Each option with its value, and what it is for with choices, range and default. */
export function optionRows(options: Options): Row[] {
  return Object.entries(options).map(([name, option]) => [
    option.value === undefined ? `--${name}` : `--${name} ${option.value}`,
    optionWords(option),
  ]);
}

function optionWords(option: Option): string {
  const { words, choices, range, limits, form, usually, multiple } = option;
  const usual = option.default ?? usually?.();
  const notes = [
    choices?.join(', '),
    limits?.() ?? (range && rangeText(range())),
    form && l10n.t('for example {0}', form.example),
    usual === undefined ? undefined : l10n.t('default: {0}', usual),
    multiple && l10n.t('repeatable'),
  ].filter(Boolean);
  return notes.length === 0 ? words() : l10n.t('{0} ({1})', words(), notes.join(l10n.t('; ')));
}

/** A name and what it is. */
export type Row = [string, string];

/** Names on the left, words in a column on the right. */
function table(rows: readonly Row[], paint: Paint): string[] {
  const fitting = rows.map(([name]) => columns(name)).filter(width => width <= widestName);
  const width = Math.max(0, ...fitting);
  return rows.flatMap(([name, words]) => {
    const lines = wrapped(words, helpWidth - width - 4);
    const indent = ' '.repeat(width + 4);
    const first = `  ${paint('cyan', name)}${padded(name, width).slice(name.length)}  `;
    const [line = '', ...more] = lines;
    return columns(name) > width
      ? [`  ${paint('cyan', name)}`, ...lines.map(each => indent + each)]
      : [first + line, ...more.map(each => indent + each)];
  });
}

/** The same without a margin: sentences that start with a command. */
function entries(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(([name]) => columns(name)));
  return rows.map(([name, words]) => `${padded(name, width)}  ${words}`);
}
