import { existsSync } from 'node:fs';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { languageOf, terminalLocale } from '../language';
import { checkProjectName, createProject, firmwareName, templateOf } from '../project/newProject';
import { templates } from '../project/templates';
import type { Output } from './output';
import { parseArguments, usage } from './parseOptions';

/** samples/ and device-sdk/ come with this program, beside the folder that it is built into. */
const shipped = path.join(__dirname, '..');

export function newHelp(): string {
  return l10n.t(
    `esp8266-ssl new NAME [--template TEMPLATE]
Makes a firmware project in a new folder, or with “.” in this one if it is empty: sources, Makefile, headers, settings of VS Code and
an ELF that runs on the simulated device at once.

  --template TEMPLATE    {0} (default: {1})
  --list                 list the templates`,
    templates.map(({ id }) => id).join(', '),
    templates[0]?.id ?? '',
  );
}

/** Runs `esp8266-ssl new`; resolves to the exit code. */
export function newProject(args: string[], output: Output): Promise<number> {
  const { values, positionals } = parseArguments(args, {
    template: { type: 'string', default: templates[0]?.id ?? '' },
    list: { type: 'boolean', default: false },
  });
  if (values.list) {
    const width = Math.max(...templates.map(({ id }) => id.length));
    for (const { id, description } of templates) output.out(`${id.padEnd(width)}  ${description()}`);
    return Promise.resolve(0);
  }
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) throw usage(l10n.t('Give the project one name.'));
  const template = templateOf(values.template);
  if (!existsSync(folder)) checkProjectName(path.basename(path.resolve(folder)));
  createProject({ shipped, template, folder, language: languageOf(terminalLocale(process.env)) });
  output.out(l10n.t('{0}: {1}. Next:', folder, template.name()));
  output.out('');
  if (path.resolve(folder) !== process.cwd()) output.out(`  cd ${folder}`);
  output.out('  esp8266-ssl certs --name 127.0.0.1');
  output.out(`  esp8266-ssl simulate ${firmwareName}`);
  return Promise.resolve(0);
}
