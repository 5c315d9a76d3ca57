import net from 'node:net';
import { Destinations, type DestinationOptions } from './destinations';
import { type Ip, ipOf, ipText } from './packets';

export interface OutletOptions extends DestinationOptions {
  /** Whether inputs come from a recording: then nothing is around the device. */
  isReplaying: () => boolean;
}

/** The way out for a device whose connections this computer answers: no packets, but sockets and names under the same rules. */
export class Outlet {
  readonly #options: OutletOptions;
  readonly #destinations: Destinations;

  constructor(options: OutletOptions) {
    this.#options = options;
    this.#destinations = new Destinations(options);
  }

  /** A socket that is about to connect; undefined where the device may not: the router refuses for the address's owner. */
  connect(to: Ip, port: number): net.Socket | undefined {
    if (this.#options.isReplaying()) return undefined;
    const target = this.#destinations.target(to, port);
    const refusal = port === 0 ? 'local' : this.#destinations.refusal('tcp', target);
    if (refusal !== undefined) {
      this.#destinations.tellRefused('tcp', to, port, target, refusal);
      return undefined;
    }
    return net.connect({ host: target.host, port: target.port, noDelay: true });
  }

  /** A port of the device is open on this computer. */
  opened(devicePort: number, port: number): void {
    this.#destinations.opened('tcp', devicePort, port);
  }

  /** Asks for the address of a name; `found` gets undefined where there is none. */
  resolve(name: string, found: (ip: string | undefined) => void): void {
    if (this.#options.isReplaying()) return;
    const known = this.#destinations.known(name);
    const answer = (ip: Ip | undefined) => {
      this.#destinations.resolved(name, ip);
      found(ip === undefined ? undefined : ipText(ip));
    };
    if (known !== undefined || !this.#destinations.mayAsk) answer(known);
    else
      this.#destinations
        .ask(name)
        .then(ipOf, () => undefined)
        .then(answer, () => {
          found(undefined);
        });
  }

  /** Asks a time server, which is this computer; ms since 1970. */
  askTime(told: (time: number) => void): void {
    if (!this.#options.isReplaying()) setImmediate(told, Date.now());
  }
}
