import os from 'node:os';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { repositoryAround } from '../files/repository';
import { runProgram } from '../programs/runProgram';

/** Returns which of the files, relative to `folder`, git has in its index; none without git or outside of a repository. */
export function trackedFiles(folder: string, files: readonly string[]): Promise<string[]> {
  return listed(folder, [], files);
}

/** Returns which of the files git neither has nor ignores: the next `git add .` takes them. */
export function unprotectedFiles(folder: string, files: readonly string[]): Promise<string[]> {
  return listed(folder, ['--others', '--exclude-standard'], files);
}

/** Milliseconds. */
const timeLimit = 10_000;

/**
 * A repository's own configuration can name programs that git starts: a monitor of files, hooks, what fetches an object that is
 * missing. None of them is needed to list names.
 */
const harmless = [
  'core.fsmonitor=false',
  `core.hooksPath=${os.devNull}`,
  'safe.bareRepository=explicit',
  'protocol.allow=never',
].flatMap(setting => ['-c', setting]);

async function listed(folder: string, which: string[], files: readonly string[]): Promise<string[]> {
  // Git itself would also take a folder that merely looks like a bare repository: files that anybody can commit.
  const top = repositoryAround(folder);
  if (files.length === 0 || top === undefined) return [];
  const inside = path.relative(top, path.resolve(folder));
  const args = [
    '--no-pager',
    '--literal-pathspecs',
    ...harmless,
    'ls-files',
    '-z',
    ...which,
    '--',
    ...files.map(file => path.join(inside, file)),
  ];
  try {
    const { code, stdout } = await runProgram('git', args, {
      cwd: top,
      environment: environment(top),
      timeLimit,
      untrusted: [top],
    });
    if (code !== 0) return [];
    const names = stdout.toString().split('\0');
    return names.filter(name => name !== '').map(name => path.relative(inside, name));
  } catch {
    return [];
  }
}

/** Nothing of the system's or the user's configuration, no way out to another repository, no prompt. */
function environment(top: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.toUpperCase().startsWith('GIT_'));
  return {
    ...Object.fromEntries(own),
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_LAZY_FETCH: '1',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: os.devNull,
    GIT_CEILING_DIRECTORIES: path.dirname(top),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
  };
}

/** Says that private keys are in the history, and what helps. */
export function trackedNote(files: readonly string[]): string {
  return l10n.t(
    'git tracks private keys: {0}. Everyone with the repository has them: remove them (git rm --cached) and generate new ones.',
    files.join(', '),
  );
}
