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
        ...line(l10n.t('Content'), otherText(content.what)),
        ...line(l10n.t('Size'), l10n.t('{0} bytes', content.size)),
        ...line(l10n.t('Next step'), nextStep(content.what)),
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

/** What to do with contents that the device does not read; empty where there is nothing. */
function nextStep(what: OtherContent): string {
  switch (what) {
    case 'PKCS#7':
    case 'PKCS#12':
      return l10n.t('Import it: esp8266-ssl certs import');
    case 'encrypted PKCS#12':
    case 'encrypted key':
      return l10n.t('Import it with its passphrase: esp8266-ssl certs import');
    case 'escaped PEM':
      return l10n.t('Replace each \\n with a line break.');
    case 'OpenSSH key':
      return l10n.t('Convert it: ssh-keygen -p -m PEM -f FILE');
    case 'PuTTY key':
      return l10n.t('Convert it: puttygen FILE -O private-openssh -o device.key');
    case 'Java key store':
      return l10n.t(
        'Convert it: keytool -importkeystore -srckeystore FILE -destkeystore device.p12 -deststoretype PKCS12',
      );
    default:
      return '';
  }
}

/** What other programs call contents that are neither certificate nor private key, or cannot be read. */
export function otherText(what: OtherContent): string {
  switch (what) {
    case 'PKCS#7':
      return l10n.t('PKCS#7, a container of certificates');
    case 'PKCS#12':
      return l10n.t('PKCS#12, a container of certificates and keys');
    case 'encrypted PKCS#12':
      return l10n.t('PKCS#12, an encrypted container of certificates and keys');
    case 'CRL':
      return l10n.t('certificate revocation list (CRL)');
    case 'escaped PEM':
      return l10n.t('PEM with its line ends written as the two characters \\n, as in JSON');
    case 'OpenSSH key':
      return l10n.t('private key of OpenSSH');
    case 'OpenSSH public key':
      return l10n.t('public key of OpenSSH');
    case 'PuTTY key':
      return l10n.t('private key of PuTTY');
    case 'Java key store':
      return l10n.t('Java key store');
    case 'parameters':
      return l10n.t('key parameters');
    case 'other DER':
      return l10n.t('DER, but neither a certificate nor a key');
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
    case 'base64':
      return l10n.t('base64 without PEM lines');
    case 'esp-at':
      return l10n.t('container of esp-at (AtPKI.py)');
    case 'foreign':
      return l10n.t('file of another program');
    case 'firmware':
      return l10n.t('firmware image');
    case 'dump':
      return l10n.t('contents of a flash');
    case 'elf':
      return l10n.t('linked firmware (ELF)');
    case 'library':
      return l10n.t('library of object files');
    case 'binary':
      return l10n.t('binary file');
    case 'script':
      return l10n.t('script of the SDK');
    case 'project':
      return l10n.t('file of the project');
    case 'too large':
      return l10n.t('too large to read');
    case 'unknown':
      return l10n.t('file of another kind');
  }
}
