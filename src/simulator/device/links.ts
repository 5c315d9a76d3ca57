import { faultOutcome, type FaultOutcome, tlsBehaviour } from '../../sdk/tlsBehaviour';
import type { TlsRole } from '../network/tlsMeter';
import { type Connection, type ConnectionEnding, type Remote, remoteText } from '../network/tcpServer';
import type { Device } from './device';
import { espconnLayout, espconnState, EspconnStructs, tcpLayout } from './espconnStruct';
import { Part } from './part';
import type { Callback, Steps } from './steps';

/** Plain TCP hands the application at most this many bytes a callback, and sends as many a piece: the TCP segment size. */
const segmentSize = 1460;
/** The device lets the peer wait when this many bytes wait for their receive callback. */
const receiveWindow = 4 * segmentSize;

/** A connection of the device that this computer answers. */
export interface Link {
  number: number;
  role: TlsRole;
  secure: boolean;
  /** The struct of the application: a client's own, or the listening one of a server. */
  owner: number;
  devicePort: number;
  /** Its struct: a client's own, or what the SDK allocates for each client of a server. */
  espconn: number;
  tcp: number;
  remote: Remote;
  state: 'opening' | 'open' | 'closing';
  /** How often the device has ended it. */
  ends: number;
  /** What is still to be sent of the firmware's data. */
  sending: { address: number; length: number } | undefined;
}

export interface LinksState {
  links: Link[];
}

type LinksHost = Pick<Device, 'cpu' | 'enter' | 'events' | 'heap' | 'onSwitchOff' | 'options' | 'scheduler'>;

/**
 * The connections of a firmware without lwIP: TCP and TLS by this computer, the callbacks in the SDK's order. A server's client has a
 * struct of the SDK's own; disconnect and reconnect callbacks get the listening struct, with the fields of the link copied back.
 */
export class Links extends Part<LinksState> {
  readonly structs: EspconnStructs;
  readonly #device: LinksHost;
  /** The connections on this computer, and how many bytes of each wait for their callback. */
  readonly #connections = new Map<number, { connection: Connection; waiting: number }>();
  #lastNumber = 0;
  /** Told when nothing is left of a link. */
  onGone: (link: Link) => void = () => undefined;

