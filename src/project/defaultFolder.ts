import path from 'node:path';
import { ownFile } from '../files/ownFile';
import { defaultChoices } from './settings/certificates';

/**
 * Returns the folder for certificates where nobody has chosen one, relative to the project's. Throws a Problem where the project has a
 * link in its place that leads elsewhere.
 */
export function defaultFolder(project: string): string {
  return path.relative(project, ownFile(project, defaultChoices.folder));
}
