import { initialBuffer } from '../../sdk/tls';
import { parseSegment, type TcpSegment } from './tcpSegment';
import { TcpStream } from './tcpStream';
import {
  type BytesSummary,
  type Sender,
  type TlsEvent,
  TlsMeter,
  type TlsPlace,
  type TlsRole,
} from './tlsMeter';

/** How a TCP connection ended, and what is known of its bytes. */
export interface ConnectionEnd extends TlsPlace, BytesSummary {
  role: TlsRole;
  /** Who ended it first. */
  by: Sender;
  reset: boolean;
}

/** What {@link TlsRecords} is told by its surroundings; all of it is optional. */
export interface RecordsOptions {
  /** What espconn_secure_set_size has set for this role. */
  bufferSize?: (role: TlsRole) => number;
  /** The name under which the user knows the other side, “127.0.0.1:40102”. */
  remoteName?: (remote: string, devicePort: number) => string;
  /** A connection is over. */
  onEnd?: (end: ConnectionEnd) => void;
}

/** The device has a handful of connections; older ones are forgotten. */
const maxConnections = 32;

/**
 * Reports the TLS records in the IP packets of the device. Packets may be damaged, lost, repeated and out of order; what
 * it remembers is bounded.
 */
export class TlsRecords {
  readonly #report: (event: TlsEvent) => void;
  readonly #options: Required<RecordsOptions>;
  readonly #connections = new Map<string, Connection>();

  constructor(report: (event: TlsEvent) => void, options: RecordsOptions = {}) {
    this.#report = report;
    this.#options = {
      bufferSize: () => initialBuffer,
      remoteName: remote => remote,
      onEnd: () => undefined,
      ...options,
    };
  }

  packet(bytes: Uint8Array, sender: Sender): void {
    const segment = parseSegment(bytes);
    if (segment === undefined) return;
    const key =
      sender === 'device'
        ? `${segment.source} ${segment.destination}`
        : `${segment.destination} ${segment.source}`;
    const known = this.#connections.get(key);
    if (segment.rst) {
      this.#connections.delete(key);
      if (known !== undefined) this.#options.onEnd(known.end(sender, true));
      return;
    }
    if (known === undefined && !segment.syn && segment.data.length === 0) return;
    const connection =
      known === undefined || known.isOver(segment, sender) ? this.#newConnection(segment, sender) : known;
    connection.add(segment, sender);
    // Again at the end: the first of the map is the one that was silent for longest.
    this.#connections.delete(key);
    if (connection.closedBy === undefined) this.#connections.set(key, connection);
    else this.#options.onEnd(connection.end(connection.closedBy, false));
    for (const oldest of this.#connections.keys()) {
      if (this.#connections.size <= maxConnections) break;
      this.#connections.delete(oldest);
    }
  }

  #newConnection(segment: TcpSegment, sender: Sender): Connection {
    const [remote, devicePort] =
      sender === 'device'
        ? [segment.destination, segment.sourcePort]
        : [segment.source, segment.destinationPort];
    const place = { remote: this.#options.remoteName(remote, devicePort), devicePort };
    return new Connection(place, this.#report, this.#options.bufferSize);
  }
}

/** The two streams of a TCP connection. */
class Connection {
  readonly #place: TlsPlace;
  readonly #meter: TlsMeter;
  readonly #streams: Record<Sender, TcpStream>;
  /** Sequence numbers of the FINs. */
  readonly #ends: Partial<Record<Sender, number>> = {};
  /** Whose packets are missing. */
  readonly #lost = new Set<Sender>();
  #firstEnd: Sender | undefined;
  /** A connection whose SYN has not come yet is taken for one that the device accepts. */
  #role: TlsRole = 'server';

  constructor(place: TlsPlace, report: (event: TlsEvent) => void, bufferSize: (role: TlsRole) => number) {
    this.#place = place;
    this.#meter = new TlsMeter(place, report, () => bufferSize(this.#role));
    const stream = (sender: Sender) =>
      new TcpStream(
        bytes => this.#meter.add(sender, bytes),
        () => {
          this.#lost.add(sender);
          this.#meter.gap(sender);
        },
      );
    this.#streams = { device: stream('device'), remote: stream('remote') };
  }

  /** Who closed first, once both sides have sent all they had to. */
  get closedBy(): Sender | undefined {
    const closed = (['device', 'remote'] as const).every(
      sender =>
        this.#ends[sender] !== undefined &&
        (this.#lost.has(sender) || this.#streams[sender].next === this.#ends[sender]),
    );
    return closed ? this.#firstEnd : undefined;
  }

  /** Whether the segment opens another connection between the same ports. */
  isOver(segment: TcpSegment, sender: Sender): boolean {
    const { start } = this.#streams[sender];
    return segment.syn && start !== undefined && start !== segment.sequence;
  }

  add({ sequence, syn, ack, fin, data }: TcpSegment, sender: Sender): void {
    if (syn && !ack) this.#role = sender === 'device' ? 'client' : 'server';
    const stream = this.#streams[sender];
    if (syn && stream.start === undefined) stream.begin(sequence);
    const first = syn ? sequence + 1 : sequence;
    if (fin) {
      this.#ends[sender] = (first + data.length) >>> 0;
      this.#firstEnd ??= sender;
    }
    stream.add(first >>> 0, data);
  }

  end(by: Sender, reset: boolean): ConnectionEnd {
    return {
      ...this.#place,
      ...this.#meter.summary,
      role: this.#role,
      by: this.#firstEnd ?? by,
      reset,
    };
  }
}
