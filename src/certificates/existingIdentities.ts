import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import path from 'node:path';
import { limits } from '../files/limits';
import { readFileIfThere } from '../files/readFile';
import { ProblemError } from '../problems';
import type { CaFault } from './problems';
import { type Credentials, readCredentials } from './credentials';
import type { CertificateFacts, Identity } from './identity';
import { cleanFolder, type FileNames, nameOf, type Role } from './layouts';
import { alternativeNames, type CertificateRequest, dayInMs } from './request';
import { endOfValidity, readCertificate } from './x509';

/** Where a CA lies: its certificate, and its key if that is in a file of its own. PEM, DER or PKCS#12. */
export interface CaFiles {
  certificate: string;
  key?: string | undefined;
}

/**
 * Returns the CA in `folder`, undefined if there is none. One that is there and cannot sign is a Problem and not replaced: clients
 * may trust it.
 */
export async function existingCa(
  folder: string,
  names: FileNames = cleanFolder,
  passphrase?: string,
): Promise<Identity | undefined> {
  const certificate = path.join(folder, nameOf(names, 'CA PEM'));
  const key = path.join(folder, nameOf(names, 'CA key PEM'));
  const [certificateText, keyText] = await Promise.all([read(certificate), read(key)]);
  if (certificateText === undefined && keyText === undefined) return undefined;
  if (certificateText === undefined) throw unusable(key, 'incomplete');
  if (keyText === undefined) throw unusable(certificate, 'incomplete');
  return readCa({ certificate, key }, passphrase);
}

/** Returns a CA that lies anywhere. Throws a Problem if it cannot sign, or if its key needs another passphrase. */
export async function readCa(files: CaFiles, passphrase?: string): Promise<Identity> {
  const certificateFile = files.certificate;
  const keyFile = files.key ?? certificateFile;
  const { certificates, keys } = await credentialsOf(certificateFile, passphrase);
  const [key] = files.key === undefined ? keys : (await credentialsOf(files.key, passphrase)).keys;
  if (certificates.length === 0) throw unusable(certificateFile, 'unreadable');
  if (key === undefined) throw unusable(keyFile, files.key === undefined ? 'incomplete' : 'unreadable');
  if (key.asymmetricKeyType !== 'rsa') throw unusable(keyFile, 'not-rsa');
  const certificate = certificates.find(each => each.checkPrivateKey(key));
  if (certificate === undefined) throw unusable(keyFile, 'other-key');

  const facts = parsed(() => readCertificate(certificate.raw));
  if (facts === undefined) throw unusable(certificateFile, 'unreadable');
  if (!facts.mayBeCa) throw unusable(certificateFile, 'not-a-ca');
  if (facts.notAfter.getTime() < Date.now()) throw unusable(certificateFile, 'expired');
  return identityOf(certificate, key);
}

async function credentialsOf(file: string, passphrase: string | undefined): Promise<Credentials> {
  try {
    return await readCredentials(file, passphrase);
  } catch (error) {
    if (error instanceof ProblemError && error.problem.kind === 'no-credentials')
      throw unusable(file, 'unreadable');
    throw error;
  }
}

/** Returns the pair of `role` in `folder` if it belongs together and `ca` signed it: the like can be made again. */
export async function existingPair(
  folder: string,
  names: FileNames,
  role: Role,
  ca: Identity,
): Promise<Identity | undefined> {
  const textOf = async (content: 'PEM' | 'key PEM') => {
    const entry = names.find(([, each]) => each === `${role} ${content}`);
    // What cannot be read is not a pair; it may be in the way of a new one.
    return entry && (await read(path.join(folder, entry[0])).catch(() => undefined));
  };
  const [certificateText, keyText] = [await textOf('PEM'), await textOf('key PEM')];
  if (certificateText === undefined || keyText === undefined) return undefined;
  const certificate = parsed(() => new X509Certificate(certificateText));
  const key = parsed(() => createPrivateKey(keyText));
  if (certificate === undefined || key?.asymmetricKeyType !== 'rsa') return undefined;
  const issuer = new X509Certificate(ca.certificate);
  if (!certificate.checkPrivateKey(key) || !certificate.verify(issuer.publicKey)) return undefined;
  return identityOf(certificate, key);
}

/** Returns the pair of `role` in a clean `folder` if it is what `request` signed by `ca` would give, else undefined. */
export async function existingCertificate(
  folder: string,
  role: Role,
  request: CertificateRequest,
  ca: Identity,
): Promise<Identity | undefined> {
  const pair = await existingPair(folder, cleanFolder, role, ca);
  return pair && isAsRequested(pair, request, ca) ? pair : undefined;
}

/** Whether a pair that `ca` signed is what `request` would give, for more than a day to come. */
export function isAsRequested(pair: Identity, request: CertificateRequest, ca: Identity): boolean {
  const facts = parsed(() => readCertificate(pair.certificate));
  if (facts === undefined) return false;
  const endOfCa = new Date(new X509Certificate(ca.certificate).validTo);
  const end = endOfValidity(facts.notBefore, request.days, endOfCa);
  return (
    isNamed(facts, request.name) &&
    facts.organization === request.organization &&
    facts.bits === request.bits &&
    facts.hash === request.hash &&
    facts.notAfter.getTime() === end.getTime() &&
    facts.notAfter.getTime() > Date.now() + dayInMs
  );
}

/** Whether a certificate names this device, and no other. */
function isNamed({ names, commonName }: CertificateFacts, name: string): boolean {
  const alternatives = alternativeNames(name);
  return alternatives.length === 0
    ? names.length === 0 && commonName === name
    : names.length === 1 && names[0] === name;
}

/** A certificate and its key in the forms in which the rest takes them. */
export function identityOf(certificate: X509Certificate, key: KeyObject): Identity {
  return { certificate: certificate.raw, key: key.export({ type: 'pkcs8', format: 'der' }) };
}

/** Where the folder is a file, writing into it will say so. */
async function read(file: string): Promise<string | undefined> {
  return (await readFileIfThere(file, limits.certificates))?.toString('latin1');
}

function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

function unusable(file: string, reason: CaFault): ProblemError {
  return new ProblemError({ kind: 'ca-unusable', file, reason });
}
