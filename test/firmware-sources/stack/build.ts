import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cHeader } from '../../../src/certificates/cHeader';
import { generateCertificates } from '../../../src/certificates/generate';
import { pem, pkcs1FromPkcs8 } from '../../../src/certificates/keys';
import { builtFirmware, cFiles, compileFirmware } from '../builtFirmware';

const root = path.join(__dirname, '..', '..', '..');

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
 * Builds the firmware of this folder with Debian's lwIP and Mbed TLS, see {@link builtFirmware}, and puts it into `folder`.
 */
export async function buildStackFirmware(folder: string): Promise<StackFirmware> {
  const built = await builtFirmware({
    name: 'stack-firmware',
    libraries: ['lwip', 'mbedtls'],
    folders: [__dirname, path.join(root, 'src', 'certificates')],
    build,
  });
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

async function build(work: string, { lwip, mbedtls }: Record<'lwip' | 'mbedtls', string>): Promise<void> {
  await writeCertificates(work);
  const lwipFolders = ['src/core', 'src/core/ipv4', 'src/apps/sntp'].map(folder => path.join(lwip, folder));
  // Its PSA part is switched off and does not compile alone.
  const tls = cFiles(path.join(mbedtls, 'library')).filter(file => !path.basename(file).startsWith('psa_'));
  await compileFirmware(work, {
    units: [
      { files: [...tls, ...lwipFolders.flatMap(cFiles)], flags: ['-O2'] },
      { files: cFiles(__dirname), flags: ['-Og', '-Wall', '-Wextra', '-Werror'] },
    ],
    includes: [__dirname, work, path.join(lwip, 'src', 'include'), path.join(mbedtls, 'include')],
    script: path.join(__dirname, 'stack.ld'),
    elf: fileNames.elf,
  });
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
