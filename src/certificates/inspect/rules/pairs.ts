import path from 'node:path';
import type { Certificate, Item, Key } from '../model';
import { defaultRole, givenArrays } from './arrays';
import { listOf, ownRecords } from './recordRules';
import type { Subject } from './rule';

/** The private key in an item, unless its public half is not known. */
export function keyIn({ contents }: Item): Key | undefined {
  return contents.filter(content => content.kind === 'key').find(key => key.public.fingerprint !== '');
}

export function certificatesIn({ contents }: Item): Certificate[] {
  return contents.filter(content => content.kind === 'certificate');
}

/** Whether one of the certificates in an item is that of a key. */
export function isPair(certificate: Item, key: Key): boolean {
  return certificatesIn(certificate).some(each => each.key.fingerprint === key.public.fingerprint);
}

/** The item whose certificate a key belongs to, by where the two lie and how they are used; undefined where that is not certain. */
export function certificateItemOf(keyItem: Item, subject: Subject): Item | undefined {
  const { inspection, others, device } = subject;
  const list = listOf(keyItem, inspection);
  if (list !== undefined) {
    const { certificate, privateKey } = ownRecords(list, device);
    return keyItem === privateKey ? certificate : undefined;
  }
  switch (inspection.form) {
    case 'c':
      return inSources(keyItem, subject);
    default: {
      if (inspection.items.some(item => certificatesIn(item).length > 0))
        return theCertificate(keyItem, inspection.items);
      const files = others.filter(
        ({ file, form }) =>
          (form === 'pem' || form === 'der') &&
          path.dirname(file) === path.dirname(inspection.file) &&
          pairName(file) === pairName(inspection.file),
      );
      return theCertificate(
        keyItem,
        files.flatMap(({ items }) => items),
      );
    }
  }
}

/** The keys that belong to an item with certificates, in the same way. */
export function keysOf(certificateItem: Item, subject: Subject): Key[] {
  const { inspection, device } = subject;
  const list = listOf(certificateItem, inspection);
  if (list !== undefined) {
    const { certificate, privateKey } = ownRecords(list, device);
    const key = certificateItem === certificate && privateKey && keyIn(privateKey);
    return key ? [key] : [];
  }
  if (inspection.form !== 'c') return [];
  return [...givenArrays('key', subject), ...inFolder(subject)].flatMap(item => (item && keyIn(item)) ?? []);
}

/** Whether the device shows the certificates in an item as its own: by the calls, and by names. */
export function isOwn(item: Item, subject: Subject): boolean {
  const { inspection, device } = subject;
  const list = listOf(item, inspection);
  if (list !== undefined) return list.role === 'own' && ownRecords(list, device).certificate === item;
  return defaultRole(item.name) === 'certificate' || givenArrays('certificate', subject).includes(item);
}

/** Arrays: what the calls give the device, then the names of the SDK's headers, then the only two of a folder. */
function inSources(keyItem: Item, subject: Subject): Item | undefined {
  if (givenArrays('key', subject).includes(keyItem)) {
    const given = givenArrays('certificate', subject);
    const known = given.filter(item => item !== undefined);
    if (known.length > 0 && known.length === given.length) return matching(keyItem, known) ?? known[0];
  }
  const beside = inFolder(subject);
  const named = beside.filter(({ name }) => defaultRole(name) === 'certificate');
  if (defaultRole(keyItem.name) === 'key' && named.length > 0 && named.every(hasCertificates))
    return matching(keyItem, beside) ?? named[0];
  const keys = new Set(beside.flatMap(item => keyIn(item)?.public.fingerprint ?? []));
  return keys.size === 1 ? theCertificate(keyItem, beside) : undefined;
}

function hasCertificates(item: Item): boolean {
  return certificatesIn(item).length > 0;
}

/** The arrays of a folder. */
function inFolder({ inspection, others }: Subject): Item[] {
  const folder = path.dirname(inspection.file);
  return [inspection, ...others.filter(({ file }) => path.dirname(file) === folder)]
    .filter(({ form }) => form === 'c')
    .flatMap(({ items }) => items.filter(({ list }) => list === undefined));
}

function matching(keyItem: Item, items: readonly Item[]): Item | undefined {
  const key = keyIn(keyItem);
  return key && items.find(item => isPair(item, key));
}

/** The one whose certificate fits; else the only one that is not of a CA, which may be the device's own all the same. */
function theCertificate(keyItem: Item, items: readonly Item[]): Item | undefined {
  const fitting = matching(keyItem, items);
  if (fitting) return fitting;
  const certificates = items.flatMap(item =>
    certificatesIn(item)
      .slice(0, 1)
      .map(first => ({ item, first })),
  );
  const plain = certificates.filter(({ first }) => first.isCa !== true);
  const candidates =
    plain.length > 0
      ? plain
      : // What `openssl req -x509` makes is CA:TRUE, whatever it is for.
        certificates.filter(({ item, first }) => first.selfIssued && !isCaName(item.name));
  const different = new Set(candidates.map(({ first }) => first.fingerprint));
  return different.size === 1 ? candidates[0]?.item : undefined;
}

/** Whether people would call the certificate of a CA so: ca_cert, caCert, AmazonRootCA1. */
function isCaName(name: string): boolean {
  const words = name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [];
  return words.some(word => caWords.has(word.toLowerCase()));
}

const caWords = new Set(
  'ca cas cacert cacerts root roots rootca issuer trust trusted anchor anchors'.split(' '),
);

/** What the names of a certificate's file and its key's have in common: `device` of device-cert.pem and device.key. */
export function pairName(file: string): string {
  return path
    .basename(file)
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => !pairWords.has(word))
    .join(' ');
}

const pairWords = new Set(
  'cert certificate fullchain crt cer pem der key private priv privkey pub public x509 rsa 512 1024 2048 4096'.split(
    ' ',
  ),
);
