import { randomInt } from 'node:crypto';
import net from 'node:net';
import { codeOf, systemCodes } from '../../files/systemErrors';
import type { Clock } from '../clock';
import { type DestinationOptions, Destinations } from './destinations';
import { answerDhcp } from './dhcp';
import { FaultyLink, type NetworkFaults } from './faults';
import { answerDns } from './nameServer';
import {
  buildTcp,
  buildUdp,
  echoAnswer,
  type Ip,
  type IpPacket,
  ipOf,
  ipOfBytes,
  ipText,
  parseIp,
  parseTcp,
  parseUdp,
  protocols,
  Reassembly,
  tcpFlags,
  type TcpSegment,
  type UdpDatagram,
  unreachableAnswer,
} from './packets';
import { listenAddress, listenTcp, type PortMap, type RefusedPort } from './ports';
import { TcpPeer } from './tcpPeer';
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
/** The computer's data waits while so many bytes have not reached the device. */
const maxBacklog = 64 * 1024;
const maxWindow = 0xffff;
/** A device that opens more than this, which lwIP cannot, is not to take the computer's sockets. */
const maxConnections = 1000;
const maxUdpPorts = 200;
const maxQuestions = 50;
const broadcast = 0xffffffff;
const firstMulticast = 0xe0000000;
const icmpCode = { host: 1, forbidden: 13 } as const;
/** SNTP counts seconds from 1900. */
const sntpEpoch = 2208988800;
const sntpServer = 4;

