/** A part of the device. All that it remembers is one plain value, which can be saved and restored. */
export abstract class Part<State extends object> {
  protected state: State;

  constructor(state: State) {
    this.state = state;
  }

  /** A copy of all that the part remembers. */
  save(): State {
    return structuredClone(this.state);
  }

  restore(state: State): void {
    this.state = structuredClone(state);
  }
}
