import * as l10n from '@vscode/l10n';
import { type Device, obstacles, refusalOf } from '../obstacles';
import { isUnsupported, refusalText } from '../../readers/refusalText';
import { otherText } from '../describe';
import type { Inspection, Item, OtherContent } from '../model';
import { demoPair } from './certificateRules';
import { certificateItemOf, certificatesIn, isOwn, isPair, keyIn, keysOf } from './pairs';
import { contentsOf, isFirmware, isForPrograms, placeOf, type Report, type Rule, type Subject } from './rule';

/** What the device shall read but cannot. */
function unreadable({ inspection, device, now }: Subject): Report[] {
  if (isForPrograms(inspection)) return [];
  return inspection.items.flatMap((item, index): Report[] => {
    const range = placeOf(item);
    const refused = refusalReport(item, device);
    if (refused !== undefined) return [refused];
    return item.contents.flatMap((content): Report[] => {
      if (content.kind === 'other') {
        // What the parser of the library reads is not damaged.
        if (item.readings?.[device.abilities.library].code === 0) return [];
        const message = otherMessage(content.what, item, inspection);
        return message === undefined ? [] : [{ range, message, fix: { kind: 'regenerate' } }];
      }
      if (content.kind !== 'key') return content.kind === 'certificate' ? trailing(item) : [];
      const isFormat = obstacles(content, device, now).some(({ kind }) => kind === 'key format');
      if (!isFormat) return trailing(item);
      const message = l10n.t(
        'The key is in {0}; {1} reads PKCS#1 only.',
        content.format,
        device.abilities.library,
      );
      return [{ range, message, fix: { kind: 'to PKCS#1', item: index } }];
    });
  });
}

/** What the library's own parser says of data that has another form than it reads; SSL108 has what it does not support. */
function refusalReport(item: Item, device: Device): Report | undefined {
  const refused = refusalOf(item, device);
  if (refused === undefined || isUnsupported(refused.reason) || isSwapped(item, device)) return undefined;
  const [content] = item.contents;
  if (content?.kind === 'other' && content.what === 'encrypted key') return undefined;
  // The caller says that with a way out.
  if (refused.reason.kind === 'key format' && content?.kind === 'key') return undefined;
  const text = refusalText(refused.reason, refused.code);
  const message =
    refused.code > 0
      ? l10n.t('{0} cannot read all certificates in {1}: {2}.', device.abilities.library, item.name, text)
      : l10n.t('{0} cannot read {1}: {2}.', device.abilities.library, item.name, text);
  return { range: placeOf(item), message, fix: { kind: 'regenerate' } };
}

/** A sound key in the place of a certificate, or the other way around: SSL117 says so. */
function isSwapped({ contents: [content], readings }: Item, { abilities }: Device): boolean {
  const reading = readings?.[abilities.library];
  return reading?.code !== 0 && reading?.role !== undefined && content?.kind === other[reading.role];
}

const other = { certificate: 'key', key: 'certificate' } as const;

/** Where a library reads as much as the first length says. */
function trailing(item: Item): Report[] {
  if (item.trailing === undefined) return [];
  const message =
    item.trailing === 1
      ? l10n.t('{0}: 1 byte after the DER is ignored.', item.name)
      : l10n.t('{0}: {1} bytes after the DER are ignored.', item.name, item.trailing);
  return [{ range: placeOf(item), severity: 'hint', message }];
}

function otherMessage(what: OtherContent, item: Item, { form }: Inspection): string | undefined {
  if (what === 'encrypted key')
    return l10n.t('The key in {0} is encrypted; the device cannot read it.', item.name);
  if (what.startsWith('damaged')) return l10n.t('The contents of {0} are damaged or truncated.', item.name);
  const isGiven = form === 'c' || form === 'records';
  if (what === 'unknown')
    return isGiven || form === 'der'
      ? l10n.t('{0} contains neither DER (which starts with 0x30) nor PEM.', item.name)
      : undefined;
  return isGiven ? l10n.t('The device cannot read {0}: {1}.', item.name, otherText(what)) : undefined;
}

/** The key and the certificate that belong together and do not fit. */
function mismatched(subject: Subject): Report[] {
  // Firmware has many certificates, in any order.
  if (isFirmware(subject.inspection)) return [];
  return subject.inspection.items.flatMap((item): Report[] => {
    const key = keyIn(item);
    const certificate = key && certificateItemOf(item, subject);
    const [first] = certificate ? certificatesIn(certificate) : [];
    if (!certificate || !first || isPair(certificate, key)) return [];
    const message = l10n.t('The key does not match the certificate next to it ({0}).', first.subject);
    return [{ range: placeOf(item), message, fix: { kind: 'regenerate' } }];
  });
}

