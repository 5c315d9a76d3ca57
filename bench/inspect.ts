// Inspecting a record file of about 4 KB: ours, in this process after load, against openssl x509 over the same certificates.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encodeRecords } from '../src/certificates/flashRecords';
import { generateCertificates } from '../src/certificates/generate';

const rounds = 51;
/** Milliseconds that a file of 4 KB may take. */
const limit = 20;

async function main() {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  try {
    const certificates: Uint8Array[] = [];
    for (let size = 0; size < 3400; size += certificates.at(-1)?.length ?? 0) {
      const { device } = await generateCertificates({
        name: `device${certificates.length}.local`,
        bits: 1024,
      });
      certificates.push(device.certificate);
    }
    const records = certificates.map((data, index) => ({ name: `ca${index}.cer`, data }));
    const bytes = encodeRecords(records);
    certificates.forEach((der, index) => writeFileSync(path.join(folder, `${index}.cer`), der));

    const loading = performance.now();
    const [{ inspectBytes }, { findingsOf }, { deviceOf }, { reportOf }] = await Promise.all([
      import('../src/certificates/inspect/inspectFile'),
      import('../src/certificates/inspect/findings'),
      import('../src/certificates/inspect/obstacles'),
      import('../src/certificates/inspect/report'),
    ]);
    const loaded = performance.now() - loading;
    const inspect = () => {
      const now = Date.now();
      const device = deviceOf('3.0.6', 'libmbedtls');
      const inspection = inspectBytes(bytes, 'esp_ca_cert.bin');
      const findings = findingsOf({ inspection, others: [], device, project: {}, now });
      return reportOf(inspection, findings, device.sdk, now);
    };
    const first = milliseconds(inspect);
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(milliseconds(inspect));
      theirs.push(
        milliseconds(() => {
          for (const index of certificates.keys()) {
            const args = [
              'x509',
              '-inform',
              'DER',
              '-in',
              `${index}.cer`,
              '-noout',
              '-text',
              '-fingerprint',
              '-sha256',
            ];
            execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
          }
        }),
      );
    }
    console.log(
      `${bytes.length} bytes, ${certificates.length} certificates, median of ${rounds} rounds (lowest to highest)`,
    );
    console.log(`load     ${loaded.toFixed(0)} ms (sources, through tsx)`);
    console.log(`first    ${first.toFixed(1)} ms`);
    console.log(`ours     ${figures(ours)}`);
    console.log(`openssl  ${figures(theirs)}`);
    console.log(`ratio    ${(median(ours) / median(theirs)).toFixed(3)}`);
    if (median(ours) > limit) {
      console.log(`more than ${limit} ms`);
      process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function milliseconds(action: () => unknown): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

function figures(times: number[]): string {
  return `${median(times).toFixed(1)} ms (${Math.min(...times).toFixed(1)} to ${Math.max(...times).toFixed(1)})`;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

void main();
