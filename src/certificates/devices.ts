import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { withFolderLock } from '../files/folderLock';
import { limits } from '../files/limits';
import { readFile } from '../files/readFile';
import { ProblemError } from '../problems';
import type { ListedDevice } from './deviceList';
import type { Answer, Job, WorkerData } from './deviceWorker';
import { existingCa, existingCertificate } from './existingIdentities';
import { filesOf } from './generate';
import type { Identity } from './identity';
import { pem, pkcs1FromPkcs8 } from './keys';
import { cleanFolder, type Content, nameOf } from './layouts';
import { entryOf, type ManifestEntry, merged, readManifest, writeManifest } from './manifest';
import { type CertificateRequest, requestForCa } from './request';
import { Serials } from './serials';
import { isFor, readCertificates, type SignCommand, type Signed } from './signCommand';
import { prepareFolder, writeWholeFolder } from './wholeFolder';
import { makeCa, makeKeys, serialNumber } from './x509';

/** Built beside the programs: see scripts/lib/bundle.mjs. */
const workerFile = path.join(__dirname, 'deviceWorker.js');
const caFolder = 'ca';

export interface DevicesOptions {
  devices: readonly ListedDevice[];
  /** The folder for all: one folder for each device, the CA unless it is elsewhere, the manifest. */
  out: string;
  /**
   * A folder with ca.crt and ca.key; with `signCommand` the file of the CA's certificate. Unless given, the CA is in `out` or its folder
   * ca, and is made there if need be.
   */
  ca: string | undefined;
  /** What a CA that has to be made gets. */
  caRequest: CertificateRequest;
  /** Signs instead of a CA here. */
  signCommand: SignCommand | undefined;
  /** Ends the work after the devices that are being made. */
  signal: AbortSignal;
  /** Told of each device that is made. */
  progress: (made: number, toMake: number) => void;
}

export interface DevicesResult {
  made: number;
  /** Were there before, as the list asks for them. */
  kept: number;
  /** Not made because of the signal. */
  left: number;
  manifest: ManifestEntry[];
}

/**
 * Makes key, certificate and files of every device that has none yet, on all cores, and the manifest. A device's folder appears
 * whole or not at all: after an error, an interruption or a kill the same call continues. Throws a Problem before anything is written
 * for a folder that holds something else than the list asks for.
 */
export function makeDevices(options: DevicesOptions): Promise<DevicesResult> {
  return withFolderLock(options.out, () => makeLocked(options));
}

async function makeLocked(options: DevicesOptions): Promise<DevicesResult> {
  const { devices, out, signal } = options;
  const earlier = readManifest(out);
  const signer = await signerOf(options);
  const { kept, toMake } = await sorted(devices, out, signer);
  prepareFolder(out);
  const ca = signer.kind === 'none' ? await newCa(out, options.caRequest) : signer.ca;

  const entries = [...kept];
  const serials = new Serials(
    [...earlier, ...kept].map(entry => entry.serial),
    serialNumber,
  );
  const queue = toMake.values();
  let failed = false;
  const work = async (): Promise<void> => {
    const workerData: WorkerData = { out, ca: signer.kind === 'command' ? undefined : (ca as Identity) };
    const worker = new Worker(workerFile, { workerData });
    try {
      for (const device of queue) {
        if (failed || signal.aborted) return;
        entries.push(await make(worker, device));
        options.progress(entries.length - kept.length, toMake.length);
      }
    } catch (error) {
      failed = true;
      // What the signal has ended is not an error.
      if (error instanceof ProblemError || !signal.aborted) throw error;
    } finally {
      await worker.terminate();
    }
  };
  const make = async (worker: Worker, { folder, role, request }: ListedDevice): Promise<ManifestEntry> => {
    const answer = await ask(worker, { folder, role, request, serial: serials.next() });
    if (answer.kind === 'made') return entryOf(folder, request.name, answer.certificate);
    if (signer.kind !== 'command') throw new Error('the worker has a CA');
    const signed = await signer.command.sign(answer.csr, answer.publicKey, request, signal);
    const issuer = issuerOf(signed, signer.ca, request.name);
    const entry = entryOf(folder, request.name, signed.certificate);
    if (!serials.add(entry.serial)) {
      throw new ProblemError({
        kind: 'signed-certificate-wrong',
        name: request.name,
        reason: 'serial-repeated',
      });
    }
    const chain = [signed.certificate, ...signed.chain].map(each => pem('CERTIFICATE', each)).join('');
    writeWholeFolder(out, folder, [
      ...filesOf(
        { certificate: signed.certificate, key: answer.key },
        issuer && { certificate: issuer },
        role,
      ),
      ...(signed.chain.length > 0 ? [{ name: 'chain.crt', bytes: Buffer.from(chain), secret: false }] : []),
    ]);
    return entry;
  };

  // One more than processors: while one waits for the disk, another uses its processor.
  const workers = Math.min(os.availableParallelism() + 1, toMake.length);
  const ends = await Promise.allSettled(Array.from({ length: workers }, work));
  const manifest = merged(earlier, entries);
  writeManifest(out, manifest);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  const made = entries.length - kept.length;
  return { made, kept: kept.length, left: toMake.length - made, manifest };
}

