import type { SignatureHash } from '../../sdk/tls';
import type { InsteadOfRecords } from '../insteadOfRecords';
import type { RecordFault } from '../flashRecords';
import type { TlsLibrary } from '../../sdk/tls';
import type { Reading } from '../readers/reading';

/*
 * What an inspection finds, as plain data: it is printed as JSON and sent to a page as it is. Private key material never enters it.
 */

/** A part of a file: bytes of a binary file, characters of a text. */
export interface Span {
  offset: number;
  length: number;
}

/** The form of a file. */
export type FileForm =
  | 'c'
  | 'records'
  | 'pem'
  | 'der'
  | 'base64'
  /** Of esp-at, which is another firmware: AtPKI.py makes it. */
  | 'esp-at'
  /** A file of another program: Java, OpenSSH, PuTTY. */
  | 'foreign'
  | FirmwareForm
  | 'script'
  | 'project'
  | 'too large'
  | 'unknown';

/** Forms that hold certificates among much else. */
export type FirmwareForm = 'firmware' | 'dump' | 'elf' | 'library' | 'binary';

export interface Inspection {
  /** As the caller named it. */
  file: string;
  form: FileForm;
  /** Bytes, or characters of a text. */
  size: number;
  items: Item[];
  /** What it is, in words, where its form does not say enough: “firmware for slot 1, 1024 KB”. */
  title?: string;
  /** The parts of a flash, in words. */
  regions?: Region[];
  /** It has more items than are listed. */
  hasMore?: boolean;
  /** Where a record file does not follow its form. */
  faults: Fault[];
  /** Files that a C text includes by `#include "…"`. */
  includes: string[];
  /** Calls in a C text that give the device its certificate or key, or turn CA verification on. */
  calls: Call[];
  /** Macros and constants of a C text that stand for numbers. */
  constants: { name: string; value: number }[];
  /** The RSA bits that the project's file wants for its next certificates. */
  wantedBits?: { value: number; range: Span };
}

/** A part of a flash. */
export interface Region extends Span {
  name: string;
}

/** A place that holds certificates or keys: a C array, a flash record, a PEM block, the whole of a DER file. */
export interface Item {
  /** The array's or record's name, the label of a PEM block, the file's name. */
  name: string;
  /** What the item takes up in the file, with the declaration or header around its data. */
  range: Span;
  /** Its name in the file, which a rename replaces; a DER file has none in it. */
  nameRange?: Span;
  /** Its data in the file, as it is there. */
  dataRange: Span;
  encoding: 'der' | 'pem';
  /** Bytes of its data on the device. */
  size: number;
  contents: Content[];
  /** What each library makes of its data; undefined for data that is not a certificate, key or text by which it should be one. */
  readings?: Readonly<Record<TlsLibrary, Reading>>;
  /** Bytes behind the DER of its certificate or key, which the device ignores. */
  trailing?: number;
  /** Of a C array only. */
  array?: ArrayFacts;
  /** Where its data lies in the memory of the device: in linked firmware. */
  address?: number;
  /** The C array whose records it is one of. */
  list?: string;
}

/** A call such as `espconn_secure_set_default_certificate(default_certificate, default_certificate_len)`. */
export interface Call {
  function: string;
  /** Of the function's name. */
  nameRange: Span;
  /** Without white space between their tokens, but for a blank between two words. */
  arguments: { text: string; range: Span }[];
}

export interface ArrayFacts {
  /** Not seen by other files, so that each may have its own. */
  isStatic: boolean;
  /** A pointer to a text: `sizeof` is that of the pointer. */
  isPointer: boolean;
  /** What `sizeof` gives. */
  sizeOf: number;
  /** What `strlen` gives: bytes ahead of the first NUL. */
  stringLength: number;
  /** Data written as text: its last byte is a NUL that the length must not count. */
  isText: boolean;
  /** Its `NAME_len`; undefined where the text has none. Its value is undefined where the text does not tell it. */
  length?: { name: string; value?: number; range: Span };
}

export type Content =
  | ({ kind: 'certificate' } & Certificate)
  | ({ kind: 'key' } & Key)
  | ({ kind: 'request' } & Request)
  | { kind: 'other'; what: OtherContent; size: number };

/** What is recognised but not taken apart, and what is not recognised. */
export type OtherContent =
  | 'encrypted key'
  | 'public key'
  | 'damaged certificate'
  | 'damaged key'
  | 'damaged'
  | ForeignContent
  | 'unknown';

/** What other programs read and the device does not. */
export type ForeignContent =
  | 'PKCS#7'
  | 'PKCS#12'
  | 'encrypted PKCS#12'
  | 'CRL'
  | 'escaped PEM'
  | 'OpenSSH key'
  | 'OpenSSH public key'
  | 'PuTTY key'
  | 'Java key store'
  | 'parameters'
  | 'other DER';

export type KeyType = 'RSA' | 'EC' | 'other';

export interface PublicKey {
  type: KeyType;
  /** 0 where the type has none that we know. */
  bits: number;
  /** SHA-256 of the SubjectPublicKeyInfo, hexadecimal. */
  fingerprint: string;
}

export interface Certificate {
  subject: string;
  issuer: string;
  /** O and CN of the subject; empty if it has none. */
  organization: string;
  commonName: string;
  /** The subject alternative names. */
  names: string[];
  /** Hexadecimal, as openssl prints it. */
  serial: string;
  version: number;
  /** Bytes of its DER. */
  size: number;
  key: PublicKey;
  /** Undefined if it is none that a TLS library of the SDK has. */
  hash: SignatureHash | undefined;
  /** The signature as the algorithm's OID names it, for example sha256WithRSAEncryption. */
  signature: string;
  /** ISO 8601. */
  notBefore: string;
  notAfter: string;
  /** Undefined if it does not say, as certificates of version 1. */
  isCa: boolean | undefined;
  /** Subject and issuer are the same. */
  selfIssued: boolean;
  /** SHA-256 of its DER, hexadecimal. */
  fingerprint: string;
}

export interface Key {
  format: 'PKCS#1' | 'PKCS#8' | 'SEC1';
  /** Bytes of its DER. */
  size: number;
  public: PublicKey;
}

export interface Request {
  subject: string;
  size: number;
  key: PublicKey;
}

/** What does not follow the form of a record file. */
export interface Fault {
  kind: RecordFault['kind'] | InsteadOfRecords;
  range: Span;
}
