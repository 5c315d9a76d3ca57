import type net from 'node:net';
import { Connection, remoteText } from '../network/tcpServer';
import { speakTls } from '../network/tlsLink';
import { ipOfBytes } from '../network/packets';
import type { Device } from './device';
import { espconnState, tcpLayout } from './espconnStruct';
import type { Link, Links } from './links';
import type { Steps } from './steps';
import type { TlsSettings } from './tlsSettings';

type ClientsHost = Pick<
  Device,
  'cpu' | 'enter' | 'events' | 'onSwitchOff' | 'options' | 'outlet' | 'scheduler' | 'time'
>;

/** The clients of espconn of a firmware without lwIP: this computer connects for them. */
export class HostClients {
  readonly #device: ClientsHost;
  readonly #links: Links;
  readonly #settings: TlsSettings;
  /** Connections before their handshake. */
  readonly #opening = new Map<number, net.Socket>();

  constructor(device: ClientsHost, links: Links, settings: TlsSettings) {
    this.#device = device;
    this.#links = links;
    this.#settings = settings;
    device.scheduler.handle('clientReached', reached => {
      this.#reached(reached);
      return undefined;
    });
    device.onSwitchOff(() => {
      for (const socket of this.#opening.values()) socket.destroy();
      this.#opening.clear();
    });
  }

  /** Begins to connect as a struct says. */
  connect(espconn: number, secure: boolean): void {
    const { cpu, outlet } = this.#device;
    const { structs } = this.#links;
    const tcp = structs.tcpOf(espconn);
    const address = cpu.memory.read(tcp + tcpLayout.remote_ip, 4) ?? new Uint8Array(4);
    const word = (at: number) => cpu.memory.readWord(tcp + at) ?? 0;
    const port = word(tcpLayout.remote_port) & 0xffff;
    const remote = { address: address.join('.'), port };
    const number = this.#links.next();
    const link: Link = {
      ...{ number, role: 'client', secure, owner: espconn, espconn, tcp, remote },
      ...{ devicePort: word(tcpLayout.local_port) & 0xffff, state: 'opening', ends: 0, sending: undefined },
    };
    this.#links.add(link);
    structs.setState(espconn, espconnState.wait);
    structs.setAddresses(tcp, remote, this.#device.options.wifi.address.ip);
    const socket = outlet.connect(ipOfBytes([...address]), port);
    if (socket === undefined) this.#links.end(number, 'refused');
    else this.#open(link, socket);
  }

  /** Gives a connection up that is not open yet. */
  cancel({ number }: Link): void {
    this.#opening.get(number)?.destroy();
    this.#opening.delete(number);
  }

  #open({ number, secure, remote, devicePort, owner }: Link, socket: net.Socket): void {
    const { enter, events } = this.#device;
    this.#opening.set(number, socket);
    const failed = (error: NodeJS.ErrnoException) => {
      events.add({ kind: 'tcp-failed', remote: remoteText(remote), reason: error.code ?? error.message });
      if (this.#opening.delete(number)) this.#links.end(number, 'refused');
    };
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.off('error', failed);
      socket.on('error', () => undefined);
      events.add({ kind: 'tcp-opened', direction: 'out', remote: remoteText(remote), devicePort });
      if (secure) enter({ kind: 'clientReached', data: { link: number } });
      else {
        this.#opening.delete(number);
        this.#links.attach(number, new Connection(socket), {
          ...{ role: 'client', secure, owner, devicePort, remote },
        });
      }
    });
  }

  /** The TCP connection is there: the device looks for its certificates, and TLS begins. */
  #reached({ link: number }: Steps['clientReached']): void {
    const { events, time } = this.#device;
    const socket = this.#opening.get(number);
    const link = this.#links.byNumber(number);
    if (socket === undefined || link === undefined) return;
    const { owner, remote, devicePort } = link;
    const manner = this.#settings.manner('client', time.now);
    if (typeof manner === 'string') {
      this.cancel(link);
      this.#links.end(number, manner);
      return;
    }
    speakTls(socket, { remote: remoteText(remote), devicePort }, 'client', manner, {
      observed: event => {
        events.add(event);
      },
      failed: (fault, reason) => {
        if (!this.#opening.delete(number)) return;
        events.add({ kind: 'handshake-failed', remote: remoteText(remote), reason, fault });
        this.#links.end(number, fault);
      },
      connected: connection => {
        const { protocol, cipher } = connection;
        this.#opening.delete(number);
        events.add({ kind: 'handshake', protocol, cipher, remote: remoteText(remote) });
        this.#links.attach(number, connection, {
          ...{ role: 'client', secure: true, owner, devicePort, remote },
        });
      },
    });
  }
}
