import { createHash, X509Certificate } from 'node:crypto';
import path from 'node:path';
import { limits } from '../files/limits';
import { readRegularFileSync } from '../files/readFile';
import { isMissing, reasonOf } from '../files/systemErrors';
import { ownFile } from '../files/ownFile';
import { writeFileAtomically } from '../files/writeFile';
import { ProblemError } from '../problems';

/** A certificate that was made for a device. Hexadecimal is in small letters. */
export interface ManifestEntry {
  folder: string;
  name: string;
  serial: string;
  /** SHA-256 of the certificate (DER). */
  certificateSha256: string;
  /** SHA-256 of its SubjectPublicKeyInfo (DER). */
  publicKeySha256: string;
  bits: number;
  /** ISO 8601, UTC. */
  notBefore: string;
  notAfter: string;
  /** False once the folder has another certificate: this one may still be in a device. */
  current: boolean;
}

const jsonName = 'manifest.json';
const csvName = 'manifest.csv';
const keys = [
  'folder',
  'name',
  'serial',
  'certificateSha256',
  'publicKeySha256',
  'bits',
  'notBefore',
  'notAfter',
  'current',
] as const satisfies readonly (keyof ManifestEntry)[];

/** The entry for a certificate (DER) in `folder`. */
export function entryOf(folder: string, name: string, certificate: Uint8Array): ManifestEntry {
  const { serialNumber, publicKey, raw, validFrom, validTo } = new X509Certificate(certificate);
  return {
    folder,
    name,
    serial: serialNumber.toLowerCase(),
    certificateSha256: sha256(raw),
    publicKeySha256: sha256(publicKey.export({ type: 'spki', format: 'der' })),
    bits: publicKey.asymmetricKeyDetails?.modulusLength ?? 0,
    notBefore: new Date(validFrom).toISOString(),
    notAfter: new Date(validTo).toISOString(),
    current: true,
  };
}

/** Reads the manifest in `folder`; none is an empty one. One that is not a manifest is a Problem: its serials would be lost. */
export function readManifest(folder: string): ManifestEntry[] {
  const file = path.join(folder, jsonName);
  let text: string;
  try {
    text = readRegularFileSync(file, limits.text).toString();
  } catch (error) {
    if (isMissing(error)) return [];
    throw new ProblemError({ kind: 'file-unreadable', file, reason: reasonOf(error) }, { cause: error });
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed) && parsed.every(isEntry)) return parsed;
  } catch {
    // Said below.
  }
  throw new ProblemError({ kind: 'manifest-broken', file });
}

/** Writes `entries` as JSON and as CSV, sorted by folder. */
export function writeManifest(folder: string, entries: readonly ManifestEntry[]): void {
  const sorted = [...entries].sort(
    (a, b) => order(a.folder, b.folder) || Number(b.current) - Number(a.current) || order(a.serial, b.serial),
  );
  const rows = sorted.map(entry => keys.map(key => cell(String(entry[key]))).join(','));
  const json = JSON.stringify(sorted, keys as readonly string[] as string[], 2);
  writeFileAtomically(ownFile(folder, csvName), Buffer.from(`${[keys.join(','), ...rows].join('\n')}\n`));
  writeFileAtomically(ownFile(folder, jsonName), Buffer.from(`${json}\n`));
}

/** `made` and, of `earlier`, what is not among them; no longer current where `made` has another certificate for the folder. */
export function merged(earlier: readonly ManifestEntry[], made: readonly ManifestEntry[]): ManifestEntry[] {
  const known = new Set(made.map(entry => entry.certificateSha256));
  const folders = new Set(made.map(entry => entry.folder));
  const kept = earlier
    .filter(entry => !known.has(entry.certificateSha256))
    .map(entry => (folders.has(entry.folder) ? { ...entry, current: false } : entry));
  return [...made, ...kept];
}

/** A value as a cell of CSV (RFC 4180). */
function cell(text: string): string {
  return /[\s",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function isEntry(value: unknown): value is ManifestEntry {
  if (typeof value !== 'object' || value === null) return false;
  const found = new Map(Object.entries(value));
  const texts = keys.filter(key => key !== 'bits' && key !== 'current');
  return (
    // What goes into the CSV again.
    texts.every(key => /^[^\p{C}]+$/u.test(String(found.get(key)))) &&
    texts.every(key => typeof found.get(key) === 'string') &&
    typeof found.get('bits') === 'number' &&
    typeof found.get('current') === 'boolean'
  );
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
