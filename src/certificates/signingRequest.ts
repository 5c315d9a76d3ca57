import { createPublicKey } from 'node:crypto';
import path from 'node:path';
import { withFolderLock } from '../files/folderLock';
import { isMissing } from '../files/systemErrors';
import { ProblemError } from '../problems';
import { readCredentials } from './credentials';
import { pem } from './keys';
import type { Role } from './layouts';
import { type Replacing, writeFiles } from './replaceFiles';
import { type CertificateOptions, type CertificateRequest, checkedRequest } from './request';
import { certificationRequest, makeKeys } from './x509';

/** The key waits under this name until the certificate comes back. */
export const requestKeyFile = 'device.key';
export const requestFile = 'device.csr';

/** What lies in the folder now. */
export interface WrittenRequest {
  /** The key was there before. */
  keyUsedAgain: boolean;
  /** RSA bits of the key. */
  bits: number;
  /** Names of the files that are new or have other contents than before. */
  written: string[];
}

interface RequestOptions extends Replacing {
  /** Whose certificate it shall become; a client may have any name. */
  role?: Role | undefined;
  /** Of the key that is there. */
  passphrase?: string | undefined;
}

/**
 * Writes a request for somebody else's CA (device.csr, PKCS#10 in PEM) and its key into `folder`. A key that is there is kept and
 * used again: a certificate for it may be on its way. Throws a Problem for a wrong option or a folder that cannot be written to.
 */
export async function writeSigningRequest(
  options: CertificateOptions,
  folder: string,
  how: RequestOptions = {},
): Promise<WrittenRequest> {
  const request = checkedRequest(options, how.role);
  return withFolderLock(folder, () => writeRequest(request, folder, how));
}

async function writeRequest(
  request: CertificateRequest,
  folder: string,
  { passphrase, mayReplace }: RequestOptions,
): Promise<WrittenRequest> {
  const keyFile = path.join(folder, requestKeyFile);
  const there = await keyIn(keyFile, passphrase);
  const keys = there ? { privateKey: there, publicKey: createPublicKey(there) } : await makeKeys(request);
  const files = [
    {
      name: requestFile,
      bytes: Buffer.from(pem('CERTIFICATE REQUEST', await certificationRequest(request, keys))),
      secret: false,
    },
    ...(there === undefined
      ? [
          {
            name: requestKeyFile,
            bytes: Buffer.from(keys.privateKey.export({ type: 'pkcs1', format: 'pem' })),
            secret: true,
          },
        ]
      : []),
  ];
  // A request for the same key can be made at any time.
  const written = await writeFiles(folder, files, { mayReplace, mayGo: () => there !== undefined });
  return {
    keyUsedAgain: there !== undefined,
    bits: there?.asymmetricKeyDetails?.modulusLength ?? request.bits,
    written: written.map(({ name }) => name),
  };
}

async function keyIn(file: string, passphrase: string | undefined) {
  try {
    const [key] = (await readCredentials(file, passphrase)).keys;
    if (key === undefined) throw new ProblemError({ kind: 'key-missing', file });
    if (key.asymmetricKeyType !== 'rsa') throw new ProblemError({ kind: 'key-not-rsa', file });
    return key;
  } catch (error) {
    if (error instanceof ProblemError && isMissing(error.cause)) return undefined;
    throw error;
  }
}
