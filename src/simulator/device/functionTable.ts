import { memoryMap } from '../../sdk/memoryMap';
import { romFunctions } from '../../sdk/rom';
import type { Cpu, Hook } from '../cpu/cpu';
import type { Intrinsic } from '../cpu/blocks';
import type { EventLog } from '../events';
import type { Firmware } from '../firmware/firmware';
import { type Answer, Call, type Family, shortestCall } from './call';
import { needsHardware } from './coverage';
import type { Halt } from './halt';
import { Part } from './part';

/** What the table needs of the device. */
interface TableHost {
  readonly cpu: Cpu;
  readonly events: EventLog;
  readonly firmware: Firmware;
  readonly halt: Halt;
  /** What a function does that is not answered: stops the run, or is logged and returns 0. */
  readonly unanswered: 'stop' | 'warn';
  /** Instructions to charge the firmware for what the parts of the device have done so far. */
  work(): number;
}

/** The functions that the device answers: those at hardware's edge, and all that stand in for missing code. */
export interface Offered {
  edge: ReadonlySet<string>;
  outside: ReadonlySet<string>;
}

/** Addresses of host functions that the firmware calls through pointers. */
const firstHostFunction = 0x4ffff000;

/** Functions of the ROM that translated code computes in place. */
const intrinsics = new Map<string, Intrinsic>([
  ['__muldi3', 'muldi3'],
  ['__umulsidi3', 'umulsidi3'],
]);

export interface FunctionTableState {
  /** Functions without answer that the log has, each with where it was called from. */
  told: string[];
}

/** The functions that the firmware calls and the device answers, by address. */
export class FunctionTable extends Part<FunctionTableState> {
  readonly #host: TableHost;
  readonly #hooks = new Set<number>();
  #hostFunctions = firstHostFunction;

  constructor(host: TableHost) {
    super({ told: [] });
    this.#host = host;
  }

  /**
   * Puts an answer at every function that the firmware expects from outside: those the linker placed outside
   * of the ELF's own code, and the ones that work on hardware this device has in another form. What the ELF brings
   * along otherwise (libc, libgcc, its own code, lwIP, espconn, TLS) runs as it is.
   */
  answer(edge: Family, outside: Family): Offered {
    const { cpu, firmware } = this.#host;
    const answerAt = (address: number, name: string, answer: Answer | undefined) => {
      this.#hook(address, name, answer ?? (call => this.#notOffered(call)));
    };
    for (const symbol of firmware.symbols.all()) {
      const { name, address } = symbol;
      if (symbol.section === 'absolute') {
        // Above the ROM's start lie the ROM and the addresses that linker scripts give to functions without code.
        if (cpu.memory.isMapped(address, 1) || address < memoryMap.rom.address) continue;
        answerAt(address, name, outside[name]);
      } else if (symbol.kind === 'function' && symbol.binding !== 'local') {
        if (edge[name] !== undefined || needsHardware(name)) answerAt(address, name, edge[name]);
      }
    }
    for (const { name, address } of romFunctions)
      if (!this.#hooks.has(address)) answerAt(address, name, outside[name]);
    return { edge: new Set(Object.keys(edge)), outside: new Set(Object.keys(outside)) };
  }

  /** An address for a function of the host that the firmware can call through a pointer. */
  hostFunction(name: string, answer: Answer): number {
    const address = this.#hostFunctions;
    this.#hostFunctions += 16;
    this.#hook(address, name, answer);
    return address;
  }

  /** Does something whenever the firmware executes the instruction at an address, and lets it continue. False where a hook is already. */
  observe(address: number, action: (call: Call) => void): boolean {
    if (this.#hooks.has(address)) return false;
    const call = new Call(this.#host.cpu);
    const hook = (cpu: Cpu) => {
      this.#charging(() => {
        action(call);
      });
      // Then the instruction itself: the hook steps aside for as long as it takes.
      cpu.removeHook(address);
      const stop = cpu.step();
      cpu.setHook(address, hook);
      if (stop.kind === 'exception') this.#host.halt.fail(stop.cause, stop.pc, stop.address);
    };
    this.setHook(address, hook);
    return true;
  }

  unobserve(address: number): void {
    this.#hooks.delete(address);
    this.#host.cpu.removeHook(address);
  }

  setHook(address: number, hook: Hook): void {
    this.#hooks.add(address);
    this.#host.cpu.setHook(address, hook);
  }

  /** Leaves the CPU as it was without this table. */
  removeAll(): void {
    for (const address of this.#hooks) this.#host.cpu.removeHook(address);
    this.#hooks.clear();
  }

  #hook(address: number, name: string, answer: Answer): void {
    const { cpu, halt } = this.#host;
    const call = new Call(cpu);
    call.name = name;
    const intrinsic = intrinsics.get(name);
    // Translated code does not come here for these, and has to count the same.
    const perCall = intrinsic === undefined ? shortestCall : 0;
    this.setHook(address, () => {
      call.charge(perCall);
      try {
        const result = this.#charging(() => answer(call));
        // A chip that has halted stays where it is, for the debugger to look.
        if (halt.reason === undefined) call.complete(result);
      } catch (error) {
        halt.failBy(error, address);
      }
    });
    if (intrinsic !== undefined) cpu.setIntrinsic(address, intrinsic);
  }

  /** Charges the firmware for what the parts of the device do. */
  #charging<Result>(action: () => Result): Result {
    const before = this.#host.work();
    const result = action();
    this.#host.cpu.charge(this.#host.work() - before);
    return result;
  }

  #notOffered(call: Call): number | undefined {
    const { events, firmware, halt, unanswered } = this.#host;
    const caller = () => firmware.describeAddress(call.returnAddress - 3);
    if (unanswered === 'stop') {
      halt.notOffered(call.name, caller());
      return undefined;
    }
    const told = `${call.name} ${call.returnAddress}`;
    if (!this.state.told.includes(told)) {
      this.state.told.push(told);
      events.add({ kind: 'unanswered', function: call.name, caller: caller() });
    }
    return 0;
  }
}
