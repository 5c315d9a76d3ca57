import dgram from 'node:dgram';
import { listenAddress } from './ports';

/** A place on the computer's network. */
export interface Target {
  host: string;
  port: number;
}

const mostRemembered = 10_000;

/**
 * A UDP port of the device, with sockets of the computer behind it: one that only this computer can reach, and one for
 * hosts outside, which lets through only those the device has written to.
 */
export class UdpPort {
  readonly #wanted: number;
  readonly #receive: (from: Target, data: Buffer) => void;
  readonly #written = new Set<string>();
  #inside: Promise<dgram.Socket> | undefined;
  #outside: Promise<dgram.Socket> | undefined;
  #listening = false;
  #closed = false;

  /** @param wanted the port of the computer at which the device is to be reached */
  constructor(wanted: number, receive: (from: Target, data: Buffer) => void) {
    this.#wanted = wanted;
    this.#receive = receive;
  }

  /** Lets this computer send to the device; tells once at which port. */
  listen(opened: (port: number) => void): void {
    if (this.#listening) return;
    this.#listening = true;
    void this.#openInside()
      .then(socket => {
        if (!this.#closed) opened(socket.address().port);
      })
      .catch(() => {
        // No port of the computer is free: the device cannot be reached at this one.
      });
  }

  send(data: Uint8Array, { host, port }: Target): void {
    const local = host.startsWith('127.') || host === 'localhost';
    if (!local) {
      if (this.#written.size >= mostRemembered) this.#written.clear();
      this.#written.add(`${host}:${port}`);
    }
    const socket = local ? this.#openInside() : this.#openOutside();
    void socket.then(open => {
      if (!this.#closed) open.send(data, port, host);
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const socket of [this.#inside, this.#outside]) void socket?.then(open => open.close());
  }

  #openInside(): Promise<dgram.Socket> {
    return (this.#inside ??= open([this.#wanted, 0], listenAddress, (from, data) => {
      this.#receive(from, data);
    }));
  }

  #openOutside(): Promise<dgram.Socket> {
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
): Promise<dgram.Socket> {
  const socket = dgram.createSocket('udp4');
  for (const port of ports) {
    const bound = await new Promise<boolean>(resolve => {
      const failed = () => {
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
  return socket;
}
