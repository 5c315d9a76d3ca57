import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as l10n from '@vscode/l10n';

/** How git sees files. */
export interface GitView {
  /** In the index: they are, or will be, in the history. */
  tracked: string[];
  /** Neither there nor ignored: the next `git add .` takes them. */
  unprotected: string[];
}

/** Asks git about files, relative to `folder`. Without git, or outside of a repository, both lists are empty. */
export async function gitViewOf(folder: string, files: readonly string[]): Promise<GitView> {
  if (files.length === 0) return { tracked: [], unprotected: [] };
  const [tracked, unprotected] = await Promise.all([
    listed(folder, [], files),
    listed(folder, ['--others', '--exclude-standard'], files),
  ]);
  return { tracked, unprotected };
}

async function listed(folder: string, which: string[], files: readonly string[]): Promise<string[]> {
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
    'git tracks private keys: {0}. Whoever has the repository has them; take them out (git rm --cached) and make new ones.',
    files.join(', '),
  );
}
