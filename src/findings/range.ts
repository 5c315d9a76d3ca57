/** From the first character to the one behind the last, as offsets in UTF-16 units. */
export interface Range {
  start: number;
  end: number;
}

/** A range in a file. */
export interface Place extends Range {
  file: string;
}

/** Lines and columns of a text, both from 0, columns in UTF-16 units. */
export class LineIndex {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  position(offset: number): { line: number; character: number } {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: offset - (this.#starts[low] ?? 0) };
  }
}
