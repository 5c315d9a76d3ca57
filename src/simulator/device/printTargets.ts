import { type Answer, type Call, unfinished } from './call';
import type { Device } from './device';
import { Part } from './part';

/** In place of a function: the character goes to the UART, as after a reset. */
const uart = -1;

/** A text on its way through functions of the firmware, character by character. */
interface Passage {
  text: string;
  /** The next character, and which of the functions gets it. */
  at: number;
  target: number;
  targets: readonly number[];
  /** The caller's stack pointer, which tells the passages of several tasks apart, and where it continues. */
  stack: number;
  returnAddress: number;
  result: number;
}

export interface PrintTargetsState {
  /** What ets_install_putc1 and ets_install_putc2 were given; 0 for nothing. */
  installed: [number, number];
  passages: Passage[];
}

/** More than can be under way: what is left of tasks that were deleted meanwhile. */
const maxPassages = 32;

/**
 * The functions through which the ROM prints: each gets every character. A function of the firmware runs on the CPU, called as the
 * ROM's loop calls it, and returns to an address of the host, which makes the next call.
 */
export class PrintTargets extends Part<PrintTargetsState> {
  readonly #cpu: Device['cpu'];
  readonly #send: (text: string) => void;
  readonly #returnTo: number;

  /** @param send where the text goes that no function of the firmware takes */
  constructor(device: Pick<Device, 'cpu' | 'hostFunction'>, send: (text: string) => void) {
    super({ installed: [uart, 0], passages: [] });
    this.#cpu = device.cpu;
    this.#send = send;
    this.#returnTo = device.hostFunction('ets_write_char', call => this.#returned(call));
  }

  install(slot: 0 | 1, address: number): void {
    this.state.installed[slot] = address;
  }

  /** Back to the UART. */
  installUart(): void {
    this.state.installed[0] = uart;
  }

  /** Prints through the functions that are installed; the answer of a function that returns `result` then. */
  print(call: Call, text: string, result: number): ReturnType<Answer> {
    return this.#pass(call, text, this.state.installed, result);
  }

  /** Passes a text to one function, wherever that is. */
  printTo(call: Call, address: number, text: string, result: number): ReturnType<Answer> {
    return this.#pass(call, text, [address], result);
  }

  #pass(call: Call, text: string, targets: readonly number[], result: number): ReturnType<Answer> {
    if (targets.every(target => target === uart || target === 0)) {
      if (targets.includes(uart)) this.#send(text);
      return result;
    }
    const stack = this.#cpu.registers[1] ?? 0;
    const { returnAddress } = call;
    const passage: Passage = {
      ...{ text, at: 0, target: 0, stack, returnAddress, result },
      targets: [...targets],
    };
    this.#remove(stack);
    this.state.passages.push(passage);
    if (this.state.passages.length > maxPassages) this.state.passages.shift();
    return this.#continue(passage);
  }

  #returned(call: Call): ReturnType<Answer> {
    const stack = this.#cpu.registers[1] ?? 0;
    const passage = this.state.passages.find(known => known.stack === stack);
    return passage === undefined ? call.int(0) : this.#continue(passage);
  }

  /** Calls the next function of the firmware, or returns to the caller. */
  #continue(passage: Passage): ReturnType<Answer> {
    const { registers } = this.#cpu;
    while (passage.at < passage.text.length) {
      const character = passage.text.charCodeAt(passage.at);
      const target = passage.targets[passage.target] ?? 0;
      passage.target = (passage.target + 1) % passage.targets.length;
      if (passage.target === 0) passage.at++;
      if (target === uart) this.#send(String.fromCharCode(character));
      else if (target !== 0) {
        registers[0] = this.#returnTo;
        registers[2] = character;
        this.#cpu.pc = target;
        return unfinished;
      }
    }
    this.#remove(passage.stack);
    registers[0] = passage.returnAddress;
    return passage.result;
  }

  #remove(stack: number): void {
    this.state.passages = this.state.passages.filter(known => known.stack !== stack);
  }
}
