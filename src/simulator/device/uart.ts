import { unfinished, type Family } from './call';
import type { Device } from './device';

const fifo = 0x60000000;
const received = 0x6000001c;
/** STATUS of the ROM: 0 OK, 1 failed. */
const failed = 1;

/** Bytes that uart0_sendStr sends at once. */
const piece = 256;

/**
 * The ROM's functions for UART0, and the SDK's example driver for firmware that does not bring one. A driver that is
 * linked into the firmware runs as it is, on the registers.
 */
export function uartFamily({ registers }: Pick<Device, 'registers'>): Family {
  const send = (byte: number) => {
    registers.write(fifo, 4, byte & 0xff);
  };
  return {
    uart_init: () => undefined,
    uart0_sendStr: call => {
      const bytes = call.cString(call.uint(0), piece);
      bytes.forEach(send);
      if (bytes.length < piece) return undefined;
      // The rest is a call with the argument moved on.
      call.cpu.registers[2] = call.uint(0) + piece;
      return unfinished;
    },
    uart_tx_one_char: call => {
      send(call.int(0));
      return 0;
    },
    uart_rx_one_char: call => {
      if (registers.read(received) === 0) return failed;
      call.storeByte(call.uint(0), registers.read(fifo));
      return 0;
    },
    uart_buff_switch: () => undefined,
    Uart_Init: () => undefined,
    uartAttach: () => undefined,
  };
}
