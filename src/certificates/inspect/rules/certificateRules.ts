import * as l10n from '@vscode/l10n';
import { dateObstacles, keyObstacles, obstacles, type Obstacle, refusalOf } from '../obstacles';
import type { Certificate, Content, Item } from '../model';
import { isUnsupported, refusalText } from '../../readers/refusalText';
import { listOf, recordRole } from './recordRules';
import { contentsOf, isForPrograms, placeOf, type Report, type Rule, type Subject } from './rule';

/** CNs of the SDK's scripts: of 2015, and of 2.2 and later for server and client. */
const defaultNames = ['127.0.0.1', '192.168.111.100', '192.168.111.101'];

/** The demo pair of the SDK's IoT_Demo: in every copy of it. SHA-256 of the certificate and of its public key. */
export const demoPair = {
  certificate: 'ad7bc13c6ca8a7f380ac72b8ae4ae8f5f8b19a992e400029f746a5d01408825c',
  publicKey: '95b2a4c8b6434553c1e438e3ea6916c24a5080be3e1072a031af718643fc7ef6',
} as const;

/** Reports what `judge` says of each certificate that goes to the device. PEM files are for other programs. */
function eachCertificate(
  judge: (certificate: Certificate, subject: Subject) => string | undefined,
): Rule['check'] {
  return subject =>
    contentsOf(subject.inspection).flatMap(({ content, item }): Report[] => {
      if (content.kind !== 'certificate' || isForPrograms(subject.inspection)) return [];
      const message = judge(content, subject);
      return message === undefined ? [] : [{ range: placeOf(item), message, fix: { kind: 'regenerate' } }];
    });
}

/** The obstacle of one of these kinds that a certificate has. */
function obstacleOf(
  certificate: Certificate,
  { device, now }: Subject,
  ...kinds: Obstacle['kind'][]
): Obstacle | undefined {
  const found = obstacles({ kind: 'certificate', ...certificate }, device, now);
  return found.find(({ kind }) => kinds.includes(kind));
}

/** Reports what `judge` says of the certificates and of the size that the project's file wants. */
function eachKeySize(judge: (obstacle: Obstacle, subject: Subject) => string | undefined): Rule['check'] {
  const ofCertificates = eachCertificate((certificate, subject) => {
    const found = obstacleOf(certificate, subject, 'too few bits', 'many bits');
    return found && judge(found, subject);
  });
  return subject => {
    const { wantedBits } = subject.inspection;
    if (wantedBits === undefined) return ofCertificates(subject);
    const key = { type: 'RSA', bits: wantedBits.value } as const;
    return keyObstacles(key, subject.device.abilities, true)
      .map(found => judge(found, subject))
      .filter(message => message !== undefined)
      .map(message => ({ range: wantedBits.range, message }));
  };
}

/** What neither the key nor the certificate may have. PEM files are for other programs, but what is made of them goes to the device. */
function unsupported(subject: Subject): Report[] {
  const { library } = subject.device.abilities;
  return subject.inspection.items.flatMap((item): Report[] => {
    const messages = isForPrograms(subject.inspection)
      ? []
      : item.contents.flatMap(content => strengthMessage(content, subject));
    const refused = refusalOf(item, subject.device);
    if (messages.length === 0 && refused !== undefined && isUnsupported(refused.reason))
      messages.push(
        l10n.t(
          '{0} rejects {1}: {2}.',
          library,
          contentName(item),
          refusalText(refused.reason, refused.code),
        ),
      );
    return messages.map(message => ({ range: placeOf(item), message, fix: { kind: 'regenerate' } }));
  });
}

function contentName({ name, contents }: Item): string {
  const [content] = contents;
  return contents.length === 1 && content?.kind === 'certificate' ? nameOf(content) : name;
}

