// Runs in a worker: makes devices one after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { type Problem, ProblemError } from '../problems';
import { filesOf } from './generate';
import type { Identity } from './identity';
import type { Role } from './layouts';
import type { CertificateRequest } from './request';
import { writeWholeFolder } from './wholeFolder';
import type { Keys } from './rsaKeys';
import { certificationRequest, makeCertificate, makeKeysInThread } from './x509';

/** What all jobs of a worker have in common. */
export interface WorkerData {
  /** The folder with the folders of the devices. */
  out: string;
  /** Signs the certificates; undefined if another does. */
  ca: Identity | undefined;
}

export interface Job {
  /** A segment of a path. */
  folder: string;
  role: Role;
  request: CertificateRequest;
  serial: string;
}

export type Answer =
  /** The device's folder is there. */
  | { kind: 'made'; certificate: Uint8Array }
  /** Another has to sign. */
  | { kind: 'to sign'; csr: Uint8Array; key: Uint8Array; publicKey: Uint8Array }
  | { kind: 'problem'; problem: Problem };

const { out, ca } = workerData as WorkerData;

parentPort?.on('message', (job: Job) => {
  void answer(job).then(message => parentPort?.postMessage(message));
});

async function answer({ folder, role, request, serial }: Job): Promise<Answer> {
  try {
    const keys = makeKeysInThread(request);
    if (ca === undefined) return await toSign(request, keys);
    const device = makeCertificate(request, keys, ca, { serial });
    writeWholeFolder(out, folder, filesOf(device, { certificate: ca.certificate }, role));
    return { kind: 'made', certificate: device.certificate };
  } catch (error) {
    if (error instanceof ProblemError) return { kind: 'problem', problem: error.problem };
    throw error;
  }
}

async function toSign(request: CertificateRequest, keys: Keys): Promise<Answer> {
  return {
    kind: 'to sign',
    csr: await certificationRequest(request, keys),
    key: keys.privateKey.export({ type: 'pkcs8', format: 'der' }),
    publicKey: keys.publicKey.export({ type: 'spki', format: 'der' }),
  };
}
