import { cHeader } from './cHeader';
import { encodeRecords, recordNames } from './flashRecords';
import type { CertificateFacts, Identity } from './identity';
import { pem, pkcs1FromPkcs8 } from './keys';
import { type CertificateOptions, checkedRequest } from './request';
import { makeCa, makeCertificate, makeKeys, readCertificate } from './x509';

/** A file for the firmware, the flash or a client. */
export interface GeneratedFile {
  name: GeneratedFileName;
  bytes: Uint8Array;
  /** It contains a private key. */
  secret: boolean;
}

export type GeneratedFileName =
  | 'cert.h'
  | 'private_key.h'
  | 'esp_ca_cert.bin'
  | 'esp_cert_private_key.bin'
  | 'ca.crt'
  | 'ca.key'
  | 'server.crt'
  | 'server.key';

/** The certificates of a device, and every file made of them. */
export interface GeneratedSet {
  ca: Identity;
  device: Identity;
  caFacts: CertificateFacts;
  deviceFacts: CertificateFacts;
  files: GeneratedFile[];
}

/**
 * Makes the key and the certificate of a device, signed by `ca` or by a new CA. Throws a Problem for an option that is
 * none. Touches no file.
 */
export async function generateCertificates(
  options: CertificateOptions,
  ca?: Identity,
): Promise<GeneratedSet> {
  const request = checkedRequest(options);
  // Both at once: making a 2048-bit key takes a processor up to a second.
  const [deviceKeys, usedCa] = await Promise.all([
    makeKeys(request),
    ca ?? makeKeys(request).then(keys => makeCa(request, keys)),
  ]);
  return setOf(usedCa, await makeCertificate(request, deviceKeys, usedCa));
}

/** Returns the set of a CA and a device certificate that it signed: the same two always make the same files. */
export function setOf(ca: Identity, device: Identity): GeneratedSet {
  return {
    ca,
    device,
    caFacts: readCertificate(ca.certificate),
    deviceFacts: readCertificate(device.certificate),
    files: filesOf(device, ca),
  };
}

/** Returns the files of a device: those of its CA as far as that is known, its key only where it is given. */
export function filesOf(
  device: Identity,
  ca?: { certificate: Uint8Array; key?: Uint8Array },
): GeneratedFile[] {
  const key = pkcs1FromPkcs8(device.key);
  const file = (name: GeneratedFileName, content: string | Uint8Array, secret = false): GeneratedFile => ({
    name,
    bytes: typeof content === 'string' ? Buffer.from(content) : content,
    secret,
  });
  const ofCa = ca && {
    records: file('esp_ca_cert.bin', encodeRecords([{ name: recordNames.ca, data: ca.certificate }])),
    certificate: file('ca.crt', pem('CERTIFICATE', ca.certificate)),
    key: ca.key && file('ca.key', pem('RSA PRIVATE KEY', pkcs1FromPkcs8(ca.key)), true),
  };
  return [
    file('cert.h', cHeader('default_certificate', device.certificate)),
    file('private_key.h', cHeader('default_private_key', key), true),
    ...(ofCa ? [ofCa.records] : []),
    file(
      'esp_cert_private_key.bin',
      encodeRecords([
        { name: recordNames.certificate, data: device.certificate },
        { name: recordNames.privateKey, data: key },
      ]),
      true,
    ),
    ...(ofCa ? [ofCa.certificate] : []),
    ...(ofCa?.key ? [ofCa.key] : []),
    file('server.crt', pem('CERTIFICATE', device.certificate)),
    file('server.key', pem('RSA PRIVATE KEY', key), true),
  ];
}
