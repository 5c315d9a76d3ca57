import type { Answer, Call } from './call';
import type { Clock } from '../clock';
import type { Cpu } from '../cpu/cpu';
import type { EventLog } from '../events';
import type { Firmware } from '../firmware/firmware';
import type { Flash } from './flash';
import type { Heap } from './heap';
import type { Callback, Scheduler } from './scheduler';
import type { NetworkInterface } from './netif';
import type { Registers } from './registers';
import type { PortMap } from '../network/ports';
import type { Slot } from './slot';
import type { Address } from '../network/endpoints';
import type { WifiOptions } from './wifiOptions';

/** Why the chip has stopped by itself. */
export type HaltReason = 'exception' | 'watchdog' | 'not-offered' | 'restart' | 'deep-sleep' | 'problem';

/** What the SDK's rst_info tells after a boot: why the chip was reset, and the registers of an exception. */
export interface ResetInfo {
  /** enum rst_reason: 0 power on, 1 hardware watchdog, 2 exception, 3 software watchdog, 4 restart, 5 deep sleep. */
  reason: number;
  exccause: number;
  epc1: number;
  excvaddr: number;
}

export const powerOn: ResetInfo = { reason: 0, exccause: 0, epc1: 0, excvaddr: 0 };

/** What the families of SDK functions share: the parts of one device. */
export interface Device {
  readonly cpu: Cpu;
  readonly clock: Clock;
  readonly events: EventLog;
  readonly scheduler: Scheduler;
  readonly firmware: Firmware;
  readonly flash: Flash;
  /** The heap of a firmware without an allocator of its own. */
  readonly heap: Heap;
  readonly registers: Registers;
  readonly ports: PortMap;
  readonly options: DeviceOptions;
  readonly reset: ResetInfo;
  /** Where the firmware lies in the flash; undefined when it is linked for no slot. */
  readonly slot: Slot | undefined;
  /** The network interface of a firmware that brings lwIP. */
  readonly netif: NetworkInterface | undefined;
  /** The second one, of the soft-AP. */
  readonly softApNetif: NetworkInterface | undefined;
  /** The computer is to be connected with one of them, whose address this is. */
  plugIn(netif: NetworkInterface, address: Address): void;
  /** CPU clock in MHz: 80 or 160. */
  frequency: number;
  /** Stops the chip; what comes then is the simulator's business. */
  halt(reason: HaltReason): void;
  /** The firmware boots again because it has called for it. */
  restart(call: Call): void;
  /** Ends the current boot: the chip goes to sleep for so many µs, undefined for ever, and boots again. */
  sleep(duration: number | undefined): void;
  /** Runs when the firmware has initialised itself: user_init has returned. */
  onStarted(action: () => void): void;
  /** Runs when the device is switched off: closes sockets and timers of the computer. */
  onSwitchOff(action: () => void): void;
  /** The address of so many zeroed bytes that the ROM keeps for itself, outside of the firmware's heap. */
  reserve(size: number): number;
  /** An address for a function of the host that the firmware can call through a pointer. */
  hostFunction(name: string, answer: Answer): number;
  /** Calls a function of the firmware with a zeroed block from its heap, which is given back when it has returned. */
  callWithBlock(size: number, prepare: (block: number) => Callback | undefined): void;
  /** Does something whenever the firmware executes the instruction at an address, and lets it go on. */
  observe(address: number, action: (call: Call) => void): void;
  /** Puts what the header of the flash says to where the ROM and the SDK keep it. */
  describeFlash(): void;
  /** Feeds the watchdogs. */
  feed(): void;
  /** The firmware switches the software watchdog on or off. */
  softWatchdog: boolean;
  /**
   * What espconn_secure_set_size has set, in bytes; both begin with 2048 in libssl and libmbedtls. Without limit where the
   * firmware speaks TLS by itself.
   */
  readonly tlsBuffer: { client: number; server: number };
  /** Whether user_init has returned. */
  readonly running: boolean;
  /** A callback of the firmware is being called by the firmware's own espconn. */
  userCallbackRan(): void;
}

/** What a user can set about the device; everything has a default. */
export interface DeviceOptions {
  wifi: WifiOptions;
  /** Bytes of heap taken away at the start, as the Wi-Fi library of a real chip does. */
  reservedHeap: number;
  /** What system_adc_read answers, 0 to 1024. */
  adc: number;
  /** What a function does that is not answered: stops the run, or is logged and answers 0. */
  unanswered: 'stop' | 'warn';
  /** How long a client's TLS handshake may take where this computer answers TLS, in ms of the computer's clock. */
  handshakeLimit: number;
}
