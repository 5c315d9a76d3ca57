import { handshakeTypes, recordTypes, tls13 } from '../../sdk/tlsNames';
import {
  type HandshakeMessage,
  readCertificates,
  readHandshake,
  readSsl2ClientHello,
} from '../../tls/handshake';
import { HandshakeAssembler, type RawMessage } from '../../tls/handshakeAssembler';
import { RecordReader, type RecordHeader, ssl2 } from '../../tls/recordReader';
import { type PeerCertificate, readPeerCertificate } from './peerCertificate';

export type Sender = 'device' | 'remote';

/** What the device is in a connection: it opened it or it listened. */
export type TlsRole = 'client' | 'server';

/** What a record holds, as far as it is in the clear. */
export type RecordContent =
  /**
   * The messages that end in this record; `continued`: one more continues in the next record. `certificate`: the sender's own, if
   * its Certificate message is among them.
   */
  | {
      kind: 'handshake';
      messages: HandshakeMessage[];
      continued: boolean;
      certificate?: PeerCertificate;
    }
  | { kind: 'change-cipher-spec' }
  | { kind: 'alert'; level: number; description: number }
  | { kind: 'application-data' }
  | { kind: 'encrypted' }
  /** In the clear, but damaged, or a heartbeat. */
  | { kind: 'unknown' };

/** Where a record belongs. */
export interface TlsPlace {
  /** “192.168.4.2:49152”. */
  remote: string;
  devicePort: number;
}

type Place = TlsPlace & { sender: Sender };

/** `type` and `version` are those of the record's header; `length` counts the bytes after it. */
export type TlsEvent =
  /** A whole record. `buffer`: it is longer than the device's buffer of so many bytes. */
  | ({
      kind: 'tls-record';
      type: number;
      version: number;
      length: number;
      content: RecordContent;
      buffer?: number;
    } & Place)
  /** The header of such a long record. The device often ends the connection before the rest has come. */
  | ({ kind: 'tls-record-too-long'; length: number; buffer: number } & Place)
  /** Records are no longer followed: what comes is not TLS, or packets are missing. */
  | ({ kind: 'tls-lost'; reason: 'not-tls' | 'gap' } & Place);

type WithoutPlace<Event> = Event extends unknown ? Omit<Event, keyof Place> : never;

/** What one side has sent that is not TLS. */
export interface PlainText {
  sender: Sender;
  isHttp: boolean;
}

/** What a connection's bytes were, besides its records. */
export interface BytesSummary {
  /** Who has sent a byte. */
  deviceSpoke: boolean;
  remoteSpoke: boolean;
  /** Length of the remote side's last record, whose rest has not come. */
  unfinished?: number;
  plainText?: PlainText;
}

/**
 * mbed TLS 2 keeps so much room for what encryption adds: an IV, a MAC of SHA-384 and 256 bytes of padding. A record is
 * called too long only where libmbedtls, too, has to refuse it.
 */
const encryptionRoom = 304;

/** Reports the TLS records of one connection from the bytes that its two sides send. */
export class TlsMeter {
  readonly #directions: Record<Sender, Direction>;

