import * as l10n from '@vscode/l10n';
import { listenAddress } from '../network/ports';
import { Connection, type PortEvents, type Remote, remoteText, serveTcp } from '../network/tcpServer';
import { deviceIdentity, handshakeTimeout, listenTls } from '../network/tlsServer';
import { errorValue } from '../../sdk/errors';
import type { Device } from './device';
import { layoutOf } from './layout';
import { Part } from './part';
import type { Callback, Steps } from './steps';

const handshakeFailed = errorValue('ESPCONN_HANDSHAKE');
const handshakeTooLong = errorValue('ESPCONN_RESP_TIMEOUT');

/** enum espconn_state. */
export const espconnState = { listen: 2, connect: 3, write: 4, read: 5, close: 6 };

/** TLS hands the application at most this many bytes a callback, and sends as many a piece: the TCP segment size. */
const segmentSize = 1460;
/** The device lets the peer wait when this many bytes wait for their receive callback. */
const receiveWindow = 4 * segmentSize;

export const espconnLayout = layoutOf('espconn', 'type', 'state', 'proto', 'recv_callback', 'sent_callback');
export const tcpLayout = layoutOf(
  '_esp_tcp',
  'remote_port',
  'local_port',
  'local_ip',
  'remote_ip',
  'connect_callback',
  'reconnect_callback',
  'disconnect_callback',
);

/** A certificate and its key as the firmware has handed them over. */
export interface Identity {
  certificate: Uint8Array;
  privateKey: Uint8Array;
}

/** A server: its listening struct, and how many clients it takes. */
export interface Server {
  espconn: number;
  /** Of a TLS server. */
  identity: Identity | undefined;
  port: number;
  maxClients: number;
}

/** A connection of a server: its own struct espconn, which the SDK allocates for each client. */
export interface Link {
  number: number;
  server: Server;
  espconn: number;
  tcp: number;
  remote: Remote;
  /** What is still to be sent of the firmware's data. */
  sending: { address: number; length: number } | undefined;
  closing: boolean;
}

export interface HostServersState {
  servers: Server[];
  links: Link[];
  /** The client of the TLS server, from its first packet on. */
  tlsClient: Remote | undefined;
}

type ServersHost = Pick<
  Device,
  'cpu' | 'enter' | 'events' | 'halt' | 'heap' | 'onSwitchOff' | 'options' | 'ports' | 'scheduler'
>;

/**
 * The servers of espconn, answered by this computer, for firmware without lwIP: TCP and TLS by Node, the callbacks in the SDK's
 * order. There is one TLS server with one client, and plain servers with several. A link's struct is the SDK's own; disconnect and
 * reconnect callbacks get the listening struct, with the fields of the link copied back, as the SDK does.
 */
export class HostServers extends Part<HostServersState> {
  readonly #device: ServersHost;
  /** How to close what is open on this computer, by {@link keyOf}. */
  readonly #open = new Map<string, () => void>();
  /** The links' connections on this computer, and how many bytes of each wait for their callback. */
  readonly #connections = new Map<number, { connection: Connection; waiting: number }>();
  #lastLink = 0;

