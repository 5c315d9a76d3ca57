import type net from 'node:net';
import { Duplex } from 'node:stream';
import { failedBecause } from '../../files/systemErrors';
import { type Sender, type TlsEvent, TlsMeter, type TlsPlace } from './tlsMeter';
import type { ConnectionEnd } from './tlsRecords';

/** A socket through which this computer's TLS speaks for the device as a server; its records are reported as those of packets are. */
export class MeteredSocket extends Duplex {
  readonly #socket: net.Socket;
  readonly #meter: TlsMeter;
  #endedBy: Sender | undefined;

  constructor(
    socket: net.Socket,
    place: TlsPlace,
    report: (event: TlsEvent | ({ kind: 'connection-ended' } & ConnectionEnd)) => void,
  ) {
    super({ allowHalfOpen: socket.allowHalfOpen });
    this.#socket = socket;
    // The buffer of espconn_secure_set_size bounds what the firmware's own TLS takes; this computer's takes any record.
    this.#meter = new TlsMeter(place, report, () => Infinity);
    let reset = false;
    socket.on('data', (bytes: Buffer) => {
      this.#meter.add('remote', bytes);
      if (!this.push(bytes)) socket.pause();
    });
    socket.on('end', () => {
      this.#endedBy ??= 'remote';
      this.push(null);
    });
    socket.on('error', error => {
      reset = failedBecause(error, 'connection reset');
      this.destroy(error);
    });
    socket.on('close', () => {
      report({
        kind: 'connection-ended',
        ...place,
        role: 'server',
        by: this.#endedBy ?? (reset ? 'remote' : 'device'),
        reset,
        ...this.#meter.summary,
      });
      this.destroy();
    });
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(bytes: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#meter.add('device', bytes);
    this.#socket.write(bytes, done);
  }

  override _final(done: () => void): void {
    this.#endedBy ??= 'device';
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#endedBy ??= this.#socket.destroyed ? undefined : 'device';
    this.#socket.destroy();
    done(error);
  }
}
