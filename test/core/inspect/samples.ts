import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { BasicConstraintsExtension, X509CertificateGenerator } from '@peculiar/x509';
import { generateCertificates } from '../../../src/certificates/generate';
import { findingsOf } from '../../../src/certificates/inspect/findings';
import { inspectBytes } from '../../../src/certificates/inspect/inspectFile';
import { type Device, deviceOf } from '../../../src/certificates/inspect/obstacles';
import type { Inspection } from '../../../src/certificates/inspect/model';
import type { Finding, ProjectFacts, Subject } from '../../../src/certificates/inspect/rules/rule';
import type { SdkVersion, TlsLibrary } from '../../../src/sdk/tls';

/** Whole seconds, as certificates have them. */
export const now = Math.floor(Date.now() / 1000) * 1000;

/** Days from now, negative for the past. */
export function inDays(days: number): Date {
  return new Date(now + days * 86_400_000);
}

export function device(library: TlsLibrary = 'libmbedtls', sdk: SdkVersion = '3.0.6'): Device {
  return deviceOf(sdk, library);
}

/** The files of a device with small keys, by name; the same each time within a test run. */
export async function deviceFiles(bits = 512): Promise<Map<string, Uint8Array>> {
  let made = sets.get(bits);
  if (made === undefined) {
    made = generateCertificates({ name: 'device.local', bits }).then(
      ({ files }) => new Map(files.map(({ name, bytes }) => [name, bytes])),
    );
    sets.set(bits, made);
  }
  return made;
}
const sets = new Map<number, Promise<Map<string, Uint8Array>>>();

export async function deviceFile(name: string, bits = 512): Promise<Uint8Array> {
  return (await deviceFiles(bits)).get(name) ?? new Uint8Array();
}

export interface CertificateWish {
  name?: string;
  notBefore?: Date;
  notAfter?: Date;
  ca?: boolean;
  keys?: 'RSA' | 'EC';
  bits?: number;
}

/** A self-signed certificate as DER. */
export async function selfSigned(wish: CertificateWish = {}): Promise<Uint8Array> {
  const { name = 'CN=test', ca, bits = 512 } = wish;
  const algorithm =
    wish.keys === 'EC'
      ? { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
      : {
          name: 'RSASSA-PKCS1-v1_5',
          hash: 'SHA-256',
          modulusLength: bits,
          publicExponent: new Uint8Array([1, 0, 1]),
        };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      keys,
      name,
      serialNumber: '01',
      notBefore: wish.notBefore ?? inDays(-100),
      notAfter: wish.notAfter ?? inDays(100),
      signingAlgorithm: algorithm,
      extensions: ca === undefined ? [] : [new BasicConstraintsExtension(ca)],
    },
    webcrypto,
  );
  return new Uint8Array(certificate.rawData);
}

/** What the rules find in a file, with others around it. */
export function find(
  file: string,
  bytes: Uint8Array | string,
  options: { device?: Device; others?: Inspection[]; project?: ProjectFacts } = {},
): Finding[] {
  const subject: Subject = {
    inspection: inspectBytes(typeof bytes === 'string' ? Buffer.from(bytes) : bytes, file),
    others: options.others ?? [],
    device: options.device ?? device(),
    project: options.project ?? {},
    now,
  };
  return findingsOf(subject);
}

/** The first finding of a rule. */
export function first(rule: string, findings: readonly Finding[]): Finding {
  const found = findings.find(each => each.rule === rule);
  if (found === undefined) throw new RangeError(`no ${rule}, only ${ids(findings).join(', ')}`);
  return found;
}

/** The rules of the findings, in their order. */
export function ids(findings: readonly Finding[]): string[] {
  return findings.map(({ rule }) => rule);
}
