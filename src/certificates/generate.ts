import { cHeader } from './cHeader';
import { encodeRecords, recordNames } from './flashRecords';
import type { CertificateFacts, Identity } from './identity';
import { pem, pkcs1FromPkcs8 } from './keys';
import {
  cleanFolder,
  type Content,
  fileNames,
  type FileNames,
  isSecret,
  type Layout,
  type Role,
} from './layouts';
import { type CertificateOptions, type CertificateRequest, requestForCa } from './request';
import { checkedSet, type SetRequest } from './setRequest';
import { makeCa, makeCertificate, makeKeys, readCertificate } from './x509';

/** A file for the firmware, the flash or a client. */
export interface GeneratedFile {
  /** Relative to the folder of the set. */
  name: string;
  content: Content;
  bytes: Uint8Array;
  /** It contains a private key. */
  secret: boolean;
}

/** The certificates of a device and of its peers: `server` or `client` or both. */
export interface Pairs {
  ca: Identity;
  server?: Identity | undefined;
  client?: Identity | undefined;
}

/** The certificates of a device, and every file made of them. */
export interface GeneratedSet {
  pairs: Pairs;
  ca: Identity;
  /** The pair that the firmware gets. */
  device: Identity;
  caFacts: CertificateFacts;
  deviceFacts: CertificateFacts;
  /** Of server and client, whichever there are. */
  pairFacts: CertificateFacts[];
  files: GeneratedFile[];
}

/**
 * Makes the key and the certificate of a device, signed by `ca` or by a new CA. Throws a Problem for an option that is
 * none. Touches no file.
 */
export async function generateCertificates(
  options: CertificateOptions,
  ca?: Identity,
): Promise<GeneratedSet> {
  const request = checkedSet(options);
  return filesInLayout(await makePairs(request, { ca }), request.layout);
}

/** Makes those of the pairs that are requested and not there yet. All keys at once: one of 2048 bits takes a processor up to a second. */
export async function makePairs(
  { server, client }: SetRequest,
  there: { [Part in keyof Pairs]?: Identity | undefined },
): Promise<Pairs> {
  const request = server ?? client;
  if (request === undefined) throw new Error('nothing is requested');
  const keysFor = (wanted: CertificateRequest | undefined, pair: Identity | undefined) =>
    wanted === undefined || pair !== undefined ? undefined : makeKeys(wanted);
  const [caKeys, serverKeys, clientKeys] = await Promise.all([
    keysFor(request, there.ca),
    keysFor(server, there.server),
    keysFor(client, there.client),
  ]);
  const ca = there.ca ?? (caKeys && makeCa(requestForCa(request), caKeys));
  if (ca === undefined) throw new Error('there is no CA');
  return {
    ca,
    server: server && serverKeys ? makeCertificate(server, serverKeys, ca) : there.server,
    client: client && clientKeys ? makeCertificate(client, clientKeys, ca) : there.client,
  };
}

/** Returns the set of a CA and a device certificate that it signed: the same two always make the same files. */
export function setOf(ca: Identity, device: Identity): GeneratedSet {
  return filesInLayout({ ca, server: device }, 'folder');
}

/** Returns the set of these pairs under the names of a layout; `trusted` is the record file where the device trusts more than their CA. */
export function filesInLayout(pairs: Pairs, layout: Layout, trusted?: Uint8Array): GeneratedSet {
  const device = pairs.client ?? pairs.server;
  if (device === undefined) throw new Error('the set has no pair');
  const deviceFacts = readCertificate(device.certificate);
  const names = fileNames(layout, pairs.client ? 'client' : 'server', deviceFacts.bits);
  return {
    pairs,
    ca: pairs.ca,
    device,
    caFacts: readCertificate(pairs.ca.certificate),
    deviceFacts,
    pairFacts: [pairs.server, pairs.client].flatMap(pair =>
      pair ? [readCertificate(pair.certificate)] : [],
    ),
    files: filesNamed(names, { ...pairs, trusted, own: device }),
  };
}

/** Returns the files of one device out of many: those of its CA as far as that is known, its key only where it is given. */
export function filesOf(device: Identity, ca?: Material['ca'], role: Role = 'server'): GeneratedFile[] {
  const names = cleanFolder.filter(([, content]) => !content.endsWith('DER'));
  return filesNamed(names, { ca, [role]: device, own: device });
}

/** What files can be made of: a CA from elsewhere has no key here. */
export interface Material {
  ca?: { certificate: Uint8Array; key?: Uint8Array | undefined } | undefined;
  /** The record file of the CAs that the device trusts, where they are not just `ca`. */
  trusted?: Uint8Array | undefined;
  server?: Identity | undefined;
  client?: Identity | undefined;
  own?: Identity | undefined;
  /** What the record of the device's certificate holds, where it is not just that of `own`. */
  ownRecord?: Uint8Array | undefined;
}

/** Returns the files for which there is material. */
export function filesNamed(names: FileNames, material: Material): GeneratedFile[] {
  return names.flatMap(([name, content]) => {
    const made = contentOf(content, material);
    if (made === undefined) return [];
    const bytes = typeof made === 'string' ? Buffer.from(made) : made;
    return [{ name, content, bytes, secret: isSecret(content) }];
  });
}

function contentOf(
  content: Content,
  { ca, trusted, server, client, own, ownRecord }: Material,
): string | Uint8Array | undefined {
  switch (content) {
    case 'own header':
      return own && cHeader('default_certificate', own.certificate);
    case 'own key header':
      return own && cHeader('default_private_key', pkcs1FromPkcs8(own.key));
    case 'own records':
      return (
        own &&
        encodeRecords([
          { name: recordNames.certificate, data: ownRecord ?? own.certificate },
          { name: recordNames.privateKey, data: pkcs1FromPkcs8(own.key) },
        ])
      );
    case 'CA records':
      return trusted ?? (ca && encodeRecords([{ name: recordNames.ca, data: ca.certificate }]));
    case 'CA PEM':
    case 'CA DER':
    case 'CA key PEM':
      return partOf(ca, content);
    case 'server PEM':
    case 'server DER':
    case 'server key PEM':
    case 'server key DER':
      return partOf(server, content);
    case 'client PEM':
    case 'client DER':
    case 'client key PEM':
    case 'client key DER':
      return partOf(client, content);
  }
}

function partOf(pair: Material['ca'], content: Content): string | Uint8Array | undefined {
  if (content.endsWith('key PEM')) return pair?.key && pem('RSA PRIVATE KEY', pkcs1FromPkcs8(pair.key));
  if (content.endsWith('key DER')) return pair?.key && pkcs1FromPkcs8(pair.key);
  return pair && (content.endsWith('PEM') ? pem('CERTIFICATE', pair.certificate) : pair.certificate);
}
