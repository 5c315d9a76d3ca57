import { existsSync } from 'node:fs';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { folderName } from '../files/folderName';
import { languageOf, terminalLocale } from '../language';
import { checkProjectName, createProject, firmwareName, templateOf } from '../project/newProject';
import { templates } from '../project/templates';
import { forShell } from '../text/forShell';
import { parse, usage } from './commandLine/parse';
import { newDescription } from './commands/start';
import type { Output } from './output';

/** samples/ and device-sdk/ come with this program, beside the folder that it is built into. */
const shipped = path.join(__dirname, '..');

/** Runs `esp8266-ssl new`; resolves to the exit code. */
export function newProject(args: string[], output: Output): Promise<number> {
  const {
    given,
    operands: [folder],
  } = parse(newDescription, args);
  if (given.list) {
    const width = Math.max(...templates.map(({ id }) => id.length));
    for (const { id, description } of templates) output.out(`${id.padEnd(width)}  ${description()}`);
    return Promise.resolve(0);
  }
  if (folder === undefined) throw usage(l10n.t('Name the project.'));
  const template = templateOf(given.template);
  if (!existsSync(folder)) checkProjectName(path.basename(path.resolve(folder)));
  createProject({ shipped, template, folder, language: languageOf(terminalLocale(process.env)) });
  output.out(l10n.t('{0}: {1}. Next:', folderName(folder), template.name()));
  output.out('');
  if (path.resolve(folder) !== process.cwd()) output.out(`  cd ${forShell(folder) ?? folder}`);
  output.out('  esp8266-ssl certs --name 127.0.0.1');
  output.out(`  esp8266-ssl simulate ${firmwareName}`);
  return Promise.resolve(0);
}
