import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { findProgram } from './findProgram';
import { ProgramError } from './programError';

/** What a program that has ended printed, and how it ended. */
export interface Ended {
  /** The exit code; undefined when a signal ended the program. */
  code: number | undefined;
  stdout: Buffer;
  stderr: Buffer;
}

export interface RunOptions {
  cwd?: string;
  /** All of the program's environment; this process's own if not given. */
  environment?: NodeJS.ProcessEnv;
  /** Milliseconds; then the program and all that it started end. */
  timeLimit: number;
  /** The most bytes that it may print on each stream; more end it. */
  maxBytes?: number;
  signal?: AbortSignal | undefined;
  /** Folders from which no program is taken. */
  untrusted?: readonly string[];
}

const defaultMaxBytes = 16 * 1024 * 1024;
/** Milliseconds from asking a program to end to making it end. */
const grace = 1000;

/**
 * Runs a program of this computer to its end, without a shell and with nothing to read. It leads a process group of its own, which
 * ends as a whole when the time is over, when it prints too much or when `signal` says so. Throws a ProgramError.
 */
export function runProgram(name: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  const { signal, maxBytes = defaultMaxBytes } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(new ProgramError(name, 'interrupted', signal.reason));
      return;
    }
    const child = spawn(located(name, options.untrusted), args, {
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      env: options.environment ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: hasGroups,
      windowsHide: true,
    });
    let failure: ProgramError | undefined;
    // A program that this process leaves behind would continue alone in its group; one that left the group may hold the pipes.
    const leave = () => {
      endGroup(child, 'SIGKILL');
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
    };
    process.once('exit', leave);
    const end = (error: ProgramError) => {
      if (failure !== undefined) return;
      failure = error;
      endGroup(child, 'SIGTERM');
      setTimeout(leave, grace).unref();
    };
    const timer = setTimeout(() => {
      end(new ProgramError(name, 'time'));
    }, options.timeLimit);
    const interrupt = () => {
      end(new ProgramError(name, 'interrupted', signal?.reason));
    };
    signal?.addEventListener('abort', interrupt, { once: true });
    const streams = [child.stdout, child.stderr].map(stream => {
      const pieces: Buffer[] = [];
      let length = 0;
      stream.on('data', (bytes: Buffer) => {
        length += bytes.length;
        if (length > maxBytes) end(new ProgramError(name, 'output'));
        else pieces.push(bytes);
      });
      return pieces;
    });
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', interrupt);
      process.off('exit', leave);
    };
    child.once('error', error => {
      settle();
      reject(failure ?? new ProgramError(name, 'start', error));
    });
    child.once('close', code => {
      settle();
      const [stdout = [], stderr = []] = streams;
      // It has ended as asked; what it started and left behind may not have.
      if (failure !== undefined) {
        endGroup(child, 'SIGKILL');
        reject(failure);
      } else
        resolve({ code: code ?? undefined, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) });
    });
  });
}

/** Milliseconds. */
const patience = 10_000;

/** What a program, given by its file, says of itself; undefined when it says nothing in time. It runs in its own folder. */
export async function outputOf(program: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const options = { cwd: path.dirname(program), timeLimit: patience };
    const { code, stdout, stderr } = await runProgram(program, args, options);
    return code === 0 ? (stdout.length > 0 ? stdout : stderr).toString() : undefined;
  } catch {
    return undefined;
  }
}

/** A program that takes bytes and gives bytes for as long as it is wanted. Throws a ProgramError where there is none. */
export function startRelay(
  name: string,
  args: readonly string[],
): ChildProcessByStdio<Writable, Readable, null> {
  return spawn(located(name), args, { stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true });
}

/** A program that talks with the user at the same terminal. Throws a ProgramError where there is none. */
export function startAtTerminal(name: string, args: readonly string[], signal: AbortSignal): ChildProcess {
  const env = { ...process.env, ...noModulesOfFolder };
  return spawn(located(name), args, { stdio: 'inherit', signal, windowsHide: true, env });
}

/** For `python -m esptool`: Python 3.11 and later then look for modules where they are installed, not in the current folder. */
export const noModulesOfFolder = { PYTHONSAFEPATH: '1' };

function located(name: string, untrusted: readonly string[] = []): string {
  const file = findProgram(name, { untrusted });
  if (file === undefined) throw new ProgramError(name, 'not-found');
  return file;
}

/** Windows has no process groups; there the program alone is ended. */
const hasGroups = process.platform !== 'win32';

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(hasGroups ? -pid : pid, signal);
  } catch {
    // It has ended by itself.
  }
}
