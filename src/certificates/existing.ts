import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type CaFault, ProblemError } from '../problems';
import type { Identity } from './identity';
import { type CertificateRequest, dayInMs } from './request';
import { endOfValidity, readCertificate } from './x509';

/**
 * Returns the CA in `folder` (ca.crt, ca.key), undefined if there is none. One that is there and cannot sign is a Problem
 * and not replaced: clients may trust it.
 */
export async function existingCa(folder: string): Promise<Identity | undefined> {
  const certificateFile = path.join(folder, 'ca.crt');
  const keyFile = path.join(folder, 'ca.key');
  const [certificateText, keyText] = await Promise.all([read(certificateFile), read(keyFile)]);
  if (certificateText === undefined && keyText === undefined) return undefined;
  if (certificateText === undefined) throw unusable(keyFile, 'incomplete');
  if (keyText === undefined) throw unusable(certificateFile, 'incomplete');

  const certificate = parsed(() => new X509Certificate(certificateText));
  if (certificate === undefined) throw unusable(certificateFile, 'unreadable');
  const key = parsed(() => createPrivateKey(keyText));
  if (key === undefined) throw unusable(keyFile, 'unreadable');
  if (key.asymmetricKeyType !== 'rsa') throw unusable(keyFile, 'not-rsa');
  if (!certificate.checkPrivateKey(key)) throw unusable(keyFile, 'other-key');

  const facts = parsed(() => readCertificate(certificate.raw));
  if (facts === undefined) throw unusable(certificateFile, 'unreadable');
  if (!facts.mayBeCa) throw unusable(certificateFile, 'not-a-ca');
  if (facts.notAfter.getTime() < Date.now()) throw unusable(certificateFile, 'expired');
  return { certificate: certificate.raw, key: key.export({ type: 'pkcs8', format: 'der' }) };
}

/**
 * Returns the certificate and key in `folder` (server.crt, server.key) if they are what `request` signed by `ca` would give,
 * for more than a day to come; otherwise undefined.
 */
export async function existingCertificate(
  folder: string,
  request: CertificateRequest,
  ca: Identity,
): Promise<Identity | undefined> {
  const certificateText = await read(path.join(folder, 'server.crt'));
  const keyText = await read(path.join(folder, 'server.key'));
  if (certificateText === undefined || keyText === undefined) return undefined;
  const certificate = parsed(() => new X509Certificate(certificateText));
  const key = parsed(() => createPrivateKey(keyText));
  if (certificate === undefined || key?.asymmetricKeyType !== 'rsa') return undefined;
  const issuer = new X509Certificate(ca.certificate);
  if (!certificate.checkPrivateKey(key) || !certificate.verify(issuer.publicKey)) return undefined;

  const facts = parsed(() => readCertificate(certificate.raw));
  if (facts === undefined) return undefined;
  const end = endOfValidity(facts.notBefore, request.days, new Date(issuer.validTo));
  const same =
    facts.names.length === 1 &&
    facts.names[0] === request.name &&
    facts.organization === request.organization &&
    facts.bits === request.bits &&
    facts.hash === request.hash &&
    facts.notAfter.getTime() === end.getTime() &&
    facts.notAfter.getTime() > Date.now() + dayInMs;
  return same
    ? { certificate: certificate.raw, key: key.export({ type: 'pkcs8', format: 'der' }) }
    : undefined;
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'latin1');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    // ENOTDIR: the folder is none; writing into it will say so.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ProblemError({ kind: 'file-unreadable', file, reason: code }, { cause: error });
  }
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
