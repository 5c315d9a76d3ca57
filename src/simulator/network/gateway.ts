import net from 'node:net';
import type { Clock } from '../clock';
import { type DestinationOptions, Destinations } from './destinations';
import { answerDhcp } from './dhcp';
import { FaultyLink, type NetworkFaults } from './faults';
import { answerDns } from './nameServer';
import { answerSntp } from './timeServer';
import { TcpConnections } from './tcpConnections';
import {
  buildTcp,
  buildUdp,
  echoAnswer,
  type Ip,
  type IpPacket,
  ipOfBytes,
  ipText,
  parseIp,
  parseUdp,
  protocols,
  Reassembly,
  type UdpDatagram,
  unreachableAnswer,
} from './packets';
import { listenAddress, listenTcp, type PortMap, type RefusedPort } from './ports';
import { Timers } from './timers';
import { UdpPort } from './udpPort';
import type { Listener } from './endpoints';

export interface NetworkOptions extends Pick<DestinationOptions, 'hosts' | 'outbound' | 'reach'> {
  faults: NetworkFaults;
}

export const defaultNetwork: NetworkOptions = {
  outbound: 'public',
  hosts: new Map(),
  reach: new Set(),
  faults: {},
};

export interface GatewayOptions extends NetworkOptions, DestinationOptions {
  clock: Clock;
  ports: PortMap;
  /** Takes an IP packet for the device. */
  toDevice(packet: Uint8Array): void;
}

/** What a gateway holds at the moment: all of it is given back in time, and nothing of it outlives {@link Gateway.close}. */
export interface GatewayCounts {
  connections: number;
  /** TCP ports that are open on the computer. */
  servers: number;
  udpPorts: number;
  /** Actions that wait for their time. */
  timers: number;
  /** Names that are being asked for. */
  questions: number;
  /** Packets of which a fragment is missing. */
  fragmented: number;
}

const wellKnown = { dns: 53, dhcpServer: 67, dhcpClient: 68, sntp: 123, mdns: 5353 } as const;
/** Ports that lwIP opens for itself: not for the computer to reach. */
const ownPorts = new Set<number>([
  wellKnown.dns,
  wellKnown.dhcpServer,
  wellKnown.dhcpClient,
  wellKnown.sntp,
  wellKnown.mdns,
]);
/** lwIP takes the ports for its own questions from here on. */
const firstEphemeralPort = 0xc000;
const maxUdpPorts = 200;
const maxQuestions = 50;
const broadcast = 0xffffffff;
const firstMulticast = 0xe0000000;
const icmpCode = { host: 1, forbidden: 13 } as const;

