import * as l10n from '@vscode/l10n';
import { cipherSuiteName, versionName } from '../../sdk/tlsNames';
import { advice, advised, type Door, type Said } from '../../text/remedies';
import { evidenceText } from './evidence';
import type { Cause, TlsFailure } from './failure';

/** What happened on a failed connection, and what to do: one line. */
export function failureText(failure: TlsFailure, door: Door): string {
  const { cause, remedy } = failure.role === 'server' ? serverText(failure) : clientText(failure);
  const evidence = evidenceText(failure);
  const said = evidence === '' ? cause : l10n.t('{0} ({1})', cause, evidence);
  return l10n.t('TLS: {0}. {1}', said, advised(remedy, door));
}

interface Words {
  /** Without a period. */
  cause: string;
  remedy: Said;
}

/** The device is the server. */
function serverText(failure: TlsFailure): Words {
  const { cause, port } = failure;
  const remote = failure.remote ?? l10n.t('the client');
  switch (cause.id) {
    case 'unknown-ca':
      return {
        cause: l10n.t('{0} does not trust the CA of the device’s certificate', remote),
        remedy: l10n.t(
          'Give the client the CA certificate: curl --cacert ssl/ca.crt; in a browser, import ssl/ca.crt as an authority.',
        ),
      };
    case 'name-not-in-certificate':
      return {
        cause: l10n.t(
          '{0} closes the connection after receiving the certificate: it is for {1}, not for {2}',
          remote,
          cause.names.join(', '),
          cause.asked.join(l10n.t(' or ')),
        ),
        remedy:
          port === undefined
            ? l10n.t('Connect to a name of the certificate, or generate a certificate for the name in use.')
            : l10n.t(
                'Connect to a name of the certificate (curl --connect-to ::127.0.0.1:{0} https://{1}/), or generate a certificate for the name in use.',
                port,
                cause.names[0] ?? '',
              ),
      };
    case 'certificate-expired':
      return {
        cause: l10n.t('{0} rejects the device’s certificate: it expired on {1}', remote, day(cause.date)),
        remedy: l10n.t('Regenerate the certificate.'),
      };
    case 'certificate-not-yet-valid':
      return {
        cause: l10n.t('{0} rejects the device’s certificate: it is valid from {1}', remote, day(cause.date)),
        remedy: l10n.t('Check the clock of the computer that generated it, and regenerate the certificate.'),
      };
    case 'key-too-small':
      return {
        cause: l10n.t(
          '{0} rejects the device’s certificate, probably because its RSA key has {1} bits',
          remote,
          cause.bits,
        ),
        remedy: l10n.t('Generate a certificate with 2048 bits, or lower the security level of the client.'),
      };
    case 'certificate-refused':
      return {
        cause: l10n.t('{0} rejects the device’s certificate', remote),
        remedy: advice(l10n.t('Read the message of the client.'), 'inspect'),
      };
    case 'client-certificate-missing':
      return {
        cause: l10n.t('the device requests a client certificate, and {0} has none', remote),
        remedy: l10n.t(
          'Give the client a certificate signed by the CA in esp_ca_cert.bin: curl --cert ssl/client.crt --key ssl/client.key.',
        ),
      };
    case 'client-certificate-refused':
      return {
        cause: l10n.t('the device rejects the client certificate of {0}', remote),
        remedy: l10n.t('Put the CA that signed it into esp_ca_cert.bin.'),
      };
    case 'tls13-only':
      return {
        cause: l10n.t('{0} supports TLS 1.3 only, and no TLS library of the NON-OS SDK does', remote),
        remedy: l10n.t(
          'Allow TLS 1.2 in the client (libmbedtls), or TLS 1.1 (libssl): curl --tls-max 1.2, openssl s_client -tls1_2.',
        ),
      };
    case 'version-too-new':
      return {
        cause: l10n.t(
          '{0} requires a newer version than the device’s {1}',
          remote,
          versionName(cause.device),
        ),
        remedy: newerLibrary(l10n.t('allow {0} in the client', versionName(cause.device))),
      };
    case 'version-too-old':
      return {
        cause: l10n.t(
          '{0} supports {1} at most, which the device does not accept',
          remote,
          versionName(cause.remote),
        ),
        remedy: l10n.t('Allow TLS 1.2 in the client.'),
      };
    case 'cipher-mismatch':
      return {
        cause: l10n.t('the device has no cipher suite that {0} offers', remote) + offeredText(cause.offered),
        remedy: l10n.t(
          'Allow TLS_RSA_WITH_AES_128_CBC_SHA in the client: curl --ciphers AES128-SHA, openssl s_client -cipher AES128-SHA:@SECLEVEL=0.',
        ),
      };
    case 'plain-text':
      return {
        cause: cause.isHttp
          ? l10n.t('{0} sends plain HTTP to a TLS port', remote)
          : l10n.t('{0} sends something other than TLS to a TLS port', remote),
        remedy: cause.isHttp
          ? l10n.t('Use https:// in the address.')
          : l10n.t('Connect with a TLS client, for example: openssl s_client.'),
      };
    case 'record-too-large':
      return {
        cause: recordText(remote, cause),
        remedy: l10n.t(
          'Send less at once, or enlarge the buffer before espconn_secure_accept: espconn_secure_set_size(ESPCONN_SERVER, …), up to 8192.',
        ),
      };
    case 'message-split':
      return {
        cause: l10n.t(
          '{0} splits a handshake message into several records, which the device cannot read',
          remote,
        ),
        remedy: l10n.t('Use smaller certificates, and do not limit the record length.'),
      };
    case 'out-of-memory':
      return {
        cause: memoryText(
          l10n.t('the device does not have enough heap for the connection with {0}', remote),
          cause,
        ),
        remedy: l10n.t(
          'Free heap before the connection, or choose a smaller buffer (espconn_secure_set_size) or key.',
        ),
      };
    case 'no-own-certificate':
      return {
        cause: l10n.t('the device has no certificate or private key to present to {0}', remote),
        remedy: l10n.t(
          'Generate certificates, put esp_cert_private_key.bin into the flash and set it before espconn_secure_accept.',
        ),
      };
    case 'busy':
      return {
        cause: l10n.t('the device rejects {0}: it serves one TLS client at a time', remote),
        remedy: l10n.t('Close the other connection first; browsers keep theirs open.'),
      };
    case 'timed-out':
      return {
        cause: l10n.t(
          'the handshake with {0} stopped for {1} s, then the connection ended',
          remote,
          cause.seconds,
        ),
        remedy: l10n.t('Give the client more time: an RSA 2048 handshake takes the device several seconds.'),
      };
    case 'closed-in-handshake':
      return {
        cause: l10n.t('{0} closes the connection during the handshake', remote),
        remedy: l10n.t('Check the client’s error message; it sends no reason.'),
      };
    case 'left-after-handshake':
      return {
        cause: l10n.t('{0} closes the connection right after the handshake, without a request', remote),
        remedy: l10n.t(
          'Node.js and other clients do this when they do not trust the CA: give the client ssl/ca.crt (NODE_EXTRA_CA_CERTS=ssl/ca.crt).',
        ),
      };
    case 'left-before-hello':
      return {
        cause: l10n.t('{0} connects and disconnects without a TLS message', remote),
        remedy: l10n.t('This is normal for port checks and for browsers’ speculative connections.'),
      };
    case 'server-name-unknown':
    case 'no-time':
    case 'call-refused':
    case 'unexplained':
      return unexplained(failure, remote);
  }
}

