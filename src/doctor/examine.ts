import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { version } from '../../package.json';
import { certificatesItem, firmwareItems, layoutItem, portsItem, projectItem } from './projectItems';
import { type Item, withoutUser } from './report';
import { compilerItem, programItems, sdkItem } from './tools';

// Everything of the doctor is one part of the build, which is loaded when it is first needed.
export { firmwareAgeOf } from './firmwareAge';
export { doctorLines, doctorMarkdown } from './report';
export { compilerItem } from './tools';

/**
 * Looks at what a firmware in `folder` needs: what is there, what is missing and how to get it. Programs are found on PATH and asked
 * for their version; nothing is written. Names no user and no secret.
 */
export async function examine(folder: string): Promise<Item[]> {
  const hasSources = await looksLikeFirmware(folder);
  const items = await Promise.all([
    projectItem(folder, hasSources),
    compilerItem(folder, hasSources),
    sdkItem(folder),
    firmwareItems(folder, hasSources),
    certificatesItem(folder, hasSources),
    ...(hasSources ? [layoutItem(folder)] : []),
    portsItem(),
    programItems(folder),
  ]);
  return withoutUser([system(), ...items.flat()]);
}

/** What every report about a fault needs. */
function system(): Item {
  return {
    id: 'system',
    title: 'ESP8266 SSL',
    state: 'ok',
    lines: [
      l10n.t('{0}, Node.js {1}, {2} {3}', version, process.versions.node, process.platform, process.arch),
    ],
    remedies: [],
  };
}

/** Whether there is something to build: C sources at the top, in user/, src/ or main/, or a Makefile. */
async function looksLikeFirmware(folder: string): Promise<boolean> {
  if (existsSync(path.join(folder, 'Makefile'))) return true;
  for (const place of ['.', 'user', 'src', 'main'])
    if ((await readdir(path.join(folder, place)).catch(() => [])).some(name => name.endsWith('.c')))
      return true;
  return false;
}
