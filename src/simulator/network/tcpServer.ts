import net from 'node:net';
import type { TlsFault } from '../../sdk/tlsBehaviour';
import { listenTcp, type PortMap, type RefusedPort } from './ports';

/** What a server of the device tells about its port. */
export interface PortEvents {
  /** It is open; where `refused` was wanted, at another port. */
  opened(port: number, refused?: RefusedPort): void;
  /** No port can be opened. */
  failed(refused: RefusedPort): void;
}

/** A port of the device, and where it appears on this computer. */
export interface PortPlace {
  ports: PortMap;
  devicePort: number;
}

export interface Remote {
  address: string;
  port: number;
}

/** How the event log calls the other side of a connection. */
export function remoteText({ address, port }: Remote): string {
  return `${address}:${port}`;
}

/** How a connection ends: regularly, or by a fault. */
export type ConnectionEnding = 'end' | TlsFault;

/** ms that a peer has to end its side after the device has ended its own. */
const lingering = 5000;

/** One connection of the device, over plain TCP or after the handshake of TLS. */
export class Connection {
  readonly #socket: net.Socket;
  onData: (bytes: Uint8Array) => void = () => undefined;
  onEnd: (ending: ConnectionEnding) => void = () => undefined;

  constructor(socket: net.Socket) {
    this.#socket = socket;
    let failure: Error | undefined;
    socket.on('data', (bytes: Buffer) => {
      if (this.takes(bytes)) this.onData(bytes);
    });
    socket.on('error', (error: Error) => (failure = error));
    socket.on('close', () => {
      this.onEnd(this.faultOf(failure) ?? 'end');
    });
  }

  /** Whether what came may be handed on. */
  protected takes(bytes: Uint8Array): boolean {
    return bytes.length > 0;
  }

  protected faultOf(error: Error | undefined): TlsFault | undefined {
    return error && 'reset';
  }

  /** Sends; `sent` is called when the computer's TCP has taken it. */
  send(bytes: Uint8Array, sent: () => void): void {
    this.#socket.write(bytes, error => {
      if (!error) sent();
    });
  }

  /** Lets the peer wait until {@link resume}: the device has not yet taken what came. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** The device has done with it: what was sent still goes out, what comes is dropped. */
  close(): void {
    this.onData = this.onEnd = () => undefined;
    this.#socket.end();
    this.#socket.resume();
    const timer = setTimeout(() => this.#socket.destroy(), lingering);
    this.#socket.on('close', () => {
      clearTimeout(timer);
    });
  }

  destroy(): void {
    this.onData = this.onEnd = () => undefined;
    this.#socket.destroy();
  }
}

/**
 * Opens a TCP server for a port of the device. `connecting` says whether it takes a connection; one that it does not take is reset.
 * Returns a function that closes the server and all connections.
 */
export function serveTcp(
  place: PortPlace,
  events: PortEvents,
  connecting: (socket: net.Socket, remote: Remote) => boolean,
): () => void {
  const sockets = new Set<net.Socket>();
  const server = net.createServer({ noDelay: true }, socket => {
    socket.on('error', () => undefined);
    if (!connecting(socket, { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 })) {
      socket.resetAndDestroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  listenTcp(server, place, events);
  return () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
}
