import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { ProblemError } from '../../src/problems';
import { parseCredentials } from '../../src/certificates/credentials';
import type { Report, Work } from './mutatedCertificates/worker';

const workerFile = path.join(__dirname, 'mutatedCertificates', 'worker.ts');
/** CERTIFICATE_MUTATIONS=100000 (npm run fuzz:certificates) runs more of each kind. */
const runs = Number(process.env['CERTIFICATE_MUTATIONS'] ?? 1500);
const seed = Number(process.env['CERTIFICATE_SEED'] ?? 8266);
const passphrase = 'secret';
/** MB. */
const largest = 256;
/** ms until a mutant that does not end is given up. */
const patience = 60_000;

/** Kind of file → files of this kind. */
const kinds: Record<string, string[]> = {
  PEM: ['ca.crt', 'device.key', 'traditional.key', 'pkcs8.key', 'both.pem'],
  DER: ['device.cer', 'pkcs1.der', 'pkcs8.der', 'encrypted.der'],
  'PKCS#7': ['chain.p7b', 'chain.p7c'],
  'PKCS#12': ['new.p12', 'old.p12', 'nomac.p12', 'plain.p12'],
};

/** What openssl is asked for, to make them. */
const commands = [
  'req -x509 -newkey rsa:1024 -nodes -keyout ca.key -out ca.crt -subj /O=CA -days 100',
  'req -newkey rsa:1024 -nodes -keyout device.key -out device.csr -subj /O=D/CN=d',
  'x509 -req -in device.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out device.crt -days 50',
  'rsa -in device.key -traditional -aes128 -passout pass:secret -out traditional.key',
  'pkcs8 -topk8 -in device.key -iter 10 -passout pass:secret -out pkcs8.key',
  'x509 -in device.crt -outform DER -out device.cer',
  'rsa -in device.key -traditional -outform DER -out pkcs1.der',
  'pkcs8 -topk8 -nocrypt -in device.key -outform DER -out pkcs8.der',
  'pkcs8 -topk8 -scrypt -scrypt_N 16 -in device.key -outform DER -passout pass:secret -out encrypted.der',
  'crl2pkcs7 -nocrl -certfile device.crt -certfile ca.crt -out chain.p7b',
  'crl2pkcs7 -nocrl -certfile device.crt -certfile ca.crt -outform DER -out chain.p7c',
  ...[
    'new.p12 -iter 10',
    'old.p12 -iter 10 -legacy',
    'nomac.p12 -iter 10 -nomac',
    'plain.p12 -nomac -keypbe NONE -certpbe NONE',
  ].map(
    file =>
      `pkcs12 -export -inkey device.key -in device.crt -certfile ca.crt -passout pass:secret -out ${file}`,
  ),
];

describe('mutated certificates and keys', function () {
  this.timeout(60_000 + runs * 20);
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'mutants-'));
    for (const command of commands)
      execFileSync('openssl', command.split(' '), { cwd: folder, stdio: 'ignore' });
    const both = ['device.crt', 'traditional.key', 'ca.crt'].map(name =>
      readFileSync(path.join(folder, name)),
    );
    writeFileSync(path.join(folder, 'both.pem'), Buffer.concat(both));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  for (const [kind, names] of Object.entries(kinds)) {
    it(`are read or refused with a Problem within ${largest} MB: ${kind}, ${runs} mutants`, async () => {
      const files = names.map(name => readFileSync(path.join(folder, name)));
      // Unchanged, each is read.
      for (const [index, bytes] of files.entries()) parseCredentials(bytes, names[index] ?? '', passphrase);
      const end = await runInWorker({ files, passphrase, runs, seed });
      assert.equal(end.failure, undefined);
      assert.ok(end.external < largest << 20, `${end.external} bytes`);
      // Mutations that only ever break the first bytes would prove nothing.
      assert.ok(end.read > runs / 50, `${end.read} of ${runs} were read`);
    });
  }

  it('that ask for 2,147,483,647 rounds of PBKDF2 are refused', () => {
    const command =
      'pkcs8 -topk8 -in device.key -iter 10 -outform DER -passout pass:secret -out pkcs8.iter.der';
    execFileSync('openssl', command.split(' '), { cwd: folder, stdio: 'ignore' });
    const bytes = readFileSync(path.join(folder, 'pkcs8.iter.der'));
    // INTEGER 10 becomes INTEGER 0x7fffffff; the lengths around it grow by three.
    const at = bytes.indexOf(Buffer.from([0x02, 0x01, 0x0a]));
    const grown = Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from([0x02, 0x04, 0x7f, 0xff, 0xff, 0xff]),
      bytes.subarray(at + 3),
    ]);
    grown.writeUInt16BE(grown.readUInt16BE(2) + 3, 2);
    // SEQUENCE { algorithm { PBES2 { PBKDF2 { salt, …: the four lengths before it are of one byte.
    for (let place = at - 1, left = 4; left > 0; place--)
      if (grown[place - 1] === 0x30) {
        grown[place] = (grown[place] ?? 0) + 3;
        left--;
      }
    assert.throws(
      () => parseCredentials(grown, 'x', passphrase),
      (error: unknown) =>
        error instanceof ProblemError &&
        error.problem.kind === 'decryption-failed' &&
        error.problem.fault.kind === 'too-many-rounds',
    );
  });
});

type End = Extract<Report, { kind: 'end' }>;

function runInWorker(work: Work): Promise<End> {
  const worker = new Worker(`require('tsx/cjs'); require(${JSON.stringify(workerFile)});`, {
    eval: true,
    workerData: work,
    resourceLimits: { maxOldGenerationSizeMb: largest },
  });
  return new Promise((resolve, reject) => {
    let watch: NodeJS.Timeout | undefined;
    worker.on('message', (report: Report) => {
      clearTimeout(watch);
      if (report.kind === 'end') {
        resolve(report);
        return;
      }
      watch = setTimeout(() => {
        reject(new Error('a mutant does not end'));
        void worker.terminate();
      }, patience);
    });
    worker.on('error', reject);
  });
}
