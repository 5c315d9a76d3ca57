import type { Cpu } from '../cpu/cpu';
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

/** PS: bits 0 to 3 hold the level up to which interrupts wait. */
const interruptLevel = 15;

/**
 * Interrupts of the peripherals: handlers that the firmware attaches run between two instructions of what it does
 * otherwise, unless it has locked or masked them.
 */
export class Interrupts {
  readonly #cpu: Cpu;
  readonly #registers: Registers;
  readonly #handlers = new Map<number, { handler: number; argument: number }>();
  #enabled = 0;
  #locked = false;
  #active = false;
  /** The timer's handler at the level of a non-maskable interrupt; 0 for none. */
  #nmi = 0;
  /** Handler and argument that gpio_intr_handler_register was given. */
  #gpio: { handler: number; argument: number } | undefined;

  constructor(cpu: Cpu, registers: Registers) {
    this.#cpu = cpu;
    this.#registers = registers;
  }

  /** Whether the firmware keeps interrupts waiting at the moment. */
  get locked(): boolean {
    return this.#locked || (this.#cpu.ps & interruptLevel) > 1;
  }

  /** The interrupt whose turn it is; undefined when none waits or may run. */
  next(): Interrupt | undefined {
    if (this.#active) return undefined;
    if (this.#nmi !== 0 && this.#registers.takeFrc1()) {
      this.#active = true;
      return { name: 'NMI', address: this.#nmi, arguments: [] };
    }
    if (this.locked) return undefined;
    for (const line of lines) {
      const attached = this.#handlers.get(line);
      const gpio = line === interruptLine.gpio ? this.#gpio : undefined;
      if (attached === undefined && gpio === undefined) continue;
      if (attached !== undefined && (this.#enabled & (1 << line)) === 0) continue;
      if (!(line === interruptLine.frc1 ? this.#registers.takeFrc1() : this.#registers.raises(line)))
        continue;
      this.#active = true;
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
    const attached =
      this.#handlers.has(interruptLine.frc1) && (this.#enabled & (1 << interruptLine.frc1)) !== 0;
    return this.#nmi !== 0 || (attached && !this.locked) ? this.#registers.due() : undefined;
  }

  /** The handler has returned. */
  ended(): void {
    this.#active = false;
  }

  family(device: Pick<Device, 'events'>): Family {
    const named = new Set<number>();
    const name = (number: number) => {
      if (lines.some(line => line === number) || named.has(number)) return;
      named.add(number);
      device.events.add({ kind: 'interrupt-not-simulated', line: number });
    };
    return {
      ets_isr_attach: call => {
        const line = call.uint(0);
        // The ROM's table has one entry for each of the CPU's lines.
        if (line >= interruptLines) return undefined;
        name(line);
        this.#handlers.set(line, { handler: call.uint(1), argument: call.int(2) });
        return undefined;
      },
      ets_isr_mask: call => {
        this.#enabled &= ~call.int(0);
        return undefined;
      },
      ets_isr_unmask: call => {
        this.#enabled |= call.int(0);
        return undefined;
      },
      ets_intr_lock: () => {
        this.#locked = true;
        return undefined;
      },
      ets_intr_unlock: () => {
        this.#locked = false;
        return undefined;
      },
      NmiTimSetFunc: call => {
        this.#nmi = call.uint(0);
        return undefined;
      },
      gpio_intr_handler_register: call => {
        this.#gpio = { handler: call.uint(0), argument: call.int(1) };
        return undefined;
      },
    };
  }
}