/**
 * The router between the device and the computer: turns the device's IP packets into sockets of the computer and back,
 * and is the device's DHCP, DNS and time server. Whatever it opens is closed with it.
 */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #timers: Timers;
  readonly #startDate = Date.now();
  readonly #gateway: Ip;
  readonly #device: Ip;
  readonly #netmask: Ip;
  readonly #connections: TcpConnections;
  readonly #servers = new Map<number, net.Server>();
  readonly #udp = new Map<number, UdpPort>();
  readonly #reassembly: Reassembly;
  readonly #fromDevice: FaultyLink;
  readonly #toDevice: FaultyLink;
  readonly #destinations: Destinations;
  #closed = false;
  /** Names that are being asked for. */
  #questions = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
    const { address, clock, faults } = options;
    this.#timers = new Timers(clock);
    this.#reassembly = new Reassembly(this.#timers);
    this.#destinations = new Destinations(options);
    this.#device = ipOfBytes(address.ip);
    this.#gateway = ipOfBytes(address.gateway);
    this.#netmask = ipOfBytes(address.netmask);
    this.#connections = new TcpConnections({
      ...{
        events: options.events,
        timers: this.#timers,
        destinations: this.#destinations,
        gateway: this.#gateway,
      },
      send: (from, segment) => {
        this.#send(buildTcp(from, this.#device, segment));
      },
    });
    const now = () => clock.now();
    this.#fromDevice = new FaultyLink(faults, this.#timers, now, 1, packet => {
      this.#route(packet);
    });
    this.#toDevice = new FaultyLink(faults, this.#timers, now, 2, packet => {
      options.toDevice(packet);
    });
  }

  get counts(): GatewayCounts {
    return {
      connections: this.#connections.size,
      servers: this.#servers.size,
      udpPorts: this.#udp.size,
      timers: this.#timers.size,
      questions: this.#questions,
      fragmented: this.#reassembly.size,
    };
  }

  /** When it has something to do by itself, in µs of the device's clock. */
  due(): number | undefined {
    return this.#timers.due();
  }

  /** Does what is due. */
  run(): void {
    this.#timers.run();
  }

  /** Told when something becomes due earlier than before. */
  set onDue(action: () => void) {
    this.#timers.onAdd = action;
  }

  /** An IP packet of the device. */
  receive(packet: Uint8Array): void {
    if (!this.#closed) this.#fromDevice.send(packet);
  }

  /** Opens the ports at which the device listens now on the computer, and closes those at which it no longer does. */
  setListeners(listeners: readonly Listener[]): void {
    if (this.#closed) return;
    const open = (protocol: Listener['protocol']) =>
      new Set(listeners.filter(listener => listener.protocol === protocol).map(({ port }) => port));
    const tcp = open('tcp');
    for (const port of tcp) if (!this.#servers.has(port)) this.#listen(port);
    for (const [port, server] of this.#servers) {
      if (tcp.has(port)) continue;
      this.#servers.delete(port);
      this.#destinations.closed('tcp', port);
      server.close();
      this.#options.events.add({ kind: 'port-closed', protocol: 'tcp', devicePort: port });
    }
    const udp = open('udp');
    for (const port of udp) {
      if (ownPorts.has(port) || port >= firstEphemeralPort) continue;
      this.#udpPort(port).listen((hostPort, refused) => {
        this.#tellListening('udp', port, hostPort, refused);
      });
    }
    for (const [port, socket] of this.#udp) {
      if (udp.has(port)) continue;
      socket.close();
      this.#udp.delete(port);
      this.#destinations.closed('udp', port);
    }
  }

  /** How the event log calls the other side of a connection: the address of the computer's socket. */
  nameOf(address: string, devicePort: number): string | undefined {
    return this.#connections.nameOf(address, devicePort);
  }

  /** Closes all sockets and ports. */
  close(): void {
    this.#closed = true;
    this.#timers.clear();
    for (const server of this.#servers.values()) server.close();
    this.#connections.close();
    for (const socket of this.#udp.values()) socket.close();
    this.#servers.clear();
    this.#udp.clear();
  }

  #route(bytes: Uint8Array): void {
    if (this.#closed) return;
    const piece = parseIp(bytes);
    const packet = piece && this.#reassembly.add(piece);
    if (packet === undefined) return;
    switch (packet.protocol) {
      case protocols.tcp:
        this.#connections.receive(packet);
        break;
      case protocols.udp:
        this.#routeUdp(packet, bytes);
        break;
      case protocols.icmp:
        this.#routeIcmp(packet, bytes);
    }
  }

  #send(packet: Uint8Array | undefined): void {
    if (packet !== undefined && !this.#closed) this.#toDevice.send(packet);
  }

  #sendUdp(from: Ip, datagram: UdpDatagram, to = this.#device): void {
    this.#send(buildUdp(from, to, datagram));
  }

  #listen(devicePort: number): void {
    const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, socket => {
      this.#connections.accept(devicePort, socket);
    });
    this.#servers.set(devicePort, server);
    listenTcp(
      server,
      { ports: this.#options.ports, devicePort },
      {
        opened: (port, refused) => {
          this.#tellListening('tcp', devicePort, port, refused);
        },
        failed: ({ port, code }) => {
          const problem = { kind: 'port-refused', port, reason: code } as const;
          this.#options.events.add({ kind: 'problem', problem });
        },
      },
    );
  }

  #tellListening(protocol: 'tcp' | 'udp', devicePort: number, port: number, refused?: RefusedPort): void {
    this.#destinations.opened(protocol, devicePort, port);
    this.#options.events.add({
      kind: 'listening',
      protocol,
      devicePort,
      host: listenAddress,
      port,
      ...(refused && { refused }),
    });
  }

  #udpPort(devicePort: number): UdpPort {
    let port = this.#udp.get(devicePort);
    if (port === undefined) {
      port = new UdpPort(this.#options.ports, devicePort, (from, data) => {
        const sourcePort = from.port;
        this.#sendUdp(this.#destinations.sourceOf(from), { sourcePort, destinationPort: devicePort, data });
      });
      this.#udp.set(devicePort, port);
    }
    return port;
  }

  #routeUdp(packet: IpPacket, bytes: Uint8Array): void {
    const datagram = parseUdp(packet);
    if (datagram === undefined) return;
    const { sourcePort, destinationPort, data } = datagram;
    // Port 0 is nobody's.
    if (destinationPort === 0 || sourcePort === 0) return;
    const answer = (reply: Buffer | undefined, from = packet.destination, to = this.#device) => {
      if (reply !== undefined)
        this.#sendUdp(from, { sourcePort: destinationPort, destinationPort: sourcePort, data: reply }, to);
    };
    if (destinationPort === wellKnown.dhcpServer) {
      const lease = { ip: this.#device, netmask: this.#netmask, gateway: this.#gateway };
      answer(answerDhcp(data, lease), this.#gateway, broadcast);
    } else if (destinationPort === wellKnown.dns) {
      if (this.#questions >= maxQuestions) return;
      this.#questions++;
      void answerDns(data, {
        known: name => this.#destinations.known(name),
        mayAsk: this.#destinations.mayAsk,
        lookup: name => this.#destinations.ask(name),
        resolved: (name, ip) => {
          this.#destinations.resolved(name, ip);
        },
      })
        // A hostile question may hold what cannot be written into an answer.
        .catch(() => undefined)
        .then(reply => {
          this.#questions--;
          answer(reply);
        });
    } else if (destinationPort === wellKnown.sntp)
      // The computer's time when the device was switched on, and what has passed on its clock.
      answer(answerSntp(data, this.#startDate + this.#options.clock.now() / 1000));
    else if (this.#isGroup(packet.destination)) {
      this.#options.events.add({
        kind: 'broadcast',
        destination: ipText(packet.destination),
        port: destinationPort,
        length: data.length,
      });
    } else {
      const target = this.#destinations.target(packet.destination, destinationPort);
      const refusal =
        this.#udp.get(sourcePort)?.heard(target) === true
          ? undefined
          : this.#destinations.refusal('udp', target);
      if (refusal === undefined) {
        if (this.#udp.has(sourcePort) || this.#udp.size < maxUdpPorts)
          this.#udpPort(sourcePort).send(data, target);
      } else {
        this.#destinations.tellRefused('udp', packet.destination, destinationPort, target, refusal);
        this.#send(unreachableAnswer(this.#gateway, bytes, icmpCode.forbidden));
      }
    }
  }

  #isGroup(ip: Ip): boolean {
    return ip >= firstMulticast || (ip | this.#netmask) >>> 0 === broadcast;
  }

  #routeIcmp(packet: IpPacket, bytes: Uint8Array): void {
    const here = this.#destinations.isHere(packet.destination);
    if (here) this.#send(echoAnswer(packet));
    else {
      // A program without special rights cannot send ICMP for the device.
      const destination = ipText(packet.destination);
      const forbidden = this.#destinations.isForbidden(destination);
      this.#send(unreachableAnswer(this.#gateway, bytes, forbidden ? icmpCode.forbidden : icmpCode.host));
      if (this.#destinations.isFirst(`ping ${destination}`))
        this.#options.events.add({ kind: 'ping-not-forwarded', destination });
    }
  }
}
