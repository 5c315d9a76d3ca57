import type { TlsLibrary } from '../../sdk/tls';
import { type AxTlsObject, readByAxTls } from '../readers/axTls';
import { readCertificates, readKey } from '../readers/mbedTls';
import type { Reading } from '../readers/reading';
import { readContents } from './contents';
import type { Content, Item, OtherContent } from './model';
import type { Role } from './setters';

/** Where the data of an item lies: libssl reads PEM from records only. */
export type DataPlace = 'record' | 'array';

/** What is in the data of an item, and what the libraries make of it in its role, which is that of its contents unless it is known. */
export function readData(
  bytes: Uint8Array,
  role?: Role,
  place: DataPlace = 'record',
): Pick<Item, 'encoding' | 'contents' | 'readings' | 'trailing'> {
  const found = readContents(bytes);
  const known = role ?? contentRole(found.contents[0]);
  // What is not known to be the device's own may be a CA certificate.
  const what = known === 'certificate' && role === undefined ? 'CA' : known;
  return { ...found, ...(what && { readings: readAs(what, bytes, place) }) };
}

/** What each library makes of data. */
export function readAs(what: AxTlsObject, bytes: Uint8Array, place: DataPlace): Record<TlsLibrary, Reading> {
  return {
    libssl: readByAxTls(bytes, what, place === 'record'),
    libmbedtls: what === 'key' ? readKey(bytes) : readCertificates(bytes),
  };
}

/** What the device reads data with these contents as; undefined for what is none of the device's. */
export function contentRole(content: Content | undefined): Role | undefined {
  switch (content?.kind) {
    case 'key':
      return 'key';
    case 'certificate':
    case 'request':
      return 'certificate';
    case 'other':
      return otherRoles[content.what];
    case undefined:
      return undefined;
  }
}

const otherRoles: Partial<Record<OtherContent, Role>> = {
  'encrypted key': 'key',
  'damaged key': 'key',
  'public key': 'certificate',
  'damaged certificate': 'certificate',
  damaged: 'certificate',
};
