import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { ProblemError } from '../problems';
import { hex } from '../text/hex';
import type { Firmware } from '../simulator/firmware/firmware';
import type { Frame, Machine } from '../simulator/firmware/frames';
import { FrameView } from '../simulator/firmware/frameView';
import { Scopes } from '../simulator/firmware/scopes';
import type { Value } from '../simulator/firmware/values';

/** A line of the call stack view. Functions that the compiler has inlined have lines of their own. */
export interface StackFrame {
  name: string;
  pc: number;
  /** Absolute path; undefined where there is no source. */
  file: string | undefined;
  line: number | undefined;
  /** 'subtle': code without source; 'label': no function at all, the device sleeps. */
  kind: 'source' | 'subtle' | 'label';
  registers: Int32Array;
  /** Index of the frame on the machine's stack, and of the function in its inline chain. */
  index: number;
  inlined: number;
  frames: readonly Frame[];
}

/** The call stack of a device that is stopped, with what can be seen from each frame. */
export class CallStack {
  readonly #firmware: Firmware;
  readonly #folder: string;
  readonly #scopes: Scopes | undefined;

  /** @param folder to which relative paths in the debug information belong: the ELF's */
  constructor(firmware: Firmware, folder: string) {
    this.#firmware = firmware;
    this.#folder = folder;
    this.#scopes = firmware.debug && new Scopes(firmware.debug, firmware.elf, firmware.lines);
  }

  /** Innermost first. A device that sleeps has a single line that says so. */
  frames(machine: Machine, inCallback: boolean): StackFrame[] {
    const frames = this.#firmware.frames.unwind(machine);
    if (!inCallback) {
      const registers = Int32Array.from(machine.registers);
      const name = l10n.t('The device sleeps until the next event');
      return [
        {
          name,
          pc: 0,
          file: undefined,
          line: undefined,
          kind: 'label',
          registers,
          index: 0,
          inlined: 0,
          frames: [],
        },
      ];
    }
    return frames.flatMap((frame, index) => this.#linesOf(frame, index, frames));
  }

  #linesOf(frame: Frame, index: number, frames: readonly Frame[]): StackFrame[] {
    const { pc, lookupPc, registers } = frame;
    const place = this.#firmware.lines?.at(lookupPc);
    const common = { pc, registers, index, frames };
    const chain = this.#scopes?.inlineChain(lookupPc) ?? [];
    if (place === undefined || chain.length === 0) {
      const name = this.#firmware.symbols.at(lookupPc)?.symbol.name ?? hex(pc);
      return [{ ...common, name, file: undefined, line: undefined, kind: 'subtle', inlined: 0 }];
    }
    let at: { file: string | undefined; line: number | undefined } | undefined = place;
    return chain.map(({ name, call }, inlined) => {
      const shown = at;
      at = call;
      return {
        ...common,
        name,
        file: shown?.file === undefined ? undefined : path.resolve(this.#folder, shown.file),
        line: shown?.line,
        kind: 'source',
        inlined,
      };
    });
  }

  /** Where the innermost function returns to, with the stack pointer of its caller; undefined in the outermost one. */
  caller(machine: Machine): { pc: number; stack: number } | undefined {
    const [callee, caller] = this.#firmware.frames.unwind(machine, 2);
    return callee && caller && { pc: caller.pc, stack: callee.cfa };
  }

  /** Parameters and local variables. */
  locals(frame: StackFrame, machine: Machine): Value[] {
    return this.#view(frame, machine)?.locals() ?? [];
  }

  /** The static variables of the frame's source file. */
  fileVariables(frame: StackFrame, machine: Machine): Value[] {
    return this.#view(frame, machine)?.fileVariables() ?? [];
  }

  /** pc and a0 to a15 as they are in the frame. */
  registers(frame: StackFrame): Value[] {
    return [
      register('pc', frame.pc),
      ...Array.from(frame.registers, (value, index) => register(`a${index}`, value)),
    ];
  }

  /** The value of a C expression; a sentence when it has none. */
  evaluate(expression: string, frame: StackFrame, machine: Machine): Value | string {
    const view = this.#view(frame, machine);
    if (view === undefined) return l10n.t('There is no debug information here.');
    try {
      return view.evaluate(expression);
    } catch (error) {
      if (error instanceof ProblemError) return error.message;
      throw error;
    }
  }

  #view(frame: StackFrame, machine: Machine): FrameView | undefined {
    if (this.#scopes === undefined || frame.kind !== 'source') return undefined;
    const place = { frames: frame.frames, index: frame.index, machine };
    return new FrameView(this.#scopes, place, frame.inlined, {
      read: (address, length) => machine.read(address, length),
      functionName: address => this.#firmware.symbols.at(address)?.symbol.name,
    });
  }
}

function register(name: string, value: number): Value {
  return {
    name,
    type: '',
    text: hex(value),
    address: undefined,
    size: 4,
    evaluateName: undefined,
    expandable: false,
    children: () => undefined,
  };
}
