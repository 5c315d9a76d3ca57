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

/** Functions of the SDK's TLS whose result says why there will be no connection. */
const openers = ['espconn_secure_connect', 'espconn_secure_accept'];

/** ESPCONN_CLIENT, ESPCONN_SERVER; 3 is both. */
const client = 1;
const server = 2;

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
  const setSize = symbols.code('espconn_secure_set_size');
  if (setSize !== undefined) {
    device.observe(setSize, call => {
      const [level, size] = [call.int(0) & 0xff, call.uint(1) & 0xffff];
      if ((level & client) !== 0) device.tlsBuffer.client = size;
      if ((level & server) !== 0) device.tlsBuffer.server = size;
    });
  }
  for (const name of openers) {
    const opener = symbols.code(name);
    if (opener !== undefined) observeResults(device, name, opener);
  }
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

/** Reports what each call of the function at `address` returns, when it does. */
function observeResults(device: Device, name: string, address: number): void {
  /** Stack pointers of the calls under way, by where they return to. */
  const calls = new Map<number, number>();
  const stack = (call: Call) => call.cpu.registers[1] ?? 0;
  device.observe(address, call => {
    const { returnAddress } = call;
    calls.set(returnAddress, stack(call));
    device.observe(returnAddress, returned => {
      // The firmware may also jump here.
      if (calls.get(returnAddress) !== stack(returned)) return;
      calls.delete(returnAddress);
      device.events.add({
        kind: 'call-returned',
        function: name,
        caller: device.firmware.describeAddress(returnAddress - 3),
        value: (returned.int(0) << 24) >> 24,
      });
    });
  });
}