function strengthMessage(content: Content, subject: Subject): string[] {
  if (content.kind !== 'certificate') return [];
  const { library } = subject.device.abilities;
  const found = obstacleOf(content, subject, 'key type', 'signature');
  if (found?.kind === 'key type')
    return [l10n.t('The key is {0}; {1} supports RSA only.', content.key.type, library)];
  if (found?.kind === 'signature')
    return [l10n.t('{0} does not support the signature {1}.', library, found.signature)];
  return content.hash === 'md5' && !content.selfIssued
    ? [l10n.t('The signature uses MD5, which is easily forged.')]
    : [];
}

function nameOf({ subject, commonName, organization }: Certificate): string {
  return commonName || organization || subject;
}

export const certificateRules: Rule[] = [
  {
    id: 'SSL104',
    group: 'certificates',
    severity: 'warning',
    title: () => l10n.t('The certificate is for the address in the SDK’s script'),
    explanation: () =>
      l10n.t(
        'The SDK’s makefile.sh contains an example address, which the manual tells you to replace. Clients that check the name reject the certificate. Generate one for your device’s address or name.',
      ),
    source: 'SSL manual 1.0, 2.1; tools/README.md of SDK 2.2.',
    example: {
      isCommands: true,
      code: String.raw`openssl req -x509 -newkey rsa:2048 -nodes -days 825 -keyout device.key -outform DER -out device.cer \
-    -subj /CN=192.168.111.100
+    -subj /CN=192.168.4.1 -addext subjectAltName=IP:192.168.4.1
esp8266-ssl inspect device.cer
`,
    },
    // A CA record may be the certificate of a server elsewhere.
    check: eachCertificate(({ commonName, names }, { project, inspection }) =>
      project.servesTls !== false &&
      recordRole(inspection) !== 'ca' &&
      names.length === 0 &&
      defaultNames.includes(commonName)
        ? l10n.t('The certificate is for {0}, the example address in the SDK’s script.', commonName)
        : undefined,
    ),
  },
  {
    id: 'SSL106',
    group: 'certificates',
    severity: 'warning',
    title: () => l10n.t('The key is too small for CA verification'),
    explanation: () =>
      l10n.t(
        'With CA verification (espconn_secure_ca_enable), libmbedtls of SDK 3.0.2 and later rejects RSA keys below 2048 bits, older versions below 512, for both CA and peer: the reconnect callback gets -39. Generate certificates with larger keys.',
      ),
    source:
      'The verify profile in libmbedtls.a of SDK 3.0.2 and later says 0x800 bits, before 0x200; x509_crt.c.',
    example: {
      isCommands: true,
      code: String.raw`-esp8266-ssl certs --name 192.168.4.1 --sdk 3.0.6 --tls-library libmbedtls --bits 1024
+esp8266-ssl certs --name 192.168.4.1 --sdk 3.0.6 --tls-library libmbedtls --bits 2048
esp8266-ssl inspect ssl/esp_ca_cert.bin --sdk 3.0.6 --tls-library libmbedtls
`,
    },
    check: eachKeySize((found, subject) => {
      if (found.kind !== 'too few bits' || subject.project.caEnabled === false) return undefined;
      return l10n.t(
        'RSA {0}: {1} of SDK {2} rejects keys below {3} bits.',
        found.bits,
        subject.device.abilities.library,
        subject.device.sdk,
        found.least,
      );
    }),
  },
  {
    id: 'SSL107',
    group: 'certificates',
    severity: 'warning',
    title: () => l10n.t('The key is too large for the device'),
    explanation: () =>
      l10n.t(
        'A handshake with a large RSA key takes many seconds and much of the heap; libssl is reported to fail above 1024 bits. Generate a smaller key.',
      ),
    source:
      'devicehive/esp8266-firmware#38 for libssl; the times are those of a processor with 80 or 160 MHz.',
    example: {
      isCommands: true,
      code: String.raw`-esp8266-ssl certs --name 192.168.4.1 --tls-library libssl --bits 2048
+esp8266-ssl certs --name 192.168.4.1 --tls-library libssl --bits 1024
esp8266-ssl inspect ssl/cert.h --tls-library libssl
`,
    },
    check: eachKeySize((found, subject) => {
      if (found.kind !== 'many bits') return undefined;
      return l10n.t(
        'RSA {0}: keys above {1} bits are slow with {2} and may fail.',
        found.bits,
        found.most,
        subject.device.abilities.library,
      );
    }),
  },
  {
    id: 'SSL108',
    group: 'certificates',
    severity: 'warning',
    title: () => l10n.t('The TLS library does not support the certificate'),
    explanation: () =>
      l10n.t(
        'Neither TLS library of the SDK supports elliptic curves or RSASSA-PSS; libmbedtls rejects MD5, which is easily forged, SHA-3, and critical extensions that it does not know, such as nameConstraints. Use RSA with SHA-256, and mark only basicConstraints and keyUsage as critical.',
      ),
    source:
      'config_esp.h of SDK 2.2 to 3.0.6: no elliptic curves, no RSASSA-PSS, no MBEDTLS_X509_ALLOW_UNSUPPORTED_CRITICAL_EXTENSION; the verify profile has no MD5.',
    example: {
      isCommands: true,
      code: String.raw`-openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 825 \
+openssl req -x509 -newkey rsa:2048 -nodes -days 825 \
    -subj /CN=192.168.4.1 -addext subjectAltName=IP:192.168.4.1 -keyout device.key -outform DER -out device.cer
esp8266-ssl inspect device.cer
`,
    },
    check: unsupported,
  },
  {
    id: 'SSL109',
    group: 'certificates',
    severity: 'warning',
    title: () => l10n.t('The certificate is not valid today'),
    explanation: () =>
      l10n.t(
        'libssl rejects it when it verifies, and so do other clients and servers; libmbedtls on the device does not check dates. Regenerate it.',
      ),
    source:
      'ssl_x509.o of libssl has EXPIRED and NOT_YET_VALID; libmbedtls is built without MBEDTLS_HAVE_TIME_DATE.',
    example: {
      isCommands: true,
      code: String.raw`esp8266-ssl certs --bad-set --out bad
-esp8266-ssl inspect bad/expired/esp_cert_private_key.bin
+esp8266-ssl inspect bad/good/esp_cert_private_key.bin
`,
    },
    check: eachCertificate((certificate, { now }) => {
      const [found] = dateObstacles(certificate, now);
      if (found?.kind === 'expired')
        return l10n.t('The certificate of {0} expired on {1}.', nameOf(certificate), found.date);
      return found?.kind === 'not yet valid'
        ? l10n.t('The certificate of {0} is not valid before {1}.', nameOf(certificate), found.date)
        : undefined;
    }),
  },
  {
    id: 'SSL115',
    group: 'certificates',
    severity: 'info',
    title: () => l10n.t('The CA certificate has version 1'),
    explanation: () =>
      l10n.t(
        'The SDK’s script makes CA certificates without extensions, so they are not marked as CA certificates. The device accepts them; other programs may not. The device needs no change.',
      ),
    source: 'x509_crt.c of mbed TLS 2.2.1 takes certificates of version 1 and 2 as trust anchors.',
    example: {
      isCommands: true,
      code: String.raw`openssl req -newkey rsa:2048 -nodes -subj "/CN=My CA" -keyout ca.key -out ca.csr
-openssl x509 -req -in ca.csr -signkey ca.key -days 3650 -outform DER -out ca.cer
+echo basicConstraints=critical,CA:TRUE > ca.ext
+openssl x509 -req -in ca.csr -signkey ca.key -days 3650 -extfile ca.ext -outform DER -out ca.cer
esp8266-ssl inspect ca.cer
`,
    },
    check: ({ inspection }) =>
      contentsOf(inspection).flatMap(({ content, item }): Report[] =>
        content.kind === 'certificate' &&
        content.version === 1 &&
        content.selfIssued &&
        listOf(item, inspection)?.role !== 'own'
          ? [
              {
                range: placeOf(item),
                message: l10n.t(
                  'The CA certificate has version 1: the device accepts it, other programs may reject it.',
                ),
              },
            ]
          : [],
      ),
  },
];
