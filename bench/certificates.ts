// A CA and a server certificate: ours, in this process, against the openssl program, in turns.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generateCertificates } from '../src/certificates/generate';
import { median } from './figures';

const name = '192.168.4.1';
const rounds = 21;

async function main() {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  try {
    writeFileSync(path.join(folder, 'extensions'), `subjectAltName=IP:${name}\nbasicConstraints=CA:FALSE\n`);
    console.log(`CA and server certificate, SHA-256, median of ${rounds} rounds (lowest to highest)`);
    for (const bits of [1024, 2048]) {
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let round = 0; round < rounds; round++) {
        ours.push(await milliseconds(() => generateCertificates({ name, bits })));
        theirs.push(
          await milliseconds(() => {
            byOpenssl(folder, bits);
          }),
        );
      }
      console.log(`RSA ${bits}  ours     ${figures(ours)}`);
      console.log(`          openssl  ${figures(theirs)}`);
      console.log(`          ratio    ${(median(ours) / median(theirs)).toFixed(2)}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same steps: two keys, the CA, the certificate with its extensions. Five processes, one after the other. */
function byOpenssl(folder: string, bits: number): void {
  const steps = [
    `genrsa -out ca.key ${bits}`,
    'req -x509 -new -key ca.key -sha256 -days 3650 -subj /O=Bench -out ca.crt',
    `genrsa -out server.key ${bits}`,
    `req -new -key server.key -subj /O=Bench/CN=${name} -out server.req`,
    'x509 -req -in server.req -CA ca.crt -CAkey ca.key -CAcreateserial -sha256 -days 3650 -extfile extensions -out server.crt',
  ];
  for (const step of steps) execFileSync('openssl', step.split(' '), { cwd: folder, stdio: 'ignore' });
}

async function milliseconds(action: () => unknown): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

function figures(times: number[]): string {
  return `${median(times).toFixed(0)} ms (${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)})`;
}

void main();
