import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { cHeader } from '../../../src/certificates/cHeader';
import { generateCertificates } from '../../../src/certificates/generate';
import { pem, pkcs1FromPkcs8 } from '../../../src/certificates/keys';

const root = path.join(__dirname, '..', '..', '..');
const deviceSdk = path.join(root, 'device-sdk');
const compiler = 'xtensa-lx106-elf-gcc';
const run = promisify(execFile);

/** The host name in the certificate of {@link StackFirmware.peer}. */
export const peerName = 'peer.example';

/** A firmware with lwIP and Mbed TLS in it, and what belongs to it; all are paths of files in the folder asked for. */
export interface StackFirmware {
  elf: string;
  /** PEM: signed the firmware's certificate, and is what the firmware's TLS client trusts besides the CA record in its flash. */
  caCertificate: string;
  caKey: string;
  /** For a server that the firmware's TLS client accepts as {@link peerName}: PEM. */
  peerCertificate: string;
  peerKey: string;
}

const fileNames = {
  elf: 'firmware.elf',
  caCertificate: 'ca.crt',
  caKey: 'ca.key',
  peerCertificate: 'peer.crt',
  peerKey: 'peer.key',
} as const satisfies StackFirmware;

/**
 * Builds the firmware of this folder with Debian's lwIP and Mbed TLS and puts it into `folder`. The same inputs are built once; the
 * result stays in out/. Needs xtensa-lx106-elf-gcc; the sources are downloaded when they are not there yet.
 */
