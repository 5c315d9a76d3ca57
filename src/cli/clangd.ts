import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { clangdFiles, clangdProject, clangdSummary, writeClangdFiles } from '../analysis/clangd/clangdSetup';
import { ProblemError } from '../problems';
import type { Output } from './output';
import { parseArguments, usage } from './parseOptions';

/** The headers that come with this program, beside the folder that it is built into. */
const headers = path.join(__dirname, '..', 'device-sdk', 'include');

export function clangdHelp(): string {
  return l10n.t(
    `esp8266-ssl clangd [FOLDER] [--force]
Writes .clangd and compile_commands.json for a firmware with Makefiles, so that clangd and other tools with clang understand it.
Reads the Makefiles and runs nothing. What others have written into these files stays.

  --force    also when somebody else has written one of the files`,
  );
}

/** Runs `esp8266-ssl clangd`; resolves to the exit code. */
export async function clangd(args: string[], output: Output): Promise<number> {
  const { values, positionals } = parseArguments(args, { force: { type: 'boolean', default: false } });
  const [folder = '.', ...more] = positionals;
  if (more.length > 0) throw usage(l10n.t('Say one folder.'));
  const project = await clangdProject(folder, { headers, environment: process.env });
  const files = clangdFiles(project);
  const others = files.find(({ changesOthers }) => changesOthers);
  if (others !== undefined && !values.force)
    throw new ProblemError({ kind: 'file-of-others', file: others.file });
  writeClangdFiles(files);
  for (const { file } of files) output.out(path.relative('.', file));
  for (const line of clangdSummary(project)) output.out(line);
  return 0;
}
