import { romFunctions } from '../../sdk/rom';
import type { Answer, Call, VariadicArguments, Family } from './call';
import type { Device } from './device';
import { Part } from './part';
import { formatText } from './printf';
import type { PrintTargets } from './printTargets';

/** Instructions for a byte that is printed. A chip waits longer for room in the FIFO. */
const perByte = 100;

export interface ConsoleState {
  printing: boolean;
  /** The first bytes of a character in UTF-8 whose others are still to come. */
  begun: Uint8Array;
}

/** The function of the ROM that passes a character to what is installed. */
const writeChar = romFunctions.find(({ name }) => name === 'ets_write_char')?.address;

/** What writes to UART0, as text. */
export class Console extends Part<ConsoleState> {
  readonly #device: Pick<Device, 'cpu' | 'events'>;

  constructor(device: Pick<Device, 'cpu' | 'events' | 'registers'>) {
    super({ printing: true, begun: new Uint8Array() });
    this.#device = device;
    device.registers.uart.onTransmit = (uart, byte) => {
      // UART1 can only send, and is what boards with a busy UART0 log to.
      if (uart === 0 || this.state.printing) this.send(String.fromCharCode(byte));
    };
  }

  /** Whether os_printf prints. */
  get printing(): boolean {
    return this.state.printing;
  }

  set printing(printing: boolean) {
    this.state.printing = printing;
  }

  format(call: Call, address: number, values: VariadicArguments): string {
    const { text, cut } = formatText(call, address, values);
    if (cut) this.#device.events.add({ kind: 'print-cut', length: text.length });
    return text;
  }

  /** Shows bytes, each a character of `text`. */
  send(text: string): void {
    this.#device.cpu.charge(text.length * perByte);
    if (text === '') return;
    const bytes = Buffer.concat([this.state.begun, Buffer.from(text, 'latin1')]);
    const whole = bytes.length - begunLength(bytes);
    this.state.begun = Uint8Array.from(bytes.subarray(whole));
    this.#device.events.add({ kind: 'print', text: bytes.toString('utf8', 0, whole) });
  }
}

/** How many bytes at the end are the start of a character in UTF-8 that is not there yet. */
function begunLength(bytes: Uint8Array): number {
  for (let length = 1; length <= Math.min(3, bytes.length); length++) {
    const byte = bytes[bytes.length - length] ?? 0;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const needed = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf5 ? 4 : 1;
    return length < needed ? length : 0;
  }
  return 0;
}

/** os_printf and what else prints. */
export function consoleFamily(output: Console, targets: PrintTargets): Family {
  const printf: Answer = call => {
    const text = output.format(call, call.uint(0), call.variadic(1));
    return targets.print(call, text, text.length);
  };
  const character = (call: Call) => String.fromCharCode(call.int(0) & 0xff);
  return {
    // SDK: system_set_os_print silences os_printf, not the ROM's own function.
    os_printf_plus: call => (output.printing ? printf(call) : 0),
    ets_printf: printf,
    ets_uart_printf: printf,
    // ets_vprintf(putc, format, va_list): the list is three words by value.
    ets_vprintf: call => {
      const putc = call.uint(0);
      const list = call.variadicList(call.uint(2), call.uint(3), call.uint(4));
      const text = output.format(call, call.uint(1), list);
      return putc === writeChar
        ? targets.print(call, text, text.length)
        : targets.printTo(call, putc, text, text.length);
    },
    ets_putc: call => {
      output.send(character(call));
      return 0;
    },
    ets_write_char: call => targets.print(call, character(call), call.int(0)),
    ets_install_putc1: call => {
      targets.install(0, call.uint(0));
      return undefined;
    },
    ets_install_putc2: call => {
      targets.install(1, call.uint(0));
      return undefined;
    },
    ets_install_uart_printf: () => {
      targets.installUart();
      return undefined;
    },
    system_set_os_print: call => {
      output.printing = call.int(0) !== 0;
      return undefined;
    },
    system_get_os_print: () => (output.printing ? 1 : 0),
  };
}
