/** The files of records that the TLS library reads from the flash: the CA certificates, the own certificate with its key. */
export type RecordFile = 'ca' | 'own';

/** As the certificate commands name them, with a device's name behind. */
const patterns: readonly (readonly [RecordFile, RegExp])[] = [
  ['ca', /(?:^|[\\/])esp_ca_cert[^\\/]*\.bin$/i],
  ['own', /(?:^|[\\/])esp_cert_private_key[^\\/]*\.bin$/i],
];

/** Which of them a file is, by its name; undefined for another file. */
export function recordFileOf(file: string | undefined): RecordFile | undefined {
  return file === undefined ? undefined : patterns.find(([, pattern]) => pattern.test(file))?.[0];
}

/** The record file whose sector a function of the SDK is told; undefined for other functions. */
export function recordFileRead(by: string | undefined): RecordFile | undefined {
  if (by === 'espconn_secure_ca_enable') return 'ca';
  return by === 'espconn_secure_cert_req_enable' ? 'own' : undefined;
}
