import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cHeader } from '../../src/certificates/cHeader';
import { encodeRecords } from '../../src/certificates/flashRecords';
import { makePairs } from '../../src/certificates/generate';
import type { Identity } from '../../src/certificates/identity';
import { pem, pkcs1FromPkcs8 } from '../../src/certificates/keys';
import { checkedSet } from '../../src/certificates/setRequest';

/** Certificate and key as PEM. */
interface PemPair {
  cert: string;
  key: string;
}

/** The certificates of the scenarios: of a CA that is trusted, and of another. */
export interface SecureFiles {
  folder: string;
  ca: string;
  server: PemPair;
  client: PemPair;
  /** Signed by a CA that nobody trusts. */
  stranger: PemPair;
  /** Record files for the flash. */
  flash: Record<'ca' | 'otherCa' | 'twoCas' | 'own' | 'strangersOwn' | 'broken', string>;
}

/** Makes all certificates of the scenarios in a new folder, with cert.h and private_key.h of the server. */
export async function secureFiles(): Promise<SecureFiles> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-secure-'));
  const set = () => makePairs(checkedSet({ name: '127.0.0.1', bits: 2048 }, { make: 'both' }), {});
  const [own, other] = await Promise.all([set(), set()]);
  if (!own.server || !own.client || !other.server) throw new Error('a pair is missing');
  writeFileSync(path.join(folder, 'cert.h'), cHeader('default_certificate', own.server.certificate));
  writeFileSync(
    path.join(folder, 'private_key.h'),
    cHeader('default_private_key', pkcs1FromPkcs8(own.server.key)),
  );
  const records = (name: string, entries: Record<string, Uint8Array>) => {
    const file = path.join(folder, name);
    writeFileSync(file, encodeRecords(Object.entries(entries).map(([name, data]) => ({ name, data }))));
    return file;
  };
  const pairRecords = ({ certificate, key }: Identity) => ({
    certificate,
    private_key: pkcs1FromPkcs8(key),
  });
  return {
    folder,
    ca: pem('CERTIFICATE', own.ca.certificate),
    server: pemPair(own.server),
    client: pemPair(own.client),
    stranger: pemPair(other.server),
    flash: {
      ca: records('ca.bin', { 'a.cer': own.ca.certificate }),
      otherCa: records('otherCa.bin', { 'a.cer': other.ca.certificate }),
      twoCas: records('twoCas.bin', { 'a.cer': other.ca.certificate, 'b.cer': own.ca.certificate }),
      own: records('own.bin', pairRecords(own.client)),
      strangersOwn: records('strangersOwn.bin', pairRecords(other.server)),
      broken: records('broken.bin', { 'a.cer': Buffer.alloc(700, 0x30) }),
    },
  };
}

function pemPair({ certificate, key }: Identity): PemPair {
  return { cert: pem('CERTIFICATE', certificate), key: pem('PRIVATE KEY', key) };
}
