import * as l10n from '@vscode/l10n';
import type { RuleId, RuleInfo } from '../../findings/rule';
import type { Severity } from '../../findings/severity';
import type { Prevents, ServerFact } from './finding';

/** The rule of each kind of fact. */
const ids = {
  'ipv6-only': 'SSL400',
  'name-needed': 'SSL401',
  'name-changes-certificate': 'SSL402',
  'no-common-version': 'SSL403',
  'no-common-suite': 'SSL404',
  refused: 'SSL405',
  'record-too-large': 'SSL406',
  'message-split': 'SSL407',
  'group-too-small': 'SSL408',
  'certificate-damaged': 'SSL409',
  'certificate-unreadable': 'SSL409',
  'anchor-unreadable': 'SSL410',
  'anchor-too-large': 'SSL410',
  'key-too-small': 'SSL411',
  'key-large': 'SSL412',
  'hash-refused': 'SSL413',
  'hash-weak': 'SSL413',
  expired: 'SSL414',
  'not-yet-valid': 'SSL414',
  'anchor-expired': 'SSL414',
  'anchor-not-yet-valid': 'SSL414',
  'order-broken': 'SSL415',
  'issuer-missing': 'SSL416',
  'issuer-rejected': 'SSL416',
  'anchor-passed-over': 'SSL417',
  'anchor-unmarked': 'SSL418',
  'client-certificate': 'SSL419',
  'needs-time': 'SSL420',
  'slow-exchange': 'SSL421',
  'names-unchecked': 'SSL422',
  'long-answers': 'SSL423',
  agreed: 'SSL424',
} as const satisfies Record<ServerFact['kind'], RuleId>;

/** Kinds of facts that prevent verification although their rules only warn. */
const preventVerification: readonly ServerFact['kind'][] = [
  'anchor-unreadable',
  'anchor-too-large',
  'key-too-small',
  'hash-refused',
  'order-broken',
  'issuer-missing',
  'issuer-rejected',
];

/** What differs from rule to rule; all rules with the severity `error` are about what prevents the connection. */
type ServerRule = Pick<RuleInfo, 'severity' | 'title' | 'explanation' | 'source'> & {
  /** Commands on the server ahead of `esp8266-ssl ca`. */
  example: string;
};

const clientHello = 'ClientHello of libssl (SDK 2.0.0 to 3.0.6) and of mbed TLS 2.2.1 with config_esp.h';
const parser = 'x509_crt.c and ssl_tls.c of mbed TLS 2.2.1; config_esp.h of SDK 2.2 to 3.0.6';
const verification = 'x509_crt.c of mbed TLS 2.2.1; x509_verify of axTLS';
const recordFile = 'espconn_mbedtls.c and libssl read 8192 or 4096 bytes from the sector on';
const serve = 'openssl s_server -accept 8883';
/** What OpenSSL 3 needs to do what is too weak for it. */
const weakly = '-cipher ALL:@SECLEVEL=0';

