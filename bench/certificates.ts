// A CA and a server certificate: ours, in this process, against the openssl program, in turns. Then many devices: `npm run build`
// and `esp8266-ssl certs --devices` as a whole against shell loops of openssl on all cores; DEVICES=1000 says how many.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { generateCertificates } from '../src/certificates/generate';
import { median } from './figures';

const name = '192.168.4.1';
const rounds = 21;
const devices = Number(process.env['DEVICES'] ?? 1000);
const deviceRounds = Number(process.env['ROUNDS'] ?? 3);
const cli = path.join(__dirname, '..', 'out', 'cli.js');

async function main() {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  try {
    writeFileSync(path.join(folder, 'extensions'), `subjectAltName=IP:${name}\nbasicConstraints=CA:FALSE\n`);
    await benchPair(folder);
    console.log(`Load before: ${loadavg()[0]?.toFixed(1)}`);
    await benchDevices(folder, 1024, devices);
    // A key of 2048 bits takes the processor as long as ten of 1024.
    await benchDevices(folder, 2048, Math.ceil(devices / 10));
    console.log(`Load after: ${loadavg()[0]?.toFixed(1)}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function benchPair(folder: string) {
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
}

/** Key, certificate, C headers and flash records by us; key and certificate alone by the shell loops. */
async function benchDevices(folder: string, bits: number, count: number) {
  const list = path.join(folder, 'list.csv');
  writeFileSync(list, ['name,id', ...Array.from({ length: count }, (_, i) => `${name},d${i}`)].join('\n'));
  const loops = {
    // As everybody's script has it.
    'three openssl': [
      `openssl genrsa -out key ${bits}`,
      `openssl req -new -key key -subj /O=Bench/CN=${name} -out req`,
      'openssl x509 -req -in req -CA ../ca.crt -CAkey ../ca.key -CAcreateserial -CAserial srl -sha256 -days 3650 -extfile ../extensions -out crt',
    ],
    // The least that makes a device's certificate, since OpenSSL 3.0.
    'one openssl': [
      `openssl req -x509 -newkey rsa:${bits} -noenc -keyout key -CA ../ca.crt -CAkey ../ca.key -sha256 -days 3650 -subj /O=Bench/CN=${name} -addext subjectAltName=IP:${name} -out crt`,
    ],
  };
  const times = new Map<string, number[]>();
  const timed = async (what: string, out: string, action: () => void) => {
    times.set(what, [...(times.get(what) ?? []), await milliseconds(action)]);
    rmSync(out, { recursive: true });
  };
  for (let round = 0; round < deviceRounds; round++) {
    const out = path.join(folder, 'devices');
    await timed('ours', out, () =>
      execFileSync(
        process.execPath,
        [cli, 'certs', '--devices', list, '--bits', String(bits), '--out', out],
        {
          stdio: 'ignore',
        },
      ),
    );
    for (const [what, steps] of Object.entries(loops)) {
      mkdirSync(out);
      for (const step of [
        `genrsa -out ca.key ${bits}`,
        'req -x509 -new -key ca.key -sha256 -days 3650 -subj /O=Bench -out ca.crt',
      ])
        execFileSync('openssl', step.split(' '), { cwd: out, stdio: 'ignore' });
      writeFileSync(path.join(out, 'extensions'), `subjectAltName=IP:${name}\nbasicConstraints=CA:FALSE\n`);
      const device = `mkdir $1 && cd $1 && ${steps.join(' && ')}`;
      const loop = `seq ${count} | xargs -P ${availableParallelism()} -I{} sh -c '${device}' sh {}`;
      await timed(what, out, () => execFileSync('sh', ['-c', loop], { cwd: out, stdio: 'ignore' }));
    }
  }
  console.log(
    `${count} devices, RSA ${bits}, ${availableParallelism()} cores, median of ${deviceRounds} rounds`,
  );
  const ours = times.get('ours') ?? [];
  for (const [what, each] of times) {
    console.log(
      `${what.padEnd(14)} ${figures(each)}, ours is ${(median(each) / median(ours)).toFixed(2)} times as fast`,
    );
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