type Signer =
  | { kind: 'command'; command: SignCommand; ca: Buffer | undefined }
  | { kind: 'ca'; ca: Identity }
  /** A CA has to be made. */
  | { kind: 'none' };

async function signerOf({ signCommand, ca, out }: DevicesOptions): Promise<Signer> {
  if (signCommand)
    return { kind: 'command', command: signCommand, ca: ca === undefined ? ca : await readCa(ca) };
  const places = ca === undefined ? [out, path.join(out, caFolder)] : [ca];
  for (const place of places) {
    const found = await existingCa(place);
    if (found) return { kind: 'ca', ca: found };
  }
  if (ca !== undefined) {
    throw new ProblemError({ kind: 'certificate-missing', file: path.join(ca, 'ca.crt') });
  }
  return { kind: 'none' };
}

async function readCa(file: string): Promise<Buffer> {
  const [certificate] = readCertificates(await readFile(file, limits.certificates)) ?? [];
  if (certificate === undefined) throw new ProblemError({ kind: 'ca-unusable', file, reason: 'unreadable' });
  return certificate.raw;
}

/** Its folder appears whole: a certificate without its key could never sign again. */
async function newCa(out: string, request: CertificateRequest): Promise<Identity> {
  const ca = makeCa(requestForCa(request), await makeKeys(request));
  writeWholeFolder(out, caFolder, [
    { name: 'ca.crt', bytes: Buffer.from(pem('CERTIFICATE', ca.certificate)), secret: false },
    { name: 'ca.key', bytes: Buffer.from(pem('RSA PRIVATE KEY', pkcs1FromPkcs8(ca.key))), secret: true },
  ]);
  return ca;
}

/** Tells the devices that are there from those to make. Throws a Problem for a folder with anything else in it. */
async function sorted(devices: readonly ListedDevice[], out: string, signer: Signer) {
  const kept: ManifestEntry[] = [];
  const toMake: ListedDevice[] = [];
  for (const device of devices) {
    const folder = path.join(out, device.folder);
    if (!existsSync(folder)) {
      toMake.push(device);
      continue;
    }
    const certificate = await certificateThere(folder, device, signer);
    if (certificate === undefined) {
      throw new ProblemError({ kind: 'device-folder-taken', folder, line: device.line });
    }
    kept.push(entryOf(device.folder, device.request.name, certificate));
  }
  return { kept, toMake };
}

async function certificateThere(
  folder: string,
  device: ListedDevice,
  signer: Signer,
): Promise<Uint8Array | undefined> {
  switch (signer.kind) {
    case 'none':
      return undefined;
    case 'ca':
      return (await existingCertificate(folder, device.role, device.request, signer.ca))?.certificate;
    case 'command':
      // What else is in the certificate was for its CA to decide.
      return certificateFor(folder, device);
  }
}

async function certificateFor(
  folder: string,
  { role, request: { name, bits } }: ListedDevice,
): Promise<Uint8Array | undefined> {
  try {
    const read = (content: Content) =>
      readFile(path.join(folder, nameOf(cleanFolder, content)), limits.certificates);
    const certificate = new X509Certificate(await read(`${role} PEM`));
    const key = createPrivateKey(await read(`${role} key PEM`));
    const fits =
      certificate.checkPrivateKey(key) &&
      key.asymmetricKeyDetails?.modulusLength === bits &&
      isFor(certificate, name);
    return fits ? certificate.raw : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the certificate (DER) that shall stand for the CA: the one given, else the one that came back with the device's. */
function issuerOf(signed: Signed, given: Buffer | undefined, name: string): Buffer | undefined {
  const certificate = new X509Certificate(signed.certificate);
  const issuer = [...signed.chain, ...(given ? [given] : [])].find(each => {
    const candidate = new X509Certificate(each);
    return certificate.checkIssued(candidate) && certificate.verify(candidate.publicKey);
  });
  if (given && !issuer) {
    throw new ProblemError({ kind: 'signed-certificate-wrong', name, reason: 'other-ca' });
  }
  return given ?? issuer;
}

async function ask(worker: Worker, job: Job): Promise<Exclude<Answer, { kind: 'problem' }>> {
  worker.postMessage(job);
  const [answer] = (await once(worker, 'message')) as [Answer];
  if (answer.kind === 'problem') throw new ProblemError(answer.problem);
  return answer;
}