/** The device is the client. */
function clientText(failure: TlsFailure): Words {
  const { cause } = failure;
  const remote = failure.remote ?? l10n.t('the server');
  switch (cause.id) {
    case 'unknown-ca':
      return {
        cause:
          cause.issuer === undefined
            ? l10n.t('the device does not trust the CA of {0}', remote)
            : l10n.t('the device does not trust the CA “{0}” of {1}', cause.issuer, remote),
        remedy: advice(
          l10n.t('Put that CA into the flash as esp_ca_cert.bin, or do not call espconn_secure_ca_enable.'),
          'ca-from-server',
        ),
      };
    case 'name-not-in-certificate':
      return {
        cause: l10n.t(
          'the certificate of {0} is for {1}, not for {2}',
          remote,
          cause.names.join(', '),
          cause.asked.join(l10n.t(' or ')),
        ),
        remedy: l10n.t(
          'Connect to a name of the certificate, or give the server a certificate for the name in use.',
        ),
      };
    case 'certificate-expired':
      return {
        cause: l10n.t('the certificate of {0} expired on {1}', remote, day(cause.date)),
        remedy: l10n.t(
          'Give the server a valid certificate, and check the time that SNTP has set on the device.',
        ),
      };
    case 'certificate-not-yet-valid':
      return {
        cause: l10n.t('the certificate of {0} is valid from {1}', remote, day(cause.date)),
        remedy: l10n.t(
          'Check the time that SNTP has set on the device, or give the server a valid certificate.',
        ),
      };
    case 'key-too-small':
      return {
        cause: l10n.t(
          'the device rejects the certificate of {0}, probably because its RSA key has {1} bits',
          remote,
          cause.bits,
        ),
        remedy: l10n.t(
          'Use 2048-bit keys for the server and its CA: from SDK 3.0.2 on, libmbedtls rejects smaller ones.',
        ),
      };
    case 'certificate-refused':
      return {
        cause: l10n.t('the device rejects the certificate of {0}', remote),
        remedy: advice(l10n.t('Check the certificates of the server.'), 'ca-from-server'),
      };
    case 'client-certificate-missing':
      return {
        cause: l10n.t('{0} requests a certificate from the device, which presents none', remote),
        remedy: l10n.t(
          'Put esp_cert_private_key.bin, signed by a CA that the server trusts, into the flash and call espconn_secure_cert_req_enable.',
        ),
      };
    case 'client-certificate-refused':
      return {
        cause: l10n.t('{0} rejects the device’s certificate', remote),
        remedy: l10n.t('Have it signed by a CA that the server trusts.'),
      };
    case 'tls13-only':
      return {
        cause: l10n.t(
          '{0} supports TLS 1.3 only; the device supports {1} at most',
          remote,
          versionName(cause.device ?? 0),
        ),
        remedy: l10n.t('Allow TLS 1.2 with AES-CBC and RSA key exchange on the server.'),
      };
    case 'version-too-new':
      return {
        cause: l10n.t(
          '{0} requires a newer version than the device’s {1}',
          remote,
          versionName(cause.device),
        ),
        remedy: newerLibrary(l10n.t('allow {0} on the server', versionName(cause.device))),
      };
    case 'version-too-old':
      return {
        cause: l10n.t(
          '{0} supports {1} at most, which the device does not accept',
          remote,
          versionName(cause.remote),
        ),
        remedy: l10n.t('Allow TLS 1.2 on the server.'),
      };
    case 'cipher-mismatch':
      return {
        cause: l10n.t('{0} accepts none of the device’s cipher suites', remote) + offeredText(cause.offered),
        remedy: l10n.t('Allow TLS_RSA_WITH_AES_128_CBC_SHA (OpenSSL: AES128-SHA) on the server.'),
      };
    case 'server-name-unknown':
      return {
        cause:
          cause.asked === undefined
            ? l10n.t('{0} needs a server name (SNI), and the device sends none', remote)
            : l10n.t('{0} does not know the host name {1}', remote, cause.asked),
        remedy:
          cause.asked === undefined
            ? l10n.t('Make this host the server’s default for clients without SNI.')
            : l10n.t('Connect to a host name that the server knows, or add this one to the server.'),
      };
    case 'plain-text':
      return {
        cause: l10n.t('{0} does not answer with TLS', remote),
        remedy: l10n.t('Use the server’s TLS port, or espconn_connect for plain TCP.'),
      };
    case 'record-too-large':
      return {
        cause: recordText(remote, cause),
        remedy: l10n.t(
          'Call espconn_secure_set_size(ESPCONN_CLIENT, …), up to 8192, before connecting, or have the server send shorter records and fewer certificates.',
        ),
      };
    case 'message-split':
      return {
        cause: l10n.t(
          '{0} splits a handshake message into several records, which the device cannot read',
          remote,
        ),
        remedy: l10n.t(
          'Have the server send fewer or smaller certificates, and do not limit its record length.',
        ),
      };
    case 'out-of-memory':
      return {
        cause: memoryText(
          l10n.t('the device does not have enough heap for the connection with {0}', remote),
          cause,
        ),
        remedy: l10n.t(
          'Keep more heap free than the buffer (espconn_secure_set_size) and 14336 bytes, or choose a smaller buffer.',
        ),
      };
    case 'no-own-certificate':
      return {
        cause: l10n.t('the device finds no certificate in its flash for the connection with {0}', remote),
        remedy: l10n.t(
          'Put esp_ca_cert.bin or esp_cert_private_key.bin at the sector that espconn_secure_ca_enable or espconn_secure_cert_req_enable names.',
        ),
      };
    case 'no-time':
      return {
        cause:
          failure.call === undefined
            ? l10n.t('the device rejects the valid certificate of {0}: the device’s clock is not set', remote)
            : l10n.t('libssl does not connect until the device’s clock is set'),
        remedy: l10n.t('Call sntp_init and wait until sntp_get_current_timestamp is not 0.'),
      };
    case 'timed-out':
      return {
        cause: l10n.t('{0} did not continue the handshake for {1} s', remote, cause.seconds),
        remedy: l10n.t('Check the address and the port, and that a TLS server listens there.'),
      };
    case 'closed-in-handshake':
      return {
        cause: l10n.t('{0} closes the connection during the handshake', remote),
        remedy: l10n.t('Check the server’s log; it sends no reason.'),
      };
    case 'busy':
    case 'left-before-hello':
    case 'left-after-handshake':
    case 'call-refused':
    case 'unexplained':
      return unexplained(failure, remote);
  }
}

