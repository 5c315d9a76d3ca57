import type { Clock, DeviceClock, RealClock } from './clock';
import type { Chip } from './device/chip';
import type { NetworkInterface } from './device/netif';
import type { EventLog } from './events';
import type { Firmware } from './firmware/firmware';
import { identify } from './firmware/identify';
import type { GatewayCounts, NetworkOptions } from './network/gateway';
import type { PortMap } from './network/ports';
import type { Sender } from './network/tlsMeter';
import { TlsRecords } from './network/tlsRecords';
import type { Gate } from './recording/gate';
import type { PacketListener } from './simulatorOptions';
import { TlsWatch } from './tlsFailures/watch';
import { type Plug, Uplink } from './uplink';

interface SurroundingsOptions {
  network: Partial<NetworkOptions> | undefined;
  ports: PortMap;
  events: EventLog;
  gate: Gate;
  /** The device's clock, and the computer's if that drives it. */
  clock: DeviceClock;
  computerClock: RealClock | undefined;
  /** Called when there is something for the device to do. */
  wake: () => void;
  onPacket: PacketListener;
}

/**
 * What is around a device: the computer's clock and network, and what reads TLS from its packets for the event log. While inputs
 * are replayed there is nothing around it.
 */
export class Surroundings {
  readonly #options: SurroundingsOptions;
  readonly #uplink: Uplink;
  #records: TlsRecords | undefined;
  #watch: TlsWatch | undefined;

  constructor(options: SurroundingsOptions) {
    const { network, ports, events, gate, wake } = options;
    this.#options = options;
    this.#uplink = new Uplink({
      network,
      clock: this.#clock,
      events,
      ports,
      toDevice: packet => {
        gate.enter({ kind: 'packet', bytes: Uint8Array.from(packet) });
      },
      onDue: wake,
    });
  }

  get #clock(): Clock {
    return this.#options.computerClock ?? this.#options.clock;
  }

  /** µs. */
  get time(): number {
    return this.#options.gate.replaying ? this.#options.clock.now() : this.#clock.now();
  }

  /** What the device holds on this computer at the moment; undefined while it has no network. */
  get counts(): GatewayCounts | undefined {
    return this.#uplink.counts;
  }

  /** Follows the TLS connections of a chip that boots a firmware, until {@link leave}. */
  follow(chip: Chip, firmware: Firmware): void {
    const { events, wake } = this.#options;
    this.#records = new TlsRecords(
      event => {
        events.add(event);
      },
      {
        bufferSize: role => chip.tlsBuffer(role),
        remoteName: (remote, devicePort) => this.#uplink.nameOf(remote, devicePort),
        onEnd: end => {
          events.add({ kind: 'connection-ended', ...end });
        },
      },
    );
    const { tls, lwip } = identify(firmware);
    this.#watch = new TlsWatch(events, {
      ...(lwip && tls !== undefined && { library: tls }),
      onEnd: wake,
    });
  }

  /** The chip is off. */
  leave(): void {
    this.#watch?.close();
  }

  /** The device has nothing to do: failures of which all is known are explained. */
  settle(): void {
    this.#watch?.settle();
  }

  /** Whether this network interface is connected. */
  isConnectedTo(plug: Plug | undefined): boolean {
    return this.#uplink.isFor(plug);
  }

  /** Connects a network interface in place of the one before; undefined closes all that is open. */
  connect(plug: Plug | undefined): void {
    if (!this.#options.gate.replaying) this.#uplink.connect(plug);
  }

  /** Opens the ports at which the firmware listens. */
  listen(netif: NetworkInterface | undefined): void {
    if (netif !== undefined && !this.#options.gate.replaying) this.#uplink.setListeners(netif.listeners());
  }

  /** A packet of the device. What the log says of it is nothing that the firmware has to wait for. */
  send(packet: Uint8Array): void {
    this.#options.events.uncharged(() => {
      this.packet('device', packet);
      if (!this.#options.gate.replaying) this.#uplink.send(packet);
    });
  }

  /** A packet passes, in one direction or the other. */
  packet(sender: Sender, packet: Uint8Array): void {
    const { clock, onPacket } = this.#options;
    onPacket(clock.now(), sender, packet);
    this.#records?.packet(packet, sender);
  }

  /** Does what is due, and lets the device know what time it is. */
  run(): void {
    const { gate, clock } = this.#options;
    if (gate.replaying) return;
    this.#uplink.run();
    if (this.time > clock.now()) gate.enter({ kind: 'clock', time: this.time });
  }

  /** When there is something to do, in µs. */
  due(): number | undefined {
    return this.#uplink.due();
  }
}
