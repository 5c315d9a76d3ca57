import { X509Certificate } from 'node:crypto';
import path from 'node:path';
import { withFolderLock } from '../files/folderLock';
import { ProblemError } from '../problems';
import { newestAbilities, type TlsAbilities } from '../sdk/tls';
import { caRecords } from './deviceData';
import { type CaFiles, existingCa, existingPair, isAsRequested, readCa } from './existingIdentities';
import { filesNamed, filesInLayout, type GeneratedFile, type GeneratedSet, makePairs } from './generate';
import type { Identity } from './identity';
import { decodeRecords } from './flashRecords';
import { type Content, type FileNames, fileNames, nameOf } from './layouts';
import { type Replacing, writeFiles } from './replaceFiles';
import { type CertificateOptions, keySizes } from './request';
import { refuseUnusable } from './refusedCa';
import { checkedSet, type SetOptions, type SetRequest } from './setRequest';
import { readTrustedCas } from './trustedCas';

export interface WriteOptions extends Replacing {
  /** Makes a new CA although one is there. Clients then have to trust the new one. */
  newCa?: boolean | undefined;
  /** Keeps the certificates in the folder if they are as requested and end in more than a day. */
  reuse?: boolean | undefined;
  /** The CA that signs, if it lies elsewhere; its key stays there. */
  ca?: CaFiles | undefined;
  /** Files with other CAs by which the device verifies its peers, such as the next one. */
  trust?: readonly string[] | undefined;
  /** Of the library that reads the files: it decides how several CAs are written, and which it cannot verify by. */
  abilities?: TlsAbilities | undefined;
  /** Writes also what the library cannot verify by. */
  evenIfRefused?: boolean | undefined;
  /** Of the CA's key. */
  passphrase?: string | undefined;
  /** Ends the work, with nothing written. */
  signal?: AbortSignal | undefined;
}

/** What lies in the folder now. */
export interface WrittenSet {
  set: GeneratedSet;
  /** The CA was there before. */
  caUsedAgain: boolean;
  /** The certificates and their keys were there before, too. */
  certificateKept: boolean;
  /** CAs in esp_ca_cert.bin. */
  trusted: number;
  /** The files that are new or have other contents than before. */
  written: GeneratedFile[];
}

/**
 * Makes the certificates of a device and writes their files into `folder`, which is created if need be. A CA that is there
 * signs again, so that clients which trust it continue doing so. Throws a Problem for a wrong option, a CA that cannot sign, files of
 * other origin in the way, or a folder that cannot be written to; the files that were there are then as they were, unless the disk
 * fails between two renames.
 */
export async function writeCertificates(
  options: CertificateOptions & SetOptions,
  folder: string,
  how: WriteOptions = {},
): Promise<WrittenSet> {
  const request = checkedSet(options, options);
  return withFolderLock(folder, () => writeSet(request, folder, how));
}

async function writeSet(request: SetRequest, folder: string, how: WriteOptions): Promise<WrittenSet> {
  const { newCa = false, reuse = false, ca: caFiles, passphrase, signal, ...replacing } = how;
  const names = namesFor(request);
  const elsewhere = caFiles && (await readCa(caFiles, passphrase));
  const there = elsewhere ? undefined : await existingCaUnless(newCa, folder, names, passphrase);
  const ca = elsewhere ?? (newCa ? undefined : there);
  if (elsewhere) await refuseOtherCa(folder, names, elsewhere);
  if (elsewhere && how.abilities && how.evenIfRefused !== true)
    refuseUnusable(how.abilities, new X509Certificate(elsewhere.certificate), caFiles.certificate, true);
  const trust = await trustedIn(how);

  const pairs = {
    server: ca && reuse ? await keptPair(folder, names, 'server', request, ca) : undefined,
    client: ca && reuse ? await keptPair(folder, names, 'client', request, ca) : undefined,
  };
  const certificateKept = (['server', 'client'] as const).every(role => !request[role] || pairs[role]);
  const made = await makePairs(request, { ca, ...pairs });
  signal?.throwIfAborted();
  const others = trust.filter(each => !each.equals(made.ca.certificate));
  const trusted =
    others.length === 0
      ? undefined
      : caRecords([made.ca.certificate, ...others], how.abilities ?? newestAbilities);
  const set = filesInLayout(made, request.layout, trusted);
  // What was read stays as it is: a ca.crt from elsewhere may hold more than we know, and its key stays where it is.
  const read = new Set<Content>([
    ...(there && ca ? (['CA PEM', 'CA key PEM'] as const) : []),
    ...(elsewhere ? (['CA key PEM'] as const) : []),
    ...(pairs.server ? (['server PEM', 'server key PEM'] as const) : []),
    ...(pairs.client ? (['client PEM', 'client key PEM'] as const) : []),
  ]);
  const before = elsewhere ?? there;
  const ours = before ? await madeOf(before, folder, request) : [];
  const written = await writeFiles(
    folder,
    set.files.filter(({ content }) => !read.has(content)),
    {
      ...replacing,
      mayGo: (file, bytes) =>
        (newCa && file.content.startsWith('CA ')) ||
        (trusted !== undefined &&
          file.content === 'CA records' &&
          before !== undefined &&
          hasFirst(bytes, before)) ||
        ours.some(old => old.name === file.name && bytes.equals(old.bytes)),
    },
  );
  return { set, caUsedAgain: ca !== undefined, certificateKept, trusted: 1 + others.length, written };
}