  constructor(device: LinksHost) {
    super({ links: [] });
    this.#device = device;
    this.structs = new EspconnStructs(device.cpu.memory);
    const { scheduler } = device;
    scheduler.handle('linkOpened', opened => this.#opened(opened));
    scheduler.handle('linkAccepted', ({ link }) => {
      this.#connections.get(link)?.connection.resume();
      return undefined;
    });
    scheduler.handle('linkReceived', received => this.#received(received));
    scheduler.handle('linkRead', read => this.#read(read));
    scheduler.handle('linkSent', ({ link }) => this.#sent(link));
    scheduler.handle('linkEnded', ended => this.#ended(ended));
    device.onSwitchOff(() => {
      for (const { connection } of this.#connections.values()) connection.destroy();
      this.#connections.clear();
    });
  }

  /** Whether there is a connection: that cannot be restored. */
  get isConnected(): boolean {
    return this.state.links.length > 0 || this.#connections.size > 0;
  }

  get all(): readonly Link[] {
    return this.state.links;
  }

  find(espconn: number): Link | undefined {
    return this.state.links.find(link => link.espconn === espconn);
  }

  byNumber(number: number): Link | undefined {
    return this.state.links.find(link => link.number === number);
  }

  clientsOf(listener: number): Link[] {
    return this.state.links.filter(({ owner, role }) => owner === listener && role === 'server');
  }

  /** The number of a new connection. */
  next(): number {
    return ++this.#lastNumber;
  }

  /** A client of the device begins to connect. */
  add(link: Link): void {
    this.state.links.push(link);
  }

  /** Somebody is connected: the peer waits until the firmware knows. */
  attach(number: number, connection: Connection, opened: Omit<Steps['linkOpened'], 'link'>): void {
    const { enter, options } = this.#device;
    const open = { connection, waiting: 0 };
    this.#connections.set(number, open);
    connection.pause();
    const size = opened.secure ? tlsBehaviour(options.tls).received : segmentSize;
    connection.onData = bytes => {
      for (let start = 0; start < bytes.length; start += size) {
        const piece = Uint8Array.from(bytes.subarray(start, start + size));
        open.waiting += piece.length;
        enter({ kind: 'linkReceived', data: { link: number, bytes: piece } });
      }
      if (open.waiting >= receiveWindow) connection.pause();
    };
    connection.onEnd = ending => {
      this.end(number, ending);
    };
    enter({ kind: 'linkOpened', data: { link: number, ...opened } });
  }

  /** Tells the device that a connection is over. */
  end(number: number, ending: ConnectionEnding): void {
    this.#connections.delete(number);
    this.#device.enter({ kind: 'linkEnded', data: { link: number, ending } });
  }

  /** Sends bytes of the firmware's memory; each piece is read when its turn comes, as the libraries do. */
  send(link: Link, address: number, length: number, first: Uint8Array): void {
    link.sending = { address: address + first.length, length: length - first.length };
    if (length === 0 && link.secure && tlsBehaviour(this.#device.options.tls).staysBusyAfterNothing) return;
    this.#connections.get(link.number)?.connection.send(first, () => {
      this.#device.enter({ kind: 'linkSent', data: { link: link.number } });
    });
  }

  /** The first piece of what is to be sent. */
  pieceLength({ secure }: Link, length: number): number {
    return Math.min(length, secure ? this.#device.options.tls.copied : segmentSize);
  }

  /** The device ends a connection: at once for itself, whatever its peer does. */
  close(link: Link): void {
    link.state = 'closing';
    link.ends++;
    this.#connections.get(link.number)?.connection.close();
    this.#connections.delete(link.number);
    this.#device.scheduler.post({ kind: 'linkEnded', data: { link: link.number, ending: 'end' } });
  }

  /** Calls the application back because a connection of its struct is over or did not come about. */
  report(owner: number, outcome: FaultOutcome): Callback | undefined {
    this.structs.setState(owner, espconnState.close);
    if (outcome === 'disconnect')
      return named('disconnect', this.structs.tcpCallback(owner, 'disconnect_callback'), [owner]);
    const call = named('reconnect', this.structs.tcpCallback(owner, 'reconnect_callback'), [owner, outcome]);
    return call && { ...call, told: outcome };
  }

  #opened({ link: number, remote, ...opened }: Steps['linkOpened']): Callback | undefined {
    const link = opened.role === 'client' ? this.byNumber(number) : this.#newLink(number, remote, opened);
    if (link === undefined || link.state === 'closing') return undefined;
    link.state = 'open';
    this.structs.setState(link.espconn, espconnState.connect);
    const callback = named('connect', this.structs.tcpCallback(link.espconn, 'connect_callback'), [
      link.espconn,
    ]);
    if (callback !== undefined)
      return { ...callback, returned: { kind: 'linkAccepted', data: { link: number } } };
    this.#connections.get(number)?.connection.resume();
    return undefined;
  }

  /** Makes the structs of a server's client. */
  #newLink(
    number: number,
    remote: Remote,
    { owner, devicePort, secure }: Omit<Steps['linkOpened'], 'link' | 'remote'>,
  ): Link | undefined {
    const { heap, options } = this.#device;
    const espconn = heap.allocate(espconnLayout.size);
    const tcp = espconn === 0 ? 0 : heap.allocate(tcpLayout.size);
    const link: Link = {
      ...{ number, role: 'server', secure, owner, devicePort, espconn, tcp, remote },
      ...{ state: 'opening', ends: 0, sending: undefined },
    };
    if (tcp === 0) {
      if (espconn !== 0) heap.free(espconn);
      this.#connections.get(number)?.connection.close();
      this.#connections.delete(number);
      this.onGone(link);
      return undefined;
    }
    this.structs.copy(owner, espconn, tcp);
    this.structs.setAddresses(tcp, remote, options.wifi.address.ip);
    this.state.links.push(link);
    return link;
  }

  #received({ link: number, bytes }: Steps['linkReceived']): Callback | undefined {
    const { cpu, heap } = this.#device;
    const open = this.#connections.get(number);
    if (open !== undefined) {
      open.waiting -= bytes.length;
      if (open.waiting < receiveWindow) open.connection.resume();
    }
    const link = this.byNumber(number);
    if (link?.state !== 'open') return undefined;
    const callback = this.structs.callback(link.espconn, 'recv_callback');
    if (callback === 0) return undefined;
    // The SDK ends the data with a NUL that len does not count.
    const buffer = heap.allocate(bytes.length + 1);
    if (buffer === 0) return undefined;
    cpu.memory.write(buffer, Uint8Array.from([...bytes, 0]));
    this.structs.setState(link.espconn, espconnState.read);
    return {
      name: 'receive',
      address: callback,
      arguments: [link.espconn, buffer, bytes.length],
      returned: { kind: 'linkRead', data: { espconn: link.espconn, buffer } },
    };
  }

  #read({ espconn, buffer }: Steps['linkRead']): undefined {
    this.#device.heap.free(buffer);
    this.structs.changeState(espconn, espconnState.read, espconnState.connect);
  }

  #sent(number: number): Callback | undefined {
    const { memory } = this.#device.cpu;
    const link = this.byNumber(number);
    if (link?.sending === undefined || link.state === 'closing') return undefined;
    const { address, length } = link.sending;
    const next = length > 0 ? memory.read(address, this.pieceLength(link, length)) : undefined;
    if (next !== undefined) {
      this.send(link, address, length, next);
      return undefined;
    }
    link.sending = undefined;
    this.structs.setState(link.espconn, espconnState.connect);
    return named('sent', this.structs.callback(link.espconn, 'sent_callback'), [link.espconn]);
  }

  #ended({ link: number, ending }: Steps['linkEnded']): Callback | undefined {
    const { events, options } = this.#device;
    const link = this.byNumber(number);
    if (link === undefined) return undefined;
    // Ended twice by the application, it is told twice.
    if (--link.ends > 0) return this.report(link.owner, 'disconnect');
    this.state.links = this.state.links.filter(other => other !== link);
    this.onGone(link);
    const remote = remoteText(link.remote);
    const phase = link.state === 'opening' ? 'handshake' : 'later';
    if (link.state !== 'opening')
      events.add(
        link.secure
          ? { kind: 'disconnected', remote }
          : { kind: 'tcp-closed', remote, devicePort: link.devicePort, reset: ending === 'reset' },
      );
    if (link.role === 'server') this.#giveBack(link);
    return this.report(
      link.owner,
      ending === 'end' ? 'disconnect' : faultOutcome(ending, phase, tlsBehaviour(options.tls)),
    );
  }

  /** The listening struct gets the callbacks and the peer's address, then the link's structs are free. */
  #giveBack({ owner, espconn, tcp }: Link): void {
    const { heap } = this.#device;
    this.structs.copyBack(espconn, owner);
    heap.free(tcp);
    heap.free(espconn);
  }
}

function named(name: string, address: number, args: number[]): Callback | undefined {
  return address === 0 ? undefined : { name, address, arguments: args };
}
