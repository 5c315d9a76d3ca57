import { type CallbackEvent, registrations } from '../../sdk/callbacks';
import { functionsThat } from '../../sdk/effects';
import { bufferLevel, initialBuffer } from '../../sdk/tls';
import type { Call } from './call';
import type { Device } from './device';
import { Part } from './part';

/** Functions of the SDK's TLS whose result says why there will be no connection. */
const openers = functionsThat(['opens client', 'opens server'], ['secure']);

/** What a callback is told: the length of data, an error. */
const told: Partial<Record<CallbackEvent, (call: Call) => number>> = {
  receive: call => call.int(2) & 0xffff,
  reconnect: call => (call.int(1) << 24) >> 24,
};

/** A call of one of {@link openers}. */
interface OpenerCall {
  name: string;
  returnAddress: number;
  /** The caller's stack pointer; undefined when the call has returned. */
  stack: number | undefined;
}

export interface UserCallbacksState {
  /** The firmware's callbacks that are watched, by address. */
  handlers: Record<number, CallbackEvent>;
  openerCalls: OpenerCall[];
  /** What espconn_secure_set_size has set, in bytes. */
  tlsBuffer: { client: number; server: number };
  /** Whether one of the handlers has run since this was last asked. */
  ran: boolean;
}

type CallbacksHost = Pick<Device, 'cpu' | 'events' | 'firmware' | 'observe' | 'unobserve'>;

/**
 * Watches the firmware's own espconn call the firmware's callbacks, for the event log: the calls are seen where they
 * happen, nothing is changed.
 */
export class UserCallbacks extends Part<UserCallbacksState> {
  readonly #device: CallbacksHost;
  readonly #hasTlsBuffer: boolean;

  constructor(device: CallbacksHost) {
    super({
      handlers: {},
      openerCalls: [],
      tlsBuffer: { client: initialBuffer, server: initialBuffer },
      ran: false,
    });
    this.#device = device;
    const { symbols } = device.firmware;
    const setSize = symbols.code('espconn_secure_set_size');
    // Firmware that never sets a size is linked without that function, and has the buffer that the library starts with.
    this.#hasTlsBuffer = setSize !== undefined || openers.some(name => symbols.code(name) !== undefined);
    if (setSize !== undefined) {
      device.observe(setSize, call => {
        const [level, size] = [call.int(0) & 0xff, call.uint(1) & 0xffff];
        if ((level & bufferLevel.client) !== 0) this.state.tlsBuffer.client = size;
        if ((level & bufferLevel.server) !== 0) this.state.tlsBuffer.server = size;
      });
    }
    for (const name of openers) {
      const opener = symbols.code(name);
      if (opener !== undefined) device.observe(opener, call => this.#opening(name, call));
    }
    for (const [name, { callback, event, connection }] of registrations) {
      if (connection === undefined) continue;
      const register = symbols.code(name);
      if (register === undefined) continue;
      device.observe(register, registration => {
        const handler = registration.uint(callback);
        if (!device.cpu.memory.isExecutable(handler)) return;
        if (this.#observeHandler(handler, event)) this.state.handlers[handler] = event;
      });
    }
  }

  override restore(state: UserCallbacksState): void {
    const unobserve = (address: number) => {
      this.#device.unobserve(address);
    };
    for (const address of Object.keys(this.state.handlers)) unobserve(Number(address));
    for (const { returnAddress } of this.state.openerCalls) unobserve(returnAddress);
    super.restore(state);
    for (const [address, callback] of Object.entries(this.state.handlers))
      this.#observeHandler(Number(address), callback);
    for (const opening of this.state.openerCalls) this.#observeReturn(opening);
  }

  /** Bytes of a record that TLS can hold, in one of its roles; without limit where the firmware speaks TLS by itself. */
  tlsBuffer(role: 'client' | 'server'): number {
    return this.#hasTlsBuffer ? this.state.tlsBuffer[role] : Infinity;
  }

  /** Whether one of the firmware's callbacks has run since this was last asked. */
  takeRan(): boolean {
    const { ran } = this.state;
    this.state.ran = false;
    return ran;
  }

  #observeHandler(handler: number, callback: CallbackEvent): boolean {
    const { events, firmware } = this.#device;
    return this.#device.observe(handler, call => {
      const value = told[callback]?.(call);
      events.add({
        kind: 'callback',
        callback,
        function: firmware.describeAddress(handler),
        ...(value !== undefined && { value }),
      });
      this.state.ran = true;
    });
  }

  /** Reports what the call of an opener returns, when it does. */
  #opening(name: string, call: Call): void {
    const { returnAddress } = call;
    const stack = stackOf(call);
    const { openerCalls } = this.state;
    const known = openerCalls.find(other => other.returnAddress === returnAddress);
    if (known !== undefined) Object.assign(known, { name, stack });
    else {
      const opening = { name, returnAddress, stack };
      if (this.#observeReturn(opening)) openerCalls.push(opening);
    }
  }

  #observeReturn({ returnAddress }: OpenerCall): boolean {
    const { events, firmware } = this.#device;
    return this.#device.observe(returnAddress, returned => {
      const opening = this.state.openerCalls.find(other => other.returnAddress === returnAddress);
      // The firmware may also jump here.
      if (opening?.stack === undefined || opening.stack !== stackOf(returned)) return;
      opening.stack = undefined;
      events.add({
        kind: 'call-returned',
        function: opening.name,
        caller: firmware.describeAddress(returnAddress - 3),
        value: (returned.int(0) << 24) >> 24,
      });
    });
  }
}

function stackOf(call: Call): number {
  return call.cpu.registers[1] ?? 0;
}