  /** @param bufferSize bytes that the device has for a record */
  constructor(place: TlsPlace, report: (event: TlsEvent) => void, bufferSize: () => number) {
    const direction = (sender: Sender, longest: () => number) =>
      new Direction({
        report: event => report({ ...event, sender, ...place }),
        longest,
        serverHello: version => this.#serverHello(version),
        isTls: () => this.isTls,
      });
    this.#directions = {
      device: direction('device', () => Infinity),
      remote: direction('remote', bufferSize),
    };
  }

  /** Whether there were records in either direction. */
  get isTls(): boolean {
    return Object.values(this.#directions).some(direction => direction.hasRecords);
  }

  /** What is known of the bytes when the connection is over. */
  get summary(): BytesSummary {
    const { device, remote } = this.#directions;
    const { unfinished } = remote;
    // Where neither speaks TLS, nobody should.
    const plain =
      remote.plain === undefined ? device.plain : device.plain === undefined ? remote.plain : undefined;
    return {
      deviceSpoke: device.hasBytes,
      remoteSpoke: remote.hasBytes,
      ...(unfinished !== undefined && { unfinished }),
      ...(plain !== undefined && {
        plainText: {
          sender: remote.plain === undefined ? 'device' : 'remote',
          isHttp: /^[A-Z]{3,7} |^HTTP\//.test(plain),
        },
      }),
    };
  }

  add(sender: Sender, bytes: Uint8Array): void {
    this.#directions[sender].add(bytes);
  }

  /** Bytes of this side are missing: no more of it can be read. */
  gap(sender: Sender): void {
    this.#directions[sender].leave('gap');
  }

  #serverHello(version: number): void {
    if (version !== tls13) return;
    for (const direction of Object.values(this.#directions)) direction.useTls13();
  }
}

interface Surroundings {
  report: (event: WithoutPlace<TlsEvent>) => void;
  /** Bytes of the receiver's buffer for a record. */
  longest: () => number;
  serverHello: (version: number) => void;
  /** Whether the connection had records in either direction. */
  isTls: () => boolean;
}

/** A method of HTTP and a space, or “HTTP/”. */
const firstBytes = 8;

/** What one side of a connection sends. */
class Direction {
  readonly #surroundings: Surroundings;
  readonly #handshake = new HandshakeAssembler();
  readonly #reader: RecordReader;
  #start = '';
  #isBroken = false;
  #hasRecords = false;
  /** Length of a record whose rest has not come yet. */
  #unfinished: number | undefined;
  #encrypted = false;
  #tls13 = false;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#reader = new RecordReader({
      header: header => this.#header(header),
      record: (header, body) => this.#record(header, body),
      broken: () => {
        this.#isBroken = true;
        this.leave('not-tls');
      },
    });
  }

  get hasRecords(): boolean {
    return this.#hasRecords;
  }

  get unfinished(): number | undefined {
    return this.#unfinished;
  }

  get hasBytes(): boolean {
    return this.#start !== '';
  }

  /** The first bytes of a side that has sent no TLS record at all. */
  get plain(): string | undefined {
    return this.#isBroken && !this.#hasRecords ? this.#start : undefined;
  }

  add(bytes: Uint8Array): void {
    if (this.#start.length < firstBytes)
      this.#start += Buffer.from(bytes.subarray(0, firstBytes - this.#start.length)).toString('latin1');
    this.#reader.add(bytes);
  }

  leave(reason: 'not-tls' | 'gap'): void {
    if (this.#surroundings.isTls()) this.#surroundings.report({ kind: 'tls-lost', reason });
  }

  /** TLS 1.3 sends ChangeCipherSpec for show; what is encrypted comes as application data. */
  useTls13(): void {
    this.#tls13 = true;
    this.#encrypted = false;
  }

  #header({ length }: RecordHeader): void {
    this.#hasRecords = true;
    this.#unfinished = length;
    const buffer = this.#exceeded(length);
    if (buffer !== undefined) this.#surroundings.report({ kind: 'tls-record-too-long', length, buffer });
  }

  #record(header: RecordHeader, body: Uint8Array | undefined): void {
    this.#unfinished = undefined;
    const buffer = this.#exceeded(header.length);
    const content = this.#content(header, body);
    this.#surroundings.report({
      kind: 'tls-record',
      ...header,
      content,
      ...(buffer === undefined ? {} : { buffer }),
    });
    if (content.kind === 'change-cipher-spec' && !this.#tls13) this.#encrypted = true;
    if (content.kind !== 'handshake') return;
    for (const { serverHello } of content.messages)
      if (serverHello !== undefined) this.#surroundings.serverHello(serverHello.version);
  }

  /** The size of the buffer that a record of this length exceeds. */
  #exceeded(length: number): number | undefined {
    const buffer = this.#surroundings.longest();
    return length > buffer + (this.#encrypted ? encryptionRoom : 0) ? buffer : undefined;
  }

  #content({ type, version }: RecordHeader, body: Uint8Array | undefined): RecordContent {
    if (type === recordTypes.applicationData) return { kind: 'application-data' };
    if (this.#encrypted) return { kind: 'encrypted' };
    if (body === undefined) return { kind: 'unknown' };
    if (version === ssl2)
      return { kind: 'handshake', messages: [readSsl2ClientHello(body)], continued: false };
    if (type === recordTypes.handshake) return this.#messages(body);
    const [first = 0, second = 0] = body;
    if (type === recordTypes.alert && body.length === 2)
      return { kind: 'alert', level: first, description: second };
    if (type === recordTypes.changeCipherSpec && body.length === 1 && first === 1)
      return { kind: 'change-cipher-spec' };
    return { kind: 'unknown' };
  }

  #messages(body: Uint8Array): RecordContent {
    const part = this.#handshake.add(body);
    if (part === undefined) return { kind: 'unknown' };
    const messages = part.messages.map(message => readHandshake(message.type, message.body));
    const certificate = ownCertificate(part.messages);
    return {
      kind: 'handshake',
      messages,
      continued: part.continued,
      ...(certificate !== undefined && { certificate }),
    };
  }
}

/** The first certificate of the first Certificate message. */
function ownCertificate(messages: readonly RawMessage[]): PeerCertificate | undefined {
  const message = messages.find(({ type }) => type === handshakeTypes.certificate);
  const [own] = (message && readCertificates(message.body)) ?? [];
  return own && readPeerCertificate(own);
}
