import type net from 'node:net';
import { Duplex } from 'node:stream';
import type { TlsFault } from '../../sdk/tlsBehaviour';
import { recordTypes } from '../../sdk/tlsNames';
import type { HandshakeGuard } from './handshakeGuard';
import { type Sender, type TlsEvent, TlsMeter, type TlsPlace, type TlsRole } from './tlsMeter';
import type { ConnectionEnd } from './tlsRecords';

export interface MeteredOptions {
  place: TlsPlace;
  role: TlsRole;
  /** Bytes of the device's buffer for a record. */
  buffer: number;
  /** What the device's library would not take; this computer's takes anything. */
  guard: HandshakeGuard;
  /** The alert that the library sends when it gives up; undefined: none. */
  alertFor: (fault: TlsFault) => number | undefined;
  report: (event: TlsEvent | ({ kind: 'connection-ended' } & ConnectionEnd)) => void;
}

/** A socket through which this computer's TLS speaks for the device; its records are reported as those of packets are. */
export class MeteredSocket extends Duplex {
  readonly #socket: net.Socket;
  readonly #meter: TlsMeter;
  readonly #options: MeteredOptions;
  #endedBy: Sender | undefined;
  #encrypted = false;
  #fault: TlsFault | undefined;

  constructor(socket: net.Socket, options: MeteredOptions) {
    super({ allowHalfOpen: socket.allowHalfOpen });
    const { place, role, buffer, guard, report } = options;
    this.#socket = socket;
    this.#options = options;
    this.#meter = new TlsMeter(place, report, () => buffer);
    socket.on('data', (bytes: Buffer) => {
      this.#meter.add('remote', bytes);
      const fault = guard.add(bytes);
      if (fault !== undefined) this.fail(fault);
      else if (!this.push(bytes)) socket.pause();
    });
    socket.on('end', () => {
      this.#endedBy ??= 'remote';
      this.push(null);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#fault ??= 'reset';
      this.destroy(error);
    });
    socket.on('close', () => {
      const reset = this.#fault === 'reset';
      report({
        kind: 'connection-ended',
        ...place,
        role,
        by: this.#endedBy ?? (reset ? 'remote' : 'device'),
        reset,
        ...this.#meter.summary,
      });
      this.destroy();
    });
  }

  /** Why the connection failed, as far as it shows below TLS. */
  get fault(): TlsFault | undefined {
    return this.#fault;
  }

  /** The device gives the connection up. */
  fail(fault: TlsFault): void {
    if (this.#fault !== undefined) return;
    this.#fault = fault;
    this.#endedBy ??= 'device';
    const alert = this.#options.alertFor(fault);
    if (alert !== undefined && !this.#encrypted) this.#send(alertRecord(alert));
    // What the peer still sends is read and dropped: closed with data unread, this computer would break the connection off.
    this.#socket.removeAllListeners('data').resume();
    this.#socket.end();
    this.destroy(new Error(fault));
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(bytes: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#send(bytes, done);
  }

  override _final(done: () => void): void {
    this.#endedBy ??= 'device';
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#endedBy ??= this.#socket.destroyed ? undefined : 'device';
    if (this.#fault === undefined || this.#fault === 'reset') this.#socket.destroy();
    else this.#socket.destroySoon();
    done(error);
  }

  #send(bytes: Buffer, done?: (error?: Error | null) => void): void {
    if (bytes[0] === recordTypes.changeCipherSpec) this.#encrypted = true;
    this.#meter.add('device', bytes);
    this.#socket.write(bytes, done);
  }
}

/** A fatal alert of TLS 1.1. */
function alertRecord(description: number): Buffer {
  return Buffer.from([recordTypes.alert, 3, 2, 0, 2, 2, description]);
}
