import type { Memory } from '../cpu/memory';
import type { Remote } from '../network/tcpServer';
import { layoutOf } from './layout';

/** enum espconn_state. */
export const espconnState = { wait: 1, listen: 2, connect: 3, write: 4, read: 5, close: 6 };

/** enum espconn_type. */
export const typeTcp = 0x10;

export const espconnLayout = layoutOf('espconn', 'type', 'state', 'proto', 'recv_callback', 'sent_callback');

export const tcpLayout = layoutOf(
  '_esp_tcp',
  'remote_port',
  'local_port',
  'local_ip',
  'remote_ip',
  'connect_callback',
  'reconnect_callback',
  'disconnect_callback',
);

/** Reads and writes struct espconn and its esp_tcp in the device's memory, as the SDK does between two callbacks. */
export class EspconnStructs {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  tcpOf(espconn: number): number {
    return this.#word(espconn + espconnLayout.proto);
  }

  setState(espconn: number, state: number): void {
    this.#memory.writeWord(espconn + espconnLayout.state, state);
  }

  /** The state that a callback has left behind is the firmware's; only what the SDK has set itself is changed. */
  changeState(espconn: number, from: number, to: number): void {
    if (this.#word(espconn + espconnLayout.state) === from) this.setState(espconn, to);
  }

  callback(espconn: number, member: 'recv_callback' | 'sent_callback'): number {
    return this.#word(espconn + espconnLayout[member]);
  }

  tcpCallback(
    espconn: number,
    member: 'connect_callback' | 'reconnect_callback' | 'disconnect_callback',
  ): number {
    return this.#word(this.tcpOf(espconn) + tcpLayout[member]);
  }

  setAddresses(tcp: number, remote: Remote, local: readonly number[]): void {
    this.#memory.write(tcp + tcpLayout.local_ip, Uint8Array.from(local));
    this.#memory.write(tcp + tcpLayout.remote_ip, Uint8Array.from(remote.address.split('.').map(Number)));
    this.#memory.writeWord(tcp + tcpLayout.remote_port, remote.port);
  }

  /** The struct of a server's client is a copy of the listening one. */
  copy(from: number, espconn: number, tcp: number): void {
    const copy = (to: number, source: number, size: number) => {
      this.#memory.write(to, this.#memory.read(source, size) ?? new Uint8Array(size));
    };
    copy(espconn, from, espconnLayout.size);
    copy(tcp, this.tcpOf(from), tcpLayout.size);
    this.#memory.writeWord(espconn + espconnLayout.proto, tcp);
  }

  /** What is known of a server's client goes into the listening struct when it leaves (espconn_copy_partial). */
  copyBack(espconn: number, listener: number): void {
    const [from, to] = [this.tcpOf(espconn), this.tcpOf(listener)];
    this.#memory.write(to, this.#memory.read(from, tcpLayout.size) ?? new Uint8Array(tcpLayout.size));
    for (const member of ['recv_callback', 'sent_callback'] as const)
      this.#memory.writeWord(listener + espconnLayout[member], this.callback(espconn, member));
  }

  #word(address: number): number {
    return this.#memory.readWord(address) ?? 0;
  }
}
