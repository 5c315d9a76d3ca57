import type { Device } from './device';
import type { Family } from './call';

/** GPIO registers, from the first one on: output, set, clear, enable, set, clear, input, status. */
const gpioBase = 0x60000300;
const outSet = gpioBase + 4;
const outClear = gpioBase + 8;
const enableSet = gpioBase + 0x10;
const enableClear = gpioBase + 0x14;
const input = gpioBase + 0x18;
const statusClear = gpioBase + 0x24;
const pin0 = gpioBase + 0x28;
const pins = 16;
/** GPIO_PINx: bits 7 to 9 choose the interrupt, bit 10 wakes the chip. */
const interruptShift = 7;
const wakeBit = 1 << 10;

/** The ROM's functions for pins: they do no more than write the GPIO registers. */
export function gpioFamily({ registers }: Device): Family {
  const change = (pin: number, clear: number, set: number) => {
    const address = pin0 + 4 * (pin % pins);
    registers.write(address, 4, (registers.read(address) & ~clear) | set);
  };
  return {
    gpio_init: () => undefined,
    gpio_output_set: call => {
      registers.write(outSet, 4, call.int(0));
      registers.write(outClear, 4, call.int(1));
      registers.write(enableSet, 4, call.int(2));
      registers.write(enableClear, 4, call.int(3));
      return undefined;
    },
    gpio_input_get: () => registers.read(input),
    gpio_register_set: call => {
      registers.write(gpioBase + (call.uint(0) & 0xff), 4, call.int(1));
      return undefined;
    },
    gpio_register_get: call => registers.read(gpioBase + (call.uint(0) & 0xff)),
    gpio_intr_pending: () => registers.gpioStatus,
    gpio_intr_ack: call => {
      registers.write(statusClear, 4, call.int(0));
      return undefined;
    },
    gpio_pin_intr_state_set: call => {
      change(call.uint(0), 7 << interruptShift, (call.int(1) & 7) << interruptShift);
      return undefined;
    },
    gpio_pin_wakeup_enable: call => {
      change(call.uint(0), 7 << interruptShift, ((call.int(1) & 7) << interruptShift) | wakeBit);
      return undefined;
    },
    gpio_pin_wakeup_disable: () => {
      for (let pin = 0; pin < pins; pin++) change(pin, wakeBit, 0);
      return undefined;
    },
  };
}
