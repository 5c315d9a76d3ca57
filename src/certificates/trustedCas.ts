import type { X509Certificate } from 'node:crypto';
import { ProblemError } from '../problems';
import { readCredentials } from './credentials';
import { chooseFrom } from './importChoice';

/** A CA by which the device verifies its peers, and the file that it is in. */
export interface TrustedCa {
  file: string;
  certificate: X509Certificate;
}

/** Reads the CAs in files: of a chain its root. Throws a Problem for a file without a CA. */
export async function readTrustedCas(
  files: readonly string[],
  passphrase: string | undefined,
): Promise<TrustedCa[]> {
  const found = new Map<string, TrustedCa>();
  for (const file of files) {
    const { certificates } = await readCredentials(file, passphrase);
    const { trusted } = chooseFrom(certificates, []);
    if (trusted.length === 0) throw new ProblemError({ kind: 'no-ca-in-file', file });
    for (const certificate of trusted)
      if (!found.has(certificate.fingerprint256))
        found.set(certificate.fingerprint256, { file, certificate });
  }
  return [...found.values()];
}