const table: Readonly<Record<(typeof ids)[ServerFact['kind']], ServerRule>> = {
  SSL400: {
    severity: 'error',
    title: () => l10n.t('The server has no IPv4 address'),
    explanation: () =>
      l10n.t('The lwIP of the SDK supports IPv4 only. Give the server an IPv4 address as well.'),
    source: 'lwipopts.h of SDK 3.0.6',
    example: `-${serve} -6 -cert server.crt -key server.key &
+${serve} -4 -cert server.crt -key server.key &`,
  },
  SSL401: {
    severity: 'error',
    title: () => l10n.t('The server needs a host name (SNI)'),
    explanation: () =>
      l10n.t(
        'The device never sends a host name in its ClientHello. Make the host the server’s default, or give it an address or port of its own.',
      ),
    source: clientHello,
    example: `-echo 'server { listen 8883 ssl default_server; ssl_reject_handshake on; }' > conf.d/default.conf
+rm conf.d/default.conf
nginx -s reload`,
  },
  SSL402: {
    severity: 'warning',
    title: () => l10n.t('Another certificate for clients without SNI'),
    explanation: () =>
      l10n.t(
        'The device sends no host name and gets the certificate of the server’s default host. Make sure that this is the right host: its CA is the one that the device must hold.',
      ),
    source: clientHello,
    example: `-${serve} -cert other.crt -key other.key -servername localhost -cert2 server.crt -key2 server.key &
+${serve} -cert server.crt -key server.key &`,
  },
  SSL403: {
    severity: 'error',
    title: () => l10n.t('No common TLS version'),
    explanation: () =>
      l10n.t(
        'libssl supports TLS 1.0 and 1.1, libmbedtls also TLS 1.2; neither supports TLS 1.3. Allow one of them on the server.',
      ),
    source: clientHello,
    example: `-${serve} -cert server.crt -key server.key -tls1_3 &
+${serve} -cert server.crt -key server.key -tls1_2 &`,
  },
  SSL404: {
    severity: 'error',
    title: () => l10n.t('No common cipher suite'),
    explanation: () =>
      l10n.t(
        'The device supports RSA keys with AES-CBC, from SDK 3.0.2 on also with DHE, and neither elliptic curves nor AES-GCM. Allow TLS_RSA_WITH_AES_128_CBC_SHA on the server.',
      ),
    source: clientHello,
    example: `-${serve} -cert server.crt -key server.key -tls1_2 -cipher ECDHE &
+${serve} -cert server.crt -key server.key -tls1_2 -cipher ECDHE:AES128-SHA &`,
  },
  SSL405: {
    severity: 'error',
    title: () => l10n.t('The server rejects every ClientHello'),
    explanation: () =>
      l10n.t(
        'It rejects other clients as well. The server’s log says why: often its certificate is missing.',
      ),
    source: clientHello,
    example: `-${serve} -nocert &
+${serve} -cert server.crt -key server.key &`,
  },
  SSL406: {
    severity: 'error',
    title: () => l10n.t('The handshake needs a larger buffer'),
    explanation: () =>
      l10n.t(
        'Each record of the handshake must fit the buffer that espconn_secure_set_size sets (2048 to 8192 bytes). Enlarge it, or have the server send fewer or smaller certificates.',
      ),
    source: 'SSL manual 1.0, 4.4; espconn_secure.c of SDK 3.0.6',
    example: `-${serve} -cert server.crt -key server.key -cert_chain long-chain.pem &
+${serve} -cert server.crt -key server.key -cert_chain intermediate.pem &`,
  },
  SSL407: {
    severity: 'error',
    title: () => l10n.t('A handshake message in several records'),
    explanation: () =>
      l10n.t(
        'The device accepts only handshake messages that fit into one record. Remove any limit on the record length of the server, or have it send fewer certificates.',
      ),
    source: 'ssl_tls.c of mbed TLS 2.2.1; libssl',
    example: `-${serve} -cert server.crt -key server.key -max_send_frag 512 &
+${serve} -cert server.crt -key server.key &`,
  },
  SSL408: {
    severity: 'error',
    title: () => l10n.t('Diffie-Hellman group below 1024 bits'),
    explanation: () =>
      l10n.t(
        'libmbedtls ends the handshake at such a group. Give the server one of 2048 bits, or allow only cipher suites without DHE.',
      ),
    source: 'mbedtls_ssl_config_defaults of mbed TLS 2.2.1',
    example: `-openssl dhparam -out dh.pem 512
+openssl dhparam -out dh.pem 2048
${serve} -cert server.crt -key server.key -dhparam dh.pem &`,
  },
  SSL409: {
    severity: 'error',
    title: () => l10n.t('The device cannot read a certificate of the server'),
    explanation: () =>
      l10n.t(
        'The library parses every certificate that the server sends, also without verification, and ends the handshake at one that it cannot read: elliptic curves, RSASSA-PSS, SHA-3, or critical extensions such as nameConstraints with libmbedtls.',
      ),
    source: parser,
    example: `-openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 825 -subj /CN=broker -keyout server.key -out server.crt
+openssl req -x509 -newkey rsa:2048 -nodes -days 825 -subj /CN=broker -keyout server.key -out server.crt
${serve} -cert server.crt -key server.key -tls1_2 &`,
  },
  SSL410: {
    severity: 'warning',
    title: () => l10n.t('The device cannot read the CA certificate'),
    explanation: () =>
      l10n.t(
        'The CA certificate has something that the library does not support, or esp_ca_cert.bin exceeds what it reads: 4096 bytes with libssl, 8192 with libmbedtls. Use an RSA chain with small certificates.',
      ),
    source: recordFile,
    example: `-${serve} -cert server.crt -key server.key -cert_chain large-ca.pem &
+${serve} -cert server.crt -key server.key -cert_chain small-ca.pem &`,
  },
  SSL411: {
    severity: 'warning',
    title: () => l10n.t('A key is too small for verification'),
    explanation: () =>
      l10n.t(
        'When it verifies, libmbedtls of SDK 3.0.2 and later rejects RSA keys below 2048 bits, older versions below 512, in every certificate from the server’s own to the CA.',
      ),
    source: 'The verify profile in libmbedtls.a',
    example: `-openssl req -x509 -newkey rsa:1024 -nodes -days 825 -subj /CN=broker -keyout server.key -out server.crt
+openssl req -x509 -newkey rsa:2048 -nodes -days 825 -subj /CN=broker -keyout server.key -out server.crt
${serve} -cert server.crt -key server.key -tls1_2 ${weakly} &`,
  },
  SSL412: {
    severity: 'warning',
    title: () => l10n.t('A key is large for the device'),
    explanation: () =>
      l10n.t(
        'Handshakes with large RSA keys take many seconds and much of the heap; libssl is reported to fail above 1024 bits. Try it on the device, or use a smaller key.',
      ),
    source: 'devicehive/esp8266-firmware#38 for libssl',
    example: `-openssl req -x509 -newkey rsa:4096 -nodes -days 825 -subj /CN=broker -keyout server.key -out server.crt
+openssl req -x509 -newkey rsa:2048 -nodes -days 825 -subj /CN=broker -keyout server.key -out server.crt
${serve} -cert server.crt -key server.key -tls1_2 &`,
  },
  SSL413: {
    severity: 'warning',
    title: () => l10n.t('A signature with an unsuitable hash'),
    explanation: () =>
      l10n.t(
        'When it verifies, libmbedtls rejects signatures with MD5, and libssl those with SHA-224. MD5 is easily forged. Sign with SHA-256.',
      ),
    source: verification,
    example: `-openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -days 825 -md5 -out server.crt
+openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -days 825 -sha256 -out server.crt
${serve} -cert server.crt -key server.key -cert_chain ca.crt -tls1_2 ${weakly} &`,
  },
  SSL414: {
    severity: 'warning',
    title: () => l10n.t('A certificate is not valid today'),
    explanation: () =>
      l10n.t(
        'When it verifies, libssl rejects certificates of the server that have expired or are not valid yet. libmbedtls does not check dates, and neither library checks those of its CA, but other programs do.',
      ),
    source: `${verification}; libmbedtls is built without MBEDTLS_HAVE_TIME_DATE`,
    example: `-openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -days -1 -out server.crt
+openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -days 825 -out server.crt
${serve} -cert server.crt -key server.key -cert_chain ca.crt -tls1_2 &`,
  },
  SSL415: {
    severity: 'warning',
    title: () => l10n.t('The server’s certificates are out of order'),
    explanation: () =>
      l10n.t(
        'libssl verifies the certificates in the order in which they come. Send the server’s own certificate, then each issuer, and nothing else.',
      ),
    source: verification,
    example: `-cat root.crt intermediate.crt > chain.pem
+cat intermediate.crt root.crt > chain.pem
${serve} -cert server.crt -key server.key -cert_chain chain.pem ${weakly} &
esp8266-ssl ca localhost:8883 --tls-library libssl`,
  },
  SSL416: {
    severity: 'warning',
    title: () => l10n.t('No CA for the server’s certificate'),
    explanation: () =>
      l10n.t(
        'The CA that signed the chain is neither sent nor among the roots of this host, or libmbedtls does not accept it as a CA. Without it the device cannot verify the server.',
      ),
    source: verification,
    example: `-${serve} -cert server.crt -key server.key &
+${serve} -cert server.crt -key server.key -cert_chain ca.crt &`,
  },
  SSL417: {
    severity: 'info',
    title: () => l10n.t('Another CA certificate than the root'),
    explanation: () =>
      l10n.t(
        'The root of the chain has expired, or the device cannot use it. A certificate below it takes its place; it may be replaced sooner than a root.',
      ),
    source: 'x509_crt.c of mbed TLS 2.2.1 accepts an intermediate CA as trust anchor',
    example: `-cat intermediate.crt expired-cross-signed-root.crt > chain.pem
+cat intermediate.crt root.crt > chain.pem
${serve} -cert server.crt -key server.key -cert_chain chain.pem &`,
  },
  SSL418: {
    severity: 'info',
    title: () => l10n.t('The CA certificate is not marked as one'),
    explanation: () =>
      l10n.t(
        'The device accepts a CA certificate of version 1, as the SDK’s script makes it, and a self-signed server certificate without the CA mark. Other programs may reject them.',
      ),
    source: verification,
    example: `-openssl x509 -req -in ca.csr -signkey ca.key -days 3650 -out ca.crt
+echo basicConstraints=critical,CA:TRUE > ca.ext
+openssl x509 -req -in ca.csr -signkey ca.key -days 3650 -extfile ca.ext -out ca.crt
${serve} -cert server.crt -key server.key -cert_chain ca.crt &`,
  },
  SSL419: {
    severity: 'warning',
    title: () => l10n.t('The server requests a client certificate'),
    explanation: () =>
      l10n.t(
        'Flash esp_cert_private_key.bin, signed by a CA that the server trusts, and call espconn_secure_cert_req_enable. Some servers continue without a certificate.',
      ),
    source: 'SSL manual 1.0, 3.2',
    example: `-${serve} -cert server.crt -key server.key -Verify 1 -CAfile clients.crt &
+${serve} -cert server.crt -key server.key &`,
  },
  SSL420: {
    severity: 'info',
    title: () => l10n.t('libssl needs the time'),
    explanation: () =>
      l10n.t(
        'espconn_secure_connect of libssl returns -16 until SNTP has set the clock. Call sntp_init first and wait until sntp_get_current_timestamp is not 0.',
      ),
    source: 'libssl of SDK 2.0.0 to 3.0.6',
    example: `${serve} -cert server.crt -key server.key ${weakly} &
-esp8266-ssl ca localhost:8883 --tls-library libssl
+esp8266-ssl ca localhost:8883 --tls-library libmbedtls`,
  },
  SSL421: {
    severity: 'info',
    title: () => l10n.t('Slow Diffie-Hellman key exchange'),
    explanation: () =>
      l10n.t(
        'DHE costs the device several seconds for each handshake. Have the server prefer TLS_RSA_WITH_AES_128_CBC_SHA, if you can do without forward secrecy.',
      ),
    source: 'config_esp.h of SDK 3.0.2 and later offers DHE first',
    example: `-${serve} -cert server.crt -key server.key -tls1_2 -cipher DHE &
+${serve} -cert server.crt -key server.key -tls1_2 -cipher AES128-SHA &`,
  },
  SSL422: {
    severity: 'info',
    title: () => l10n.t('The device does not check names'),
    explanation: () =>
      l10n.t(
        'It accepts every certificate that its CA signed, whoever presents it. A private CA that signs only your servers is safer than a public one.',
      ),
    source: 'espconn_mbedtls.c sets no host name; libssl compares none',
    example: `-openssl s_server -accept 8883 -cert by-public-ca.crt -key server.key &
+openssl s_server -accept 8883 -cert by-own-ca.crt -key server.key &`,
  },
  SSL423: {
    severity: 'info',
    title: () => l10n.t('Long records end the connection'),
    explanation: () =>
      l10n.t(
        'A record that is longer than the buffer ends the connection also after the handshake, and the device cannot request shorter ones. Keep responses short, or limit the server’s record size.',
      ),
    source: 'Measured on SDK 2.1.0 (libssl) and 3.0.6 (libmbedtls)',
    example: `-echo 'ssl_buffer_size 16k;' > conf.d/records.conf
+echo 'ssl_buffer_size 1k;' > conf.d/records.conf
nginx -s reload`,
  },
  SSL424: {
    severity: 'info',
    title: () => l10n.t('Server and device agree'),
    explanation: () =>
      l10n.t(
        'The version and cipher suite of the connection, and the sizes of the server’s messages, to compare with the buffer.',
      ),
    source: clientHello,
    example: `${serve} -cert server.crt -key server.key -tls1_2 &`,
  },
};

/** The rules over servers, by id. */
export const serverRules: readonly RuleInfo[] = [...new Set(Object.values(ids))].map(ruleInfo);

/** The rule of a fact, and what the fact prevents. */
export function ruleOf(fact: ServerFact): { rule: RuleId; severity: Severity; prevents?: Prevents } {
  const rule = ids[fact.kind];
  const { severity } = table[rule];
  const prevents =
    severity === 'error' ? 'connection' : isUnverified(fact) ? ('verification' as const) : undefined;
  return { rule, severity, ...(prevents && { prevents }) };
}

function isUnverified(fact: ServerFact): boolean {
  return preventVerification.includes(fact.kind) || ('noticed' in fact && fact.noticed);
}

function ruleInfo(id: keyof typeof table): RuleInfo {
  const { example, ...rule } = table[id];
  const code = example.includes('esp8266-ssl ca ') ? example : `${example}\nesp8266-ssl ca localhost:8883`;
  return { id, group: 'server', ...rule, example: { isCommands: true, code } };
}
