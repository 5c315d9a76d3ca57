import type { Macro } from './preprocess';

type Macros = ReadonlyMap<string, Macro>;

/** Longer texts are no tables that people write. */
const maxText = 20_000;
const maxDepth = 16;
/** Macros that use each other many times each would take forever. */
const maxUses = 10_000;

/**
 * Returns a text with its macros put in, also the ones that stand for several items of a list or for parts of one; undefined where
 * that has no end. Uses in strings and comments stay as they are.
 */
export function expandMacros(text: string, macros: Macros): string | undefined {
  return expand(text, { macros, uses: 0 }, new Set(), 0);
}

interface Expansion {
  macros: Macros;
  /** Of macros, so far. */
  uses: number;
}

function expand(
  text: string,
  expansion: Expansion,
  open: ReadonlySet<string>,
  depth: number,
): string | undefined {
  if (depth > maxDepth || text.length > maxText) return undefined;
  let out = '';
  let at = 0;
  for (const token of text.matchAll(/"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|\/\*[^]*?\*\/|\/\/.*|\w+/g)) {
    const { 0: name, index } = token;
    if (index < at || open.has(name)) continue;
    const macro = expansion.macros.get(name);
    if (macro === undefined) continue;
    const { parameters } = macro;
    const used =
      parameters === undefined ? { end: index + name.length, list: [] } : call(text, index + name.length);
    if (used === undefined) continue;
    if (++expansion.uses > maxUses) return undefined;
    const given = used.list.map(argument => expand(argument, expansion, open, depth + 1));
    const body = withArguments(macro, used.list, given);
    const inner =
      body === undefined ? undefined : expand(body, expansion, new Set([...open, name]), depth + 1);
    if (inner === undefined) return undefined;
    out += text.slice(at, index) + inner;
    at = used.end;
    if (out.length > maxText) return undefined;
  }
  return out + text.slice(at);
}

/** The arguments behind a macro's name, and where they end; undefined where there are none. */
function call(text: string, from: number): { end: number; list: string[] } | undefined {
  let at = from;
  while (/\s/.test(text[at] ?? '')) at++;
  if (text[at] !== '(') return undefined;
  const list: string[] = [];
  let depth = 0;
  let start = at + 1;
  for (; at < text.length; at++) {
    const sign = text[at];
    if (sign === '(') depth++;
    else if (sign === ')') depth--;
    const isEnd = depth === 0;
    if (!isEnd && (sign !== ',' || depth > 1)) continue;
    list.push(text.slice(start, at).trim());
    start = at + 1;
    if (isEnd) return { end: at + 1, list };
  }
  return undefined;
}

/** A macro's body with its arguments: as they are written beside ##, else expanded. */
function withArguments(
  { body, parameters = [] }: Macro,
  list: readonly string[],
  given: readonly (string | undefined)[],
): string | undefined {
  if (given.includes(undefined)) return undefined;
  const text = body.replace(/\\\r?\n/g, ' ');
  return text
    .replace(/\b[A-Za-z_]\w*\b/g, (name, at: number) => {
      const index = parameters.indexOf(name);
      if (index < 0) return name;
      const isPasted = /##\s*$/.test(text.slice(0, at)) || /^\s*##/.test(text.slice(at + name.length));
      return (isPasted ? list[index] : given[index]) ?? '';
    })
    .replace(/\s*##\s*/g, '');
}
