import { createPrivateKey, X509Certificate } from 'node:crypto';
import tls from 'node:tls';
import { newestAbilities, type TlsAbilities } from '../../sdk/tls';

/** Cipher suites as OpenSSL and Node name them, by their IANA numbers. RC4 is not among what they have. */
const suiteNames: ReadonlyMap<number, string> = new Map([
  [0x006b, 'DHE-RSA-AES256-SHA256'],
  [0x0039, 'DHE-RSA-AES256-SHA'],
  [0x0067, 'DHE-RSA-AES128-SHA256'],
  [0x0033, 'DHE-RSA-AES128-SHA'],
  [0x003d, 'AES256-SHA256'],
  [0x0035, 'AES256-SHA'],
  [0x003c, 'AES128-SHA256'],
  [0x002f, 'AES128-SHA'],
]);

/** What every engine has. */
const fewest = 'AES256-SHA:AES128-SHA';

/**
 * How this computer's TLS can be asked to behave like the device's. OpenSSL takes small keys and old hashes only at
 * security level 0; BoringSSL, in desktop VS Code, refuses the very word, and knows fewer suites.
 */
export function deviceTlsOptions({
  cipherSuites,
  protocols,
}: TlsAbilities = newestAbilities): tls.SecureContextOptions {
  const names = cipherSuites.flatMap(suite => suiteNames.get(suite) ?? []);
  const suites = names.join(':');
  const withoutDhe = names.filter(name => !name.startsWith('DHE')).join(':');
  const maxVersion = protocols.at(-1) ?? 'TLSv1.2';
  for (const ciphers of [`${suites}@SECLEVEL=0`, suites, withoutDhe, fewest]) {
    const options = { ciphers, minVersion: 'TLSv1', maxVersion } as const;
    try {
      tls.createSecureContext(options);
      return options;
    } catch {
      // The next one asks for less.
    }
  }
  return { maxVersion };
}

/** A certificate and its key as the firmware has handed them over. */
export interface Identity {
  certificate: Uint8Array;
  privateKey: Uint8Array;
}

/**
 * Certificate and key for Node's TLS, from what the firmware hands over: DER or PEM certificate, PKCS#1 or PKCS#8 key; none for a
 * client without. Throws with OpenSSL's reason when they cannot be read or do not belong together.
 */
export function deviceIdentity(identity?: Identity, abilities?: TlsAbilities): tls.SecureContext {
  const options = deviceTlsOptions(abilities);
  if (identity === undefined) return tls.createSecureContext(options);
  const { certificate, privateKey } = identity;
  const cert = new X509Certificate(certificate).toString();
  const key = isPem(privateKey)
    ? createPrivateKey(Buffer.from(privateKey))
    : createPrivateKey({
        key: Buffer.from(privateKey),
        format: 'der',
        type: isPkcs8(privateKey) ? 'pkcs8' : 'pkcs1',
      });
  return tls.createSecureContext({ ...options, cert, key: key.export({ format: 'pem', type: 'pkcs8' }) });
}

function isPem(bytes: Uint8Array): boolean {
  return Buffer.from(bytes).subarray(0, 5).toString('latin1') === '-----';
}

/** SEQUENCE, INTEGER 0, then the SEQUENCE of the algorithm, where PKCS#1 has the modulus, an INTEGER. */
function isPkcs8(der: Uint8Array): boolean {
  const headerLength = 2 + ((der[1] ?? 0) > 0x80 ? (der[1] ?? 0) - 0x80 : 0);
  return der[headerLength + 3] === 0x30;
}
