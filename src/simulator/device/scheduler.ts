import { earliest } from '../clock';
import type { Callback, Step, StepHandlers, StepKind, StepOf } from './steps';
import { Part } from './part';

/** Work that waits in the device's own memory: posted tasks, armed timers. */
export interface Source {
  /** The callback that is due now. */
  next(): Callback | undefined;
  /** When its next callback is due, in µs of the device's clock; undefined when it waits for nothing. */
  due(): number | undefined;
}

/** The chip has room for far fewer events; a firmware that causes them in a loop must not fill the computer's memory. */
const maxWaiting = 10_000;

export interface SchedulerState {
  queue: Step[];
  overflowed: boolean;
}

/**
 * What the device has to do next. Everything runs to completion, one at a time, as on the chip; events that
 * come while a callback runs wait in a queue.
 */
export class Scheduler extends Part<SchedulerState> {
  readonly #sources: Source[] = [];
  readonly #handlers: Partial<StepHandlers> = { call: callback => callback };
  /** Called when work arrives while the device may be asleep. */
  onWork: () => void = () => undefined;
  /** Called the first time that something is lost. */
  onOverflow: () => void = () => undefined;

  constructor() {
    super({ queue: [], overflowed: false });
  }

  /** Says what a kind of step does. */
  handle<Kind extends StepKind>(kind: Kind, handler: StepHandlers[Kind]): void {
    const handlers: Partial<Pick<StepHandlers, Kind>> = this.#handlers;
    handlers[kind] = handler;
  }

  /** Does a step now. */
  take<Kind extends StepKind>({ kind, data }: StepOf<Kind>, result = 0): Callback | undefined {
    const handler: Partial<StepHandlers>[Kind] = this.#handlers[kind];
    if (handler === undefined) throw new Error(`nothing handles the step ${kind}`);
    return handler(data, result);
  }

  /** False when too much waits already: the step is lost. */
  post(step: Step): boolean {
    const { queue } = this.state;
    if (queue.length >= maxWaiting) {
      if (!this.state.overflowed) this.onOverflow();
      this.state.overflowed = true;
      return false;
    }
    queue.push(step);
    this.onWork();
    return true;
  }

  /** A step that continues what has just been done: its turn is before all that waits. */
  postFirst(step: Step): void {
    this.state.queue.unshift(step);
    this.onWork();
  }

  call(callback: Callback): void {
    this.post({ kind: 'call', data: callback });
  }

  callFirst(callback: Callback): void {
    this.postFirst({ kind: 'call', data: callback });
  }

  /** A source is asked, in the order of adding, whenever the queue is empty: tasks, then timers. */
  addSource(source: Source): void {
    this.#sources.push(source);
  }

  /** The next callback, undefined when the device can sleep. */
  next(): Callback | undefined {
    const { queue } = this.state;
    do {
      for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
        const callback = this.take(step);
        if (callback !== undefined) return callback;
      }
      for (const source of this.#sources) {
        const callback = source.next();
        if (callback !== undefined) return callback;
      }
      // A source may have posted a step instead of making a callback.
    } while (queue.length > 0);
    return undefined;
  }

  /** When the next callback of a source is due, in µs of the device's clock; undefined when only events can wake the device. */
  due(): number | undefined {
    return earliest(this.#sources.map(source => source.due()));
  }
}
