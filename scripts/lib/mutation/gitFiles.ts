import { execFileSync } from 'node:child_process';

/** The files of a repository that Git has or would take. */
export function gitFiles(repository: string): string[] {
  return execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repository,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
    .split('\0')
    .filter(file => file !== '');
}
