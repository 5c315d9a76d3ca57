import { romBootEntry } from '../../sdk/memoryMap';
import { romFunctions } from '../../sdk/rom';
import type { Cpu } from '../cpu/cpu';
import { userMode } from '../cpu/system';
import { Call, Fault, type Family } from '../device/call';
import { type Flash } from '../device/flash';
import { interruptFamily, Interrupts } from '../device/interrupts';
import { InterruptedCode } from '../device/interruptedCode';
import type { Registers } from '../device/registers';
import { romFamily } from '../device/rom';
import { hashFamily } from '../device/romHashes';
import { stringFamily } from '../device/strings';
import { uartFamily } from '../device/uart';
import type { EventLog } from '../events';
import { flashFamily } from '../device/flashFunctions';

export interface LoaderChip {
  cpu: Cpu;
  registers: Registers;
  flash: Flash;
  events: EventLog;
}

/** How uploaded code has come to an end. */
export type CodeEnd = 'returned' | 'boot' | 'reset' | 'crashed';

/** Where code and interrupt handlers return to: addresses that the chip does not have. */
const codeReturn = 0x40700000;
const interruptReturn = 0x40700010;
/** The ROM's stack. */
const stackTop = 0x3ffffc00;
const resetVector = 0x40000080;
/** Instructions between two looks at interrupts. */
const instructionsPerLook = 2000;

/**
 * Code that the loader was given over the serial line, such as esptool's stub, on the CPU: with the functions of the ROM, the
 * registers and interrupts, and no firmware.
 */
export class LoadedCode {
  readonly #cpu: Cpu;
  readonly #interrupts: Interrupts;
  readonly #interrupted: InterruptedCode;
  #end: CodeEnd | undefined;
  /** The functions of the ROM that are answered. */
  readonly offered: { name: string; address: number }[] = [];

  constructor({ cpu, registers, flash, events }: LoaderChip, entry: number) {
    this.#cpu = cpu;
    this.#interrupts = new Interrupts({ cpu, registers, events });
    this.#interrupted = new InterruptedCode(cpu, interruptReturn);
    const family: Family = {
      ...romFamily(),
      ...stringFamily(),
      ...flashFamily({ flash }),
      ...uartFamily({ registers }),
      ...interruptFamily(this.#interrupts),
      ...hashFamily(),
      uart_div_modify: () => undefined,
      ets_delay_us: () => undefined,
      software_reset: () => this.#stop('reset'),
    };
    const answers = new Map(Object.entries(family));
    for (const { name, address } of romFunctions) {
      const answer = answers.get(name);
      if (answer === undefined) continue;
      this.offered.push({ name, address });
      const call = new Call(cpu);
      cpu.setHook(address, () => {
        try {
          const before = flash.work;
          const result = answer(call);
          call.charge(flash.work - before);
          call.complete(result);
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          this.#stop('crashed');
        }
      });
    }
    for (const [address, ended] of [
      [codeReturn, 'returned'],
      [romBootEntry, 'boot'],
      [resetVector, 'reset'],
    ] as const)
      cpu.setHook(address, () => this.#stop(ended));
    cpu.setHook(interruptReturn, () => {
      this.#resume();
    });
    cpu.reset();
    cpu.registers[0] = codeReturn;
    cpu.registers[1] = stackTop;
    // As the ROM runs: interrupts open.
    cpu.ps = userMode;
    cpu.pc = entry;
  }

  /** How it has ended; undefined while it has not. */
  get end(): CodeEnd | undefined {
    return this.#end;
  }

  /** Executes some thousand instructions. Returns how it has ended; undefined while it has not. */
  run(): CodeEnd | undefined {
    const interrupt = this.#interrupts.next();
    if (interrupt !== undefined) this.#interrupted.enter(interrupt);
    const stop = this.#cpu.run(instructionsPerLook);
    return this.#end ?? (stop.kind === 'exception' ? 'crashed' : undefined);
  }

  #resume(): void {
    if (this.#interrupted.leave()) this.#interrupts.ended();
    else this.#stop('crashed');
  }

  #stop(end: CodeEnd): undefined {
    this.#end = end;
    this.#cpu.requestStop();
  }
}
