import path from 'node:path';
import * as l10n from '@vscode/l10n';
import type { GeneratedFileName } from '../certificates/generate';
import type { CertificateFacts } from '../certificates/identity';
import { checkedRequest, defaults, hashes, keySizes } from '../certificates/request';
import type { WrittenSet } from '../certificates/writeFiles';
import { certsBadSet, certsBadSetHelp } from './certsBadSet';
import { certsDevices, certsDevicesHelp } from './certsDevices';
import type { Output } from './output';
import { parseOptions } from './parseOptions';

export function certsHelp(): string {
  return [ownHelp(), certsDevicesHelp(), certsBadSetHelp()].join('\n\n');
}

function ownHelp(): string {
  return l10n.t(
    `esp8266-ssl certs [options]
Makes the certificate and key of a device, as C headers, flash records and PEM. A CA in the folder signs again.

  --name NAME            address or name by which clients reach the device (default: {0})
  --out FOLDER           where to write (default: {1})
  --bits BITS            size of the RSA keys: {2} (default: {3})
  --hash HASH            hash of the signatures: {4} (default: {5})
  --days DAYS            how long it is valid (default: {6})
  --organization NAME    organization in the certificates (default: {7})
  --new-ca               make a new CA although one is there
  --reuse                keep the certificate in the folder if it is as asked for
  --json                 print the result as JSON`,
    defaultName,
    defaultFolder,
    keySizes.join(', '),
    defaults.bits,
    hashes.join(', '),
    defaults.hash,
    defaults.days,
    defaults.organization,
  );
}

/** The device's own address as an access point, unless its firmware changes it. */
const defaultName = '192.168.4.1';
const defaultFolder = 'ssl';

/** Runs `esp8266-ssl certs`; resolves to the exit code. */
export async function certs(args: string[], output: Output, signal: AbortSignal): Promise<number> {
  if (args.some(arg => /^--devices(=|$)/.test(arg))) return certsDevices(args, output, signal);
  if (args.includes('--bad-set')) return certsBadSet(args, output);
  const { name, out, 'new-ca': newCa, reuse, json, ...options } = parse(args);
  const request = checkedRequest({ name, ...options });
  // Loaded last: help and refusals need not wait for the X.509 library.
  const { writeCertificates } = await import('../certificates/writeFiles');
  const result = await writeCertificates(request, out, { newCa, reuse });
  if (json) output.out(JSON.stringify(asJson(out, result), undefined, 2));
  else for (const line of asText(out, result)) output.out(line);
  return 0;
}

function parse(args: string[]) {
  return parseOptions(args, {
    name: { type: 'string', default: defaultName },
    out: { type: 'string', default: defaultFolder },
    bits: { type: 'string' },
    hash: { type: 'string' },
    days: { type: 'string' },
    organization: { type: 'string' },
    'new-ca': { type: 'boolean', default: false },
    reuse: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  });
}

function asText(folder: string, result: WrittenSet): string[] {
  const { set, written, caUsedAgain, certificateKept } = result;
  const ca = summary(set.caFacts);
  const certificate = summary(set.deviceFacts);
  const name = set.deviceFacts.names.join(', ');
  const lines = [
    caUsedAgain ? l10n.t('CA used again: {0}', ca) : l10n.t('New CA: {0}', ca),
    certificateKept
      ? l10n.t('Certificate for {0} kept: {1}', name, certificate)
      : l10n.t('New certificate for {0}: {1}', name, certificate),
  ];
  if (set.caFacts.bits < set.deviceFacts.bits) {
    lines.push(
      l10n.t(
        'Note: the CA has only {0} bits. libmbedtls of SDK 3.0.2 and later verifies none below 2048; --new-ca makes another.',
        set.caFacts.bits,
      ),
    );
  }
  const rows = written.map(file => ({
    path: path.join(folder, file.name),
    size: l10n.t('{0} bytes', file.bytes.length),
    purpose: purpose(file.name),
  }));
  const pathWidth = Math.max(...rows.map(row => row.path.length));
  const sizeWidth = Math.max(...rows.map(row => row.size.length));
  for (const row of rows) {
    lines.push(`  ${row.path.padEnd(pathWidth)}  ${row.size.padStart(sizeWidth)}  ${row.purpose}`);
  }
  return lines;
}

function summary({ bits, hash, notAfter }: CertificateFacts): string {
  const signature = hash ? `RSA ${bits}, ${hash}` : `RSA ${bits}`;
  return l10n.t('{0}, valid until {1}', signature, notAfter.toISOString().slice(0, 10));
}

function asJson(folder: string, { set, written, caUsedAgain, certificateKept }: WrittenSet) {
  const writtenNames = new Set(written.map(file => file.name));
  return {
    folder,
    ca: { ...set.caFacts, usedAgain: caUsedAgain },
    certificate: { ...set.deviceFacts, kept: certificateKept },
    files: set.files.map(file => ({
      path: path.join(folder, file.name),
      written: writtenNames.has(file.name),
      secret: file.secret,
    })),
  };
}

/** What a file is for, in a few words. */
function purpose(file: GeneratedFileName): string {
  switch (file) {
    case 'cert.h':
      return l10n.t('certificate, for espconn_secure_set_default_certificate');
    case 'private_key.h':
      return l10n.t('private key, for espconn_secure_set_default_private_key');
    case 'esp_ca_cert.bin':
      return l10n.t('CA certificate for the flash, for espconn_secure_ca_enable');
    case 'esp_cert_private_key.bin':
      return l10n.t('certificate and private key for the flash, for espconn_secure_cert_req_enable');
    case 'ca.crt':
      return l10n.t('CA certificate, for the clients of the device');
    case 'ca.key':
      return l10n.t('private key of the CA: signs the next certificates, keep it secret');
    case 'server.crt':
      return l10n.t('the certificate once more, for programs of a computer');
    case 'server.key':
      return l10n.t('its private key once more, keep it secret');
  }
}
