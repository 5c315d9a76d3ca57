import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as l10n from '@vscode/l10n';

/** Returns which of the files, relative to `folder`, git has in its index; none without git or outside of a repository. */
export function trackedFiles(folder: string, files: readonly string[]): Promise<string[]> {
  return listed(folder, [], files);
}

/** Returns which of the files git neither has nor ignores: the next `git add .` takes them. */
export function unprotectedFiles(folder: string, files: readonly string[]): Promise<string[]> {
  return listed(folder, ['--others', '--exclude-standard'], files);
}

async function listed(folder: string, which: string[], files: readonly string[]): Promise<string[]> {
  if (files.length === 0) return [];
  // A repository may name a program that git starts to watch files; it is not needed here.
  const git = [
    '--literal-pathspecs',
    '-c',
    'core.fsmonitor=false',
    'ls-files',
    '-z',
    ...which,
    '--',
    ...files,
  ];
  try {
    const { stdout } = await promisify(execFile)('git', git, { cwd: folder, timeout: 10_000 });
    return stdout.split('\0').filter(name => name !== '');
  } catch {
    return [];
  }
}

/** Says that private keys are in the history, and what helps. */
export function trackedNote(files: readonly string[]): string {
  return l10n.t(
    'git tracks private keys: {0}. Everyone with the repository has them: remove them (git rm --cached) and generate new ones.',
    files.join(', '),
  );
}
