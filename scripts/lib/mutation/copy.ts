import { execFileSync, spawn } from 'node:child_process';
import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gitFiles } from './gitFiles';
import type { TestFile } from './testFiles';

/** How a test file's run ended. */
export interface Run {
  outcome: 'passed' | 'failed' | 'too long';
  milliseconds: number;
  output: string;
}

/** A copy of the sources in a temporary folder, with what is not committed yet: tests run there, and what they leave behind stays there. */
export class Copy {
  readonly #folder = mkdtempSync(path.join(os.tmpdir(), 'mutate-'));
  readonly root = path.join(this.#folder, 'tree');
  readonly #temporary = path.join(this.#folder, 'tmp');
  #kill: (() => void) | undefined;
  #isBuilt = false;
  readonly #files: string[] = [];

  /** Copies what Git has or would take. */
  fill(from: string): void {
    mkdirSync(this.#temporary);
    for (const file of gitFiles(from)) {
      if (!statSync(path.join(from, file), { throwIfNoEntry: false })?.isFile()) continue;
      mkdirSync(path.join(this.root, path.dirname(file)), { recursive: true });
      copyFileSync(path.join(from, file), path.join(this.root, file), constants.COPYFILE_FICLONE);
      this.#files.push(file);
    }
    symlinkSync(realpathSync(path.join(from, 'node_modules')), path.join(this.root, 'node_modules'));
    this.#build();
  }

  #build(): void {
    execFileSync(process.execPath, ['scripts/build.mjs'], {
      cwd: this.root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.#isBuilt = true;
  }

  /** The files of a folder, or the file itself, as they were copied: where they came from may have changed since. */
  filesIn(folder: string): string[] {
    return this.#files.filter(file => file === folder || file.startsWith(`${folder}/`));
  }

  read(file: string): string {
    return readFileSync(path.join(this.root, file), 'utf8');
  }

  write(file: string, text: string): void {
    writeFileSync(path.join(this.root, file), text);
    this.#isBuilt = false;
  }

  /**
   * Runs a test file up to its first failure, for so many seconds of the processor at most: on a busy machine a test that makes no end
   * differs only there from one that waits. What reaches mutations notes their numbers in `reached`. Programs that the tests start are
   * built first, from the sources as they are now.
   */
  async test({ file, startsProgram }: TestFile, seconds: number, reached?: string): Promise<Run> {
    if (startsProgram && !this.#isBuilt) this.#build();
    const start = performance.now();
    const mocha = path.join('node_modules', 'mocha', 'bin', 'mocha.js');
    const limited = ['-c', `ulimit -t ${seconds}; exec "$@"`, 'sh'];
    const run = [process.execPath, mocha, '--bail', '--reporter', 'dot', file];
    const child = spawn('sh', [...limited, ...run], {
      cwd: this.root,
      // A group of its own, which ends with all that the tests have started.
      detached: true,
      env: {
        ...process.env,
        TMPDIR: this.#temporary,
        ...(reached === undefined ? {} : { REACHED_MUTATIONS: path.join(this.#folder, reached) }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => output.push(data));
    this.#kill = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended already.
      }
    };
    const late = new AbortController();
    const timer = setTimeout(
      () => {
        late.abort();
        this.#kill?.();
      },
      10 * seconds * 1000,
    );
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (...how) => {
        resolve(how);
      });
    });
    clearTimeout(timer);
    this.#kill();
    this.#kill = undefined;
    return {
      outcome: late.signal.aborted || signal !== null ? 'too long' : code === 0 ? 'passed' : 'failed',
      milliseconds: performance.now() - start,
      output: Buffer.concat(output).toString(),
    };
  }

  /** The numbers that a run has noted. */
  reached(name: string): number[] {
    const file = path.join(this.#folder, name);
    return existsSync(file) ? [...new Set(readFileSync(file, 'utf8').trim().split('\n').map(Number))] : [];
  }

  /** Ends what runs and removes the copy. */
  remove(): void {
    this.#kill?.();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
