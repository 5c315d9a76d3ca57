import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import { Simulator } from '../../src/simulator/simulator';
import { buildStackFirmware, peerName, type StackFirmware } from '../firmware-sources/stack/build';
import { WatchedDevice } from './watchedDevice';
import type { SimulatorOptions } from '../../src/simulator/simulatorOptions';

/** Sectors of the firmware's flash: the server to visit, words of options.h, a CA record. */
const addresses = { target: 0x7c000, options: 0x7b000, ca: 0x77000 };

/** What is special about a device. */
export interface StackOptions {
  /** Words of options.h. */
  words?: string;
  /** esp_ca_cert.bin. */
  caRecord?: Uint8Array;
  simulator?: Partial<SimulatorOptions>;
}

/** Devices whose lwIP and Mbed TLS are in their firmware. */
export class StackDevices {
  readonly folder: string;
  readonly firmware: StackFirmware;
  readonly #devices: WatchedDevice[] = [];

  private constructor(folder: string, firmware: StackFirmware) {
    this.folder = folder;
    this.firmware = firmware;
  }

  /** Builds the firmware, where it has not been built; that takes a minute. */
  static async create(): Promise<StackDevices> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-stack-devices-'));
    return new StackDevices(folder, await buildStackFirmware(folder));
  }

  start({ words = '', caRecord, simulator = {} }: StackOptions = {}): WatchedDevice {
    const { elf } = this.firmware;
    const { flashFiles = [], ...others } = simulator;
    const device = new WatchedDevice(
      new Simulator({
        firmware: loadFirmware(readFileSync(elf), elf),
        ports: new Map([
          [443, 0],
          [7000, 0],
        ]),
        flashFiles: [
          ...flashFiles,
          { address: addresses.options, file: 'options', bytes: Buffer.from(`${words}\0`) },
          ...(caRecord === undefined ? [] : [{ address: addresses.ca, file: 'ca', bytes: caRecord }]),
        ],
        ...others,
      }),
    );
    this.#devices.push(device);
    return device;
  }

  /** Switches a device on whose TLS client visits this port of the computer under a name. */
  visit(port: number, { name = peerName, ...options }: StackOptions & { name?: string } = {}): WatchedDevice {
    return this.start({
      ...options,
      simulator: {
        ...options.simulator,
        flashFiles: [{ address: addresses.target, file: 'target', bytes: Buffer.from(`${name} 443\n`) }],
        network: { outbound: 'loopback', hosts: new Map([[name, `127.0.0.1:${port}`]]), faults: {} },
      },
    });
  }

  /** Switches all devices off. */
  end(): void {
    for (const device of this.#devices.splice(0)) device.simulator.end();
  }

  remove(): void {
    this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
