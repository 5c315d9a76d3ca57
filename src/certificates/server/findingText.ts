import * as l10n from '@vscode/l10n';
import { alerts, cipherSuiteName, handshakeName, tls12, versionName } from '../../sdk/tlsNames';
import type { RefusalReason } from '../readers/refusal';
import { refusalText } from '../readers/refusalText';
import type { PassedOver, ServerFact } from './finding';
import { day, keyName } from './certificateText';

/** What a finding says, and what to do about it. */
export interface FindingText {
  text: string;
  advice?: string;
}

export function findingText(finding: ServerFact): FindingText {
  switch (finding.kind) {
    case 'ipv6-only':
      return {
        text: l10n.t('The server has an IPv6 address only ({0}); the device supports IPv4 only.', finding.ip),
        advice: l10n.t('Give the server an IPv4 address as well.'),
      };
    case 'name-needed':
      return {
        text: l10n.t(
          'The server accepts only clients that send a host name ({0}, SNI). The device never sends one.',
          finding.name,
        ),
        advice: l10n.t(
          'Make this host the server’s default for clients without SNI, or give it an address or port of its own.',
        ),
      };
    case 'name-changes-certificate':
      return {
        text: l10n.t(
          'The device sends no host name (SNI), so the server presents the certificate of {0}; clients that send {1} get the certificate of {2}.',
          finding.without,
          finding.name,
          finding.with,
        ),
        advice: l10n.t(
          'The CA below matches the certificate that the device gets. Check that this default host is the right one.',
        ),
      };
    case 'no-common-version':
      return {
        text: l10n.t(
          'The server requires {0}; the device supports {1}.',
          versionName(finding.server),
          finding.device.map(versionName).join(', '),
        ),
        advice: versionAdvice(finding.device),
      };
    case 'no-common-suite':
      return {
        text:
          finding.keyType === undefined || finding.keyType === 'rsa'
            ? l10n.t(
                'The server accepts none of the device’s cipher suites; with this host it uses {0} ({1}).',
                cipherSuiteName(finding.server),
                versionName(finding.version),
              )
            : l10n.t(
                'The server accepts none of the device’s cipher suites: its certificate has a key of type {0}, and the device supports RSA only.',
                keyName(finding.keyType),
              ),
        advice:
          finding.keyType === undefined || finding.keyType === 'rsa'
            ? l10n.t('Allow TLS_RSA_WITH_AES_128_CBC_SHA (OpenSSL: AES128-SHA) on the server.')
            : l10n.t(
                'Give the server an RSA certificate as well, and allow TLS_RSA_WITH_AES_128_CBC_SHA (OpenSSL: AES128-SHA).',
              ),
      };
    case 'refused':
      return {
        text:
          finding.alert === undefined
            ? l10n.t(
                'The server closes the connection after the device’s ClientHello; other variants of it fail as well.',
              )
            : l10n.t(
                'The server rejects the device’s ClientHello with {0}; other variants of it fail as well.',
                alertName(finding.alert),
              ),
        advice: l10n.t('Check the server’s log.'),
      };
    case 'record-too-large':
      return {
        text: l10n.t(
          'The server’s handshake needs a buffer of {0} bytes, most of them for its certificates; the device has {1}.',
          finding.length,
          finding.buffer,
        ),
        advice:
          finding.size === undefined || finding.heap === undefined
            ? l10n.t(
                'Even the largest size that espconn_secure_set_size accepts is too small: have the server send fewer or smaller certificates.',
              )
            : l10n.t(
                'Call espconn_secure_set_size(ESPCONN_CLIENT, {0}), which needs more than {1} bytes of free heap, or have the server send fewer or smaller certificates.',
                finding.size,
                finding.heap,
              ),
      };
    case 'message-split':
      return {
        text: l10n.t(
          'The server splits the {0} message ({1} bytes) into several records; the device accepts only messages that fit into one.',
          handshakeName(finding.type),
          finding.length,
        ),
        advice: l10n.t(
          'Have the server send fewer or smaller certificates, and remove any limit on its record length.',
        ),
      };
    case 'group-too-small':
      return {
        text: l10n.t(
          'The server uses a Diffie-Hellman group of {0} bits; libmbedtls rejects groups below 1024 bits.',
          finding.bits,
        ),
        advice: l10n.t('Give the server a group of 2048 bits, or allow only cipher suites without DHE.'),
      };
    case 'certificate-damaged':
      return {
        text: l10n.t('Certificate {0} of the server’s chain cannot be read.', finding.position),
        advice: l10n.t('Repair the certificate file of the server.'),
      };
    case 'certificate-unreadable':
      return {
        text:
          finding.refusal === undefined
            ? l10n.t(
                'The device aborts the handshake at the certificate of {0} (key {1}, signature {2}), with or without verification: it supports only RSA keys and PKCS#1 v1.5 signatures.',
                finding.name,
                keyName(finding.keyType),
                finding.signature,
              )
            : l10n.t(
                'The device aborts the handshake at the certificate of {0}, with or without verification: {1}.',
                finding.name,
                refusalText(finding.refusal.reason, finding.refusal.code),
              ),
        advice: refusalAdvice(finding.refusal?.reason),
      };
    case 'anchor-unreadable':
      return {
        text:
          finding.refusal === undefined
            ? l10n.t(
                'The device cannot read the root {0} (key {1}, signature {2}).',
                finding.name,
                keyName(finding.keyType),
                finding.signature,
              )
            : l10n.t(
                'The device cannot read the root {0}: {1}.',
                finding.name,
                refusalText(finding.refusal.reason, finding.refusal.code),
              ),
        advice: refusalAdvice(finding.refusal?.reason),
      };
    case 'key-too-small':
      return {
        text: l10n.t(
          'The key of {0} has {1} bits; this library rejects keys below {2} bits.',
          finding.name,
          finding.bits,
          finding.least,
        ),
        advice: l10n.t('Reissue it with {0} bits.', Math.max(finding.least, 2048)),
      };
    case 'key-large':
      return {
        text: l10n.t(
          'The key of {0} has {1} bits: keys above {2} bits cost the device many seconds and much heap, or fail.',
          finding.name,
          finding.bits,
          finding.most,
        ),
        advice: l10n.t('Try it on the device, or use a key of {0} bits.', finding.most),
      };
    case 'hash-refused':
      return {
        text: l10n.t(
          'The certificate of {0} is signed with {1}, which this library does not accept.',
          finding.name,
          finding.hash,
        ),
        advice: l10n.t('Have it signed with sha256.'),
      };
    case 'hash-weak':
      return {
        text: l10n.t('The certificate of {0} is signed with MD5, which is easily forged.', finding.name),
        advice: l10n.t('Have it signed with sha256.'),
      };
    case 'expired':
      return datesText(
        finding.noticed,
        l10n.t('The certificate of {0} expired on {1}.', finding.name, day(finding.date)),
      );
    case 'not-yet-valid':
      return datesText(
        finding.noticed,
        l10n.t('The certificate of {0} is not valid before {1}.', finding.name, day(finding.date)),
      );
    case 'anchor-expired':
      return anchorDates(l10n.t('The CA certificate {0} expired on {1}.', finding.name, day(finding.date)));
    case 'anchor-not-yet-valid':
      return anchorDates(
        l10n.t('The CA certificate {0} is not valid before {1}.', finding.name, day(finding.date)),
      );
    case 'anchor-passed-over':
      return {
        text: l10n.t(
          'The device should not hold {0}: {1}. {2} takes its place.',
          finding.name,
          passedOverText(finding.why),
          finding.chosen,
        ),
      };
    case 'anchor-unmarked':
      return {
        text:
          finding.version < 3
            ? l10n.t(
                'The CA certificate {0} has version {1}: the device accepts it, other programs may reject it.',
                finding.name,
                finding.version,
              )
            : l10n.t(
                '{0} is not marked as a CA certificate: the device accepts it, other programs may reject it.',
                finding.name,
              ),
      };
    case 'order-broken':
      return {
        text: l10n.t('The server’s certificates are not in issuing order, which libssl requires.'),
        advice: l10n.t(
          'Order the server’s certificate file like this: its own certificate, then each issuer, and nothing else.',
        ),
      };
    case 'issuer-missing':
      return {
        text: l10n.t(
          'The CA {0} is neither sent by the server nor among the roots that this host trusts.',
          finding.issuer,
        ),
        advice: l10n.t(
          'Get its certificate from the server’s operator, or have the server send its whole chain.',
        ),
      };
    case 'issuer-rejected':
      return finding.why === 'not-ca'
        ? {
            text: l10n.t(
              '{0} signed the chain but is not marked as a CA certificate; libmbedtls does not accept it as an issuer.',
              finding.issuer,
            ),
            advice: l10n.t('Reissue it with basicConstraints=critical,CA:TRUE.'),
          }
        : {
            text: l10n.t(
              'The chain below {0} has more intermediate CAs than its path length allows.',
              finding.issuer,
            ),
            advice: l10n.t('Shorten the chain, or reissue the CA certificate without pathlen.'),
          };
    case 'anchor-too-large':
      return {
        text: l10n.t(
          'esp_ca_cert.bin has {0} bytes; the device reads only {1}.',
          finding.length,
          finding.window,
        ),
        advice: l10n.t('Use a CA with a smaller certificate.'),
      };
    case 'client-certificate':
      return {
        text:
          finding.insists === true
            ? l10n.t('The server requires a certificate from the device.')
            : finding.insists === false
              ? l10n.t('The server requests a certificate from the device, but continues without one.')
              : l10n.t('The server requests a certificate from the device and may require it.'),
        advice: l10n.t(
          'Put esp_cert_private_key.bin, signed by a CA that the server trusts, into the flash and call espconn_secure_cert_req_enable.',
        ),
      };
    case 'needs-time':
      return {
        text: l10n.t(
          'libssl connects only after SNTP has set the clock; until then espconn_secure_connect returns -16.',
        ),
        advice: l10n.t('Call sntp_init and wait until sntp_get_current_timestamp is not 0.'),
      };
    case 'slow-exchange':
      return {
        text: l10n.t(
          'The server chooses a Diffie-Hellman key exchange, which costs the device several seconds.',
        ),
        advice: l10n.t('Have the server prefer TLS_RSA_WITH_AES_128_CBC_SHA.'),
      };
    case 'names-unchecked':
      return {
        text: l10n.t(
          'The device does not check names: it accepts every certificate signed by this CA, whoever presents it.',
        ),
        advice: l10n.t('A private CA that signs only your servers is safer than a public one.'),
      };
    case 'long-answers':
      return {
        text: l10n.t(
          'After the handshake, a record longer than {0} bytes also ends the connection; the device cannot request shorter records.',
          finding.buffer,
        ),
        advice: l10n.t(
          'Keep responses short, or limit the server’s record size (nginx: ssl_buffer_size 1k).',
        ),
      };
    case 'agreed':
      return {
        text: l10n.t(
          'Server and device agree on {0}, {1}; Certificate message {2} bytes, longest record {3} bytes.',
          versionName(finding.version),
          cipherSuiteName(finding.cipherSuite),
          finding.chain,
          finding.record,
        ),
      };
  }
}

