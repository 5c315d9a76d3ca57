import { scan } from './scan';

/** Whether these bytes, of a flash or a packet, hold a private key: as PEM, as DER (PKCS#1, PKCS#8, SEC 1) or in a record of the device's. */
export function holdsPrivateKey(contents: Uint8Array): boolean {
  for (const { kind } of scan(contents)) if (kind === 'key') return true;
  return false;
}
