import * as l10n from '@vscode/l10n';
import { librariesOf, type SdkVersion, tlsAbilities, type TlsAbilities } from '../../sdk/tls';
import type { Verdict } from './fileReport';
import type { RefusalReason } from '../readers/refusal';
import type { Certificate, Content, Item, PublicKey } from './model';
import { isUnsupported, refusalText } from '../readers/refusalText';

/** The TLS library that a firmware is linked with, and what it can do in that version of the SDK. */
export interface Device {
  sdk: SdkVersion;
  abilities: TlsAbilities;
}

/** Why a library may not take a certificate or key. */
export type Obstacle =
  | { kind: 'key type'; type: PublicKey['type'] }
  | { kind: 'too few bits'; bits: number; least: number }
  | { kind: 'many bits'; bits: number; most: number }
  | { kind: 'signature'; signature: string }
  | { kind: 'key format'; format: string }
  | { kind: 'damaged' }
  /** The library's parser returns this code. */
  | { kind: 'refused'; code: number; reason: RefusalReason }
  | { kind: 'encrypted' }
  | { kind: 'expired' | 'not yet valid'; date: string };

/** A library in a version of the SDK that has it; by default the newest that it has. */
export function deviceOf(sdk: SdkVersion, library = librariesOf(sdk).at(-1)): Device {
  const abilities = library && tlsAbilities(library, sdk);
  if (abilities === undefined) throw new RangeError(`SDK ${sdk} has no ${library}`);
  return { sdk, abilities };
}

/** Returns what is in the way of a library taking `content`; `now` is in milliseconds. */
export function obstacles(content: Content, { abilities }: Device, now: number): Obstacle[] {
  switch (content.kind) {
    case 'certificate':
      return [
        ...keyObstacles(content.key, abilities, true),
        ...signatureObstacles(content, abilities),
        ...(abilities.checksDates ? dateObstacles(content, now) : []),
      ];
    case 'key':
      return [
        ...keyObstacles(content.public, abilities, false),
        ...(content.public.type === 'RSA' && !isReadable(content.format, abilities)
          ? [{ kind: 'key format' as const, format: content.format }]
          : []),
      ];
    case 'request':
      return keyObstacles(content.key, abilities, false);
    case 'other':
      return content.what === 'encrypted key'
        ? [{ kind: 'encrypted' }]
        : content.what.startsWith('damaged')
          ? [{ kind: 'damaged' }]
          : [];
  }
}

/**
 * What the library refuses an item for, by the decisions of its own parser; undefined for what it reads.
 * Some certificates of a bundle may be refused, which is as bad: the library then leaves the others unused.
 */
export function refusalOf(
  { readings }: Pick<Item, 'readings'>,
  { abilities }: Device,
): Extract<Obstacle, { kind: 'refused' }> | undefined {
  const { library } = abilities;
  const { code = 0, reason = { kind: 'damaged' } as const } = readings?.[library] ?? {};
  if (code === 0) return undefined;
  // Nobody sees the codes of libssl: the connection ends with -28, whatever it is.
  return { kind: 'refused', code: library === 'libmbedtls' ? code : 0, reason };
}

function isReadable(format: string, { keyFormats }: TlsAbilities): boolean {
  return keyFormats.some(readable => readable === format.replace('#', '').toLowerCase());
}

/** What is in the way of a key; one of a certificate is verified. */
export function keyObstacles(
  { type, bits }: Pick<PublicKey, 'type' | 'bits'>,
  abilities: TlsAbilities,
  isVerified: boolean,
): Obstacle[] {
  // Neither library knows elliptic curves.
  if (type !== 'RSA') return [{ kind: 'key type', type }];
  const { minVerifiedBits: least, maxAdvisedBits: most } = abilities;
  if (isVerified && bits < least) return [{ kind: 'too few bits', bits, least }];
  return bits > most ? [{ kind: 'many bits', bits, most }] : [];
}

/** The signature of a self-signed certificate is not checked: it is trusted because it is there. */
function signatureObstacles(
  { hash, signature, selfIssued }: Certificate,
  { hashes }: TlsAbilities,
): Obstacle[] {
  return selfIssued || (hash !== undefined && hashes.includes(hash))
    ? []
    : [{ kind: 'signature', signature }];
}

/** Whether a certificate is not valid at `now`. */
export function dateObstacles({ notBefore, notAfter }: Certificate, now: number): Obstacle[] {
  if (Date.parse(notAfter) < now) return [{ kind: 'expired', date: notAfter.slice(0, 10) }];
  return Date.parse(notBefore) > now ? [{ kind: 'not yet valid', date: notBefore.slice(0, 10) }] : [];
}

/** A few words that say what is in the way. */
export function obstacleText(obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case 'key type':
      return l10n.t('supports RSA keys only');
    case 'too few bits':
      return l10n.t('rejects keys below {0} bits', obstacle.least);
    case 'many bits':
      return l10n.t('keys above {0} bits are slow and may fail', obstacle.most);
    case 'signature':
      return l10n.t('does not support the signature {0}', obstacle.signature);
    case 'key format':
      return l10n.t('does not read keys in {0}', obstacle.format);
    case 'damaged':
      return l10n.t('cannot read it: it is damaged');
    case 'refused':
      return isUnsupported(obstacle.reason)
        ? l10n.t('rejects it: {0}', refusalText(obstacle.reason, obstacle.code))
        : l10n.t('cannot read it: {0}', refusalText(obstacle.reason, obstacle.code));
    case 'encrypted':
      return l10n.t('cannot read encrypted keys');
    case 'expired':
      return l10n.t('rejects it: expired on {0}', obstacle.date);
    case 'not yet valid':
      return l10n.t('rejects it: not valid before {0}', obstacle.date);
  }
}

/** What each TLS library of a version of the SDK makes of one of the contents of `item`. */
export function verdicts(
  content: Content,
  item: Pick<Item, 'readings'>,
  sdk: SdkVersion,
  now: number,
): Verdict[] {
  return librariesOf(sdk).map(library => {
    const device = deviceOf(sdk, library);
    const found = obstacles(content, device, now);
    const refused = refusalOf(item, device);
    // The parser's code adds nothing to a key type or signature that the library does not have.
    const isKnown = found.some(
      ({ kind }) =>
        kind === 'key type' || kind === 'signature' || kind === 'encrypted' || kind === 'key format',
    );
    return {
      library,
      obstacles: [
        ...found.filter(({ kind }) => kind !== 'damaged' || !refused),
        ...(refused && !isKnown ? [refused] : []),
      ].map(obstacleText),
    };
  });
}
