import path from 'node:path';
import { ProblemError } from '../problems';
import { staysInside } from './within';

/**
 * Returns where a file or folder lies that gets its name from this program: `name` in `folder`. Throws a Problem where a link in its
 * place leads out of the folder: whoever made a project could have this program write anywhere.
 */
export function ownFile(folder: string, name: string): string {
  const file = path.join(folder, name);
  if (!staysInside(folder, name)) throw new ProblemError({ kind: 'link-outside', file });
  return file;
}
