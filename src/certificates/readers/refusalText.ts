import * as l10n from '@vscode/l10n';
import { hexDigits } from '../../text/hex';
import { signatureAlgorithms } from '../signatureAlgorithms';
import type { RefusalReason } from './refusal';

/** What people call the extensions of certificates (RFC 5280, 4.2; RFC 7633). */
const extensionNames: ReadonlyMap<string, string> = new Map([
  ['2.5.29.30', 'nameConstraints'],
  ['2.5.29.32', 'certificatePolicies'],
  ['2.5.29.33', 'policyMappings'],
  ['2.5.29.36', 'policyConstraints'],
  ['2.5.29.54', 'inhibitAnyPolicy'],
  ['2.5.29.18', 'issuerAltName'],
  ['2.5.29.31', 'cRLDistributionPoints'],
  ['2.5.29.35', 'authorityKeyIdentifier'],
  ['2.5.29.14', 'subjectKeyIdentifier'],
  ['1.3.6.1.5.5.7.1.1', 'authorityInfoAccess'],
  ['1.3.6.1.5.5.7.1.24', 'tlsFeature (must-staple)'],
]);

/** id-ecPublicKey (RFC 5480). */
const ecPublicKey = '1.2.840.10045.2.1';

/** Whether data is refused for an algorithm, not for its form. */
export function isAlgorithm({ kind }: RefusalReason): boolean {
  return kind === 'signature algorithm' || kind === 'signature parameters' || kind === 'key algorithm';
}

/** Whether the data is sound but has something that the library does not support. */
export function isUnsupported(reason: RefusalReason): boolean {
  return isAlgorithm(reason) || ['critical extension', 'version', 'name text'].includes(reason.kind);
}

/** Why a library refuses data, in a few words, with the code that its function returns. */
export function refusalText(reason: RefusalReason, code: number): string {
  const text = reasonText(reason);
  return code < 0 ? l10n.t('{0} ({1})', text, codeText(code)) : text;
}

/** An error of mbed TLS as its own log writes it. */
function codeText(code: number): string {
  return `-0x${hexDigits(-code, 4)}`;
}

/** An algorithm as people say it, or its OID. Keys of Ed25519 and Ed448 have the OID of their signatures. */
function algorithmText(oid: string): string {
  const known = signatureAlgorithms.get(oid);
  return known?.scheme === 'RSASSA-PSS' ? known.scheme : (known?.name ?? oid);
}

function reasonText(reason: RefusalReason): string {
  switch (reason.kind) {
    case 'unknown format':
      return l10n.t('neither DER nor PEM');
    case 'pem line end':
      return l10n.t('no line end after the BEGIN line of the PEM text');
    case 'pem end':
      return l10n.t('the PEM text has no matching END line');
    case 'pem blank':
      return l10n.t('blanks inside the base64 of the PEM text');
    case 'pem character':
      return l10n.t('the base64 of the PEM text contains {0}', characterText(reason.character));
    case 'pem empty':
      return l10n.t('the PEM text is empty');
    case 'pem label':
      return l10n.t('unsupported PEM label “{0}”', reason.label);
    case 'encrypted':
      return l10n.t('it is encrypted');
    case 'other contents':
      return l10n.t('its label says {0} (PKCS#1), but it contains PKCS#8', reason.label);
    case 'critical extension':
      return l10n.t('unsupported critical extension {0}', extensionNames.get(reason.oid) ?? reason.oid);
    case 'signature algorithm':
    case 'signature parameters':
      return l10n.t('unsupported signature algorithm {0}', algorithmText(reason.oid));
    case 'key algorithm':
      return l10n.t(
        'unsupported key type {0}',
        reason.oid === ecPublicKey ? 'EC' : algorithmText(reason.oid),
      );
    case 'version':
      return l10n.t('unsupported certificate version');
    case 'pem array':
      return l10n.t('PEM in an array, which has to contain DER; only records may contain PEM');
    case 'key format':
      return l10n.t('it is PKCS#8, not PKCS#1');
    case 'name text':
      return l10n.t('unsupported type of string in a name');
    case 'trailing':
      return l10n.t('other data follows the certificate');
    case 'too many certificates':
      return l10n.t('too many certificates');
    case 'key numbers':
      return l10n.t('the numbers of the key do not belong together');
    case 'damaged':
      return l10n.t('it is damaged');
  }
}

/** A character as people can see it. */
function characterText(character: string): string {
  const code = character.charCodeAt(0);
  return code > 0x20 && code < 0x7f ? `“${character}”` : `0x${hexDigits(code, 2)}`;
}
