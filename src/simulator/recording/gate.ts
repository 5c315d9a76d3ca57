import { ProblemError } from '../../problems';
import type { Step } from '../device/steps';

/** What enters the device from outside, as plain data. */
export type Input =
  /** What the device's random numbers start with. */
  | { kind: 'seed'; bytes: Uint8Array }
  /** The device's clock is to show so many µs. */
  | { kind: 'clock'; time: number }
  /** An IP packet from the network. */
  | { kind: 'packet'; bytes: Uint8Array }
  | { kind: 'uart'; bytes: Uint8Array }
  | { kind: 'pin'; pin: number; level: 0 | 1 }
  /** What the ADC measures from now on, 0 to 1024. */
  | { kind: 'adc'; value: number }
  /** What a connection has for the firmware that this computer answers. */
  | { kind: 'step'; step: Step }
  /** Interrupts wait at this look, because somebody steps through the firmware. */
  | { kind: 'hold' };

/** How far the device has come. The three together name one state of it: hooks can do something without an instruction. */
export interface Moment {
  /** How often it has looked outside. */
  look: number;
  instructions: number;
  /** Callbacks that have ended. */
  callbacks: number;
}

/** A look outside: its moment, and what entered the device then. */
export interface Look extends Moment {
  inputs: readonly Input[];
}

/** All looks from a moment on, and the moment up to which they tell everything. */
export interface Recording {
  looks: readonly Look[];
  end: Moment;
}

/** Packets that wait for the device; like a chip it loses what comes then. */
const maxPackets = 200;

/**
 * The only way into the device. What comes from outside waits here until the device looks, which it does between two callbacks,
 * in its sleep, and in a long callback after every so many instructions. So the list of its looks repeats a run exactly.
 */
export class Gate {
  #waiting: Input[] = [];
  #packets = 0;
  #replay: { recording: Recording; next: number } | undefined;
  /** Called at every look. */
  onLook: (look: Look) => void = () => undefined;
  /** Called when something comes while the device may be asleep. */
  onArrival: () => void = () => undefined;

  /** Something for the device. During a replay it waits for the end of the replay. */
  enter(input: Input): void {
    if (input.kind === 'packet' && ++this.#packets > maxPackets) {
      this.#packets--;
      return;
    }
    this.#waiting.push(input);
    this.onArrival();
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Whether inputs come from a recording. */
  get replaying(): boolean {
    return this.#replay !== undefined;
  }

  /** In a replay: where the device has to look next, or the end. */
  get next(): Moment | undefined {
    const replay = this.#replay;
    return replay && (replay.recording.looks[replay.next] ?? replay.recording.end);
  }

  /** Where the replay ends. */
  get end(): Moment | undefined {
    return this.#replay?.recording.end;
  }

  /** From now on the inputs of a recording enter, up to its end. */
  replay(recording: Recording): void {
    this.#replay = { recording, next: 0 };
  }

  endReplay(): void {
    this.#replay = undefined;
  }

  /** Drops what waits. */
  clear(): void {
    this.#waiting = [];
    this.#packets = 0;
  }

  /**
   * What enters at this look. Throws a Problem when the device is not where it was when that was recorded.
   * @param held whether interrupts have to wait
   */
  take(at: Moment, held: boolean): readonly Input[] {
    const inputs = this.#replay === undefined ? this.#taken(held) : this.#replayed(at);
    this.onLook({ ...at, inputs });
    return inputs;
  }

  #taken(held: boolean): Input[] {
    const inputs = this.#waiting;
    this.clear();
    if (held) inputs.push({ kind: 'hold' });
    return inputs;
  }

  #replayed(at: Moment): readonly Input[] {
    const look = this.#replay?.recording.looks[this.#replay.next];
    if (this.#replay === undefined || look === undefined || !isSame(look, at))
      throw new ProblemError({ kind: 'replay-diverged', instructions: at.instructions });
    this.#replay.next++;
    return look.inputs;
  }
}

export function isSame(one: Moment, other: Moment): boolean {
  return (
    one.look === other.look && one.instructions === other.instructions && one.callbacks === other.callbacks
  );
}

/** Whether this computer answered a connection for the firmware: its end of that is not part of a recording. */
export function hasConnections({ looks }: Recording): boolean {
  return looks.some(({ inputs }) => inputs.some(({ kind }) => kind === 'step'));
}