  constructor(device: ServersHost) {
    super({ servers: [], links: [], tlsClient: undefined });
    this.#device = device;
    const { scheduler } = device;
    scheduler.handle('linkOpened', opened => this.#opened(opened));
    scheduler.handle('linkAccepted', ({ link }) => {
      this.#connections.get(link)?.connection.resume();
      return undefined;
    });
    scheduler.handle('linkReceived', received => this.#received(received));
    scheduler.handle('linkRead', read => this.#read(read));
    scheduler.handle('linkSent', ({ link }) => this.#sent(link));
    scheduler.handle('linkClosed', ({ link }) => this.#closed(link));
    scheduler.handle('linkFailed', ({ reason }) => this.#failed(reason));
    device.onSwitchOff(() => {
      for (const close of this.#open.values()) close();
      this.#open.clear();
    });
  }

  /** The servers are opened again; connections are not. */
  override restore(state: HostServersState): void {
    super.restore(state);
    const wanted = new Set(this.state.servers.map(keyOf));
    for (const [key, close] of this.#open) {
      if (wanted.has(key)) continue;
      close();
      this.#open.delete(key);
    }
    for (const server of this.state.servers) if (!this.#open.has(keyOf(server))) this.#listen(server);
  }

  /** Whether somebody is connected: that cannot be restored. */
  get isConnected(): boolean {
    return this.state.links.length > 0 || this.#connections.size > 0 || this.state.tlsClient !== undefined;
  }

  get servers(): readonly Server[] {
    return this.state.servers;
  }

  server(espconn: number): Server | undefined {
    return this.state.servers.find(server => server.espconn === espconn);
  }

  link(espconn: number): Link | undefined {
    return this.state.links.find(link => link.espconn === espconn);
  }

  get tlsServer(): Server | undefined {
    return this.state.servers.find(({ identity }) => identity !== undefined);
  }

  clientsOf(server: Server): Link[] {
    return this.state.links.filter(link => link.server.espconn === server.espconn);
  }

  /** Opens a server. Throws with OpenSSL's reason when its certificate or key is wrong. */
  add(server: Server): void {
    this.#listen(server);
    this.state.servers.push(server);
  }

  remove(server: Server): void {
    this.#open.get(keyOf(server))?.();
    this.#open.delete(keyOf(server));
    this.state.servers = this.state.servers.filter(other => other !== server);
  }

  /** Sends bytes of the firmware's memory; each piece is read when its turn comes, as the libraries do. */
  send(link: Link, address: number, length: number, first: Uint8Array): void {
    link.sending = { address: address + first.length, length: length - first.length };
    this.#connections.get(link.number)?.connection.send(first, () => {
      this.#device.enter({ kind: 'linkSent', data: { link: link.number } });
    });
  }

  /** The first piece of what is to be sent. */
  pieceLength(length: number): number {
    return Math.min(length, segmentSize);
  }

  close(link: Link): void {
    link.closing = true;
    this.#connections.get(link.number)?.connection.close();
  }

  #listen(server: Server): void {
    const { events, options, ports } = this.#device;
    const { espconn, identity, port: devicePort } = server;
    const place = { ports, devicePort };
    if (identity === undefined) {
      const close = serveTcp(place, this.#portEvents('tcp', devicePort), (socket, remote) => {
        const address = remoteText(remote);
        const current = this.server(espconn);
        const accepted = current !== undefined && this.clientsOf(current).length < current.maxClients;
        events.add(
          accepted
            ? { kind: 'tcp-opened', remote: address, direction: 'in', devicePort }
            : {
                kind: 'tcp-failed',
                remote: address,
                reason: l10n.t('the server has its maximum number of clients'),
              },
        );
        if (accepted) this.#connect(espconn, new Connection(socket), remote);
        return accepted;
      });
      this.#open.set(keyOf(server), close);
      return;
    }
    const context = deviceIdentity(identity.certificate, identity.privateKey);
    const close = listenTls(place, context, options.handshakeLimit, {
      ...this.#portEvents('tls', devicePort),
      isBusy: () => this.state.tlsClient !== undefined,
      connecting: remote => {
        const address = remoteText(remote);
        const busy = this.state.tlsClient !== undefined;
        events.add({ kind: busy ? 'refused' : 'connection', remote: address });
        if (!busy) this.state.tlsClient = remote;
        return !busy;
      },
      handshakeFailed: (remote, reason) => {
        events.add({ kind: 'handshake-failed', remote: remoteText(remote), reason });
        this.#device.enter({ kind: 'linkFailed', data: { reason } });
      },
      connected: (connection, remote) => {
        const { protocol, cipher } = connection;
        const address = remoteText(remote);
        events.add({ kind: 'handshake', protocol, cipher, remote: address });
        this.#connect(espconn, connection, remote);
      },
      observed: event => {
        events.add(event);
      },
    });
    this.#open.set(keyOf(server), close);
  }

  #portEvents(protocol: 'tls' | 'tcp', devicePort: number): PortEvents {
    const { events, halt } = this.#device;
    return {
      opened: (port, refused) => {
        const where = { protocol, devicePort, host: listenAddress, port };
        events.add({ kind: 'listening', ...where, ...(refused && { refused }) });
      },
      failed: ({ port, code }) => {
        events.add({ kind: 'problem', problem: { kind: 'port-refused', port, reason: code } });
        halt.halt('problem');
      },
    };
  }

  /** Somebody is connected: the peer waits until the firmware knows. */
  #connect(server: number, connection: Connection, remote: Remote): void {
    const { enter } = this.#device;
    const link = ++this.#lastLink;
    const open = { connection, waiting: 0 };
    this.#connections.set(link, open);
    connection.pause();
    connection.onData = bytes => {
      for (let start = 0; start < bytes.length; start += segmentSize) {
        const piece = Uint8Array.from(bytes.subarray(start, start + segmentSize));
        open.waiting += piece.length;
        enter({ kind: 'linkReceived', data: { link, bytes: piece } });
      }
      if (open.waiting >= receiveWindow) connection.pause();
    };
    connection.onClose = () => {
      this.#connections.delete(link);
      enter({ kind: 'linkClosed', data: { link } });
    };
    enter({ kind: 'linkOpened', data: { link, server, remote } });
  }

  #byNumber(number: number): Link | undefined {
    return this.state.links.find(link => link.number === number);
  }

  #word(address: number): number {
    return this.#device.cpu.memory.readWord(address) ?? 0;
  }

