import path from 'node:path';
import { fileNames, layouts, nameOf } from '../certificates/layouts';
import { staysInside } from '../files/within';
import { defaultChoices } from './settings/certificates';
import { defaultFolder } from './defaultFolder';
import { readProjectPart } from './projectFile';

/**
 * The folder in which generated record files for the flash lie, in or relative to the project's folder: as the project's file says,
 * else in the default one. What is wrong in that file is for others to say;
 * throws a Problem where the default one leads out of the project.
 */
export async function recordFolder(project: string): Promise<string> {
  const chosen = namedRecordFolder(await readProjectPart(project, 'certificates').catch(() => undefined));
  if (!staysInside(project, chosen)) return path.join(project, defaultFolder(project));
  return path.isAbsolute(chosen) ? chosen : path.join(project, chosen);
}

/** The same as the project names it, with `/` between folders, from the part `certificates` of its file. */
export function namedRecordFolder(part: unknown): string {
  const choices = new Map<string, unknown>(typeof part === 'object' && part ? Object.entries(part) : []);
  const folder = choices.get('folder');
  const layout = layouts.find(each => each === choices.get('files')) ?? 'folder';
  const inLayout = path.dirname(nameOf(fileNames(layout, 'server', 0), 'own records'));
  const chosen = path.join(typeof folder === 'string' ? folder : defaultChoices.folder, inLayout);
  return chosen.split(path.sep).join('/');
}
