import type { Timers } from './timers';

/** What happened to a packet; 'crowded': it found no room in the queue of a slow network. */
export type PacketFault = 'lost' | 'damaged' | 'duplicated' | 'overtaken' | 'crowded';

/** What a bad network does to packets, in each direction. */
export interface NetworkFaults {
  /** ms that every packet takes. */
  delay?: number;
  /** Share of packets that are lost, 0 to 1. */
  loss?: number;
  /** Share of packets that are overtaken by the next ones, 0 to 1. */
  reorder?: number;
  /** Share of packets that arrive twice, 0 to 1. */
  duplicate?: number;
  /** Share of packets that arrive with a wrong bit or without their end, 0 to 1. */
  damage?: number;
  /** Bytes a second. */
  bandwidth?: number;
  /** The same seed gives the same faults. */
  seed?: number;
  /** Is told of each packet to which something happens. */
  onFault?(fault: PacketFault): void;
}

/** An overtaken packet comes so many µs later. */
const overtaken = 20_000;
/** More packets do not wait for a slow network; a router has no room for more either, and loses what comes then. */
const maxWaiting = 1000;

/** One direction of a bad network; without faults packets pass at once. */
export class FaultyLink {
  readonly #faults: NetworkFaults;
  readonly #timers: Timers;
  readonly #pass: (packet: Uint8Array) => void;
  readonly #now: () => number;
  readonly #random: () => number;
  #busyUntil = 0;
  /** Packets on their way. */
  #waiting = 0;

  constructor(
    faults: NetworkFaults,
    timers: Timers,
    now: () => number,
    seed: number,
    pass: (packet: Uint8Array) => void,
  ) {
    this.#faults = faults;
    this.#timers = timers;
    this.#now = now;
    this.#random = randomSequence((faults.seed ?? 1) + seed);
    this.#pass = pass;
  }

  send(packet: Uint8Array): void {
    const { loss = 0, duplicate = 0, damage = 0 } = this.#faults;
    if (this.#befalls('lost', loss)) return;
    const arriving = this.#befalls('damaged', damage) ? this.#damaged(packet) : packet;
    this.#carry(arriving);
    if (this.#befalls('duplicated', duplicate)) this.#carry(arriving);
  }

  #befalls(fault: PacketFault, share: number): boolean {
    const happens = share > 0 && this.#random() < share;
    if (happens) this.#faults.onFault?.(fault);
    return happens;
  }

  /** The packet with a bit changed, or truncated somewhere. */
  #damaged(packet: Uint8Array): Uint8Array {
    const at = Math.floor(this.#random() * packet.length);
    if (this.#random() < 0.5) return packet.slice(0, at);
    const damaged = packet.slice();
    damaged[at] = (damaged[at] ?? 0) ^ (1 << Math.floor(this.#random() * 8));
    return damaged;
  }

  #carry(packet: Uint8Array): void {
    const { delay = 0, reorder = 0, bandwidth } = this.#faults;
    if (this.#waiting >= maxWaiting) {
      this.#faults.onFault?.('crowded');
      return;
    }
    let time = delay * 1000;
    if (this.#befalls('overtaken', reorder)) time += overtaken;
    if (bandwidth !== undefined) {
      const now = this.#now();
      this.#busyUntil = Math.max(this.#busyUntil, now) + (packet.length / bandwidth) * 1e6;
      time += this.#busyUntil - now;
    }
    if (time === 0) {
      this.#pass(packet);
      return;
    }
    this.#waiting++;
    this.#timers.after(time, () => {
      this.#waiting--;
      this.#pass(packet);
    });
  }
}

/** Numbers from 0 to 1 that a seed decides: Mulberry32. */
export function randomSequence(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}
