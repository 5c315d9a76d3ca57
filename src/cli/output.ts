import type { Paint } from './color';

/** Where a command of the terminal writes. */
export interface Output {
  /** A line of the result. */
  out(line: string): void;
  /** Text without line break, as a device prints it. */
  write(text: string): void;
  /** A line about what went wrong. */
  error(line: string): void;
  /** Colours for results; plain unless given. */
  paint?: Paint;
  /** Colours for lines about what went wrong; plain unless given. */
  paintError?: Paint;
}
