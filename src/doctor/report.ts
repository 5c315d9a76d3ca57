import os from 'node:os';
import * as l10n from '@vscode/l10n';
import type { Remedy } from '../project/toolchain';
import { forMarkdown } from '../text/forMarkdown';

/** ok: there, and right. note: not there, and not needed at once. problem: something does not work like this. */
export type State = 'ok' | 'note' | 'problem';

/** What was looked at, with what was found and, unless all is well, what helps. */
export interface Item {
  /** For programs: stays the same in all languages. */
  id: string;
  title: string;
  state: State;
  lines: readonly string[];
  remedies: readonly Remedy[];
}

/** How each state is marked, in a terminal and in Markdown. */
const marks: Record<State, string> = { ok: '✓', note: '–', problem: '✗' };

/** The report as lines for a terminal. */
export function doctorLines(items: readonly Item[]): string[] {
  return [
    ...items.flatMap(({ title, state, lines, remedies }) => [
      `${marks[state]} ${l10n.t('{0}: {1}', title, lines[0] ?? '')}`,
      ...lines.slice(1).map(line => `    ${line}`),
      ...remedies.flatMap(({ text, commands }) => [
        ...(text === '' ? [] : [`    → ${text}`]),
        ...commands.map(command => `        ${command}`),
      ]),
    ]),
    '',
    summary(items),
  ];
}

/** The report as Markdown, to be shown and to be put into an issue. */
export function doctorMarkdown(items: readonly Item[]): string {
  const parts = items.map(({ title, state, lines, remedies }) =>
    [
      `## ${marks[state]} ${title}`,
      '',
      ...lines.map(line => `- ${forMarkdown(line)}`),
      ...remedies.flatMap(({ text, commands }) => [
        ...(text === '' ? [] : ['', forMarkdown(text)]),
        ...(commands.length === 0 ? [] : ['', '```sh', ...commands, '```']),
      ]),
      '',
    ].join('\n'),
  );
  return [`# ESP8266 SSL: ${l10n.t('Doctor')}`, '', summary(items), '', ...parts].join('\n');
}

function summary(items: readonly Item[]): string {
  const problems = items.filter(({ state }) => state === 'problem');
  return problems.length === 0
    ? l10n.t('No problems found.')
    : l10n.t('Problems: {0}.', problems.map(({ title }) => title).join(', '));
}

/** The same items without the home folder and the name of the user, which are nobody else's business. */
export function withoutUser(items: readonly Item[], home = os.homedir(), user = userName()): Item[] {
  const clean = (text: string) => {
    const short =
      home.length > 1 ? text.replaceAll(home, '~').replaceAll(home.replaceAll('\\', '/'), '~') : text;
    return user.length < 2
      ? short
      : short.replaceAll(new RegExp(`(?<=[\\\\/])${literal(user)}(?=[\\\\/]|$)`, 'gm'), l10n.t('USER'));
  };
  return items.map(({ lines, remedies, ...rest }) => ({
    ...rest,
    lines: lines.map(clean),
    remedies: remedies.map(({ text, commands }) => ({ text: clean(text), commands: commands.map(clean) })),
  }));
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    // A container may run under a number without a name.
    return '';
  }
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
