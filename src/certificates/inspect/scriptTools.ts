import { runProgram } from '../../programs/runProgram';
import type { ProjectFacts } from './rules/rule';

/** Returns the versions of the programs that the SDK's scripts would start on this computer. */
export async function scriptTools(): Promise<NonNullable<ProjectFacts['tools']>> {
  const python = (await version('python', '--version')) ?? (await version('python3', '--version'));
  const openssl = await version('openssl', 'version');
  return { ...(python !== undefined && { python }), ...(openssl !== undefined && { openssl }) };
}

async function version(program: string, argument: string): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await runProgram(program, [argument], { timeLimit: 5000 });
    // Python 2 says it on stderr.
    return /\d+(\.\w+)+/.exec((stdout.length > 0 ? stdout : stderr).toString())?.[0];
  } catch {
    return undefined;
  }
}
