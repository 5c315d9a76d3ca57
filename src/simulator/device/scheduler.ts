/** A function of the firmware that is to be called, with up to six argument words. */
export interface Callback {
  /** What it is for, as the SDK names it: "recv", "timer", "user_init". */
  name: string;
  address: number;
  arguments: number[];
  /** What it is told, for the event log: an error. */
  told?: number;
  /** Runs after the callback has returned, with the result in a2. */
  returned?: (result: number) => void;
  /** The SDK's own business, such as handing a packet to lwIP: no event of its own in the log. */
  internal?: boolean;
}

/** Work for the event loop: makes the callback at the moment it is its turn; undefined when there is none any more. */
export type Work = () => Callback | undefined;

/** Work that waits in the device's own memory: posted tasks, armed timers. */
export interface Source {
  /** The callback that is due now. */
  next(): Callback | undefined;
  /** When its next callback is due, in µs of the device's clock; undefined when it waits for nothing. */
  due(): number | undefined;
}

/** The chip has room for far fewer events; a firmware that causes them in a loop must not fill the computer's memory. */
const mostWaiting = 10_000;

/**
 * What the device has to do next. Everything runs to completion, one at a time, as on the chip; events that
 * come while a callback runs wait in a queue.
 */
export class Scheduler {
  #overflowed = false;
  readonly #queue: Work[] = [];
  readonly #sources: Source[] = [];
  /** Called when work arrives while the device may be asleep. */
  onWork: () => void = () => undefined;
  /** Called the first time that something is lost. */
  onOverflow: () => void = () => undefined;

  /** False when too much waits already: the work is lost. */
  post(work: Work): boolean {
    if (this.#queue.length >= mostWaiting) {
      if (!this.#overflowed) this.onOverflow();
      this.#overflowed = true;
      return false;
    }
    this.#queue.push(work);
    this.onWork();
    return true;
  }

  /** Work that continues what has just been done: its turn is before all that waits. */
  postFirst(work: Work): void {
    this.#queue.unshift(work);
    this.onWork();
  }

  /** A source is asked, in the order of adding, whenever the queue is empty: tasks, then timers. */
  addSource(source: Source): void {
    this.#sources.push(source);
  }

  /** The next callback, undefined when the device can sleep. */
  next(): Callback | undefined {
    do {
      for (let work = this.#queue.shift(); work !== undefined; work = this.#queue.shift()) {
        const callback = work();
        if (callback !== undefined) return callback;
      }
      for (const source of this.#sources) {
        const callback = source.next();
        if (callback !== undefined) return callback;
      }
      // A source may have posted work instead of answering a callback.
    } while (this.#queue.length > 0);
    return undefined;
  }

  /** When the next callback of a source is due, in µs of the device's clock; undefined when only events can wake the device. */
  due(): number | undefined {
    const times = this.#sources.map(source => source.due()).filter(time => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }
}
