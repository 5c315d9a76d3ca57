import type net from 'node:net';
import { type PortEvents, type PortPlace, type Remote, serveTcp } from './tcpServer';

/** What a TLS server of the device decides about who connects. */
export interface TlsServerEvents extends PortEvents {
  /** Whether another client keeps the device busy. */
  isBusy(): boolean;
  /** Somebody connects and has the device for himself. */
  arrived(socket: net.Socket, remote: Remote): void;
  /** Somebody connects while the device is busy. */
  tooLate(socket: net.Socket, remote: Remote): void;
}

/**
 * Milliseconds that a client waits for the one before it to be gone. A browser that does not know the CA leaves and comes again at once;
 * packets reach a device in that order, but sockets of this computer may tell of the new client first, on a busy one by seconds.
 */
const longestWait = 5000;

/** Opens a port of the device for one client at a time. Returns a function that closes it and all connections. */
export function serveOneClient(place: PortPlace, events: TlsServerEvents): () => void {
  return serveTcp(place, events, (socket, remote) => {
    if (!events.isBusy()) {
      events.arrived(socket, remote);
      return true;
    }
    const end = Date.now() + longestWait;
    const timer = setInterval(() => {
      if (events.isBusy() && Date.now() < end) return;
      clearInterval(timer);
      if (events.isBusy()) events.tooLate(socket, remote);
      else events.arrived(socket, remote);
    }, 20);
    socket.on('close', () => {
      clearInterval(timer);
    });
    return true;
  });
}
