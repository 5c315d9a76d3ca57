import { holdsPrivateKey } from '../certificates/privateKeyIn';
import { writeFileAtomically } from '../files/writeFile';

/**
 * Writes the contents of a flash: for nobody but the owner where they hold a private key. Returns whether they do. Throws a Problem that
 * names the file.
 */
export function saveFlashImage(file: string, contents: Uint8Array): boolean {
  const secret = holdsPrivateKey(contents);
  writeFileAtomically(file, contents, { secret });
  return secret;
}
