import type net from 'node:net';
import { codeOf } from '../../files/systemErrors';

/** Ports below 1024 need special rights on many computers: device port 443 is reached at 8443, 80 at 8080. */
const lowPortOffset = 8000;

/** A port that cannot be opened, and the system's code of the reason. */
export interface RefusedPort {
  port: number;
  code: string;
}

/** Where the device's listening ports appear on the host. */
export class PortMap {
  readonly #chosen: ReadonlyMap<number, number>;
  readonly #moved = new Map<string, number>();

  /** @param chosen device port → host port; 0 takes any free one */
  constructor(chosen: ReadonlyMap<number, number> = new Map()) {
    this.#chosen = chosen;
  }

  hostPort(protocol: 'tcp' | 'udp', devicePort: number): number {
    return (
      this.#moved.get(`${protocol} ${devicePort}`) ??
      this.#chosen.get(devicePort) ??
      (devicePort < 1024 ? devicePort + lowPortOffset : devicePort)
    );
  }

  /** Keeps a port where it has moved to, so that its address is the same after a reset of the device. */
  move(protocol: 'tcp' | 'udp', devicePort: number, hostPort: number): void {
    this.#moved.set(`${protocol} ${devicePort}`, hostPort);
  }
}

/** The device is reachable from this computer only. */
export const listenAddress = '127.0.0.1';

/**
 * Opens `server` for a TCP port of the device: at the port of the map or, where that is taken or needs rights, at a free one.
 * `opened` gets the port, and the one that was refused.
 */
export function listenTcp(
  server: net.Server,
  { ports, devicePort }: { ports: PortMap; devicePort: number },
  events: { opened: (port: number, refused?: RefusedPort) => void; failed: (refused: RefusedPort) => void },
): void {
  const wanted = ports.hostPort('tcp', devicePort);
  let refused: RefusedPort | undefined;
  let closed = false;
  server.once('close', () => (closed = true));
  server.on('listening', () => {
    const address = server.address();
    // Closed before it was open, it opens all the same.
    if (closed) server.close();
    if (closed || typeof address !== 'object' || address === null) return;
    if (refused !== undefined) ports.move('tcp', devicePort, address.port);
    events.opened(address.port, refused);
  });
  server.on('error', error => {
    if (closed) return;
    const reason = { port: wanted, code: codeOf(error) ?? error.message };
    if (refused !== undefined || wanted === 0) {
      events.failed(reason);
      return;
    }
    refused = reason;
    server.listen(0, listenAddress);
  });
  server.listen(wanted, listenAddress);
}
