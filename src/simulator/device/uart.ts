import { uartDevice } from '../../sdk/rom';
import { unfinished, type Call, type Family } from './call';
import type { Device } from './device';

const fifo = [0x60000000, 0x60000f00] as const;
/** STATUS of the ROM: 0 OK, 1 failed. */
const failed = 1;

/** Bytes that uart0_sendStr sends at once. */
const piece = 256;

/**
 * The ROM's functions for the UARTs, and the SDK's example driver for firmware that does not bring one. A driver that is
 * linked into the firmware runs as it is, on the registers.
 */
export function uartFamily({ registers }: Pick<Device, 'registers'>): Family {
  const { uart } = registers;
  const receive = (call: Call) => {
    if (!uart.hasInput) return failed;
    call.storeByte(call.uint(0), registers.read(fifo[0]));
    return 0;
  };
  return {
    uart_init: call => {
      uart.setBaudRate(0, call.uint(0));
      uart.setBaudRate(1, call.uint(1));
      return undefined;
    },
    uart0_sendStr: call => {
      const bytes = call.cString(call.uint(0), piece);
      bytes.forEach(byte => {
        registers.write(fifo[0], 4, byte);
      });
      if (bytes.length < piece) return undefined;
      // The rest is a call with the argument moved on.
      call.cpu.registers[2] = call.uint(0) + piece;
      return unfinished;
    },
    uart_tx_one_char: call => {
      const port = call.loadWord(uartDevice.address + uartDevice.port) & 1;
      registers.write(port === 0 ? fifo[0] : fifo[1], 4, call.int(0) & 0xff);
      return 0;
    },
    uart_rx_one_char: receive,
    uart_buff_switch: call => {
      call.storeWord(uartDevice.address + uartDevice.port, call.int(0) & 0xff);
      return undefined;
    },
    uart_div_modify: call => {
      uart.setDivisor(call.int(0) & 0xff, call.uint(1));
      return undefined;
    },
    GetUartDevice: () => uartDevice.address,
    // The ROM sets both up for 115,200 baud of a crystal with 40 MHz, which is another rate by the time that firmware runs.
    Uart_Init: () => undefined,
    uartAttach: () => undefined,
  };
}
