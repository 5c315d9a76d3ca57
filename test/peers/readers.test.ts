import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readCertificates, readKey } from '../../src/certificates/readers/mbedTls';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import { type Sample, samples } from '../core/readers/mutate';
import { buildReaderFirmware, filesAddress } from '../firmware-sources/readers/build';
import { runToEnd } from '../firmware-sources/runToEnd';

/** Where Debian's Mbed TLS, 2.28, returns something else than 2.2.1 of the SDK, by the codes of both. */
const differences: readonly (Pick<Sample, 'kind'> & { sdk: number; debian: number })[] = [
  // It works missing numbers of a key out by itself, and compares those that are there no more (pkparse.c).
  { kind: 'key', sdk: -0x3d00, debian: 0 },
  { kind: 'key', sdk: -0x4200, debian: 0 },
  // PKCS#8 under the label of PKCS#1: the code of the ASN.1 reader is left out.
  { kind: 'key', sdk: -0x3d62, debian: -0x3d00 },
  // Errors in the version and in extensions come in another order, and with the code of their part (x509_crt.c).
  { kind: 'certificate', sdk: -0x64, debian: -0x21e4 },
  { kind: 'certificate', sdk: -0x2562, debian: -0x21e6 },
];

describe('the readers of certificates and keys', function () {
  this.timeout(600_000);

  it('give what Mbed TLS gives in a firmware that reads 3,000 mutated files from its flash', async () => {
    const files = samples(2026, 3000);
    const returned = await returnedByFirmware(files);
    assert.equal(returned.length, files.length);
    const seen = new Set<number>();
    const wrong = files.flatMap(({ name, kind, bytes }, index) => {
      const { code } = kind === 'certificate' ? readCertificates(bytes) : readKey(bytes);
      const debian = returned[index];
      if (code === debian) return [];
      const known = differences.findIndex(
        each => each.kind === kind && each.sdk === code && each.debian === debian,
      );
      seen.add(known);
      return known === -1 ? [{ index, name, code, debian }] : [];
    });
    assert.deepEqual(wrong, []);
    assert.equal(seen.size, differences.length, 'a difference is known that does not occur');
    // Files of all kinds are accepted and refused.
    assert.ok(returned.filter(code => code === 0).length > 500);
    assert.ok(new Set(returned).size > 40);
  });
});

/** Lets the firmware read files; what the library returned for each. */
async function returnedByFirmware(files: readonly Sample[]): Promise<number[]> {
  const elf = await buildReaderFirmware();
  const bytes = Buffer.concat(files.map(inFlash));
  const { text } = await runToEnd(
    {
      firmware: loadFirmware(readFileSync(elf), elf),
      flashFiles: [{ address: filesAddress, file: 'files', bytes }],
    },
    simulator => {
      simulator.events.listen(event => {
        if (event.kind === 'print' && event.text === 'end\n')
          setImmediate(() => {
            simulator.end();
          });
      });
    },
  );
  return text.slice(0, text.indexOf('end\n')).trimEnd().split('\n').map(Number);
}

/** As reader.c expects a file: its kind, its length, its bytes, aligned to words. */
function inFlash({ kind, bytes }: Sample): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(kind === 'key' ? 1 : 0);
  header.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([header, bytes, Buffer.alloc(-bytes.length & 3)]);
}