/** The CAs in the files to trust, in DER. */
async function trustedIn({
  trust = [],
  passphrase,
  abilities,
  evenIfRefused,
}: WriteOptions): Promise<Buffer[]> {
  const found = await readTrustedCas(trust, passphrase);
  if (abilities !== undefined && evenIfRefused !== true)
    for (const { certificate, file } of found) refuseUnusable(abilities, certificate, file, false);
  return found.map(({ certificate }) => certificate.raw);
}

/** Whether a record file was made for this CA, alone or with others behind it. */
function hasFirst(bytes: Buffer, { certificate }: Identity): boolean {
  try {
    const [first] = decodeRecords(bytes, '');
    return first !== undefined && new X509Certificate(first.data).raw.equals(certificate);
  } catch {
    return false;
  }
}

function namesFor({ server, client, layout }: SetRequest): FileNames {
  return fileNames(layout, client ? 'client' : 'server', (client ?? server)?.bits ?? 0);
}

/** A CA that shall be replaced need not be sound. */
async function existingCaUnless(
  newCa: boolean,
  folder: string,
  names: FileNames,
  passphrase: string | undefined,
): Promise<Identity | undefined> {
  try {
    return await existingCa(folder, names, passphrase);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { problem } = error;
    if (newCa && problem.kind !== 'file-unreadable') return undefined;
    if (problem.kind !== 'ca-unusable') throw error;
    throw new ProblemError({ ...problem, isOurs: true }, { cause: error });
  }
}

/** Throws a Problem if the folder has the key of another CA: its certificate would be lost. */
export async function refuseOtherCa(
  folder: string,
  names: FileNames,
  ca: Pick<Identity, 'certificate'>,
): Promise<void> {
  const own = await existingCa(folder, names).catch(() => undefined);
  if (own !== undefined && !Buffer.from(own.certificate).equals(ca.certificate))
    throw new ProblemError({
      kind: 'another-ca-in-folder',
      file: path.join(folder, nameOf(names, 'CA key PEM')),
    });
}

async function keptPair(
  folder: string,
  names: FileNames,
  role: 'server' | 'client',
  request: SetRequest,
  ca: Identity,
): Promise<Identity | undefined> {
  const wanted = request[role];
  if (wanted === undefined) return undefined;
  const pair = await existingPair(folder, names, role, ca);
  return pair && isAsRequested(pair, wanted, ca) ? pair : undefined;
}

/** Every file that `ca` and the pairs in the folder which it signed give: who has those loses nothing with these. */
async function madeOf(
  ca: Identity,
  folder: string,
  { layout, client: asClient }: SetRequest,
): Promise<GeneratedFile[]> {
  const files: GeneratedFile[] = [];
  // The pair of before may have had another size, which the script of 2015 has in its names.
  for (const bits of layout === 'script-2015' ? keySizes : [0]) {
    const names = fileNames(layout, asClient ? 'client' : 'server', bits);
    const server = await existingPair(folder, names, 'server', ca);
    const client = await existingPair(folder, names, 'client', ca);
    for (const own of [server, client]) files.push(...filesNamed(names, { ca, server, client, own }));
  }
  return files;
}
