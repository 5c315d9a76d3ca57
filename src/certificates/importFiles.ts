import type { KeyObject, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { withFolderLock } from '../files/folderLock';
import { ProblemError } from '../problems';
import { type Credentials, readCredentials } from './credentials';
import { identityOf } from './existing';
import { filesNamed, type GeneratedFile, type Material } from './generate';
import type { CertificateFacts } from './identity';
import { fileNames, type Layout, type Role } from './layouts';
import { type Replacing, writeFiles } from './replaceFiles';
import { requestKeyFile } from './signingRequest';
import { refuseOtherCa } from './writeFiles';
import { readCertificate } from './x509';

export interface ImportOptions extends Replacing {
  /** The file with the key, if it is in none of the others; else device.key in the folder. */
  keyFile?: string | undefined;
  /** Of every file that is encrypted. */
  passphrase?: string | undefined;
  role?: Role | undefined;
  layout?: Layout | undefined;
}

/** What was found and lies in the folder now. */
export interface ImportedSet {
  /** Undefined if only a CA certificate came. */
  device?: CertificateFacts | undefined;
  /** The last of the chain above the device's certificate, for esp_ca_cert.bin; undefined if no CA certificate came. */
  ca?: CertificateFacts | undefined;
  /** Certificates between the two, which the device does not send. */
  between: number;
  /** A PKCS#12 file had no MAC. */
  unauthenticated: boolean;
  files: GeneratedFile[];
  /** The files that are new or have other contents than before. */
  written: GeneratedFile[];
}

/**
 * Takes the certificate that a CA made, in files of any form and with the chain in any order, together with its key, and writes the
 * files for the firmware, the flash and clients into `folder`. CA certificates alone give the CA's files alone. Throws a Problem,
 * with nothing written, if key and certificate do not belong together.
 */
export function importCertificates(
  files: readonly string[],
  folder: string,
  how: ImportOptions = {},
): Promise<ImportedSet> {
  return withFolderLock(folder, () => importSet(files, folder, how));
}

async function importSet(
  files: readonly string[],
  folder: string,
  { keyFile, passphrase, role = 'server', layout = 'folder', mayReplace }: ImportOptions,
): Promise<ImportedSet> {
  const found = await readAll(files, passphrase);
  const [firstFile = ''] = files;
  if (found.certificates.length === 0)
    throw new ProblemError({ kind: 'certificate-missing', file: firstFile });
  const waiting = path.join(folder, requestKeyFile);
  const separate = keyFile ?? (found.keys.length === 0 && existsSync(waiting) ? waiting : undefined);
  const keys = separate === undefined ? found.keys : (await readAll([separate], passphrase)).keys;

  const own = pairIn(found.certificates, keys);
  if (own === undefined && !found.certificates.every(isCa)) {
    const keyPlace = separate ?? firstFile;
    throw new ProblemError(
      keys.length === 0
        ? { kind: 'key-missing', file: keyPlace }
        : { kind: 'certificate-of-another-key', file: firstFile, keyFile: keyPlace },
    );
  }
  if (own !== undefined && own.key.asymmetricKeyType !== 'rsa')
    throw new ProblemError({ kind: 'key-not-rsa', file: separate ?? firstFile });

  const chain = chainFrom(own?.certificate ?? found.certificates[0], found.certificates);
  const ca = own === undefined || chain.length > 1 ? chain.at(-1) : undefined;
  const identity = own && identityOf(own.certificate, own.key);
  const material: Material = {
    ca: ca && { certificate: ca.raw },
    own: identity,
    ...(identity && { [role]: identity }),
  };
  const device = identity && readCertificate(identity.certificate);
  const names = fileNames(layout, role, device?.bits ?? 0);
  if (ca) await refuseOtherCa(folder, names, { certificate: ca.raw });
  const made = filesNamed(names, material);
  return {
    device,
    ca: ca && readCertificate(ca.raw),
    between: own === undefined ? 0 : Math.max(0, chain.length - 2),
    unauthenticated: found.unauthenticated === true,
    files: made,
    written: await writeFiles(folder, made, { mayReplace, mayGo: () => false }),
  };
}

async function readAll(files: readonly string[], passphrase: string | undefined): Promise<Credentials> {
  const all = await Promise.all(files.map(file => readCredentials(file, passphrase)));
  const certificates = all.flatMap(each => each.certificates);
  return {
    // One that comes twice counts once.
    certificates: [...new Map(certificates.map(each => [each.fingerprint256, each])).values()],
    keys: all.flatMap(({ keys }) => keys),
    unauthenticated: all.some(({ unauthenticated }) => unauthenticated),
  };
}

/** A certificate of version 1 does not say what it is; who signs itself is a CA. */
function isCa(certificate: X509Certificate): boolean {
  return (
    certificate.ca || (certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey))
  );
}

function pairIn(
  certificates: readonly X509Certificate[],
  keys: readonly KeyObject[],
): { certificate: X509Certificate; key: KeyObject } | undefined {
  for (const key of keys) {
    const certificate = certificates.find(each => each.checkPrivateKey(key));
    if (certificate !== undefined) return { certificate, key };
  }
  return undefined;
}

/** `first` and those above it, each signed by the next, as far as they are among `all`. */
function chainFrom(first: X509Certificate | undefined, all: readonly X509Certificate[]): X509Certificate[] {
  const chain: X509Certificate[] = [];
  const left = new Set(all);
  for (let current = first; current !== undefined;) {
    chain.push(current);
    left.delete(current);
    const below = current;
    current = [...left].find(each => below.checkIssued(each) && below.verify(each.publicKey));
  }
  return chain;
}
