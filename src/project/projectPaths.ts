import path from 'node:path';
import { staysInside } from '../files/within';
import { ProblemError } from '../problems';

/**
 * Returns where a path lies that a project's file names, relative to the project's `folder`. Throws the Problem `path-outside` when it
 * leaves that folder, also by a link: who makes a project must not reach the other files of who opens it. `setting` is where the
 * project's file names it.
 */
export function projectPath(folder: string, file: string, setting: string): string {
  if (!staysInside(folder, file)) throw new ProblemError({ kind: 'path-outside', file, setting });
  return path.isAbsolute(file) ? file : path.join(folder, file);
}
