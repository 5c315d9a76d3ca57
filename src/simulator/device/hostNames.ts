import { errorValue } from '../../sdk/errors';
import { ipOf } from '../network/packets';
import type { Family } from './call';
import type { Device } from './device';
import { Part } from './part';

/** DNS_MAX_NAME_LENGTH of the SDK's lwIP. */
const longestName = 255;
const addressSize = 4;

export interface HostNamesState {
  /** Addresses by name, as far as they are known: the next question is answered at once. */
  known: Record<string, string>;
}

type NamesHost = Pick<Device, 'callWithBlock' | 'cpu' | 'enter' | 'outlet' | 'scheduler'>;

/** DNS of a firmware without lwIP: this computer's resolver answers, and what the user's settings say. */
export class HostNames extends Part<HostNamesState> {
  readonly #device: NamesHost;

  constructor(device: NamesHost) {
    super({ known: {} });
    this.#device = device;
    const { scheduler } = device;
    scheduler.handle('nameResolved', ({ name, ip, callback, argument }) => {
      if (ip !== undefined) this.state.known[name] = ip;
      const size = addressSize + Buffer.byteLength(name, 'latin1') + 1;
      device.callWithBlock(size, { kind: 'nameFound', data: { name, ip, callback, argument } });
      return undefined;
    });
    scheduler.handle('nameFound', ({ name, ip, callback, argument }, block) => {
      const { memory } = device.cpu;
      if (ip !== undefined) memory.write(block, bytesOf(ip));
      memory.write(block + addressSize, Buffer.from(name, 'latin1'));
      const found = ip === undefined ? 0 : block;
      return { name: 'name found', address: callback, arguments: [block + addressSize, found, argument] };
    });
  }

  /** The address that is known of a name, or that the name is. */
  known(name: string): Uint8Array | undefined {
    const ip = ipOf(name) === undefined ? this.state.known[name] : name;
    return ip === undefined ? undefined : bytesOf(ip);
  }

  ask(name: string, callback: number, argument: number): void {
    this.#device.outlet.resolve(name, ip => {
      this.#device.enter({ kind: 'nameResolved', data: { name, ip, callback, argument } });
    });
  }
}

/** espconn_gethostbyname. */
export function nameFamily(names: HostNames): Family {
  return {
    espconn_gethostbyname: call => {
      const [argument, nameAt, to, callback] = [call.uint(0), call.uint(1), call.uint(2), call.uint(3)];
      if (argument === 0 || nameAt === 0 || to === 0) return errorValue('ESPCONN_ARG');
      const name = Buffer.from(call.cString(nameAt, longestName + 1)).toString('latin1');
      if (name === '' || name.length > longestName) return errorValue('ESPCONN_ARG');
      const known = names.known(name);
      if (known !== undefined) {
        call.store(to, known);
        return errorValue('ESPCONN_OK');
      }
      names.ask(name, callback, argument);
      return errorValue('ESPCONN_INPROGRESS');
    },
  };
}

function bytesOf(ip: string): Uint8Array {
  return Uint8Array.from(ip.split('.').map(Number));
}