export async function buildStackFirmware(folder: string): Promise<StackFirmware> {
  const { debianSources } = await import('../../../scripts/lib/debianSources.mjs');
  const [lwip = '', mbedtls = ''] = debianSources(['lwip', 'mbedtls']);
  const libraries = [
    checkedLibrary(lwip, 'lwip', '2.1.'),
    checkedLibrary(mbedtls, 'mbedtls', '2.28.'),
    execFileSync(compiler, ['--version'], { encoding: 'utf8' }),
  ];
  const built = path.join(root, 'out', 'stack-firmware', inputHash(libraries));
  if (!existsSync(built)) {
    const work = `${built}.${process.pid}`;
    mkdirSync(work, { recursive: true });
    try {
      await build(work, lwip, mbedtls);
      keep(work, built);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  const copied = (name: string): string => {
    copyFileSync(path.join(built, name), path.join(folder, name));
    return path.join(folder, name);
  };
  return {
    elf: copied(fileNames.elf),
    caCertificate: copied(fileNames.caCertificate),
    caKey: copied(fileNames.caKey),
    peerCertificate: copied(fileNames.peerCertificate),
    peerKey: copied(fileNames.peerKey),
  };
}

/** The library's Debian version. Throws when it is not of the series that this folder's configuration is written for. */
function checkedLibrary(sources: string, name: string, series: string): string {
  const changelog = readFileSync(path.join(sources, 'debian', 'changelog'), 'utf8');
  const version = /^\S+ \((\S+)\)/.exec(changelog)?.[1] ?? 'without a version';
  if (!version.startsWith(series))
    throw new Error(`The firmware needs ${name} ${series}x, as Debian 12 has it; here is ${version}.`);
  return `${name} ${version}`;
}

/** Hash of all that makes the firmware what it is. */
function inputHash(libraries: string[]): string {
  const folders = [__dirname, path.join(deviceSdk), path.join(root, 'src', 'certificates')];
  const hash = createHash('sha256').update(libraries.join('\n'));
  for (const folder of folders) {
    for (const name of filesBelow(folder)) {
      hash.update(`\0${name}\0`).update(readFileSync(path.join(folder, name)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Another process may have been faster; then its result stays. */
function keep(work: string, built: string): void {
  try {
    renameSync(work, built);
  } catch (error) {
    if (!existsSync(built)) throw error;
  }
}

async function build(work: string, lwip: string, mbedtls: string): Promise<void> {
  await writeCertificates(work);
  writeFileSync(path.join(work, 'functions.ld'), deviceFunctions());
  const includes = [
    ...[__dirname, work, path.join(lwip, 'src', 'include'), path.join(mbedtls, 'include')],
    path.join(deviceSdk, 'include'),
  ].map(folder => `-I${folder}`);
  const common = [
    ...['-g', '-std=gnu99', '-mlongcalls', '-mtext-section-literals', '-ffreestanding', '-nostdlib'],
    ...['-ffunction-sections', '-fdata-sections', '-DMBEDTLS_CONFIG_FILE="mbedtlsConfig.h"', ...includes],
  ];
  const own = ['-Og', '-Wall', '-Wextra', '-Werror'];
  const jobs = [
    ...cFiles(path.join(mbedtls, 'library'))
      // Its PSA part is switched off and does not compile alone.
      .filter(file => !path.basename(file).startsWith('psa_'))
      .map(file => ({ file, flags: ['-O2'] })),
    ...['src/core', 'src/core/ipv4', 'src/apps/sntp']
      .flatMap(folder => cFiles(path.join(lwip, folder)))
      .map(file => ({ file, flags: ['-O2'] })),
    ...cFiles(__dirname).map(file => ({ file, flags: own })),
  ].map(({ file, flags }, index) => {
    const object = `${index}.o`;
    return { object, args: [...common, ...flags, '-c', file, '-o', object] };
  });
  await compileAll(
    jobs.map(({ args }) => args),
    work,
  );
  const script = path.join(__dirname, 'stack.ld');
  const objects = jobs.map(({ object }) => object);
  const link = ['-nostdlib', '-T', script, '-Wl,--gc-sections', ...objects, '-lgcc', '-o', fileNames.elf];
  await run(compiler, link, { cwd: work });
  for (const object of objects) rmSync(path.join(work, object));
}

/** The compiler at work on as many files as there are processors. Throws with its messages when files have errors. */
async function compileAll(jobs: string[][], cwd: string): Promise<void> {
  const queue = jobs.values();
  const errors: string[] = [];
  const worker = async (): Promise<void> => {
    for (const args of queue) {
      await run(compiler, args, { cwd }).catch((error: unknown) => errors.push(String(error)));
    }
  };
  await Promise.all(os.cpus().map(worker));
  if (errors.length > 0) throw new Error(errors.join('\n'));
}

function cFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter(name => name.endsWith('.c'))
    .sort()
    .map(name => path.join(folder, name));
}

/** The addresses of device-sdk's linker script without its layout. */
function deviceFunctions(): string {
  const script = readFileSync(path.join(deviceSdk, 'esp8266.ld'), 'utf8');
  return script
    .split('\n')
    .filter(line => line.startsWith('PROVIDE('))
    .join('\n');
}

/** Makes the device's certificate, as arrays for C, and one for a server that its TLS client can visit. */
async function writeCertificates(work: string): Promise<void> {
  const device = await generateCertificates({ name: '192.168.1.104' });
  const peer = await generateCertificates({ name: peerName }, device.ca);
  const write = (name: string, set: typeof device, file: string): void => {
    const content = set.files.find(candidate => candidate.name === file);
    if (content === undefined) throw new Error(`The generator has made no ${file}.`);
    writeFileSync(path.join(work, name), content.bytes);
  };
  write(fileNames.caCertificate, device, 'ca.crt');
  writeFileSync(path.join(work, fileNames.caKey), pem('PRIVATE KEY', device.ca.key), { mode: 0o600 });
  write(fileNames.peerCertificate, peer, 'server.crt');
  write(fileNames.peerKey, peer, 'server.key');
  writeFileSync(
    path.join(work, 'certificates.h'),
    [
      cHeader('ca_certificate', device.ca.certificate),
      cHeader('device_certificate', device.device.certificate),
      cHeader('device_key', pkcs1FromPkcs8(device.device.key)),
    ].join('\n'),
  );
}