/** Chains that start with another certificate than the device's own: it proves that it has the key of the first. */
function wrongOrder(subject: Subject): Report[] {
  const { form, items } = subject.inspection;
  if (form !== 'c' && form !== 'records') return [];
  return items.flatMap((item): Report[] => {
    const [first, ...rest] = certificatesIn(item);
    if (first === undefined || rest.length === 0) return [];
    const keys = new Set(keysOf(item, subject).map(key => key.public.fingerprint));
    if (keys.has(first.key.fingerprint)) return [];
    const own =
      rest.find(({ key }) => keys.has(key.fingerprint)) ??
      (isOwn(item, subject)
        ? rest.find(each => each.issuer === first.subject && !each.selfIssued)
        : undefined);
    if (own === undefined) return [];
    const message = l10n.t(
      '“{0}” starts with the certificate of {1}. The device’s own certificate ({2}) must come first.',
      item.name,
      first.subject,
      own.subject,
    );
    return [{ range: placeOf(item), message }];
  });
}

/** Keys that others have, too. */
function exposed({ inspection, project }: Subject): Report[] {
  const tracked = project.isTracked?.(inspection.file) === true;
  return contentsOf(inspection).flatMap(({ content, item }): Report[] => {
    const isDemo =
      content.kind === 'certificate'
        ? content.fingerprint === demoPair.certificate || content.key.fingerprint === demoPair.publicKey
        : content.kind === 'key' && content.public.fingerprint === demoPair.publicKey;
    const range = placeOf(item);
    if (isDemo) {
      const message = l10n.t('This is the demo key pair of Espressif’s IoT_Demo: its private key is public.');
      return [{ range, message, fix: { kind: 'regenerate' } }];
    }
    return content.kind === 'key' && tracked
      ? [{ range, message: l10n.t('git tracks this private key: everyone with the repository has it.') }]
      : [];
  });
}

export const keyRules: Rule[] = [
  {
    id: 'SSL102',
    group: 'certificates',
    severity: 'error',
    title: () => l10n.t('The device cannot read the data'),
    explanation: () =>
      l10n.t(
        'Arrays and records contain DER (SEQUENCE, 0x30) or PEM. libmbedtls is strict about PEM: a line end after the BEGIN line, no blanks in the base64, only the labels CERTIFICATE, PRIVATE KEY and RSA PRIVATE KEY. libssl reads PEM in records only, and private keys in PKCS#1 only; current OpenSSL writes PKCS#8 unless -traditional is given. Convert the data, or regenerate both.',
      ),
    source:
      'OpenSSL 3 writes PKCS#8 without -traditional; ssl_loader.o and ssl_asn1.o of libssl; mbedtls_pk_parse_key takes both; pem.c, x509_crt.c and pkparse.c of mbed TLS 2.2.1 with the SDK’s config_esp.h.',
    example: {
      isCommands: true,
      code: String.raw`openssl genrsa -out device.pem 1024
-openssl rsa -in device.pem -outform DER -out device.key_1024
+openssl rsa -in device.pem -outform DER -traditional -out device.key_1024
esp8266-ssl inspect device.key_1024 --tls-library libssl
`,
    },
    check: unreadable,
  },
  {
    id: 'SSL103',
    group: 'certificates',
    severity: 'error',
    title: () => l10n.t('The certificate and the key do not match'),
    explanation: () =>
      l10n.t(
        'The public key in the certificate does not match the private key, so every handshake fails. Generate both together. In a chain, the device’s own certificate comes first, then its issuer.',
      ),
    source:
      'RFC 5246, 7.4.7 and 7.4.8: the handshake proves that the peer has the private key of its certificate.',
    example: {
      isCommands: true,
      code: String.raw`openssl req -x509 -newkey rsa:2048 -nodes -days 825 -subj /CN=192.168.4.1 \
    -addext subjectAltName=IP:192.168.4.1 -keyout device.key -out device.crt
-openssl genrsa -out device.key 2048
esp8266-ssl inspect device.crt device.key
`,
    },
    check: subject => [...mismatched(subject), ...wrongOrder(subject)],
  },
  {
    id: 'SSL105',
    group: 'certificates',
    severity: 'warning',
    title: () => l10n.t('The private key is not private'),
    explanation: () =>
      l10n.t(
        'Anyone with the private key can impersonate the device. The demo key pair of Espressif’s IoT_Demo is in every copy of it, and everyone with a repository has the keys in it. Generate a new pair and add the key file to .gitignore.',
      ),
    source:
      'examples/IoT_Demo/include/ssl of SDK 2.0 to 3.0.0, by the SHA-256 of certificate and public key.',
    example: {
      isCommands: true,
      code: String.raw`git init
esp8266-ssl certs --name 192.168.4.1 --out ssl
+echo /ssl/ >> .gitignore
git add .
esp8266-ssl inspect ssl/private_key.h
`,
    },
    check: exposed,
  },
];
