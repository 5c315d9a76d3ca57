import { readCertificates, readKey, type Reading } from '../readers/mbedTls';
import { readContents } from './contents';
import type { Content, Item, OtherContent } from './model';
import type { Role } from './setters';

/** What is in the data of an item, and what libmbedtls makes of it in its role, which is that of its contents unless it is known. */
export function readData(
  bytes: Uint8Array,
  role?: Role,
): Pick<Item, 'encoding' | 'contents' | 'reading' | 'trailing'> {
  const found = readContents(bytes);
  const known = role ?? contentRole(found.contents[0]);
  return { ...found, ...(known && { reading: readAs(known, bytes) }) };
}

/** What libmbedtls makes of data in this role. */
export function readAs(role: Role, bytes: Uint8Array): Reading {
  return role === 'key' ? readKey(bytes) : readCertificates(bytes);
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