interface Connection {
  peer: TcpPeer;
  socket: net.Socket;
  /** How the event log calls the other side. */
  remote: string;
}

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
  readonly #connections = new Map<string, Connection>();
  readonly #servers = new Map<number, net.Server>();
  readonly #udp = new Map<number, UdpPort>();
  readonly #reassembly: Reassembly;
  readonly #fromDevice: FaultyLink;
  readonly #toDevice: FaultyLink;
  readonly #destinations: Destinations;
  #nextPort = 0xc000 + randomInt(0x1000);
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
    const [ip = '', port = ''] = address.split(':');
    return this.#connections.get(connectionKey(ipOf(ip) ?? 0, Number(port), devicePort))?.remote;
  }

  /** Closes all sockets and ports. */
  close(): void {
    this.#closed = true;
    this.#timers.clear();
    for (const server of this.#servers.values()) server.close();
    for (const { socket } of this.#connections.values()) socket.destroy();
    for (const socket of this.#udp.values()) socket.close();
    this.#servers.clear();
    this.#connections.clear();
    this.#udp.clear();
  }

  #route(bytes: Uint8Array): void {
    if (this.#closed) return;
    const piece = parseIp(bytes);
    const packet = piece && this.#reassembly.add(piece);
    if (packet === undefined) return;
    switch (packet.protocol) {
      case protocols.tcp:
        this.#routeTcp(packet);
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

  #sendTcp(from: Ip, segment: TcpSegment): void {
    this.#send(buildTcp(from, this.#device, segment));
  }

  #sendUdp(from: Ip, datagram: UdpDatagram, to = this.#device): void {
    this.#send(buildUdp(from, to, datagram));
  }

  #routeTcp(packet: IpPacket): void {
    const segment = parseTcp(packet);
    if (segment === undefined) return;
    const key = connectionKey(packet.destination, segment.destinationPort, segment.sourcePort);
    const known = this.#connections.get(key);
    if (known !== undefined) {
      known.peer.receive(segment);
      return;
    }
    if ((segment.flags & tcpFlags.rst) !== 0) return;
    if ((segment.flags & (tcpFlags.syn | tcpFlags.ack)) === tcpFlags.syn)
      this.#connect(packet.destination, segment);
    else this.#refuse(packet.destination, segment);
  }

  /** RST for a segment of a connection that there is not. */
  #refuse(from: Ip, segment: TcpSegment): void {
    const acknowledged = (segment.flags & tcpFlags.ack) !== 0;
    const length = segment.data.length + ((segment.flags & (tcpFlags.syn | tcpFlags.fin)) === 0 ? 0 : 1);
    this.#sendTcp(from, {
      sourcePort: segment.destinationPort,
      destinationPort: segment.sourcePort,
      sequence: acknowledged ? segment.acknowledgement : 0,
      acknowledgement: (segment.sequence + length) >>> 0,
      flags: tcpFlags.rst | tcpFlags.ack,
      window: 0,
      mss: undefined,
      data: Buffer.alloc(0),
    });
  }

  /** The device opens a connection. */
  #connect(to: Ip, syn: TcpSegment): void {
    const remote = `${ipText(to)}:${syn.destinationPort}`;
    const target = this.#destinations.target(to, syn.destinationPort);
    const refusal = this.#destinations.refusal('tcp', target);
    if (refusal !== undefined) {
      this.#destinations.tellRefused('tcp', to, syn.destinationPort, target, refusal);
      this.#refuse(to, syn);
      return;
    }
    if (syn.destinationPort === 0 || this.#connections.size >= maxConnections) {
      this.#refuse(to, syn);
      return;
    }
    const socket = net.connect({ host: target.host, port: target.port, allowHalfOpen: true });
    const connection = this.#join(socket, to, syn.destinationPort, syn.sourcePort, remote, 'out');
    const failed = (error: Error) => {
      this.#options.events.add({ kind: 'tcp-failed', remote, reason: codeOf(error) ?? error.message });
      this.#connections.delete(connectionKey(to, syn.destinationPort, syn.sourcePort));
      this.#refuse(to, syn);
    };
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.off('error', failed);
      connection.peer.accept(syn);
    });
  }

  /** Somebody connects to a port of the device. */
  #accept(devicePort: number, socket: net.Socket): void {
    if (this.#closed || this.#connections.size >= maxConnections) {
      socket.resetAndDestroy();
      return;
    }
    const port = this.#takePort(devicePort);
    const remote = `${socket.remoteAddress ?? listenAddress}:${socket.remotePort ?? 0}`;
    this.#join(socket, this.#gateway, port, devicePort, remote, 'in').peer.connect();
  }

  /** A port of the gateway from which nobody is connected to this one of the device. */
  #takePort(devicePort: number): number {
    do this.#nextPort = this.#nextPort >= 0xfffe ? 0xc000 : this.#nextPort + 1;
    while (this.#connections.has(connectionKey(this.#gateway, this.#nextPort, devicePort)));
    return this.#nextPort;
  }

  /** Ties a socket of the computer and a TCP connection of the device together. */
  #join(
    socket: net.Socket,
    peerIp: Ip,
    peerPort: number,
    devicePort: number,
    remote: string,
    direction: 'in' | 'out',
  ): Connection {
    const key = connectionKey(peerIp, peerPort, devicePort);
    const { events } = this.#options;
    socket.setNoDelay(true);
    socket.pause();
    let opened = false;
    let over = false;
    const peer = new TcpPeer(
      {
        peerPort,
        devicePort,
        timers: this.#timers,
        send: segment => {
          this.#sendTcp(peerIp, segment);
        },
        onConnected: () => {
          opened = true;
          events.add({ kind: 'tcp-opened', direction, remote, devicePort });
          socket.resume();
        },
        onData: data => {
          const showRoom = () => {
            peer.setWindow(maxWindow - socket.writableLength);
          };
          if (!socket.destroyed) socket.write(data, showRoom);
          showRoom();
        },
        onEnd: () => {
          socket.end();
        },
        onOver: () => {
          over = true;
          events.add({ kind: 'tcp-closed', remote, devicePort, reset: false });
        },
        onClosed: reset => {
          this.#connections.delete(key);
          // After its end a socket cannot be reset: Node refuses, and would keep it forever.
          if (reset && !socket.writableEnded) socket.resetAndDestroy();
          else socket.destroy();
          if (over) return;
          if (opened) events.add({ kind: 'tcp-closed', remote, devicePort, reset });
          else if (reset)
            events.add({ kind: 'tcp-failed', remote, reason: systemCodes['connection refused'] });
        },
        onDrain: () => {
          if (opened) socket.resume();
        },
      },
      randomInt(0x100000000),
    );
    socket.on('data', data => {
      peer.write(data);
      if (peer.backlog > maxBacklog) socket.pause();
    });
    socket.on('end', () => {
      peer.end();
    });
    socket.on('error', () => {
      // The close that follows says it; a connection that is broken off is broken off on the device too.
      peer.reset();
    });
    const connection = { peer, socket, remote };
    this.#connections.set(key, connection);
    return connection;
  }

  #listen(devicePort: number): void {
    const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, socket => {
      this.#accept(devicePort, socket);
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
    } else if (destinationPort === wellKnown.sntp) answer(this.#time(data));
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

  /** What a time server says: the computer's time when the device was switched on, and what has passed on its clock. */
  #time(request: Buffer): Buffer | undefined {
    if (request.length < 48) return undefined;
    const now = this.#startDate + this.#options.clock.now() / 1000;
    const reply = Buffer.alloc(48);
    reply.writeUInt8((request.readUInt8(0) & 0x38) | sntpServer, 0);
    reply.writeUInt8(1, 1);
    request.copy(reply, 24, 40, 48);
    for (const at of [16, 32, 40]) {
      reply.writeUInt32BE((Math.floor(now / 1000) + sntpEpoch) >>> 0, at);
      reply.writeUInt32BE(Math.floor(((now % 1000) / 1000) * 0x100000000), at + 4);
    }
    return reply;
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

function connectionKey(ip: Ip, port: number, devicePort: number): string {
  return `${ip}:${port}:${devicePort}`;
}
