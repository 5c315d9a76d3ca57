import type { X509Certificate } from 'node:crypto';
import { ProblemError } from '../problems';
import type { TlsAbilities } from '../sdk/tls';
import type { CaRefusal } from './problems';
import { readCertificates } from './readers/mbedTls';
import { isAlgorithm, refusalText } from './readers/refusalText';

/** Bits of RSA with which either library verifies in a bearable time. */
const maxBits = 2048;

/** Why the library does not verify peers by this CA; empty for one that suits it. A CA of others need not be quick. */
export function refusalsOf(
  { library, minVerifiedBits: least }: TlsAbilities,
  ca: X509Certificate,
  isOurs: boolean,
): CaRefusal[] {
  const { code, reason } = readCertificates(ca.raw);
  // libssl has another reader; neither has these algorithms.
  if (reason !== undefined && (library === 'libmbedtls' || isAlgorithm(reason)))
    return [{ kind: 'reader', text: refusalText(reason, library === 'libmbedtls' ? code : 0) }];
  const bits = ca.publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < least) return [{ kind: 'too-few-bits', bits, least }];
  return isOurs && bits > maxBits ? [{ kind: 'too-many-bits', bits, most: maxBits }] : [];
}

/** Throws a Problem for a CA that the library does not verify by. */
export function refuseUnusable(
  abilities: TlsAbilities,
  ca: X509Certificate,
  file: string,
  isOurs: boolean,
): void {
  const [reason] = refusalsOf(abilities, ca, isOurs);
  if (reason !== undefined)
    throw new ProblemError({ kind: 'ca-refused', file, library: abilities.library, reason, isOurs });
}
