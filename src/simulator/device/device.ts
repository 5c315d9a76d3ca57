import type { Answer, Call } from './call';
import type { Clock } from '../clock';
import type { Cpu } from '../cpu/cpu';
import type { EventLog } from '../events';
import type { Firmware } from '../firmware/firmware';
import type { Flash } from './flash';
import type { Heap } from './heap';
import type { Scheduler } from './scheduler';
import type { Step } from './steps';
import type { Halt } from './halt';
import type { Random } from './random';
import type { Watchdog } from './watchdog';
import type { NetworkInterface } from './netif';
import type { Registers } from './registers';
import type { PortMap } from '../network/ports';
import type { Slot } from './slot';
import type { Address } from '../network/endpoints';
import type { WifiOptions } from './wifiOptions';
import type { ResetInfo } from './reset';
import type { WallClock } from './wallClock';
import type { TlsAbilities } from '../../sdk/tls';
import type { Outlet } from '../network/outlet';

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
  /** The way out for what this computer answers in place of lwIP. */
  readonly outlet: Outlet;
  /** The date, for a firmware without lwIP. */
  readonly time: WallClock;
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
  readonly random: Random;
  readonly watchdog: Watchdog;
  /** Stops the chip; what comes then is the simulator's business. */
  readonly halt: Halt;
  /** What the outside has for the device: it happens when the device looks next. */
  enter(step: Step): void;
  /** Runs when the firmware has initialised itself: user_init has returned. */
  onStarted(action: () => void): void;
  /** Runs when the device is switched off: closes sockets and timers of the computer. */
  onSwitchOff(action: () => void): void;
  /** The address of so many zeroed bytes that the ROM keeps for itself, outside of the firmware's heap. */
  reserve(size: number): number;
  /** An address for a function of the host that the firmware can call through a pointer. */
  hostFunction(name: string, answer: Answer): number;
  /** Calls a function of the firmware with a zeroed block from its heap, which is given back when it has returned: `fill` makes the call. */
  callWithBlock(size: number, fill: Step): void;
  /** Does something whenever the firmware executes the instruction at an address, and lets it continue. False where a function is answered. */
  observe(address: number, action: (call: Call) => void): boolean;
  unobserve(address: number): void;
  /** Puts what the header of the flash says to where the ROM and the SDK keep it. */
  describeFlash(): void;
  /** Whether user_init has returned. */
  readonly running: boolean;
}

/** What a user can set about the device; everything has a default. */
export interface DeviceOptions {
  wifi: WifiOptions;
  /** Bytes of heap taken away at the start, as the Wi-Fi library of a real chip does. */
  reservedHeap: number;
  /** What system_adc_read answers, 0 to 1024. */
  adc: number;
  /** What a function does that is not answered: stops the run, or is logged and returns 0. */
  unanswered: 'stop' | 'warn';
  /** What the TLS library can do that this computer stands for. */
  tls: TlsAbilities;
  /** How long a TLS handshake may take where this computer answers TLS, in ms of the computer's clock; as the library has it when undefined. */
  handshakeLimit?: number | undefined;
}
