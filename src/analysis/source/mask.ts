import type { Macro } from './preprocess';
import { literalEnd, type Scan } from './scan';
import type { Range } from '../../findings/range';

/**
 * Words of the SDK's headers that say where code or data goes. They are where the grammar of C has no place for them.
 * Names as in c_types.h and osapi.h.
 */
const attributes = new Set([
  'ICACHE_FLASH_ATTR',
  'ICACHE_RODATA_ATTR',
  'ICACHE_RAM_ATTR',
  'IRAM_ATTR',
  'DRAM_ATTR',
  'STORE_ATTR',
  'SHMEM_ATTR',
  'DMEM_ATTR',
  'RODATA_ATTR',
  'FLASH_ATTR',
  'PROGMEM',
  'PACKED_STRUCT',
  'PACK_STRUCT_FIELD',
  'PACK_STRUCT_STRUCT',
  'PACK_STRUCT_BEGIN',
  'PACK_STRUCT_END',
]);

/**
 * Returns the text as the parser is to see it in one configuration: comments, directives, what is not compiled and attributes are
 * blank. Nothing changes its place.
 */
export function mask(
  scan: Scan,
  inactive: readonly Range[],
  qualifiers: ReadonlyMap<string, string>,
): string {
  const { text } = scan;
  const blanks = [...scan.comments, ...scan.directives, ...inactive].sort((a, b) => a.start - b.start);
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end } of blanks) {
    if (end <= from) continue;
    if (start > from) pieces.push(text.slice(from, start));
    pieces.push(blank(text.slice(Math.max(from, start), end)));
    from = end;
  }
  pieces.push(text.slice(from));
  return withoutAttributes(pieces.join(''), qualifiers);
}

/** As many blanks as the text has characters, in the same lines. */
function blank(text: string): string {
  if (!text.includes('\n')) return ' '.repeat(text.length);
  return text
    .split('\n')
    .map(line => ' '.repeat(line.length))
    .join('\n');
}

function withoutAttributes(text: string, qualifiers: ReadonlyMap<string, string>): string {
  const pieces: string[] = [];
  let from = 0;
  const next = /["']|\b[A-Za-z_]\w*/g;
  for (let match = next.exec(text); match !== null; match = next.exec(text)) {
    const [word] = match;
    if (word === '"' || word === "'") {
      next.lastIndex = literalEnd(text, match.index);
      continue;
    }
    let replacement: string;
    let end = match.index + word.length;
    if (word === '__attribute__' || word === '__attribute') {
      end = closing(text, end);
      replacement = blank(text.slice(match.index, end));
    } else if (word === 'LOCAL') {
      // Of the words that may be there, const is as long. It says the same to the rules: not on the stack.
      replacement = 'const';
    } else if (attributes.has(word)) {
      replacement = ' '.repeat(word.length);
    } else if (qualifiers.has(`${word}(`) && /^\([ \t]*\w+[ \t]*\)/.test(text.slice(end, end + 100))) {
      // The head of a function: void and its name, where the macro and its argument are.
      end = text.indexOf(')', end) + 1;
      const name = text.slice(match.index + word.length + 1, end - 1);
      replacement = `${(qualifiers.get(`${word}(`) ?? '').padEnd(word.length + 1)}${name} `;
    } else {
      const stands = qualifiers.get(word);
      if (stands === undefined) continue;
      replacement = (stands.length <= word.length ? stands : '').padEnd(word.length);
    }
    pieces.push(text.slice(from, match.index), replacement);
    from = end;
    next.lastIndex = end;
  }
  pieces.push(text.slice(from));
  return pieces.join('');
}

/**
 * The words that are macros for nothing but attributes and qualifiers, with what they leave in a declaration. With `(` behind them those
 * that make the head of a function that returns nothing, as `#define CALLBACK(name) static void ICACHE_FLASH_ATTR name`.
 */
export function qualifiers(words: Iterable<string>, macros: ReadonlyMap<string, Macro>): Map<string, string> {
  const found = new Map<string, string>();
  for (const word of words) {
    const macro = macros.get(word);
    if (macro === undefined) continue;
    const stands = qualifier(macro);
    if (stands !== undefined) found.set(word, stands);
    if (isHead(macro) && word.length > 3) found.set(`${word}(`, 'void');
  }
  return found;
}

function isHead({ parameters, body }: Macro): boolean {
  if (parameters?.length !== 1) return false;
  const words = body.replace(/__attribute__\s*\(\(.*\)\)/, '').split(/\s+/);
  return (
    words.at(-1) === parameters[0] &&
    words.includes('void') &&
    words
      .slice(0, -1)
      .every(word => /^(?:void|static|LOCAL|extern|inline|)$/.test(word) || attributes.has(word))
  );
}

function qualifier(macro: Macro): string | undefined {
  if (macro.parameters !== undefined) return undefined;
  const rest = macro.body.replace(/__attribute__\s*\(\(.*\)\)/, '').trim();
  if (rest === '' || attributes.has(rest)) return '';
  if (rest === 'static' || rest === 'LOCAL') return 'const';
  return undefined;
}

/** Behind the parenthesis that closes the next one. */
function closing(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length && at < from + 500; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth <= 0) return at + 1;
    else if (depth === 0 && !/\s/.test(text[at] ?? '')) return from;
  }
  return from;
}

/** The text with blanks in these ranges, which are in order. Nothing changes its place. */
export function withBlanks(text: string, ranges: readonly Range[]): string {
  let [found, from] = ['', 0];
  for (const { start, end } of ranges) {
    found += text.slice(from, start) + blank(text.slice(start, end));
    from = end;
  }
  return found + text.slice(from);
}
