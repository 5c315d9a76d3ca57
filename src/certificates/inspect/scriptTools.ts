import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ProjectFacts } from './rules/rule';

/** Returns the versions of the programs that the SDK's scripts would start on this computer. */
export async function scriptTools(): Promise<NonNullable<ProjectFacts['tools']>> {
  const python = (await version('python', '--version')) ?? (await version('python3', '--version'));
  const openssl = await version('openssl', 'version');
  return { ...(python !== undefined && { python }), ...(openssl !== undefined && { openssl }) };
}

async function version(program: string, argument: string): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, [argument], { timeout: 5000 });
    // Python 2 says it on stderr.
    return /\d+(\.\w+)+/.exec(stdout || stderr)?.[0];
  } catch {
    return undefined;
  }
}
