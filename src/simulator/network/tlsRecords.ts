import { recordTypes, tls13 } from '../../sdk/tlsNames';
import { type HandshakeMessage, readHandshake, readSsl2ClientHello } from '../../tls/handshake';
import { HandshakeAssembler } from '../../tls/handshakeAssembler';
import { RecordReader, type RecordHeader, ssl2 } from '../../tls/recordReader';
import { parseSegment, type TcpSegment } from './tcpSegment';
import { TcpStream } from './tcpStream';

export type Sender = 'device' | 'remote';

/** What the device is in a connection: it opened it or it listened. */
export type TlsRole = 'client' | 'server';

/** What a record holds, as far as it is in the clear. */
export type RecordContent =
  /** The messages that end in this record; `continued`: one more goes on in the next record. */
  | { kind: 'handshake'; messages: HandshakeMessage[]; continued: boolean }
  | { kind: 'change-cipher-spec' }
  | { kind: 'alert'; level: number; description: number }
  | { kind: 'application-data' }
  | { kind: 'encrypted' }
  /** In the clear, but damaged, or a heartbeat. */
  | { kind: 'unknown' };

interface Place {
  sender: Sender;
  /** “192.168.4.2:49152”. */
  remote: string;
  devicePort: number;
}

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

/** espconn_secure_set_size begins with this, in libssl as in libmbedtls. */
const defaultBufferSize = 2048;
/**
 * mbed TLS 2 keeps so much room for what encryption adds: an IV, a MAC of SHA-384 and 256 bytes of padding. A record is
 * called too long only where libmbedtls, too, has to refuse it.
 */
const encryptionRoom = 304;
/** The device has a handful of connections; older ones are forgotten. */
const mostConnections = 32;

/**
 * Reports the TLS records in the IP packets of the device. Packets may be damaged, lost, repeated and out of order; what
 * it remembers is bounded.
 */
export class TlsRecords {
  readonly #report: (event: TlsEvent) => void;
  readonly #bufferSize: (role: TlsRole) => number;
  readonly #connections = new Map<string, Connection>();

  /** @param bufferSize what espconn_secure_set_size has set for this role */
  constructor(
    report: (event: TlsEvent) => void,
    bufferSize: (role: TlsRole) => number = () => defaultBufferSize,
  ) {
    this.#report = report;
    this.#bufferSize = bufferSize;
  }

  packet(bytes: Uint8Array, sender: Sender): void {
    const segment = parseSegment(bytes);
    if (segment === undefined) return;
    const key =
      sender === 'device'
        ? `${segment.source} ${segment.destination}`
        : `${segment.destination} ${segment.source}`;
    if (segment.rst) {
      this.#connections.delete(key);
      return;
    }
    const known = this.#connections.get(key);
    if (known === undefined && !segment.syn && segment.data.length === 0) return;
    const connection =
      known === undefined || known.isOver(segment, sender) ? this.#newConnection(segment, sender) : known;
    connection.add(segment, sender);
    // Again at the end: the first of the map is the one that was silent for longest.
    this.#connections.delete(key);
    if (!connection.isClosed) this.#connections.set(key, connection);
    for (const oldest of this.#connections.keys()) {
      if (this.#connections.size <= mostConnections) break;
      this.#connections.delete(oldest);
    }
  }

  #newConnection(segment: TcpSegment, sender: Sender): Connection {
    const place =
      sender === 'device'
        ? { remote: segment.destination, devicePort: segment.sourcePort }
        : { remote: segment.source, devicePort: segment.destinationPort };
    return new Connection(place, this.#report, this.#bufferSize);
  }
}

/** Both directions of a TCP connection. */
class Connection {
  readonly #directions: Record<Sender, Direction>;
  /** A connection whose SYN has not come yet is taken for one that the device accepts. */
  #role: TlsRole = 'server';

  constructor(
    place: Omit<Place, 'sender'>,
    report: (event: TlsEvent) => void,
    bufferSize: (role: TlsRole) => number,
  ) {
    const direction = (sender: Sender, longest: () => number) =>
      new Direction({
        report: event => report({ ...event, sender, ...place }),
        longest,
        serverHello: version => this.#serverHello(version),
        isTls: () => Object.values(this.#directions).some(each => each.hasRecords),
      });
    this.#directions = {
      device: direction('device', () => Infinity),
      remote: direction('remote', () => bufferSize(this.#role)),
    };
  }

  /** Both sides have sent all they had to. */
  get isClosed(): boolean {
    return Object.values(this.#directions).every(direction => direction.isClosed);
  }

  /** Whether the segment opens another connection between the same ports. */
  isOver(segment: TcpSegment, sender: Sender): boolean {
    const { start } = this.#directions[sender].stream;
    return segment.syn && start !== undefined && start !== segment.sequence;
  }

  add(segment: TcpSegment, sender: Sender): void {
    if (segment.syn && !segment.ack) this.#role = sender === 'device' ? 'client' : 'server';
    this.#directions[sender].add(segment);
  }

  #serverHello(version: number): void {
    if (version !== tls13) return;
    for (const direction of Object.values(this.#directions)) direction.useTls13();
  }
}

type WithoutPlace<Event> = Event extends unknown ? Omit<Event, keyof Place> : never;

interface Surroundings {
  report: (event: WithoutPlace<TlsEvent>) => void;
  /** Bytes of the receiver's buffer for a record. */
  longest: () => number;
  serverHello: (version: number) => void;
  /** Whether the connection had records in either direction. */
  isTls: () => boolean;
}

/** What one side of a connection sends. */
class Direction {
  readonly stream: TcpStream;
  readonly #surroundings: Surroundings;
  readonly #handshake = new HandshakeAssembler();
  /** Sequence number of the FIN. */
  #end: number | undefined;
  #hasRecords = false;
  #encrypted = false;
  #tls13 = false;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    const reader = new RecordReader({
      header: header => this.#header(header),
      record: (header, body) => this.#record(header, body),
      broken: () => this.#leave('not-tls'),
    });
    this.stream = new TcpStream(
      bytes => reader.add(bytes),
      () => this.#leave('gap'),
    );
  }

  get hasRecords(): boolean {
    return this.#hasRecords;
  }

  get isClosed(): boolean {
    return this.#end !== undefined && this.stream.next === this.#end;
  }

  add({ sequence, syn, fin, data }: TcpSegment): void {
    if (syn && this.stream.start === undefined) this.stream.begin(sequence);
    const first = syn ? sequence + 1 : sequence;
    if (fin) this.#end = (first + data.length) >>> 0;
    this.stream.add(first >>> 0, data);
  }

  /** TLS 1.3 sends ChangeCipherSpec for show; what is encrypted comes as application data. */
  useTls13(): void {
    this.#tls13 = true;
    this.#encrypted = false;
  }

  #leave(reason: 'not-tls' | 'gap'): void {
    this.stream.leave();
    if (this.#surroundings.isTls()) this.#surroundings.report({ kind: 'tls-lost', reason });
  }

  #header({ length }: RecordHeader): void {
    this.#hasRecords = true;
    const buffer = this.#exceeded(length);
    if (buffer !== undefined) this.#surroundings.report({ kind: 'tls-record-too-long', length, buffer });
  }

  #record(header: RecordHeader, body: Uint8Array | undefined): void {
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
    return { kind: 'handshake', messages, continued: part.continued };
  }
}
