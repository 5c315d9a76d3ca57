import { hexDigits } from './hex';
import { visible } from './visible';

// SGR of ECMA-48, with the colons of ISO 8613-6; longer ones set no colour.
// eslint-disable-next-line no-control-regex -- It starts with ESC.
const sgr = /(\u001b\[[\d;:]{0,29}m)/;
// eslint-disable-next-line no-control-regex -- What may become one.
const begun = /\u001b(?:\[[\d;:]{0,29})?$/;

/**
 * What firmware prints, piece by piece, for a terminal or a debug console: text, tabs, CR, LF and SGR colours pass; all else that would act,
 * such as the title of a window or the clipboard (OSC), is shown as an escape. A sequence may be cut anywhere between two pieces.
 */
export class FirmwareOutput {
  readonly #inCi: boolean;
  #held = '';
  #colored = false;
  /** What may precede a workflow command in its line. */
  #lineStart = '';

  /** `inCi`: a CI service reads the output for commands. */
  constructor(inCi = false) {
    this.#inCi = inCi;
  }

  /** Returns what of the next piece can be shown already. */
  next(piece: string): string {
    const text = this.#held + piece;
    [this.#held = ''] = begun.exec(text) ?? [];
    return this.#shown(text.slice(0, text.length - this.#held.length));
  }

  /** Returns what comes before other text: what was held back, and the end of the firmware's colours. */
  pause(): string {
    const rest = visible(this.#held);
    this.#held = '';
    const end = this.#colored ? '\u001b[0m' : '';
    this.#colored = false;
    return rest + end;
  }

  #shown(text: string): string {
    return text
      .split(sgr)
      .map((part, index) => {
        if (index % 2 === 1) {
          this.#colored = !/^0*$/.test(part.slice(2, -1));
          return part;
        }
        const safe = visible(part, '\t\r\n');
        return this.#inCi ? this.#withoutCommands(safe) : safe;
      })
      .join('');
  }

  /** Breaks “::” at the start of a line and “##[” anywhere, also between two pieces. */
  #withoutCommands(text: string): string {
    let shown = '';
    for (const character of text) {
      const line = this.#lineStart + character;
      if (character === '\n' || character === '\r') this.#lineStart = '';
      else if (/^\s*::$/.test(line) || line.endsWith('##[')) {
        shown += `\\x${hexDigits(character.charCodeAt(0), 2)}`;
        this.#lineStart = 'x';
        continue;
      } else this.#lineStart = /^\s*:?$/.test(line) ? line.trimStart() : `x${line.slice(-2)}`;
      shown += character;
    }
    return shown;
  }
}
