import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { newestAbilities, tlsAbilities, type TlsLibrary } from '../../src/sdk/tls';
import { loadSimulator } from '../../src/simulator/load';
import type { DeviceEvent } from '../../src/simulator/events';
import type { Simulator } from '../../src/simulator/simulator';
import { buildFirmware } from '../firmware-sources/buildFirmware';

const sources = path.join(__dirname, '..', 'firmware-sources');

/** Where the firmware looks for its CA, and for its certificate and key. */
export const sectors = { ca: 0x77, own: 0x78 } as const;

/** Whose library the facts are of. */
const sdks = { libssl: '2.1.0', libmbedtls: '3.0.6' } as const;

/** ms; handshakes take seconds on a busy computer. */
const patience = 30_000;

export interface DeviceOptions {
  library: TlsLibrary;
  /** secure.c unless it is another. */
  source?: string;
  /** Macros of the source: SERVER, CA=0x77, … */
  macros: readonly string[];
  /** Files in the flash, by their sectors. */
  flash: ReadonlyMap<number, string>;
  /** The port of this computer that is the server of a client. */
  serverPort?: number;
}

/** A device with secure.c, and what it prints of its callbacks and results. */
export class SecureDevice {
  readonly simulator: Simulator;
  readonly events: DeviceEvent[] = [];
  readonly #looks = new Set<() => void>();

  private constructor(simulator: Simulator) {
    this.simulator = simulator;
    simulator.events.listen(event => {
      this.events.push(event);
      for (const look of this.#looks) look();
    });
  }

  /** Starts a device with a program of test/firmware-sources. */
  static async start(folder: string, options: DeviceOptions): Promise<SecureDevice> {
    const { library, flash, serverPort = 0 } = options;
    const program = firmware(folder, options);
    const simulator = await loadSimulator({
      program,
      flash: new Map([...flash].map(([sector, file]) => [sector * 4096, file])),
      ports: new Map([[443, 0]]),
      device: { tls: tlsAbilities(library, sdks[library]) ?? newestAbilities },
      network: {
        hosts: new Map([
          ['server.example', `127.0.0.1:${serverPort}`],
          // The network's own time server answers, whatever the address.
          ['pool.ntp.org', '127.0.0.1'],
        ]),
        reach: new Set([`127.0.0.1:${serverPort}`]),
      },
    });
    const device = new SecureDevice(simulator);
    simulator.start();
    return device;
  }

  /** What the firmware has printed of its callbacks and results. */
  get lines(): string[] {
    const text = this.events.map(event => (event.kind === 'print' ? event.text : '')).join('');
    return [...text.matchAll(/^> (.*)\r?\n/gm)].map(([, line = '']) => line);
  }

  /** The port of this computer at which a server of the device is reached. */
  port(): Promise<number> {
    return this.until(() => {
      const found = this.events.find(event => event.kind === 'listening' && event.devicePort === 443);
      return found?.kind === 'listening' && this.lines.some(line => line.startsWith('accept'))
        ? found.port
        : undefined;
    });
  }

  until<T>(find: () => T | undefined | false): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = find();
        if (found === undefined || found === false) return;
        clearTimeout(timer);
        this.#looks.delete(look);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.#looks.delete(look);
        reject(new Error(`${find.toString()} is not there:\n${this.lines.join('\n')}`));
      }, patience);
      this.#looks.add(look);
      look();
    });
  }

  /** Waits until a line has been printed. */
  async line(text: string, count = 1): Promise<void> {
    await this.until(() => this.lines.filter(line => line.startsWith(text)).length >= count);
  }

  end(): void {
    this.simulator.end();
  }
}

/**
 * The ELF for a device, built once for the same macros. With SECURE_BUILDER in the environment, that program builds it with an SDK of
 * Espressif, and the same scenarios run there: it is called with the library, the source, the ELF and the compiler's options.
 */
function firmware(folder: string, { library, macros, source = 'secure.c' }: DeviceOptions): string {
  const file = path.join(sources, source);
  const builder = process.env['SECURE_BUILDER'];
  const home = path.join(
    folder,
    [builder === undefined ? '' : library, source, ...macros].join('-').replace(/[^\w-]/g, '_'),
  );
  const elf = path.join(home, 'firmware.elf');
  if (existsSync(elf)) return elf;
  mkdirSync(home, { recursive: true });
  const flags = ['-I', folder, ...macros.map(macro => `-D${macro}`)];
  if (builder === undefined) return buildFirmware(home, readFileSync(file, 'utf8'), ['-Og', '-g', ...flags]);
  execFileSync(builder, [library, file, elf, ...flags], { stdio: 'inherit' });
  return elf;
}
