import { forTerminal, linesForTerminal } from '../text/forTerminal';
import { forJson } from '../text/visible';
import { type ColorChoice, colored, type Paint, paintFor } from './color';

/**
 * What a text is: a line, whose contents may be anybody's; lines of our own making; JSON; or a workflow command, made by
 * forWorkflowCommand.
 */
export type Form = 'line' | 'lines' | 'json' | 'workflow command';

/** Where a command of the terminal writes. */
export interface Output {
  /** A line of the result. */
  out(line: string, form?: Form): void;
  /** Text without line break, as FirmwareOutput lets it pass. */
  write(text: string): void;
  /** A line about what went wrong. */
  error(line: string, form?: Form): void;
  /** Colours for results; plain unless given. */
  paint?: Paint;
  /** Colours for lines about what went wrong; plain unless given. */
  paintError?: Paint;
}

interface Stream {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** Returns the output to these streams: the one place where text reaches them, and where it becomes safe. */
export function outputTo(
  stdout: Stream,
  stderr: Stream,
  environment: NodeJS.ProcessEnv,
  color: ColorChoice,
): Required<Output> {
  const paint = paintFor(stdout, environment, color);
  const paintError = paintFor(stderr, environment, color);
  return {
    out: (text, form) => stdout.write(`${safe(text, form, paint === colored)}\n`),
    write: text => stdout.write(text),
    error: (text, form) => stderr.write(`${safe(text, form, paintError === colored)}\n`),
    paint,
    paintError,
  };
}

function safe(text: string, form: Form = 'line', colors: boolean): string {
  switch (form) {
    case 'line':
      return forTerminal(text, colors);
    case 'lines':
      return linesForTerminal(text, colors);
    case 'json':
      return forJson(text);
    case 'workflow command':
      return text;
  }
}
