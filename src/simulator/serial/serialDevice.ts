import { type Problem, ProblemError } from '../../problems';
import type { DeviceEvent } from '../events';
import { type LaunchOptions, loadSimulator } from '../load';
import { type Simulator } from '../simulator';
import { RomLoader } from './romLoader';
import { SlipReader } from './slip';
import { defaultFlashSize, type EndReason } from '../simulatorOptions';

/** What the device is doing. */
export type SerialState = 'loader' | 'booting' | 'running';

/** The first packet of every tool: the command “sync” with its 36 bytes of data. */
const syncCommand = 0x08;
const syncLength = 8 + 36;

/**
 * A simulated device behind a serial line. It waits in the loader of its ROM until something is flashed, then boots what its flash
 * holds. A pseudo-terminal cannot carry DTR and RTS, so a tool's first packet resets the running device into the loader, as the
 * reset circuit of a board would.
 */
export class SerialDevice {
  readonly #launch: LaunchOptions;
  #loader: RomLoader | undefined;
  #simulator: Simulator | undefined;
  #slip = new SlipReader();
  #contents: Uint8Array | undefined;
  #closed = false;
  #failed = false;
  /** Bytes that the device sends. */
  onSend: (bytes: Uint8Array) => void = () => undefined;
  onEvent: (event: DeviceEvent) => void = () => undefined;
  onState: (state: SerialState) => void = () => undefined;
  /** Why the device does not boot. */
  onProblem: (problem: Problem) => void = () => undefined;
  /** The simulation of a firmware has ended by itself. */
  onEnd: (reason: EndReason) => void = () => undefined;

  /** @param launch without contents of the flash it is erased */
  constructor(launch: LaunchOptions) {
    this.#launch = launch;
    this.#contents = launch.flashContents;
  }

  /** All that the flash holds; undefined before the device was started. */
  get flashContents(): Uint8Array | undefined {
    return this.#simulator?.flashContents ?? this.#loader?.flash.contents ?? this.#contents;
  }

  /** Whether a file of its simulations could not be written. */
  get failedToSave(): boolean {
    return this.#failed;
  }

  /** Switches the device on: it boots where its flash holds something, else it waits in its loader. */
  start(): void {
    if (this.#closed) return;
    if (this.#contents === undefined) this.#load();
    else void this.#boot();
  }

  /** Bytes for the device. */
  receive(bytes: Uint8Array): void {
    if (this.#loader !== undefined) {
      this.#loader.receive(bytes);
      return;
    }
    const sync = this.#slip
      .read(bytes)
      .find(packet => packet[1] === syncCommand && packet.length === syncLength);
    if (sync === undefined) {
      this.#simulator?.input(bytes);
      return;
    }
    // The tool repeats its packet until the loader answers.
    this.#load();
  }

  /** Switches the device off. */
  close(): void {
    this.#closed = true;
    this.#stop();
  }

  #stop(): void {
    this.#contents = this.flashContents;
    this.#loader?.close();
    this.#loader = undefined;
    const simulator = this.#simulator;
    this.#simulator = undefined;
    if (simulator === undefined) return;
    simulator.end();
    this.#failed ||= simulator.failedToSave;
  }

  #load(): void {
    this.#stop();
    const loader = new RomLoader(this.#launch.flashSize ?? defaultFlashSize, this.#contents);
    loader.onSend = bytes => {
      this.onSend(bytes);
    };
    loader.onBoot = () => void this.#boot();
    this.#loader = loader;
    this.onState('loader');
  }

  async #boot(): Promise<void> {
    this.#stop();
    this.#slip = new SlipReader();
    this.onState('booting');
    try {
      const launch = { ...this.#launch };
      // The whole of it is written when the device is switched off, not at every boot.
      delete launch.flashImage;
      const contents = this.#contents === undefined ? {} : { flashContents: this.#contents };
      const simulator = await loadSimulator({ ...launch, ...contents, asFlashed: true });
      if (this.#closed || this.#loader !== undefined) {
        simulator.end();
        return;
      }
      simulator.events.listen(event => {
        if (event.kind === 'print') this.onSend(Buffer.from(event.text));
        this.onEvent(event);
      });
      simulator.onEnd = reason => {
        if (this.#simulator === simulator) this.onEnd(reason);
      };
      this.#simulator = simulator;
      this.onState('running');
      simulator.start();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.onProblem(error.problem);
      this.#load();
    }
  }
}
