import type { TlsFault } from '../sdk/tlsBehaviour';
import type { ImageFault } from '../flash/contents';
import type { Problem } from '../problems';
import type { Identity } from './firmware/identify';
import type { RefusedPort } from './network/ports';
import type { Place, Refusal } from './network/reach';
import type { TlsEvent } from './network/tlsMeter';
import type { ConnectionEnd } from './network/tlsRecords';
import type { ReachWish } from './projectReach';
import type { TlsFailure } from './tlsFailures/failure';
import type { Slot } from './device/slot';

/** What can happen on the device. */
export type EventDetail =
  /** `reset`: enum rst_reason. */
  | ({
      kind: 'boot';
      firmware: string;
      reset: number;
      flashFiles: { address: number; file: string; length: number }[];
    } & Identity)
  | { kind: 'print'; text: string }
  /** One call prints more than is shown of it, `length` bytes. */
  | { kind: 'print-cut'; length: number }
  /** `reason`: REASON_* of the SDK. */
  | { kind: 'wifi'; state: 'connected' | 'disconnected' | 'failed'; reason?: number }
  | { kind: 'soft-ap'; ssid: string }
  | { kind: 'got-ip'; ip: string }
  | {
      kind: 'listening';
      protocol: 'tls' | 'tcp' | 'udp';
      devicePort: number;
      host: string;
      port: number;
      /** The host port that was wanted. */
      refused?: RefusedPort;
    }
  | { kind: 'port-closed'; protocol: 'tcp' | 'udp'; devicePort: number }
  /** `direction`: who opened it, the computer ('in') or the device ('out'). */
  | { kind: 'tcp-opened'; direction: 'in' | 'out'; remote: string; devicePort: number }
  | { kind: 'tcp-closed'; remote: string; devicePort: number; reset: boolean }
  | { kind: 'tcp-failed'; remote: string; reason: string }
  /** `target`: where a refused connection would lead on this computer; `name`: what the device asked for. */
  | {
      kind: 'outbound-denied';
      protocol: 'tcp' | 'udp';
      remote: string;
      refusal: Refusal;
      name?: string;
      target: string;
      place: Place;
    }
  /** What the project's file asks to reach, and the user has not allowed. */
  | ({ kind: 'reach-wish' } & ReachWish)
  /** `ip` is missing when the name could not be resolved. */
  | { kind: 'dns'; name: string; ip?: string }
  | { kind: 'broadcast'; destination: string; port: number; length: number }
  | { kind: 'ping-not-forwarded'; destination: string }
  | { kind: 'connection'; remote: string }
  | { kind: 'handshake'; remote: string; protocol: string; cipher: string }
  | { kind: 'handshake-failed'; remote: string; reason: string; fault?: TlsFault }
  | { kind: 'refused'; remote: string }
  | { kind: 'disconnected'; remote: string }
  | { kind: 'certificate-refused'; reason: string }
  /** `value`: what the callback is told, the length of received data or an error. */
  | { kind: 'callback'; callback: string; function: string; value?: number }
  /** The first run of an interrupt handler. */
  | { kind: 'interrupt'; interrupt: string; function: string }
  /** Bytes. */
  | { kind: 'heap'; free: number }
  /** os_malloc and its like return NULL. */
  | { kind: 'allocation-failed'; size: number; free: number; caller: string }
  | { kind: 'packet-dropped'; reason: 'no-memory' | 'broken-buffer'; length: number }
  /** `time`: µs of the chip's CPU. */
  | { kind: 'watchdog'; watchdog: 'software' | 'hardware'; where: string; time: number }
  /** µs; 0: forever. */
  | { kind: 'deep-sleep'; time: number }
  | { kind: 'interrupt-not-simulated'; line: number }
  | TlsEvent
  | ({ kind: 'connection-ended' } & ConnectionEnd)
  | ({ kind: 'tls-failed' } & TlsFailure)
  /** What a function returns that the firmware calls in the SDK's own code. */
  | { kind: 'call-returned'; function: string; caller: string; value: number }
  | { kind: 'register'; address: number }
  /** A function that is not answered has been called and has answered 0. Each place is told once. */
  | { kind: 'unanswered'; function: string; caller: string }
  | { kind: 'bad-free'; address: number; caller: string }
  /** A function that needs a partner on the radio, where nobody is. Each is told once. */
  | { kind: 'nobody-on-radio'; function: string; caller: string }
  | { kind: 'not-offered'; function: string; caller: string }
  /** `stack`: the stack pointer, where the stack has grown beyond all that it can have. */
  | { kind: 'exception'; cause: number; pc: number; address: number; where: string; stack?: number }
  /** The firmware is linked with an SDK that this device does not know. */
  | { kind: 'sdk-unknown'; sdk: string }
  /** More happens than the firmware takes. */
  | { kind: 'events-lost' }
  | { kind: 'restart'; function: string; caller: string }
  /** The boot loader has found an image that it does not start. */
  | ({ kind: 'image-damaged'; fault: ImageFault } & Slot)
  /** Another firmware or another slot than at the last boot. */
  | ({ kind: 'image-started'; firmware: string } & Slot)
  /** A private key is in a file that was written: the image of the flash, or the capture. */
  | { kind: 'key-saved'; file: string }
  | { kind: 'problem'; problem: Problem };

/** What happened on the device, and when: `time` is µs since it was switched on. */
export type DeviceEvent = { time: number } & EventDetail;

/** Listeners need some microseconds for an event. */
const perEvent = 500;

/** Hands every event to whoever listens: console, CLI, tests. */
export class EventLog {
  readonly #listeners = new Set<(event: DeviceEvent) => void>();
  /** Instructions to charge a firmware for all that it has caused so far. */
  work = 0;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(detail: EventDetail): void {
    this.work += perEvent;
    const event: DeviceEvent = { time: this.#now(), ...detail };
    // What listeners conclude from it and log, too, is nothing that the firmware has to wait for.
    this.uncharged(() => {
      for (const listener of this.#listeners) listener(event);
    });
  }

  /** Logs what happens outside: nothing that the firmware has to wait for. */
  uncharged(action: () => void): void {
    const { work } = this;
    action();
    this.work = work;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Returns a function that ends the listening. */
  listen(listener: (event: DeviceEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
