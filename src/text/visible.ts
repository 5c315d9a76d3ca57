import { hexDigits } from './hex';
/**
 * What acts on a terminal, breaks a line, or reorders the text around it: C0 and C1 controls, line separators, and the marks, overrides and
 * isolates of the bidirectional algorithm (UAX #9). Letters of every script are text.
 */
// eslint-disable-next-line no-control-regex -- They are what is looked for.
const acting = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Returns the text with each character that would act shown as an escape such as \x1b; those in `kept` stay. */
export function visible(text: string, kept = ''): string {
  return text.replace(acting, character => (kept.includes(character) ? character : escaped(character)));
}

function escaped(character: string): string {
  switch (character) {
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\t':
      return '\\t';
    default: {
      const code = character.charCodeAt(0);
      return code < 0x100 ? `\\x${hexDigits(code, 2)}` : `\\u${hexDigits(code, 4)}`;
    }
  }
}

/** Returns JSON whose strings have no such character: escaped, they mean the same. */
export function forJson(json: string): string {
  return json
    .replace(acting, character =>
      character === '\n' ? character : `\\u${hexDigits(character.charCodeAt(0), 4)}`,
    )
    .replaceAll('##[', '##\\u005b');
}
