import * as l10n from '@vscode/l10n';
import type { Example } from './rule';

/** The two texts of an example. */
export function exampleTexts({ code }: Example): { wrong: string; right: string } {
  const lines = code.split('\n');
  const without = (sign: string) =>
    lines
      .filter(line => !line.startsWith(sign))
      .map(line => line.replace(/^[-+]/, ''))
      .join('\n')
      .trim();
  return { wrong: without('+'), right: without('-') };
}

/** The name of the file that an example shows. */
export function exampleFile({ file = 'user_main.c' }: Example): string {
  return file;
}

/** An example as Markdown: the other files that it needs, the wrong text and the right one. */
export function exampleMarkdown(example: Example): string {
  const { wrong, right } = exampleTexts(example);
  const block = (file: string, text: string) =>
    [`\`\`\`${/\.[ch]$/.test(file) ? 'c' : 'makefile'}`, text.trimEnd(), '```'].join('\n');
  const file = exampleFile(example);
  return [
    l10n.t('Wrong:'),
    block(file, wrong),
    l10n.t('Right:'),
    block(file, right),
    ...Object.entries(example.others ?? {}).flatMap(([name, text]) => [
      l10n.t('{0} beside it:', `\`${name}\``),
      block(name, text),
    ]),
  ].join('\n\n');
}
