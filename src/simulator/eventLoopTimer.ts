/** What Node's setTimeout can wait, in ms; then the device looks and sleeps on. */
export const longestTimeout = 0x7fffffff;

/** The turns that a device gets of Node's event loop: one is planned at a time. */
export class EventLoopTimer {
  readonly #turn: () => void;
  /** Takes back the turn that is planned next. */
  #cancel: () => void = () => undefined;

  constructor(turn: () => void) {
    this.#turn = turn;
  }

  /** Plans the next turn in so many ms, in place of the one planned before. */
  plan(delay: number): void {
    this.cancel();
    if (delay === 0) {
      const immediate = setImmediate(this.#turn);
      this.#cancel = () => {
        clearImmediate(immediate);
      };
    } else {
      const timeout = setTimeout(this.#turn, Math.min(delay, longestTimeout));
      this.#cancel = () => {
        clearTimeout(timeout);
      };
    }
  }

  cancel(): void {
    this.#cancel();
  }
}
