/** The record files that the SDK's scripts and this extension write. */
export const recordFiles = { ca: 'esp_ca_cert.bin', own: 'esp_cert_private_key.bin' } as const;

/** The SDK's scripts, which need programs of their time. */
export const scriptFiles: readonly string[] = ['makefile.sh', 'make_cert.py', 'make_cacert.py'];

/** The names that the SDK's headers give to the arrays, and its example looks for. */
export const arrayNames = { certificate: 'default_certificate', privateKey: 'default_private_key' } as const;

/** Extensions of C. */
export const cExtensions: readonly string[] = ['h', 'c', 'hpp', 'cpp', 'cc', 'inc'];

/** Extensions of files that may hold certificates or keys, besides C. */
export const certificateExtensions: readonly string[] = [
  'bin',
  'cer',
  'crt',
  'pem',
  'der',
  'key',
  'csr',
  'req',
  'key_1024',
  'key_512',
];
