import { existsSync } from 'node:fs';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { ProblemError } from '../problems';
import { type BadFault, makeBadSet, wrongName } from './badSet';
import { filesOf } from './generate';
import { pem, pkcs1FromPkcs8 } from './keys';
import type { CertificateRequest } from './request';
import { type FileToWrite, prepareFolder, writeWholeFolder } from './wholeFolder';

/** An example of the set: its folder is named by its fault. */
export interface BadExample {
  fault: BadFault;
  /** What is wrong with it. */
  what: string;
  /** What OpenSSL says of it: the words of its error. */
  openssl: string;
  /** What the device does with it. */
  device: string;
}

/**
 * Makes the set of bad certificates in `folder`, which must not be there or be empty: a CA, a folder for each fault, README.md and
 * manifest.json with what is to be expected. The folder appears whole. Returns the examples; throws a Problem if it cannot be written.
 */
export async function writeBadSet(
  request: CertificateRequest,
  folder: string,
  signal?: AbortSignal,
): Promise<BadExample[]> {
  if (existsSync(folder)) throw new ProblemError({ kind: 'bad-set-there', folder });
  const { ca, certificates } = await makeBadSet(request);
  signal?.throwIfAborted();
  const examples = certificates.map(({ fault }) => ({ fault, ...expectation(fault) }));
  const caFiles: FileToWrite[] = [
    { name: 'ca.crt', bytes: Buffer.from(pem('CERTIFICATE', ca.certificate)), secret: false },
    { name: 'ca.key', bytes: Buffer.from(pem('RSA PRIVATE KEY', pkcs1FromPkcs8(ca.key))), secret: true },
  ];
  const files = certificates.flatMap(({ fault, device, intermediate }) => {
    const own: FileToWrite[] = [...filesOf(device, { certificate: ca.certificate })];
    if (intermediate !== undefined) {
      own.push({
        name: 'intermediate.crt',
        bytes: Buffer.from(pem('CERTIFICATE', intermediate)),
        secret: false,
      });
    }
    return own.map(file => ({ ...file, name: path.join(fault, file.name) }));
  });
  const parent = path.dirname(path.resolve(folder));
  prepareFolder(parent);
  writeWholeFolder(parent, path.basename(path.resolve(folder)), [
    ...caFiles,
    ...files,
    { name: 'README.md', bytes: Buffer.from(readme(request, examples)), secret: false },
    {
      name: 'manifest.json',
      bytes: Buffer.from(`${JSON.stringify({ name: request.name, examples }, undefined, 2)}\n`),
      secret: false,
    },
  ]);
  return examples;
}

function readme({ name }: CertificateRequest, examples: readonly BadExample[]): string {
  const rows = examples.map(
    ({ fault, what, openssl, device }) => `| ${fault} | ${what} | ${openssl} | ${device} |`,
  );
  return [
    `# ${l10n.t('Bad certificates for tests')}`,
    '',
    l10n.t(
      'Certificates for {0}, each with one defect, after which its folder is named. Trust ca.crt in this folder. Never use any of them in a product.',
      name,
    ),
    '',
    l10n.t('To see how a device handles one as a client, connect it to a server that uses it:'),
    '',
    '    openssl s_server -accept 8443 -cert expired/server.crt -key expired/server.key -cipher DEFAULT@SECLEVEL=0',
    '    openssl s_server -accept 8443 -cert chain-over-2048/server.crt -key chain-over-2048/server.key -cert_chain chain-over-2048/intermediate.crt -cipher DEFAULT@SECLEVEL=0',
    '',
    l10n.t(
      'To see how a client handles one, put the files of its folder into the firmware or the flash of the device.',
    ),
    '',
    `| ${l10n.t('Folder')} | ${l10n.t('Defect')} | OpenSSL | ${l10n.t('Device with CA verification')} |`,
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** What is to be expected; the device's errors as the reconnect callback gets them: libssl has -28 for all of a handshake. */
function expectation(fault: BadFault): Omit<BadExample, 'fault'> {
  switch (fault) {
    case 'good':
      return { what: l10n.t('none, for comparison'), openssl: 'ok', device: l10n.t('accepts it') };
    case 'expired':
      return {
        what: l10n.t('expired yesterday'),
        openssl: 'certificate has expired (10)',
        device: l10n.t('libssl rejects it (-28); libmbedtls does not check dates'),
      };
    case 'not-yet-valid':
      return {
        what: l10n.t('becomes valid in a year'),
        openssl: 'certificate is not yet valid (9)',
        device: l10n.t('libssl rejects it (-28); libmbedtls does not check dates'),
      };
    case 'wrong-name':
      return {
        what: l10n.t('issued for {0}', wrongName),
        openssl: 'hostname mismatch (62) / IP address mismatch (64)',
        device: l10n.t('accepts it: neither library checks names'),
      };
    case 'unknown-ca':
      return {
        what: l10n.t('issued by an unknown CA'),
        openssl: 'unable to get local issuer certificate (20)',
        device: l10n.t('rejects it: libssl -28, libmbedtls -39 (-0x2700)'),
      };
    case 'other-key':
      return {
        what: l10n.t('the private key belongs to another certificate'),
        openssl: 'key values mismatch',
        device: l10n.t('loads it, then every handshake fails'),
      };
    case 'small-key':
      return {
        what: l10n.t('its key has 512 bits'),
        openssl: 'EE certificate key too weak (66)',
        device: l10n.t('libmbedtls from SDK 3.0.2 on rejects it: -39 (-0x2700)'),
      };
    case 'chain-over-2048':
    case 'chain-over-4096':
    case 'chain-over-8192': {
      const limit = fault.slice(fault.lastIndexOf('-') + 1);
      return {
        what: l10n.t('more than {0} bytes with its intermediate CA', limit),
        openssl: 'ok',
        device: l10n.t(
          'aborts the handshake with espconn_secure_set_size of {0} or less: libssl -28 or -61, libmbedtls 16 (-0x7080) or -114 (-0x7200)',
          limit,
        ),
      };
    }
    case 'truncated':
      return {
        what: l10n.t('truncated: its second half is missing'),
        openssl: 'Could not read certificate',
        device: l10n.t('cannot read it: libmbedtls -127, libssl -28'),
      };
    case 'broken-signature':
      return {
        what: l10n.t('one bit of its signature is wrong'),
        openssl: 'certificate signature failure (7)',
        device: l10n.t('rejects it: libssl -28, libmbedtls -39 (-0x2700)'),
      };
  }
}
