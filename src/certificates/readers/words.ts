import * as l10n from '@vscode/l10n';
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

/** Signature and key algorithms that the library's tables do not have, or do not accept. */
const algorithmNames: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.10', 'RSASSA-PSS'],
  ['1.2.840.10045.2.1', 'EC'],
  ['1.2.840.10045.4.1', 'ecdsa-with-SHA1'],
  ['1.2.840.10045.4.3.1', 'ecdsa-with-SHA224'],
  ['1.2.840.10045.4.3.2', 'ecdsa-with-SHA256'],
  ['1.2.840.10045.4.3.3', 'ecdsa-with-SHA384'],
  ['1.2.840.10045.4.3.4', 'ecdsa-with-SHA512'],
  ['1.3.101.112', 'Ed25519'],
  ['1.3.101.113', 'Ed448'],
  ['2.16.840.1.101.3.4.3.13', 'SHA3-224'],
  ['2.16.840.1.101.3.4.3.14', 'SHA3-256'],
  ['2.16.840.1.101.3.4.3.15', 'SHA3-384'],
  ['2.16.840.1.101.3.4.3.16', 'SHA3-512'],
]);

/** Whether data is refused for an algorithm, not for its form. */
export function isAlgorithm({ kind }: RefusalReason): boolean {
  return kind === 'signature algorithm' || kind === 'signature parameters' || kind === 'key algorithm';
}

/** Whether the data is sound but has something that the library does not support. */
export function isUnsupported(reason: RefusalReason): boolean {
  return isAlgorithm(reason) || reason.kind === 'critical extension' || reason.kind === 'version';
}

/** Why a library refuses data, in a few words, with the code that its function returns. */
export function refusalText(reason: RefusalReason, code: number): string {
  const text = reasonText(reason);
  return code < 0 ? l10n.t('{0} ({1})', text, codeText(code)) : text;
}

/** An error of mbed TLS as its own log writes it. */
function codeText(code: number): string {
  return `-0x${(-code).toString(16).padStart(4, '0')}`;
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
      return l10n.t('unsupported signature algorithm {0}', algorithmNames.get(reason.oid) ?? reason.oid);
    case 'key algorithm':
      return l10n.t('unsupported key type {0}', algorithmNames.get(reason.oid) ?? reason.oid);
    case 'version':
      return l10n.t('unsupported certificate version');
    case 'key numbers':
      return l10n.t('the numbers of the key do not belong together');
    case 'damaged':
      return l10n.t('it is damaged');
  }
}

/** A character as people can see it. */
function characterText(character: string): string {
  const code = character.charCodeAt(0);
  return code > 0x20 && code < 0x7f ? `“${character}”` : `0x${code.toString(16).padStart(2, '0')}`;
}
