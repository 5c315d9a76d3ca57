import { type BaseBlock, fromBER, Sequence } from 'asn1js';
import { hasTag, MalformedError, octets, oid, parseBer, rawBytes, sequence, tagged } from './ber';
import { DecryptionError, Passphrase } from './passphraseEncryption';

/** Object identifiers of PKCS#7 and PKCS#12 (RFC 7292). */
const data = '1.2.840.113549.1.7.1';
const signedData = '1.2.840.113549.1.7.2';
const encryptedData = '1.2.840.113549.1.7.6';
const keyBag = '1.2.840.113549.1.12.10.1.1';
const shroudedKeyBag = '1.2.840.113549.1.12.10.1.2';
const certificateBag = '1.2.840.113549.1.12.10.1.3';
const safeContentsBag = '1.2.840.113549.1.12.10.1.6';
const x509 = '1.2.840.113549.1.9.22.1';

/** What a container holds, in its order. */
export interface Contents {
  /** X.509, DER. */
  certificates: Uint8Array[];
  /** PKCS#8, DER. */
  keys: Uint8Array[];
  /** Nothing shows whether somebody has changed the file: it has no MAC. */
  unauthenticated: boolean;
}

/** The certificates of a PKCS#7 (CMS) SignedData, as CAs send them. Throws MalformedError. */
export function certificatesOfPkcs7(content: BaseBlock): Uint8Array[] {
  const [id, wrapped] = sequence(content);
  if (oid(id) !== signedData) throw new MalformedError('no SignedData');
  const parts = sequence(tagged(wrapped, 0)[0]);
  const certificates = parts.find(part => hasTag(part, 0));
  return certificates === undefined ? [] : tagged(certificates, 0).map(rawBytes);
}

/** Whether this is a PKCS#7 or CMS message. */
export function isPkcs7(content: BaseBlock): boolean {
  try {
    return oid(sequence(content)[0]) === signedData;
  } catch {
    return false;
  }
}

/**
 * The certificates and keys of a PKCS#12 file. A file without a passphrase has an empty one, which is tried when none is given.
 * Throws MalformedError or DecryptionError.
 */
export function contentsOfPkcs12(pfx: BaseBlock, passphrase: string | undefined): Contents {
  const [, authSafe, mac] = sequence(pfx);
  const [id, wrapped] = sequence(authSafe);
  if (oid(id) !== data) throw new MalformedError('no AuthenticatedSafe');
  const safe = octets(tagged(wrapped, 0)[0]);
  const key = new Passphrase(passphrase);
  if (mac !== undefined && !key.verifies(mac, safe)) throw key.wrong();

  const contents: Contents = { certificates: [], keys: [], unauthenticated: mac === undefined };
  for (const part of sequence(parseBer(safe))) {
    const [partId, partContent] = sequence(part);
    switch (oid(partId)) {
      case data:
        readBags(parseBer(octets(tagged(partContent, 0)[0])), key, contents);
        break;
      case encryptedData: {
        const info = sequence(sequence(tagged(partContent, 0)[0])[1]);
        readBags(decrypted(key, info[1], implicitOctets(info[2])), key, contents);
        break;
      }
      default:
        throw new DecryptionError({ kind: 'algorithm-unknown', algorithm: oid(partId) });
    }
  }
  return contents;
}

/** The PKCS#8 in an EncryptedPrivateKeyInfo. Throws MalformedError or DecryptionError. */
export function decryptedPkcs8(encrypted: BaseBlock, key: Passphrase): Uint8Array {
  const [algorithm, content] = sequence(encrypted);
  return rawBytes(decrypted(key, algorithm, octets(content)));
}

function readBags(safeContents: BaseBlock, key: Passphrase, contents: Contents): void {
  for (const bag of sequence(safeContents)) {
    const [bagId, wrapped] = sequence(bag);
    const value = tagged(wrapped, 0)[0];
    if (value === undefined) throw new MalformedError('an empty bag');
    switch (oid(bagId)) {
      case keyBag:
        contents.keys.push(rawBytes(value));
        break;
      case shroudedKeyBag:
        contents.keys.push(decryptedPkcs8(value, key));
        break;
      case certificateBag: {
        const [certificateId, certificate] = sequence(value);
        if (oid(certificateId) === x509) contents.certificates.push(octets(tagged(certificate, 0)[0]));
        break;
      }
      case safeContentsBag:
        readBags(value, key, contents);
    }
  }
}

/** Encrypted content is tagged in place of OCTET STRING: primitive, or in pieces. */
function implicitOctets(block: BaseBlock | undefined): Uint8Array {
  if (!hasTag(block, 0) || block === undefined) throw new MalformedError('no encrypted content');
  if (block.idBlock.isConstructed) return Buffer.concat(tagged(block, 0).map(octets));
  const raw = rawBytes(block);
  return raw.subarray(raw.length - block.lenBlock.length);
}

function decrypted(key: Passphrase, algorithm: BaseBlock | undefined, content: Uint8Array): BaseBlock {
  const { offset, result } = fromBER(key.decrypt(algorithm, content));
  if (offset === -1 || !(result instanceof Sequence)) throw key.wrong();
  return result;
}
