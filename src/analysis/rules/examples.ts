import path from 'node:path';
import * as l10n from '@vscode/l10n';
import type { Example } from '../../findings/rule';

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

/** What is said of the texts of an example. */
export function exampleWords() {
  return { wrong: l10n.t('Wrong:'), right: l10n.t('Right:'), beside: l10n.t('In the same project:') };
}

/** An example as Markdown: the wrong text, the right one, and the other files that they need. */
export function exampleMarkdown(example: Example, words = exampleWords()): string {
  const { wrong, right } = exampleTexts(example);
  const block = (language: string, text: string) => [`\`\`\`${language}`, text.trimEnd(), '```'].join('\n');
  const shown = example.isCommands ? 'sh' : languageOf(exampleFile(example));
  const others = Object.entries(example.others ?? {});
  return [
    words.wrong,
    block(shown, wrong),
    words.right,
    block(shown, right),
    ...(others.length === 0 ? [] : [words.beside]),
    ...others.flatMap(([name, text]) => [`\`${name}\``, block(languageOf(name), text)]),
  ].join('\n\n');
}

/** The language of a file, by the name that Markdown has for it. */
function languageOf(file: string): string {
  const extension = path.extname(file);
  if (extension === '.py') return 'python';
  if (extension === '.json') return 'json';
  return extension === '.c' || extension === '.h' ? 'c' : 'makefile';
}
