import { closeSync, constants, fchmodSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { ProblemError } from '../problems';
import { reasonOf } from './systemErrors';
import { ownerOnly } from './writeFile';

/**
 * A file that grows piece by piece while others read it: after each piece it is whole, even if the program is killed or the disk is full.
 * Only its owner may read it. It may also be a pipe.
 */
export class GrowingFile {
  readonly #file: string;
  #descriptor: number | undefined;
  /** Bytes of the whole pieces. */
  #length = 0;

  /** What was in the file is gone. Throws a Problem that names the file. */
  constructor(file: string) {
    this.#file = file;
    this.#orProblem(() => {
      // A pipe that nobody reads is then an error instead of a wait without end.
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NONBLOCK;
      this.#descriptor = openSync(file, flags, ownerOnly);
      restrict(this.#descriptor);
    });
  }

  /** Adds a piece; nothing after {@link close}. Throws a Problem that names the file, which is closed then with its whole pieces. */
  append(piece: Uint8Array): void {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) return;
    this.#orProblem(() => {
      for (let at = 0; at < piece.length;) at += writeSync(descriptor, piece, at);
      this.#length += piece.length;
    });
  }

  /** Throws a Problem that names the file. */
  close(): void {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) return;
    this.#descriptor = undefined;
    this.#orProblem(() => {
      closeSync(descriptor);
    });
  }

  #orProblem(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#abandon();
      const problem = { kind: 'file-unwritable', file: this.#file, reason: reasonOf(error) } as const;
      throw new ProblemError(problem, { cause: error });
    }
  }

  #abandon(): void {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) return;
    this.#descriptor = undefined;
    for (const step of [() => ftruncateSync(descriptor, this.#length), () => closeSync(descriptor)]) {
      try {
        step();
      } catch {
        // The error that came first is the one to report; a pipe cannot be cut, for example.
      }
    }
  }
}

/** A file that was there may have a wider mode. */
function restrict(descriptor: number): void {
  const status = fstatSync(descriptor);
  if (!status.isFile()) return;
  try {
    fchmodSync(descriptor, status.mode & ownerOnly);
  } catch {
    // The file system has no modes, or the file is somebody else's who lets this user write to it.
  }
}