function versionAdvice(device: readonly number[]): string {
  return device.includes(tls12)
    ? l10n.t('Allow TLS 1.2 on the server.')
    : l10n.t(
        'Link libmbedtls of SDK 2.2.0 or later, which supports TLS 1.2, or allow TLS 1.1 on the server.',
      );
}

function datesText(noticed: boolean, text: string): FindingText {
  return noticed
    ? { text, advice: l10n.t('Give the server a valid certificate.') }
    : {
        text: l10n.t('{0} This library does not check dates.', text),
        advice: l10n.t('Give the server a valid certificate: other clients check dates.'),
      };
}

function refusalAdvice(reason: RefusalReason | undefined): string {
  switch (reason?.kind) {
    case 'critical extension':
      return l10n.t('Reissue it without this extension, or with the extension not marked as critical.');
    case 'signature algorithm':
    case 'signature parameters':
      return l10n.t('Have it signed by an RSA CA, with PKCS#1 v1.5 and sha256.');
    case 'key algorithm':
    case undefined:
      return l10n.t('Give the server a chain that uses RSA throughout.');
    default:
      return l10n.t('Reissue it, for example with OpenSSL.');
  }
}

function passedOverText(why: PassedOver): string {
  switch (why) {
    case 'unreadable':
      return l10n.t('the device cannot read it');
    case 'key-too-small':
      return l10n.t('its key is too small');
    case 'too-large':
      return l10n.t('it is larger than what the device reads');
    case 'expired':
      return l10n.t('it has expired');
    case 'not-yet-valid':
      return l10n.t('it is not valid yet');
  }
}

function anchorDates(text: string): FindingText {
  return {
    text: l10n.t('{0} The device does not check the dates of its CA; other programs do.', text),
    advice: l10n.t('Have the server send a chain that leads to a valid CA.'),
  };
}

function alertName(description: number): string {
  const alert = alerts.get(description);
  return alert === undefined ? l10n.t('alert {0}', description) : `${alert.name} (${alert.meaning()})`;
}
