import * as l10n from '@vscode/l10n';
import type { Output } from './output';
import { parseArguments, usage } from './parseOptions';

export function doctorHelp(): string {
  return l10n.t(
    `esp8266-ssl doctor [FOLDER] [options]
Says what is there of SDK, compiler, firmware, certificates, flash layout, serial ports and programs, what is missing, and how to get it.
Names neither your home folder nor keys. Exit code 0: no problems; 1: problems.

  --markdown             print Markdown, for an issue
  --json                 print JSON, for programs`,
  );
}

/** Runs `esp8266-ssl doctor`; resolves to the exit code. */
export async function doctor(args: string[], output: Output): Promise<number> {
  const { values, positionals } = parseArguments(args, {
    markdown: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  });
  const [folder = '.', ...more] = positionals;
  if (more.length > 0) throw usage(l10n.t('Say one folder.'));
  const { doctorLines, doctorMarkdown, examine } = await import('../doctor/examine');
  const items = await examine(folder);
  if (values.json) output.out(JSON.stringify({ items }, undefined, 2));
  else if (values.markdown) output.out(doctorMarkdown(items));
  else for (const line of doctorLines(items)) output.out(line);
  return items.some(({ state }) => state === 'problem') ? 1 : 0;
}
