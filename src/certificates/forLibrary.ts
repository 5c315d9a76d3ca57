import * as l10n from '@vscode/l10n';
import type { TlsAbilities } from '../sdk/tls';
import { advice, type Said } from '../text/remedies';
import type { CertificateFacts } from './identity';
import { type CertificateRequest, defaults, keySizes } from './request';

/** What a certificate gets for a TLS library unless it is asked for otherwise: the largest key that suits the library. */
export function defaultsFor(abilities: TlsAbilities): Pick<CertificateRequest, 'bits' | 'hash'> {
  return {
    bits: keySizes.findLast(bits => bits <= abilities.maxAdvisedBits) ?? defaults.bits,
    hash: abilities.hashes.includes(defaults.hash) ? defaults.hash : 'sha1',
  };
}

/** What follows from a TLS library for certificates, in one line. */
export function consequences(abilities: TlsAbilities): string {
  const { bits, hash } = defaultsFor(abilities);
  return [
    abilities.minVerifiedBits === bits
      ? l10n.t('RSA {0} (fewer bits are rejected)', bits)
      : l10n.t('RSA {0} (more bits are too slow)', bits),
    hashText(hash),
    abilities.keyFormats.includes('pkcs8') ? l10n.t('PKCS#1 key') : l10n.t('PKCS#1 key only'),
    abilities.caRecords === 1 ? l10n.t('one CA record') : l10n.t('{0} CA records', abilities.caRecords),
    ...(abilities.checksDates ? [l10n.t('needs the time (SNTP)')] : []),
  ].join(l10n.t(', '));
}

/** A hash as people write it. */
export function hashText(hash: string): string {
  return hash.replace(/^sha/, 'SHA-');
}

/** What of a certificate decides whether a library takes it. */
type Strength = Pick<CertificateFacts, 'bits' | 'hash'>;

/** What the library will not take, or not well, of certificates as they are, in sentences; none for a set that suits it. */
export function objections(
  abilities: TlsAbilities,
  {
    ca,
    own,
    caIsOurs = false,
  }: {
    ca?: Strength | undefined;
    own?: Strength | undefined;
    /** Whether a new CA can take its place. */
    caIsOurs?: boolean;
  },
): Said[] {
  const { library, minVerifiedBits: least, maxAdvisedBits: most } = abilities;
  const found: Said[] = [];
  if (ca !== undefined && ca.bits < least)
    found.push(
      advice(
        l10n.t(
          'The CA’s key has only {0} bits. {1} of this SDK rejects keys below {2} bits; sign with another CA.',
          ca.bits,
          library,
          least,
        ),
        ...(caIsOurs ? (['new-ca'] as const) : []),
      ),
    );
  if (own !== undefined && own.bits < least)
    found.push(
      l10n.t(
        'The certificate’s key has only {0} bits. {1} of this SDK rejects keys below {2} bits.',
        own.bits,
        library,
        least,
      ),
    );
  for (const facts of [ca, own])
    if (facts !== undefined && facts.bits > most) {
      found.push(
        l10n.t(
          'With RSA {0}, handshakes with {1} take too long or fail; use {2} bits.',
          facts.bits,
          library,
          most,
        ),
      );
      break;
    }
  for (const facts of [ca, own])
    if (facts !== undefined && facts.hash === undefined) {
      found.push(l10n.t('A certificate is not signed with SHA-1 or SHA-256; {0} may reject it.', library));
      break;
    }
  return found;
}
