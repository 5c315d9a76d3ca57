import { execFile } from 'node:child_process';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

/** A program that says nothing within this time, in ms, is not asked further. */
const patience = 10_000;

/**
 * Finds a program by its name in the folders of PATH. Relative folders and those inside of `folder` are left out: a repository must
 * not bring the programs that are started in it.
 */
export function findProgram(
  name: string,
  folder: string,
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  const here = resolved(folder);
  for (const entry of (environment['PATH'] ?? '').split(path.delimiter)) {
    if (!path.isAbsolute(entry)) continue;
    const found = path.join(entry, file);
    if (isProgram(found) && !isInside(resolved(found), here) && !isInside(found, here)) return found;
  }
  return undefined;
}

/** What a program writes; undefined when it fails or takes too long. It runs in its own folder, without a shell. */
export async function outputOf(program: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, [...args], {
      cwd: path.dirname(program),
      timeout: patience,
      windowsHide: true,
    });
    return stdout || stderr;
  } catch {
    return undefined;
  }
}

/** Whether a file can be started. */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function resolved(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return path.resolve(file);
  }
}

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return (
    relative === '' ||
    (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative))
  );
}
