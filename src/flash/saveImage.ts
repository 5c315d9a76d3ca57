import { writeFileAtomically } from '../files/writeFile';

/** How a private key looks in a flash: the name of its record, or its PEM. */
const keyMarks = ['private_key\0', 'PRIVATE KEY-----'];

/** Writes the contents of a flash: for nobody but the owner where they hold a private key. Throws a Problem that names the file. */
export function saveFlashImage(file: string, contents: Uint8Array): void {
  writeFileAtomically(file, contents, { secret: holdsPrivateKey(contents) });
}

/** Whether these bytes hold a private key, in a record of the device's or as PEM. */
export function holdsPrivateKey(contents: Uint8Array): boolean {
  const bytes = Buffer.from(contents.buffer, contents.byteOffset, contents.length);
  return keyMarks.some(mark => bytes.includes(mark, 0, 'latin1'));
}
