import { existsSync } from 'node:fs';
import path from 'node:path';

/** Returns the folder whose `.git` is nearest around `folder`, itself included; undefined outside of a repository. */
export function repositoryAround(folder: string): string | undefined {
  for (let here = path.resolve(folder); ; here = path.dirname(here)) {
    if (existsSync(path.join(here, '.git'))) return here;
    if (here === path.dirname(here)) return undefined;
  }
}