  #callbackOf(
    espconn: number,
    member: 'connect_callback' | 'reconnect_callback' | 'disconnect_callback',
  ): number {
    return this.#word(this.#word(espconn + espconnLayout.proto) + tcpLayout[member]);
  }

  /** Makes the structs of a connection and tells the firmware. */
  #opened({ link: number, server: serverAt, remote }: Steps['linkOpened']): Callback | undefined {
    const { cpu, heap, options } = this.#device;
    const { memory } = cpu;
    const server = this.server(serverAt);
    if (server === undefined) return undefined;
    const espconn = heap.allocate(espconnLayout.size);
    const tcp = espconn === 0 ? 0 : heap.allocate(tcpLayout.size);
    if (tcp === 0) {
      if (espconn !== 0) heap.free(espconn);
      if (server.identity !== undefined) this.state.tlsClient = undefined;
      this.#connections.get(number)?.connection.close();
      return undefined;
    }
    const copy = (to: number, from: number, size: number) => {
      memory.write(to, memory.read(from, size) ?? new Uint8Array(size));
    };
    copy(espconn, server.espconn, espconnLayout.size);
    copy(tcp, this.#word(server.espconn + espconnLayout.proto), tcpLayout.size);
    memory.writeWord(espconn + espconnLayout.proto, tcp);
    memory.writeWord(espconn + espconnLayout.state, espconnState.connect);
    memory.write(tcp + tcpLayout.local_ip, Uint8Array.from(options.wifi.address.ip));
    memory.write(tcp + tcpLayout.remote_ip, Uint8Array.from(remote.address.split('.').map(Number)));
    memory.writeWord(tcp + tcpLayout.remote_port, remote.port);
    this.state.links.push({ number, server, espconn, tcp, remote, sending: undefined, closing: false });
    const callback = named('connect', this.#callbackOf(espconn, 'connect_callback'), [espconn]);
    if (callback !== undefined)
      return { ...callback, returned: { kind: 'linkAccepted', data: { link: number } } };
    this.#connections.get(number)?.connection.resume();
    return undefined;
  }

  #received({ link: number, bytes }: Steps['linkReceived']): Callback | undefined {
    const { cpu, heap } = this.#device;
    const open = this.#connections.get(number);
    if (open !== undefined) {
      open.waiting -= bytes.length;
      if (open.waiting < receiveWindow) open.connection.resume();
    }
    const link = this.#byNumber(number);
    if (link === undefined || link.closing) return undefined;
    const callback = this.#word(link.espconn + espconnLayout.recv_callback);
    if (callback === 0) return undefined;
    // The SDK ends the data with a NUL that len does not count.
    const buffer = heap.allocate(bytes.length + 1);
    if (buffer === 0) return undefined;
    cpu.memory.write(buffer, Uint8Array.from([...bytes, 0]));
    cpu.memory.writeWord(link.espconn + espconnLayout.state, espconnState.read);
    return {
      name: 'receive',
      address: callback,
      arguments: [link.espconn, buffer, bytes.length],
      returned: { kind: 'linkRead', data: { espconn: link.espconn, buffer } },
    };
  }

  #read({ espconn, buffer }: Steps['linkRead']): undefined {
    const { cpu, heap } = this.#device;
    heap.free(buffer);
    if (this.#word(espconn + espconnLayout.state) === espconnState.read)
      cpu.memory.writeWord(espconn + espconnLayout.state, espconnState.connect);
  }

  #sent(number: number): Callback | undefined {
    const { memory } = this.#device.cpu;
    const link = this.#byNumber(number);
    if (link?.sending === undefined) return undefined;
    const { address, length } = link.sending;
    const next = length > 0 ? memory.read(address, this.pieceLength(length)) : undefined;
    if (next !== undefined) {
      this.send(link, address, length, next);
      return undefined;
    }
    link.sending = undefined;
    memory.writeWord(link.espconn + espconnLayout.state, espconnState.connect);
    return named('sent', this.#word(link.espconn + espconnLayout.sent_callback), [link.espconn]);
  }

  #closed(number: number): Callback | undefined {
    const link = this.#byNumber(number);
    if (link === undefined) return undefined;
    this.state.links = this.state.links.filter(other => other !== link);
    const { server, espconn } = link;
    const remote = remoteText(link.remote);
    if (server.identity === undefined)
      this.#device.events.add({ kind: 'tcp-closed', remote, devicePort: server.port, reset: false });
    else {
      this.state.tlsClient = undefined;
      this.#device.events.add({ kind: 'disconnected', remote });
    }
    const callback = this.#callbackOf(espconn, 'disconnect_callback');
    this.#copyBack(link);
    return named('disconnect', callback, [server.espconn]);
  }

  /** The listening struct gets the peer's address, then the link's structs are free. */
  #copyBack({ server, espconn: gone, tcp: goneTcp, remote }: Link): void {
    const { cpu, heap } = this.#device;
    const { memory } = cpu;
    const tcp = this.#word(server.espconn + espconnLayout.proto);
    memory.writeWord(server.espconn + espconnLayout.state, espconnState.close);
    memory.writeWord(tcp + tcpLayout.remote_port, remote.port);
    memory.write(
      tcp + tcpLayout.remote_ip,
      memory.read(goneTcp + tcpLayout.remote_ip, 4) ?? new Uint8Array(4),
    );
    heap.free(goneTcp);
    heap.free(gone);
  }

  #failed(reason: string): Callback | undefined {
    this.state.tlsClient = undefined;
    const server = this.tlsServer;
    if (server === undefined) return undefined;
    const callback = this.#callbackOf(server.espconn, 'reconnect_callback');
    const told = reason === handshakeTimeout ? handshakeTooLong : handshakeFailed;
    const call = named('reconnect', callback, [server.espconn, told]);
    return call && { ...call, told };
  }
}

/** A firmware may open several servers with one struct. */
function keyOf({ espconn, port }: Server): string {
  return `${espconn} ${port}`;
}

function named(name: string, address: number, args: number[]): Callback | undefined {
  return address === 0 ? undefined : { name, address, arguments: args };
}
