import { execFileSync } from 'node:child_process';

/** The files of a repository, or of a folder in it, or the file itself, that Git has or would take. */
export function gitFiles(repository: string, folder = '.'): string[] {
  return execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', folder], {
    cwd: repository,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
    .split('\0')
    .filter(file => file !== '');
}
