import type net from 'node:net';
import * as l10n from '@vscode/l10n';
import { faultOutcome, tlsBehaviour } from '../../sdk/tlsBehaviour';
import { listenAddress } from '../network/ports';
import { Connection, type PortEvents, type Remote, remoteText, serveTcp } from '../network/tcpServer';
import { speakTls } from '../network/tlsLink';
import { serveOneClient } from '../network/tlsServer';
import type { Device } from './device';
import type { Link, Links } from './links';
import { Part } from './part';
import type { Callback, Steps } from './steps';
import type { TlsSettings } from './tlsSettings';

/** A server: its listening struct, and how many clients it takes. */
export interface Server {
  espconn: number;
  secure: boolean;
  port: number;
  maxClients: number;
}

export interface HostServersState {
  servers: Server[];
}

type ServersHost = Pick<
  Device,
  | 'clock'
  | 'enter'
  | 'events'
  | 'halt'
  | 'onSwitchOff'
  | 'options'
  | 'outlet'
  | 'ports'
  | 'scheduler'
  | 'time'
>;

/** The servers of espconn of a firmware without lwIP, opened on this computer: a TLS server has one client, a plain one several. */
export class HostServers extends Part<HostServersState> {
  readonly #device: ServersHost;
  readonly #links: Links;
  readonly #settings: TlsSettings;
  /** How to close what is open on this computer, by {@link keyOf}. */
  readonly #open = new Map<string, () => void>();
  /** The client that has the TLS server for itself, from its first packet on. */
  #tlsClient: { number: number; socket: net.Socket } | undefined;

  constructor(device: ServersHost, links: Links, settings: TlsSettings) {
    super({ servers: [] });
    this.#device = device;
    this.#links = links;
    this.#settings = settings;
    device.scheduler.handle('serverReached', reached => this.#reached(reached));
    device.scheduler.handle('linkFailed', failed => this.#failed(failed));
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

  /** Whether somebody is on the way to the TLS server: that cannot be restored. */
  get isConnected(): boolean {
    return this.#tlsClient !== undefined;
  }

  get servers(): readonly Server[] {
    return this.state.servers;
  }

  server(espconn: number): Server | undefined {
    return this.state.servers.find(server => server.espconn === espconn);
  }

  /** The one that was opened last: of earlier ones libssl knows nothing. */
  get tlsServer(): Server | undefined {
    return this.state.servers.findLast(({ secure }) => secure);
  }

  add(server: Server): void {
    this.#listen(server);
    this.state.servers.push(server);
  }

  remove(server: Server): void {
    this.#open.get(keyOf(server))?.();
    this.#open.delete(keyOf(server));
    this.state.servers = this.state.servers.filter(other => other !== server);
  }

  /** A connection is over: the next client may come. */
  free({ number }: Pick<Link, 'number'>): void {
    if (this.#tlsClient?.number === number) this.#tlsClient = undefined;
  }

  #listen(server: Server): void {
    const { ports } = this.#device;
    const place = { ports, devicePort: server.port };
    this.#open.set(
      keyOf(server),
      server.secure
        ? serveOneClient(place, {
            ...this.#portEvents('tls', server.port),
            isBusy: () => this.#tlsClient !== undefined,
            arrived: (socket, remote) => {
              this.#arrived(server, socket, remote);
            },
            tooLate: (socket, remote) => {
              this.#tooLate(socket, remote);
            },
          })
        : serveTcp(place, this.#portEvents('tcp', server.port), (socket, remote) =>
            this.#acceptPlain(server, socket, remote),
          ),
    );
  }

  #acceptPlain({ espconn, port: devicePort }: Server, socket: net.Socket, remote: Remote): boolean {
    const { events } = this.#device;
    const address = remoteText(remote);
    const current = this.server(espconn);
    if (current === undefined || this.#links.clientsOf(espconn).length >= current.maxClients) {
      events.add({
        kind: 'tcp-failed',
        remote: address,
        reason: l10n.t('the server has its maximum number of clients'),
      });
      return false;
    }
    events.add({ kind: 'tcp-opened', remote: address, direction: 'in', devicePort });
    this.#links.attach(this.#links.next(), new Connection(socket), {
      ...{ role: 'server', secure: false, owner: espconn, devicePort, remote },
    });
    return true;
  }

  /** Somebody has connected to the TLS server: the device looks for its certificates. */
  #arrived(server: Server, socket: net.Socket, remote: Remote): void {
    const number = this.#links.next();
    this.#tlsClient = { number, socket };
    this.#device.events.add({ kind: 'connection', remote: remoteText(remote) });
    this.#device.enter({
      kind: 'serverReached',
      data: { link: number, owner: server.espconn, devicePort: server.port, remote },
    });
  }

  /** A second client: libssl resets it, libmbedtls lets it wait forever. */
  #tooLate(socket: net.Socket, remote: Remote): void {
    this.#device.events.add({ kind: 'refused', remote: remoteText(remote) });
    if (tlsBehaviour(this.#device.options.tls).secondClient === 'reset') socket.resetAndDestroy();
    else socket.resume();
  }

  #reached({ link: number, owner, devicePort, remote }: Steps['serverReached']): Callback | undefined {
    const { enter, events, time } = this.#device;
    const client = this.#tlsClient;
    if (client?.number !== number) return undefined;
    const { socket } = client;
    const manner = this.#settings.manner('server', time.now);
    if (typeof manner === 'string') {
      socket.end();
      socket.resume();
      return this.#failed({ link: number, owner, fault: manner, remote });
    }
    speakTls(socket, { remote: remoteText(remote), devicePort }, 'server', manner, {
      observed: event => {
        events.add(event);
      },
      failed: (fault, reason) => {
        events.add({ kind: 'handshake-failed', remote: remoteText(remote), reason, fault });
        enter({ kind: 'linkFailed', data: { link: number, owner, fault, remote } });
      },
      connected: connection => {
        const { protocol, cipher } = connection;
        events.add({ kind: 'handshake', protocol, cipher, remote: remoteText(remote) });
        this.#links.attach(number, connection, {
          ...{ role: 'server', secure: true, owner, devicePort, remote },
        });
      },
    });
    return undefined;
  }

  #failed({ link: number, owner, fault, remote }: Steps['linkFailed']): Callback | undefined {
    this.free({ number });
    if (this.server(owner) === undefined) return undefined;
    const { structs } = this.#links;
    structs.setAddresses(structs.tcpOf(owner), remote, this.#device.options.wifi.address.ip);
    return this.#links.report(
      owner,
      faultOutcome(fault, 'handshake', tlsBehaviour(this.#device.options.tls)),
    );
  }

  #portEvents(protocol: 'tls' | 'tcp', devicePort: number): PortEvents {
    const { events, halt, outlet } = this.#device;
    return {
      opened: (port, refused) => {
        outlet.opened(devicePort, port);
        const where = { protocol, devicePort, host: listenAddress, port };
        events.add({ kind: 'listening', ...where, ...(refused && { refused }) });
      },
      failed: ({ port, code }) => {
        events.add({ kind: 'problem', problem: { kind: 'port-refused', port, reason: code } });
        halt.halt('problem');
      },
    };
  }
}

/** A firmware may open several servers with one struct. */
function keyOf({ espconn, port }: Server): string {
  return `${espconn} ${port}`;
}
