import * as l10n from '@vscode/l10n';
import type { Line } from './fileReport';
import type { Certificate, Content, FileForm, OtherContent, PublicKey, Request } from './model';

const dayInMs = 86_400_000;

/** Returns all that may be shown of a content, in the language in use. `now` is in milliseconds. */
export function describe(content: Content, now: number): Line[] {
  const line = (label: string, value: string | number): Line[] =>
    value === '' ? [] : [{ label, value: String(value) }];
  switch (content.kind) {
    case 'certificate':
      return [
        ...line(l10n.t('Subject'), content.subject),
        ...line(l10n.t('Issuer'), content.selfIssued ? l10n.t('self-signed') : content.issuer),
        ...line(l10n.t('Names'), content.names.join(', ')),
        ...line(l10n.t('Key'), keyName(content.key)),
        ...line(l10n.t('Signature'), content.signature),
        ...line(l10n.t('Valid'), validity(content, now)),
        ...line(l10n.t('CA'), caText(content.isCa)),
        ...line(l10n.t('Version'), content.version),
        ...line(l10n.t('Serial number'), content.serial),
        ...line(l10n.t('Size'), l10n.t('{0} bytes of DER', content.size)),
        ...line('SHA-256', content.fingerprint),
      ];
    case 'key':
      return [
        ...line(l10n.t('Private key'), `${keyName(content.public)}, ${content.format}`),
        ...line(l10n.t('Size'), l10n.t('{0} bytes of DER', content.size)),
        ...line(l10n.t('SHA-256 of the public key'), content.public.fingerprint),
      ];
    case 'request':
      return requestLines(content);
    case 'other':
      return [
        { label: l10n.t('Content'), value: otherText(content.what) },
        { label: l10n.t('Size'), value: l10n.t('{0} bytes', content.size) },
      ];
  }
}

function requestLines({ subject, key, size }: Request): Line[] {
  return [
    { label: l10n.t('Request for'), value: subject },
    { label: l10n.t('Key'), value: keyName(key) },
    { label: l10n.t('Size'), value: l10n.t('{0} bytes of DER', size) },
  ];
}

/** One line that tells a content from others. */
export function summary(content: Content, now: number): string {
  switch (content.kind) {
    case 'certificate':
      return [
        certificateName(content),
        keyName(content.key),
        content.hash ?? content.signature,
        daysLeftText(content, now),
        l10n.t('{0} bytes', content.size),
      ].join(' · ');
    case 'key':
      return [
        l10n.t('Private key'),
        keyName(content.public),
        content.format,
        l10n.t('{0} bytes', content.size),
      ].join(' · ');
    case 'request':
      return [l10n.t('Request for {0}', content.subject), keyName(content.key)].join(' · ');
    case 'other':
      return otherText(content.what);
  }
}

/** What people call it by. */
export function certificateName({ commonName, organization, subject, serial }: Certificate): string {
  return commonName || organization || subject || serial;
}

/** “RSA 2048”. */
export function keyName({ type, bits }: PublicKey): string {
  const name = type === 'other' ? l10n.t('a key of another type') : type;
  return bits > 0 ? `${name} ${bits}` : name;
}

/** Whole days until it ends, negative when it has ended. */
export function daysLeft({ notAfter }: Certificate, now: number): number {
  return Math.floor((Date.parse(notAfter) - now) / dayInMs);
}

export function daysLeftText(certificate: Certificate, now: number): string {
  const days = daysLeft(certificate, now);
  if (days < 0) return l10n.t('expired');
  if (Date.parse(certificate.notBefore) > now) return l10n.t('not valid yet');
  return days === 1 ? l10n.t('1 day left') : l10n.t('{0} days left', days);
}

function validity(certificate: Certificate, now: number): string {
  const { notBefore, notAfter } = certificate;
  return l10n.t(
    '{0} to {1} ({2})',
    notBefore.slice(0, 10),
    notAfter.slice(0, 10),
    daysLeftText(certificate, now),
  );
}

function caText(isCa: boolean | undefined): string {
  if (isCa === undefined) return l10n.t('not stated');
  return isCa ? l10n.t('yes') : l10n.t('no');
}

function otherText(what: OtherContent): string {
  switch (what) {
    case 'encrypted key':
      return l10n.t('encrypted private key');
    case 'public key':
      return l10n.t('public key');
    case 'damaged certificate':
      return l10n.t('damaged certificate');
    case 'damaged key':
      return l10n.t('damaged private key');
    case 'damaged':
      return l10n.t('damaged DER');
    case 'unknown':
      return l10n.t('neither certificate nor key');
  }
}

/** What a file is, in a few words. */
export function formText(form: FileForm): string {
  switch (form) {
    case 'c':
      return l10n.t('C source');
    case 'records':
      return l10n.t('flash records');
    case 'pem':
      return 'PEM';
    case 'der':
      return 'DER';
    case 'script':
      return l10n.t('script of the SDK');
    case 'project':
      return l10n.t('file of the project');
    case 'too large':
      return l10n.t('too large to read');
    case 'unknown':
      return l10n.t('neither certificates nor keys');
  }
}
