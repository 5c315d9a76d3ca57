import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import { failedBecause } from '../../files/systemErrors';
import { ProblemError } from '../../problems';

/** A serial port of the computer, as a list to choose from shows it. */
export interface PortChoice {
  /** “/dev/ttyUSB0”, “COM3”. */
  path: string;
  /** Who made the adapter; empty where the system does not say it. */
  description: string;
}

/** What serialport tells of a port. */
interface FoundPort {
  path: string;
  manufacturer?: string | undefined;
  vendorId?: string | undefined;
  productId?: string | undefined;
}

/** What Linux calls the ports of USB adapters. */
const usualPort = /^tty(?:USB|ACM)\d+$/;

/** The serial ports of this computer; those of USB adapters first, since a board hangs on one of them. */
export async function listPorts(): Promise<PortChoice[]> {
  let ports: readonly FoundPort[];
  try {
    ports = await SerialPort.list();
  } catch {
    // On Linux serialport asks udevadm, which containers do not have.
    const names = await readdir('/dev').catch(() => []);
    return names
      .filter(name => usualPort.test(name))
      .map(name => ({ path: `/dev/${name}`, description: '' }));
  }
  return ports
    .toSorted((a, b) => Number(b.vendorId !== undefined) - Number(a.vendorId !== undefined))
    .map(({ path, manufacturer, vendorId, productId }) => ({
      path,
      description: [manufacturer, vendorId === undefined ? undefined : `USB ${vendorId}:${productId ?? '?'}`]
        .filter(part => part !== undefined)
        .join(', '),
    }));
}

/** What of a serial port the Web Serial API calls “signals”; true is low at the chip. */
interface Signals {
  dataTerminalReady?: boolean | undefined;
  requestToSend?: boolean | undefined;
}

/** An open serial port in the form of the Web Serial API, which esptool-js speaks. */
export class SerialLine {
  readonly path: string;
  readonly #port: SerialPort;
  /** A new one after each {@link open}: esptool-js ends the old one when it opens the port again. */
  readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly #signals = { dtr: false, rts: false };
  /** Rejects when the port is gone or closed; never resolves. */
  readonly lost: Promise<never>;
  #isLost = false;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  /** Whether the lines that reset a board can be set: a pseudo-terminal has none. */
  hasSignals = true;

  private constructor(port: SerialPort) {
    this.path = port.path;
    this.#port = port;
    this.lost = new Promise((_, reject) => {
      port.once('close', () => {
        this.#isLost = true;
        reject(new ProblemError({ kind: 'port-lost', port: port.path }));
      });
    });
    // Nobody may be waiting at that moment.
    this.lost.catch(() => undefined);
    port.on('error', () => undefined);
    port.on('data', (bytes: Buffer) => {
      this.#controller?.enqueue(bytes);
    });
    port.once('close', () => {
      this.#controller?.close();
    });
    this.readable = this.#input();
    this.writable = new WritableStream({ write: bytes => this.#write(bytes) });
  }

  /** Opens a port. Throws a Problem that says why that is not possible. */
  static async open(path: string, baudRate: number): Promise<SerialLine> {
    const port = new SerialPort({ path, baudRate, autoOpen: false });
    try {
      // What Windows calls a port is not a file.
      if (process.platform !== 'win32') await access(path, constants.R_OK | constants.W_OK);
      await new Promise<void>((resolve, reject) => {
        port.open(error => {
          if (error === null) resolve();
          else reject(error);
        });
      });
    } catch (error) {
      throw await refusal(path, error);
    }
    return new SerialLine(port);
  }

  /** The port is open already: this begins to read again, at another speed. */
  open({ baudRate }: { baudRate: number }): Promise<void> {
    this.readable = this.#input();
    return this.setBaudRate(baudRate);
  }

  setBaudRate(baudRate: number): Promise<void> {
    return promised(done => {
      this.#port.update({ baudRate }, done);
    });
  }

  async setSignals({ dataTerminalReady, requestToSend }: Signals): Promise<void> {
    if (dataTerminalReady !== undefined) this.#signals.dtr = dataTerminalReady;
    if (requestToSend !== undefined) this.#signals.rts = requestToSend;
    if (!this.hasSignals) return;
    try {
      await promised(done => {
        this.#port.set(this.#signals, done);
      });
    } catch {
      this.hasSignals = false;
    }
  }

  getInfo(): { usbVendorId?: number } {
    return {};
  }

  /** esptool-js closes the port only to open it again. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Closes the port for good. */
  async hangUp(): Promise<void> {
    if (!this.#port.isOpen) return;
    await promised(done => {
      this.#port.close(done);
    });
  }

  /** Whether the port has closed, by our will or without. */
  get isLost(): boolean {
    return this.#isLost;
  }

  #input(): ReadableStream<Uint8Array> {
    return new ReadableStream({
      start: controller => {
        this.#controller = controller;
      },
      cancel: () => {
        this.#controller = undefined;
      },
    });
  }

  #write(bytes: Uint8Array): Promise<void> {
    return Promise.race([
      this.lost,
      promised(done => {
        this.#port.write(bytes, error => {
          if (error) done(error);
          else this.#port.drain(done);
        });
      }),
    ]);
  }
}

function promised(action: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    action(error => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Why a port cannot be opened, from what the system says in words and numbers. */
async function refusal(path: string, error: unknown): Promise<ProblemError> {
  const reason = error instanceof Error ? error.message : String(error);
  if (failedBecause(error, 'missing') || /no such file|file not found/i.test(reason)) {
    const ports = (await listPorts()).map(port => port.path);
    return new ProblemError({ kind: 'port-missing', port: path, ports }, { cause: error });
  }
  if (failedBecause(error, 'access denied') || /permission denied/i.test(reason))
    return new ProblemError({ kind: 'port-forbidden', port: path }, { cause: error });
  if (/lock port|busy|access denied/i.test(reason))
    return new ProblemError({ kind: 'port-busy', port: path }, { cause: error });
  return new ProblemError({ kind: 'port-unusable', port: path, reason }, { cause: error });
}
