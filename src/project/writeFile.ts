import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { ProblemError } from '../problems';

/** Writes a file under a temporary name first, so that it is whole or as it was. Throws a Problem that names the file. */
export function writeFileAtomically(file: string, contents: Uint8Array): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, contents);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ProblemError({ kind: 'file-unwritable', file, reason }, { cause: error });
  }
}
