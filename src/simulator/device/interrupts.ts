import { Part } from './part';
import type { Cpu } from '../cpu/cpu';
import { interruptLevel } from '../cpu/system';
import type { Device } from './device';
import type { Registers } from './registers';
import type { Family } from './call';
import { interruptLine } from './interruptLines';

const lines = [interruptLine.gpio, interruptLine.uart, interruptLine.frc1];

const interruptLines = 32;

/** A handler that is to run now. */
export interface Interrupt {
  name: string;
  address: number;
  arguments: number[];
}

interface Handler {
  handler: number;
  argument: number;
}

export interface InterruptsState {
  /** By line. */
  handlers: Record<number, Handler>;
  enabled: number;
  locked: boolean;
  active: boolean;
  /** The timer's handler at the level of a non-maskable interrupt; 0 for none. */
  nmi: number;
  /** What gpio_intr_handler_register was given. */
  gpio: Handler | undefined;
  /** Lines without peripheral that the log has. */
  told: number[];
}

/**
 * Interrupts of the peripherals: handlers that the firmware attaches run between two instructions of what it does
 * otherwise, unless it has locked or masked them.
 */
export class Interrupts extends Part<InterruptsState> {
  readonly #cpu: Cpu;
  readonly #registers: Registers;
  readonly #events: Device['events'];

  constructor({ cpu, registers, events }: Pick<Device, 'cpu' | 'registers' | 'events'>) {
    super({
      ...{ handlers: {}, enabled: 0, locked: false, active: false, nmi: 0 },
      ...{ gpio: undefined, told: [] },
    });
    this.#cpu = cpu;
    this.#registers = registers;
    this.#events = events;
  }

  /** Whether the firmware keeps interrupts waiting at the moment. */
  get locked(): boolean {
    return this.state.locked || (this.#cpu.ps & interruptLevel) > 1;
  }

  /** The interrupt whose turn it is; undefined when none waits or may run. */
  next(): Interrupt | undefined {
    const { state } = this;
    if (state.active) return undefined;
    if (state.nmi !== 0 && this.#registers.takeFrc1()) {
      state.active = true;
      return { name: 'NMI', address: state.nmi, arguments: [] };
    }
    if (this.locked) return undefined;
    for (const line of lines) {
      const attached = state.handlers[line];
      const gpio = line === interruptLine.gpio ? state.gpio : undefined;
      if (attached === undefined && gpio === undefined) continue;
      if (attached !== undefined && (state.enabled & (1 << line)) === 0) continue;
      if (!(line === interruptLine.frc1 ? this.#registers.takeFrc1() : this.#registers.raises(line)))
        continue;
      state.active = true;
      return attached === undefined
        ? {
            name: 'interrupt',
            address: gpio?.handler ?? 0,
            arguments: [this.#registers.gpioStatus, gpio?.argument ?? 0],
          }
        : { name: 'interrupt', address: attached.handler, arguments: [attached.argument] };
    }
    return undefined;
  }

  /** When a timer will raise an interrupt that may run, in µs of the device's clock. */
  due(): number | undefined {
    const { handlers, enabled, nmi } = this.state;
    const line = interruptLine.frc1;
    const attached = handlers[line] !== undefined && (enabled & (1 << line)) !== 0;
    return nmi !== 0 || (attached && !this.locked) ? this.#registers.due() : undefined;
  }

  /** The handler has returned. */
  ended(): void {
    this.state.active = false;
  }

  /** Lines that may interrupt, as bits. */
  get enabled(): number {
    return this.state.enabled;
  }

  attach(line: number, handler: Handler): void {
    // The ROM's table has one entry for each of the CPU's lines.
    if (line >= interruptLines) return;
    this.#tell(line);
    this.state.handlers[line] = handler;
  }

  mask(lines: number): void {
    this.state.enabled &= ~lines;
  }

  unmask(lines: number): void {
    this.state.enabled |= lines;
  }

  lock(locked: boolean): void {
    this.state.locked = locked;
  }

  setNmi(handler: number): void {
    this.state.nmi = handler;
  }

  setGpio(handler: Handler): void {
    this.state.gpio = handler;
  }

  /** Says once for each line without peripheral that nothing will come of it. */
  #tell(line: number): void {
    const { told } = this.state;
    if (lines.some(known => known === line) || told.includes(line)) return;
    told.push(line);
    this.#events.add({ kind: 'interrupt-not-simulated', line });
  }
}

/** The ROM's and the SDK's functions for interrupts. */
export function interruptFamily(interrupts: Interrupts): Family {
  return {
    ets_isr_attach: call => {
      interrupts.attach(call.uint(0), { handler: call.uint(1), argument: call.int(2) });
      return undefined;
    },
    ets_isr_mask: call => {
      interrupts.mask(call.int(0));
      return undefined;
    },
    ets_isr_unmask: call => {
      interrupts.unmask(call.int(0));
      return undefined;
    },
    ets_intr_lock: () => {
      interrupts.lock(true);
      return undefined;
    },
    ets_intr_unlock: () => {
      interrupts.lock(false);
      return undefined;
    },
    NmiTimSetFunc: call => {
      interrupts.setNmi(call.uint(0));
      return undefined;
    },
    gpio_intr_handler_register: call => {
      interrupts.setGpio({ handler: call.uint(0), argument: call.int(1) });
      return undefined;
    },
  };
}
