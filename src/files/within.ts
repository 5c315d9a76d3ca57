import { lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { isMissing } from './systemErrors';

/** Whether `file` is `folder` or lies in it, by their names alone: links are not followed. */
export function isWithin(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** Whether `file`, relative to `folder` or absolute, stays inside `folder` with all links followed. It need not be there. */
export function staysInside(folder: string, file: string): boolean {
  const target = path.resolve(folder, file);
  return isWithin(path.resolve(folder), target) && isWithin(followed(path.resolve(folder)), followed(target));
}

/** Where links lead, as far as there is something; one that leads nowhere yet stays outside of everything. */
function followed(file: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    const parent = path.dirname(file);
    if (!isMissing(error) || parent === file || isLink(file)) return path.parse(file).root;
    return path.join(followed(parent), path.basename(file));
  }
}

function isLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
