import { randomInt } from 'node:crypto';
import net from 'node:net';
import { codeOf, systemCodes } from '../../files/systemErrors';
import type { EventLog } from '../events';
import type { Destinations } from './destinations';
import { type Ip, type IpPacket, ipOf, ipText, parseTcp, tcpFlags, type TcpSegment } from './packets';
import { listenAddress } from './ports';
import { TcpPeer } from './tcpPeer';
import type { Timers } from './timers';

/** The computer's data waits while so many bytes have not reached the device. */
const maxBacklog = 64 * 1024;
const maxWindow = 0xffff;
/** A device that opens more than this, which lwIP cannot, is not to take the computer's sockets. */
const maxConnections = 1000;

interface ConnectionsOptions {
  events: EventLog;
  timers: Timers;
  destinations: Destinations;
  /** From where the computer's clients come to the device. */
  gateway: Ip;
  /** Takes a segment for the device. */
  send: (from: Ip, segment: TcpSegment) => void;
}

interface Connection {
  peer: TcpPeer;
  socket: net.Socket;
  /** How the event log calls the other side. */
  remote: string;
}

/** The TCP connections of the device, each tied together with a socket of the computer. */
export class TcpConnections {
  readonly #options: ConnectionsOptions;
  readonly #connections = new Map<string, Connection>();
  #nextPort = 0xc000 + randomInt(0x1000);
  #closed = false;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#connections.size;
  }

  /** How the event log calls the other side of a connection: the address of the computer's socket. */
  nameOf(address: string, devicePort: number): string | undefined {
    const [ip = '', port = ''] = address.split(':');
    return this.#connections.get(connectionKey(ipOf(ip) ?? 0, Number(port), devicePort))?.remote;
  }

  /** Closes all sockets. */
  close(): void {
    this.#closed = true;
    for (const { socket } of this.#connections.values()) socket.destroy();
    this.#connections.clear();
  }

  /** A packet of the device. */
  receive(packet: IpPacket): void {
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
    this.#options.send(from, {
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
    const target = this.#options.destinations.target(to, syn.destinationPort);
    const refusal = this.#options.destinations.refusal('tcp', target);
    if (refusal !== undefined) {
      this.#options.destinations.tellRefused('tcp', to, syn.destinationPort, target, refusal);
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
  accept(devicePort: number, socket: net.Socket): void {
    if (this.#closed || this.#connections.size >= maxConnections) {
      socket.resetAndDestroy();
      return;
    }
    const port = this.#takePort(devicePort);
    const remote = `${socket.remoteAddress ?? listenAddress}:${socket.remotePort ?? 0}`;
    this.#join(socket, this.#options.gateway, port, devicePort, remote, 'in').peer.connect();
  }

  /** A port of the gateway from which nobody is connected to this one of the device. */
  #takePort(devicePort: number): number {
    do this.#nextPort = this.#nextPort >= 0xfffe ? 0xc000 : this.#nextPort + 1;
    while (this.#connections.has(connectionKey(this.#options.gateway, this.#nextPort, devicePort)));
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
        timers: this.#options.timers,
        send: segment => {
          this.#options.send(peerIp, segment);
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
}

function connectionKey(ip: Ip, port: number, devicePort: number): string {
  return `${ip}:${port}:${devicePort}`;
}
