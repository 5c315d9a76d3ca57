import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Returns which of the files, relative to `folder`, git has in its index; none without git or outside of a repository. */
export async function trackedFiles(folder: string, files: readonly string[]): Promise<string[]> {
  if (files.length === 0) return [];
  // A repository may name a program that git starts to watch files; it is not needed here.
  const git = ['--literal-pathspecs', '-c', 'core.fsmonitor=false', 'ls-files', '-z', '--', ...files];
  try {
    const { stdout } = await promisify(execFile)('git', git, { cwd: folder, timeout: 10_000 });
    return stdout.split('\0').filter(name => name !== '');
  } catch {
    return [];
  }
}
