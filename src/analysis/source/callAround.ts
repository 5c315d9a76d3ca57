/** The call in whose argument list a place is. */
export interface CallAround {
  /** Of the function that is called. */
  name: string;
  /** The number of the argument, from 0. */
  argument: number;
}

/** How far back a call is looked for, in characters. */
const farthest = 10_000;
const statements = new Set(['if', 'while', 'for', 'switch', 'return', 'sizeof']);

/** The innermost call whose argument list is open at a place; undefined where there is none. Takes unfinished text. */
export function callAround(text: string, offset: number): CallAround | undefined {
  const code = blank(text.slice(0, offset));
  let depth = 0;
  let argument = 0;
  for (let at = code.length - 1; at >= Math.max(0, code.length - farthest); at--) {
    const character = code[at] ?? '';
    if (')]'.includes(character)) depth++;
    else if (depth > 0) depth -= '(['.includes(character) ? 1 : 0;
    else if (character === ',') argument++;
    else if (character === '(') {
      const [name] = /[A-Za-z_]\w*(?=\s*$)/.exec(code.slice(Math.max(0, at - 200), at)) ?? [];
      if (name !== undefined) return statements.has(name) ? undefined : { name, argument };
      argument = 0;
    } else if (';{}'.includes(character)) return undefined;
  }
  return undefined;
}

/** The text with blanks for comments and what is in quotes. */
export function blank(text: string): string {
  return text.replace(
    /\/\*[^]*?(?:\*\/|$)|\/\/[^\n]*|"(?:\\[^]|[^"\\\n])*"?|'(?:\\[^]|[^'\\\n])*'?/g,
    found => found.replace(/[^\n]/g, ' '),
  );
}
