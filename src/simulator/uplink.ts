import type { Clock } from './clock';
import type { EventLog } from './events';
import type { Address, Listener } from './network/endpoints';
import { defaultNetwork, Gateway, type GatewayCounts, type NetworkOptions } from './network/gateway';
import type { PortMap } from './network/ports';

/** Which network interface is connected with the network (0 the station's, 1 the soft-AP's), and its address there. */
export interface Plug {
  netif: number;
  address: Address;
}

interface UplinkOptions {
  network: Partial<NetworkOptions> | undefined;
  /** The clock of the network, which is the computer's. */
  clock: Clock;
  events: EventLog;
  ports: PortMap;
  /** Takes an IP packet for the device. */
  toDevice: (packet: Uint8Array) => void;
  /** Called when something becomes due earlier than before. */
  onDue: () => void;
}

/** The connection of a device with the computer's network. */
export class Uplink {
  readonly #options: UplinkOptions;
  #connected: { gateway: Gateway; plug: Plug } | undefined;
  /** What the log has said that the device may not reach. */
  readonly #refused = new Set<string>();

  constructor(options: UplinkOptions) {
    this.#options = options;
  }

  /** Whether it is there for this interface. */
  isFor(plug: Plug | undefined): boolean {
    return this.#connected?.plug.netif === plug?.netif;
  }

  /** Connects an interface in place of the one before; undefined closes all that is open. */
  connect(plug: Plug | undefined): void {
    this.#connected?.gateway.close();
    this.#connected = undefined;
    if (plug === undefined) return;
    const { network, clock, events, ports, toDevice, onDue } = this.#options;
    const gateway = new Gateway({
      ...defaultNetwork,
      ...network,
      ...{ clock, events, ports, toDevice },
      address: plug.address,
      refused: this.#refused,
    });
    gateway.onDue = onDue;
    this.#connected = { gateway, plug };
  }

  /** A packet of the device. */
  send(packet: Uint8Array): void {
    this.#connected?.gateway.receive(packet);
  }

  /** Does what is due. */
  run(): void {
    this.#connected?.gateway.run();
  }

  /** When there is something to do, in µs of the computer's clock. */
  due(): number | undefined {
    return this.#connected?.gateway.due();
  }

  /** Opens the ports at which the firmware listens. */
  setListeners(listeners: readonly Listener[]): void {
    this.#connected?.gateway.setListeners(listeners);
  }

  /** How the event log calls the other side of a connection. */
  nameOf(remote: string, devicePort: number): string {
    return this.#connected?.gateway.nameOf(remote, devicePort) ?? remote;
  }

  /** What is open on this computer; undefined without a network. */
  get counts(): GatewayCounts | undefined {
    return this.#connected?.gateway.counts;
  }
}
