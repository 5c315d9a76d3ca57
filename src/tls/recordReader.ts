import { handshakeTypes, recordTypes, tls12, tls13 } from '../sdk/tlsNames';

/** The header of a record. */
export interface RecordHeader {
  type: number;
  version: number;
  /** Bytes after the header, as its length field says. */
  length: number;
}

interface Receiver {
  header(header: RecordHeader): void;
  /** `body` is undefined for what nobody can read: application data and heartbeats. */
  record(header: RecordHeader, body: Uint8Array | undefined): void;
  /** What comes is not TLS; nothing more is read. */
  broken(): void;
}

/** The version of a record that has SSL 2.0's header, as the first ClientHello may have for old servers' sake. */
export const ssl2 = 0x0002;
const ssl3 = 0x0300;
/** Type, version and three lengths (RFC 6101, appendix E). */
const shortestSsl2Hello = 9;

const headerLength = 5;
/** TLS 1.2 and older: 2^14 bytes of plaintext and 2048 that encryption may add. */
const longestRecord = 0x4000 + 2048;

/** Cuts the bytes of one direction of a connection into TLS records. */
export class RecordReader {
  readonly #receiver: Receiver;
  #header: Buffer = Buffer.alloc(0);
  #open: { header: RecordHeader; missing: number; chunks: Uint8Array[] | undefined } | undefined;
  #isFirst = true;
  #left = false;

  constructor(receiver: Receiver) {
    this.#receiver = receiver;
  }

  add(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && !this.#left) {
      if (this.#open === undefined) {
        const part = bytes.subarray(at, at + headerLength - this.#header.length);
        at += part.length;
        this.#header = Buffer.concat([this.#header, part]);
        if (this.#header.length === headerLength) this.#begin(this.#header);
      } else {
        const chunk = bytes.subarray(at, at + this.#open.missing);
        at += chunk.length;
        this.#open.missing -= chunk.length;
        this.#open.chunks?.push(Uint8Array.from(chunk));
      }
      this.#endIfWhole();
    }
  }

  #begin(bytes: Buffer): void {
    this.#header = Buffer.alloc(0);
    const header = tlsHeader(bytes, this.#isFirst);
    const ssl2Header = this.#isFirst ? ssl2ClientHelloHeader(bytes) : undefined;
    this.#isFirst = false;
    if (header !== undefined) {
      const isReadable = header.type < recordTypes.applicationData;
      this.#open = { header, missing: header.length, chunks: isReadable ? [] : undefined };
      this.#receiver.header(header);
    } else if (ssl2Header !== undefined) {
      const body = bytes.subarray(2);
      this.#open = { header: ssl2Header, missing: ssl2Header.length - body.length, chunks: [body] };
      this.#receiver.header(ssl2Header);
    } else {
      this.#left = true;
      this.#receiver.broken();
    }
  }

  #endIfWhole(): void {
    if (this.#open === undefined || this.#open.missing > 0) return;
    const { header, chunks } = this.#open;
    this.#open = undefined;
    this.#receiver.record(header, chunks && Buffer.concat(chunks));
  }
}

function tlsHeader(bytes: Buffer, isFirst: boolean): RecordHeader | undefined {
  const [type, version, length] = [bytes.readUInt8(0), bytes.readUInt16BE(1), bytes.readUInt16BE(3)];
  const isKnown = type >= recordTypes.changeCipherSpec && type <= recordTypes.heartbeat;
  const canBeFirst = type === recordTypes.handshake || type === recordTypes.alert;
  if (!isKnown || (isFirst && !canBeFirst)) return undefined;
  if (version < ssl3 || version > tls13 || length > longestRecord) return undefined;
  return { type, version, length };
}

/** Its 2 bytes of length are followed by the type of the message and the version that the client wants. */
function ssl2ClientHelloHeader(bytes: Buffer): RecordHeader | undefined {
  const [marked, type, version] = [bytes.readUInt16BE(0), bytes.readUInt8(2), bytes.readUInt16BE(3)];
  const length = marked & 0x7fff;
  const isVersion = (version >= ssl3 && version <= tls12) || version === ssl2;
  if (marked === length || length < shortestSsl2Hello || type !== handshakeTypes.clientHello || !isVersion)
    return undefined;
  return { type: recordTypes.handshake, version: ssl2, length };
}