function unexplained({ call }: TlsFailure, remote: string): Words {
  return call === undefined
    ? {
        cause: l10n.t('the connection to {0} failed', remote),
        remedy: l10n.t('Set "trace" to log each record, or "capture" to view the packets in Wireshark.'),
      }
    : {
        cause: l10n.t('{0} fails, called from {1}', call.function, call.caller),
        remedy: l10n.t('Check the function’s result before continuing.'),
      };
}

function newerLibrary(otherwise: string): string {
  return l10n.t('Link libmbedtls of SDK 2.2.0 or later, which supports TLS 1.2, or {0}.', otherwise);
}

const maxOffered = 3;

/** Signals in the list of cipher suites: TLS_EMPTY_RENEGOTIATION_INFO_SCSV, TLS_FALLBACK_SCSV. */
const signals = [0x00ff, 0x5600];

function offeredText(all: readonly number[]): string {
  const suites = all.filter(suite => !signals.includes(suite));
  if (suites.length === 0) return '';
  const names = suites.slice(0, maxOffered).map(cipherSuiteName).join(', ');
  return `: ${suites.length > maxOffered ? l10n.t('{0} and {1} more', names, suites.length - maxOffered) : names}`;
}

function recordText(remote: string, { length, buffer }: Cause & { id: 'record-too-large' }): string {
  return buffer === undefined
    ? l10n.t('{0} sends a record of {1} bytes, more than the device can hold', remote, length)
    : l10n.t(
        '{0} sends a record of {1} bytes, more than the {2} of the device’s buffer',
        remote,
        length,
        buffer,
      );
}

function memoryText(text: string, { free }: Cause & { id: 'out-of-memory' }): string {
  return free === undefined ? text : l10n.t('{0}: {1} bytes are free', text, free);
}

function day(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
