import type { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { withFolderLock } from '../files/folderLock';
import { ProblemError } from '../problems';
import { newestAbilities, type TlsAbilities, type TlsLibrary } from '../sdk/tls';
import { type Credentials, readCredentials } from './credentials';
import { caRecords, certificateData, type ChainPlace } from './deviceData';
import { identityOf } from './existingIdentities';
import { filesNamed, type GeneratedFile, type Material } from './generate';
import type { CertificateFacts } from './identity';
import { chooseFrom, isCa } from './importChoice';
import { fileNames, type Layout, type Role } from './layouts';
import { readByAxTls } from './readers/axTls';
import { readCertificates } from './readers/mbedTls';
import type { RefusalReason } from './readers/refusal';
import { type Replacing, writeFiles } from './replaceFiles';
import { requestKeyFile } from './signingRequest';
import { readTrustedCas } from './trustedCas';
import { refuseOtherCa } from './writeFiles';
import { readCertificate, suits } from './x509';

export interface ImportOptions extends Replacing {
  /** The file with the key, if it is in none of the others; else device.key in the folder. */
  keyFile?: string | undefined;
  /** Of every file that is encrypted. */
  passphrase?: string | undefined;
  /** Files with other CAs that the device trusts, whatever its own CA is. */
  trust?: readonly string[] | undefined;
  role?: Role | undefined;
  layout?: Layout | undefined;
  /** Of the library that reads the files: it decides how chains and several CAs are written. */
  abilities?: TlsAbilities | undefined;
}

/** What was found and lies in the folder now. */
export interface ImportedSet {
  /** Undefined if only CA certificates came. */
  device?: CertificateFacts | undefined;
  /** The first of those in esp_ca_cert.bin; undefined if no CA certificate came. */
  ca?: CertificateFacts | undefined;
  /** CAs in esp_ca_cert.bin. */
  trusted: number;
  /** CAs between the device's certificate and its root. */
  between: number;
  /** Whether the device sends those. */
  sendsBetween: ChainPlace | undefined;
  /** The role for which the device's certificate is not made, by its extended key usage. */
  unfit?: Role | undefined;
  /** What the TLS library refuses, by the common name or subject. */
  refused: { name: string; library: TlsLibrary; code: number; reason: RefusalReason }[];
  /** Files that nothing was made of. */
  unusedFiles: string[];
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

async function importSet(files: readonly string[], folder: string, how: ImportOptions): Promise<ImportedSet> {
  const { keyFile, passphrase, role = 'server', layout = 'folder', mayReplace } = how;
  const { abilities = newestAbilities } = how;
  const found = await readAll(files, passphrase);
  const [firstFile = ''] = files;
  if (found.certificates.length === 0)
    throw new ProblemError({ kind: 'certificate-missing', file: firstFile });
  const waiting = path.join(folder, requestKeyFile);
  const separate = keyFile ?? (found.keys.length === 0 && existsSync(waiting) ? waiting : undefined);
  const keys = separate === undefined ? found.keys : (await readAll([separate], passphrase)).keys;

  const { own, between, root, trusted: chosen, unused } = chooseFrom(found.certificates, keys);
  const others = await readTrustedCas(how.trust ?? [], passphrase);
  const trusted = [
    ...new Map(
      [...chosen, ...others.map(({ certificate }) => certificate)].map(each => [each.fingerprint256, each]),
    ).values(),
  ];
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

  const identity = own && identityOf(own.certificate, own.key);
  const [firstTrusted] = trusted;
  const ca = own === undefined ? firstTrusted : root;
  const data = identity && certificateData(identity, ders(between), abilities);
  const material: Material = {
    ca: ca && { certificate: ca.raw },
    ...(trusted.length > 0 && { trusted: caRecords(ders(trusted), abilities) }),
    ...(identity && {
      own: { ...identity, certificate: data?.array ?? identity.certificate },
      ownRecord: data?.record,
      [role]: identity,
    }),
  };
  const device = identity && readCertificate(identity.certificate);
  const names = fileNames(layout, role, device?.bits ?? 0);
  if (ca) await refuseOtherCa(folder, names, { certificate: ca.raw });
  const made = filesNamed(names, material);
  const used = [...(own ? [own.certificate] : []), ...between, ...trusted];
  return {
    device,
    ca: firstTrusted && readCertificate(firstTrusted.raw),
    trusted: trusted.length,
    between: between.length,
    sendsBetween: data?.chainIn,
    unfit: own && !suits(own.certificate.raw, role) ? role : undefined,
    refused: used.flatMap(each => refusalFor(each, abilities)),
    unusedFiles: files.filter((_, index) => {
      const inFile = found.byFile[index]?.certificates ?? [];
      return inFile.length > 0 && inFile.every(each => unused.some(other => other.raw.equals(each.raw)));
    }),
    unauthenticated: found.unauthenticated === true,
    files: made,
    written: await writeFiles(folder, made, { mayReplace, mayGo: () => false }),
  };
}

function ders(certificates: readonly X509Certificate[]): Uint8Array[] {
  return certificates.map(({ raw }) => raw);
}

/** What the library's reader says of a certificate. */
function refusalFor(certificate: X509Certificate, { library }: TlsAbilities): ImportedSet['refused'] {
  const isMbedTls = library === 'libmbedtls';
  const { code, reason } = isMbedTls
    ? readCertificates(certificate.raw)
    : readByAxTls(certificate.raw, 'CA', true);
  if (reason === undefined) return [];
  const { commonName } = readCertificate(certificate.raw);
  const name = commonName || certificate.subject.replaceAll('\n', ', ');
  return [{ name, library, code: isMbedTls ? code : 0, reason }];
}

async function readAll(
  files: readonly string[],
  passphrase: string | undefined,
): Promise<Credentials & { byFile: Credentials[] }> {
  const all = await Promise.all(files.map(file => readCredentials(file, passphrase)));
  const certificates = all.flatMap(each => each.certificates);
  return {
    // One that comes twice counts once.
    certificates: [...new Map(certificates.map(each => [each.fingerprint256, each])).values()],
    keys: all.flatMap(({ keys }) => keys),
    unauthenticated: all.some(({ unauthenticated }) => unauthenticated),
    byFile: all,
  };
}
