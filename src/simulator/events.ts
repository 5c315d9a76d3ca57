import type { Problem } from '../problems';
import type { TlsEvent } from './network/tlsRecords';

/** What can happen on the device. */
export type EventDetail =
  | { kind: 'boot'; firmware: string; flashFiles: { address: number; file: string; length: number }[] }
  | { kind: 'print'; text: string }
  | { kind: 'wifi'; state: 'connected' | 'disconnected' }
  | { kind: 'got-ip'; ip: string }
  | { kind: 'listening'; devicePort: number; host: string; port: number }
  | { kind: 'connection'; remote: string }
  | { kind: 'handshake'; remote: string; protocol: string; cipher: string }
  | { kind: 'handshake-failed'; remote: string; reason: string }
  | { kind: 'refused'; remote: string }
  | { kind: 'disconnected'; remote: string }
  | { kind: 'certificate-refused'; reason: string }
  | TlsEvent
  | { kind: 'callback'; callback: string; function: string }
  | { kind: 'register'; address: number }
  | { kind: 'bad-free'; address: number; caller: string }
  | { kind: 'not-offered'; function: string; caller: string }
  | { kind: 'exception'; cause: number; pc: number; address: number; where: string }
  | { kind: 'restart'; caller: string }
  | { kind: 'problem'; problem: Problem };

/** What happened on the device, and when: `time` is µs since it was switched on. */
export type DeviceEvent = { time: number } & EventDetail;

/** Hands every event to whoever listens: console, CLI, tests. */
export class EventLog {
  readonly #listeners = new Set<(event: DeviceEvent) => void>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(detail: EventDetail): void {
    const event: DeviceEvent = { time: this.#now(), ...detail };
    for (const listener of this.#listeners) listener(event);
  }

  /** Returns a function that ends the listening. */
  listen(listener: (event: DeviceEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
