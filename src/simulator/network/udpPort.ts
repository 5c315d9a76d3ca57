import dgram from 'node:dgram';
import { codeOf } from '../../files/systemErrors';
import { listenAddress, type PortMap, type RefusedPort } from './ports';

/** A place on the computer's network. */
export interface Target {
  host: string;
  port: number;
}

/** A socket, and the port that was refused to it. */
interface Opened {
  socket: dgram.Socket;
  refused: RefusedPort | undefined;
}

const maxRemembered = 10_000;

/**
 * A UDP port of the device, with sockets of the computer behind it: one that only this computer can reach, and one for
 * hosts outside, which lets through only those the device has written to.
 */
export class UdpPort {
  readonly #ports: PortMap;
  readonly #devicePort: number;
  readonly #receive: (from: Target, data: Buffer) => void;
  readonly #written = new Set<string>();
  readonly #heard = new Set<string>();
  #inside: Promise<Opened> | undefined;
  #outside: Promise<Opened> | undefined;
  #listening = false;
  #closed = false;

  constructor(ports: PortMap, devicePort: number, receive: (from: Target, data: Buffer) => void) {
    this.#ports = ports;
    this.#devicePort = devicePort;
    this.#receive = receive;
  }

  /** Lets this computer send to the device; tells once at which port, and which one was refused. */
  listen(opened: (port: number, refused?: RefusedPort) => void): void {
    if (this.#listening) return;
    this.#listening = true;
    void this.#openInside()
      .then(({ socket, refused }) => {
        if (this.#closed) return;
        const { port } = socket.address();
        if (refused !== undefined) this.#ports.move('udp', this.#devicePort, port);
        opened(port, refused);
      })
      .catch(() => {
        // No port of the computer is free: the device cannot be reached at this one.
      });
  }

  /** Whether the device got a datagram from there: it may answer. */
  heard({ host, port }: Target): boolean {
    return this.#heard.has(`${host}:${port}`);
  }

  send(data: Uint8Array, { host, port }: Target): void {
    const local = host.startsWith('127.') || host === 'localhost';
    if (!local) {
      if (this.#written.size >= maxRemembered) this.#written.clear();
      this.#written.add(`${host}:${port}`);
    }
    const opening = local ? this.#openInside() : this.#openOutside();
    void opening.then(({ socket }) => {
      if (!this.#closed) socket.send(data, port, host);
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const opening of [this.#inside, this.#outside]) void opening?.then(({ socket }) => socket.close());
  }

  #openInside(): Promise<Opened> {
    const wanted = this.#ports.hostPort('udp', this.#devicePort);
    return (this.#inside ??= open([wanted, 0], listenAddress, (from, data) => {
      if (this.#heard.size >= maxRemembered) this.#heard.clear();
      this.#heard.add(`${from.host}:${from.port}`);
      this.#receive(from, data);
    }));
  }

  #openOutside(): Promise<Opened> {
    return (this.#outside ??= open([0], undefined, (from, data) => {
      if (this.#written.has(`${from.host}:${from.port}`)) this.#receive(from, data);
    }));
  }
}

/** A socket at the first of the ports that is free. */
async function open(
  ports: number[],
  address: string | undefined,
  receive: (from: Target, data: Buffer) => void,
): Promise<Opened> {
  const socket = dgram.createSocket('udp4');
  let refused: RefusedPort | undefined;
  for (const port of ports) {
    const bound = await new Promise<boolean>(resolve => {
      const failed = (error: Error) => {
        refused ??= { port, code: codeOf(error) ?? error.message };
        resolve(false);
      };
      socket.once('error', failed);
      socket.bind(port, address, () => {
        socket.off('error', failed);
        resolve(true);
      });
    });
    if (bound) break;
  }
  socket.on('message', (data, { address: host, port }) => {
    receive({ host, port }, data);
  });
  socket.on('error', () => {
    // A datagram to a host that cannot be reached is lost, as in any network.
  });
  return { socket, refused };
}
