import tls from 'node:tls';

/**
 * What the TLS libraries of the SDK offer: RSA key exchange with AES-CBC (libmbedtls 2.2.x; libssl has the two SHA
 * suites), up to TLS 1.2.
 */
const suites = ['AES256-SHA256', 'AES256-SHA', 'AES128-SHA256', 'AES128-SHA'];

/**
 * How this computer's TLS can be asked to behave like the device's. OpenSSL takes small keys and old hashes only at
 * security level 0; BoringSSL, in desktop VS Code, refuses the very word, and knows fewer suites.
 */
export function deviceTlsOptions(): tls.SecureContextOptions {
  for (const ciphers of [`${suites.join(':')}@SECLEVEL=0`, suites.join(':'), 'AES256-SHA:AES128-SHA']) {
    const options = { ciphers, minVersion: 'TLSv1', maxVersion: 'TLSv1.2' } as const;
    try {
      tls.createSecureContext(options);
      return options;
    } catch {
      // The next one asks for less.
    }
  }
  return { maxVersion: 'TLSv1.2' };
}
