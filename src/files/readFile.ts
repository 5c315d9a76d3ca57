import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { ProblemError } from '../problems';
import { FileError, isMissing, reasonOf } from './systemErrors';

/**
 * Reads a file: a regular one, and never more than `limit` bytes, even while it grows. Throws a Problem that says why it cannot be
 * read.
 */
export async function readFile(file: string, limit: number): Promise<Buffer> {
  try {
    return await readRegularFile(file, limit);
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** The same; undefined where there is no such file. */
export async function readFileIfThere(file: string, limit: number): Promise<Buffer | undefined> {
  try {
    return await readRegularFile(file, limit);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unreadable(file, error);
  }
}

/** The same; throws the system's error or a {@link FileError}, for who has words of its own. */
export async function readRegularFile(file: string, limit: number): Promise<Buffer> {
  const bytes = await readStart(file, limit + 1);
  if (bytes.length > limit) throw new FileError('too-large', limit);
  return bytes;
}

/** {@link readRegularFile} without waiting. */
export function readRegularFileSync(file: string, limit: number): Buffer {
  const bytes = readStartSync(file, limit + 1);
  if (bytes.length > limit) throw new FileError('too-large', limit);
  return bytes;
}

/** {@link readStart} without waiting. */
export function readStartSync(file: string, length: number): Buffer {
  const descriptor = openSync(file, flags);
  try {
    const steps = reading(fstatSync(descriptor), length);
    let step = steps.next(0);
    while (step.done !== true) step = steps.next(readSync(descriptor, step.value));
    return step.value;
  } finally {
    closeSync(descriptor);
  }
}

/** Reads no more than the first `length` bytes of a regular file. Throws the system's error or a {@link FileError}. */
export async function readStart(file: string, length: number): Promise<Buffer> {
  const handle = await open(file, flags);
  try {
    const steps = reading(await handle.stat(), length);
    let step = steps.next(0);
    while (step.done !== true) step = steps.next((await handle.read(step.value)).bytesRead);
    return step.value;
  } finally {
    await handle.close();
  }
}

/** Opening a pipe that nobody writes to would wait forever. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK;

/** Files of /proc say that they are empty. */
const smallestBuffer = 4096;

/** Asks for a buffer to be filled, is told how many bytes came, and returns all of them: `most` bytes or the whole file. */
function* reading(status: Stats, most: number): Generator<Buffer, Buffer, number> {
  // Reading a folder fails with the system's own error.
  if (!status.isFile() && !status.isDirectory()) throw new FileError('not-regular');
  // One byte more than there should be: no second look is needed to see the end.
  let buffer = Buffer.allocUnsafe(Math.min(Math.max(status.size + 1, smallestBuffer), most));
  for (let length = 0; ;) {
    const count = yield buffer.subarray(length);
    length += count;
    if (count === 0 || length === most) return buffer.subarray(0, length);
    if (length === buffer.length)
      buffer = Buffer.concat([buffer, Buffer.allocUnsafe(Math.min(length, most - length))]);
  }
}

function unreadable(file: string, error: unknown): ProblemError {
  return new ProblemError({ kind: 'file-unreadable', file, reason: reasonOf(error) }, { cause: error });
}
