import type { Call } from './call';
import type { Device } from './device';

/** Functions of espconn that are given a callback: which argument it is and what it is for. */
const registrations: readonly { name: string; argument: number; callback: string }[] = [
  { name: 'espconn_regist_connectcb', argument: 1, callback: 'connect' },
  { name: 'espconn_regist_reconcb', argument: 1, callback: 'reconnect' },
  { name: 'espconn_regist_disconcb', argument: 1, callback: 'disconnect' },
  { name: 'espconn_regist_recvcb', argument: 1, callback: 'recv' },
  { name: 'espconn_regist_sentcb', argument: 1, callback: 'sent' },
  { name: 'espconn_regist_write_finish', argument: 1, callback: 'write finish' },
  { name: 'espconn_gethostbyname', argument: 3, callback: 'dns found' },
];

/** What a callback is told: the length of data, an error. */
const told: Partial<Record<string, (call: Call) => number>> = {
  recv: call => call.int(2) & 0xffff,
  reconnect: call => (call.int(1) << 24) >> 24,
};

/**
 * Watches the firmware's own espconn call the firmware's callbacks, for the event log: the calls are seen where they
 * happen, nothing is changed.
 */
export function observeCallbacks(device: Device): void {
  const { symbols } = device.firmware;
  for (const { name, argument, callback } of registrations) {
    const register = symbols.code(name);
    if (register === undefined) continue;
    device.observe(register, registration => {
      const handler = registration.uint(argument);
      if (!device.cpu.memory.isExecutable(handler)) return;
      device.observe(handler, call => {
        const value = told[callback]?.(call);
        device.events.add({
          kind: 'callback',
          callback,
          function: device.firmware.describeAddress(handler),
          ...(value !== undefined && { value }),
        });
        device.userCallbackRan();
      });
    });
  }
}
