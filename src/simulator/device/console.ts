import type { Device, Family } from './device';
import { formatText } from './printf';

/** os_printf and what else writes to UART0. */
export function consoleFamily(device: Device): Family {
  const decoder = new TextDecoder();
  let printing = true;
  const print = (text: string) => {
    if (printing && text !== '') {
      device.events.add({
        kind: 'print',
        text: decoder.decode(Buffer.from(text, 'latin1'), { stream: true }),
      });
    }
  };
  const printf: Family[string] = call => {
    const text = formatText(
      call,
      Buffer.from(call.cString(call.uint(0))).toString('latin1'),
      call.variadic(1),
    );
    print(text);
    return text.length;
  };
  return {
    os_printf_plus: printf,
    ets_printf: printf,
    ets_putc: call => {
      print(String.fromCharCode(call.int(0) & 0xff));
      return 0;
    },
    uart0_sendStr: call => {
      print(Buffer.from(call.cString(call.uint(0))).toString('latin1'));
      return undefined;
    },
    uart_init: () => undefined,
    uart_div_modify: () => undefined,
    system_set_os_print: call => {
      printing = call.int(0) !== 0;
      return undefined;
    },
  };
}
