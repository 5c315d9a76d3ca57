import type { Call, VariadicArguments, Family } from './call';
import type { Device } from './device';
import { formatText } from './printf';

/** Instructions for a byte that is printed. A chip waits longer for room in the FIFO. */
const perByte = 100;

/** os_printf and what else writes to UART0. */
export function consoleFamily(device: Device): Family {
  const decoder = new TextDecoder();
  let printing = true;
  const print = (text: string) => {
    device.cpu.charge(text.length * perByte);
    if (text !== '') {
      device.events.add({
        kind: 'print',
        text: decoder.decode(Buffer.from(text, 'latin1'), { stream: true }),
      });
    }
  };
  device.registers.onTransmit = (uart, byte) => {
    // UART1 can only send, and is what boards with a busy UART0 log to.
    if (uart === 0 || printing) print(String.fromCharCode(byte));
  };
  const format = (call: Call, address: number, values: VariadicArguments) => {
    const { text, cut } = formatText(call, address, values);
    if (printing) {
      print(text);
      if (cut) device.events.add({ kind: 'print-cut', length: text.length });
    }
    return text.length;
  };
  const printf: Family[string] = call => format(call, call.uint(0), call.variadic(1));
  return {
    os_printf_plus: printf,
    ets_printf: printf,
    // ets_vprintf(putc, format, va_list): the list is three words by value.
    ets_vprintf: call =>
      format(call, call.uint(1), call.variadicList(call.uint(2), call.uint(3), call.uint(4))),
    ets_putc: call => {
      if (printing) print(String.fromCharCode(call.int(0) & 0xff));
      return 0;
    },
    ets_write_char: call => {
      if (printing) print(String.fromCharCode(call.int(0) & 0xff));
      return undefined;
    },
    uart_div_modify: () => undefined,
    // Where os_printf goes instead is for the chip to know: here all of it is shown.
    ets_install_putc1: () => undefined,
    system_set_os_print: call => {
      printing = call.int(0) !== 0;
      return undefined;
    },
    system_get_os_print: () => (printing ? 1 : 0),
  };
}
