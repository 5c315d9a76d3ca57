import path from 'node:path';
import { clangdFiles, clangdProject, clangdSummary, writeClangdFiles } from '../analysis/clangd/clangdSetup';
import { parse } from './commandLine/parse';
import { clangdDescription } from './commands/projects';
import type { Output } from './output';

/** The headers that come with this program, beside the folder that it is built into. */
const headers = path.join(__dirname, '..', 'device-sdk', 'include');

/** Runs `esp8266-ssl clangd`; resolves to the exit code. */
export async function clangd(args: string[], output: Output): Promise<number> {
  const { given, operands } = parse(clangdDescription, args);
  const [folder = '.'] = operands;
  const project = await clangdProject(folder, { headers, environment: process.env });
  const files = clangdFiles(project);
  writeClangdFiles(files, given.force);
  for (const { file } of files) output.out(path.relative('.', file));
  for (const line of clangdSummary(project)) output.out(line);
  return 0;
}
