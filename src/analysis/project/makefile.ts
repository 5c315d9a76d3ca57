import { type TlsLibrary, tlsLibraries } from '../../sdk/tls';
import type { Range } from '../../findings/range';

/** A library that a Makefile names, and where. */
export interface LinkedLibrary extends Range {
  /** What follows -l. */
  name: string;
  /** The variable that it is added to, or the line that it stands in: what is linked together. */
  list: string;
  /** Whether -l is put before it by make itself. */
  prefixed: boolean;
  /** The branch of ifeq and the like in which it stands; empty outside of all. */
  branch: readonly string[];
}

/** A file that esptool writes, and to which address. */
export interface Burning extends Range {
  address: number;
  file: string;
}

/** What a Makefile says about how firmware is built and burnt. */
export interface Makefile {
  path: string;
  text: string;
  libraries: readonly LinkedLibrary[];
  /** Whether it links with libraries whose names are variables that are not known. */
  hasUnknownLibraries: boolean;
  /** Variables that are set to one word, outside of conditions and not only as a default (`?=`). */
  variables: ReadonlyMap<string, string>;
  burnings: readonly Burning[];
  /** Whether it names esp-open-sdk, which adds to the SDK's libraries what a firmware may lack. */
  namesOpenSdk: boolean;
}

/** Reads a Makefile as far as the rules look. Any text gives something: what is not understood is left out. */
export function readMakefile(path: string, text: string): Makefile {
  const libraries: LinkedLibrary[] = [];
  const variables = new Map<string, string>();
  const burnings: Burning[] = [];
  const prefixed = new Set([...text.matchAll(/addprefix\s+-l\s*,\s*\$[({](\w+)/g)].map(([, name]) => name));
  let hasUnknownLibraries = false;
  /** Variables that stand in a list, and those that the Makefile sets itself. */
  const used: { name: string; list: string }[] = [];
  const set = new Set<string>();
  const branches: string[] = [];
  /** The variable to which lines that end in a backslash go on adding. */
  let continued: string | undefined;
  for (const { start, line } of codeLines(text)) {
    const branch = [...branches];
    const condition = /^\s*(ifeq|ifneq|ifdef|ifndef|else|endif)\b/.exec(line)?.[1];
    if (condition !== undefined) {
      if (condition === 'endif') branches.pop();
      else if (condition === 'else') branches.push(`${branches.pop() ?? ''}/${start}`);
      else branches.push(String(start));
      continue;
    }
    const [, name, operator, value] =
      /^\s*(?:export\s+|override\s+)?(\w[\w.-]*)\s*([:+?]?=)\s*(.*?)\s*\\?\s*$/.exec(line) ?? [];
    if (name !== undefined) set.add(name);
    const target = name ?? continued;
    const list = target ?? String(start);
    const add = (word: string, from: number, prefixed: boolean) =>
      libraries.push({
        name: prefixed ? word : word.slice(2),
        list,
        prefixed,
        branch,
        start: start + from,
        end: start + from + word.length,
      });
    for (const { index, 0: word } of line.matchAll(/(?<=^|\s)-l\S+/g)) {
      if (/^[\w.+-]+$/.test(word)) add(word, index, false);
      else if (!word.startsWith('-l,')) hasUnknownLibraries = true;
    }
    for (const [, variable = ''] of line.matchAll(/\$[({](\w*LIB\w*)[)}]/gi))
      used.push({ name: variable, list });
    // Libraries may be given as files, too.
    if (/\blib(?:ssl|mbedtls|crypto)\.a\b/.test(line)) hasUnknownLibraries = true;
    if (target !== undefined && prefixed.has(target)) {
      const from = name === undefined ? 0 : line.indexOf('=') + 1;
      for (const { 0: word, index } of line.slice(from).matchAll(/[^\s\\]+/g)) {
        if (/^\w[\w.+-]*$/.test(word)) add(word, from + index, true);
        else if (word.startsWith('$') && !word.includes('addprefix')) hasUnknownLibraries = true;
      }
    }
    for (const match of line.matchAll(/(?<=\s|^)(0x[0-9a-fA-F]+)\s+(\S+\.bin)\b/g)) {
      const [all, address = '', file = ''] = match;
      burnings.push({
        address: Number(address),
        file,
        start: start + match.index,
        end: start + match.index + all.length,
      });
    }
    if (
      name !== undefined &&
      /^:?=$/.test(operator ?? '') &&
      branch.length === 0 &&
      /^[\w.-]+$/.test(value ?? '')
    )
      variables.set(name, value ?? '');
    continued = /\\\s*$/.test(line) ? list : undefined;
  }
  const lists = new Set(libraries.map(({ list }) => list));
  // Such as come from the command line of make or from another Makefile.
  hasUnknownLibraries ||= used.some(({ name, list }) => lists.has(list) && !set.has(name));
  const namesOpenSdk = text.includes('esp-open-sdk');
  return { path, text, libraries, hasUnknownLibraries, variables, burnings, namesOpenSdk };
}

/** Lines with comments cut off. */
function* codeLines(text: string): Iterable<{ start: number; line: string }> {
  let start = 0;
  for (const whole of text.split('\n')) {
    const comment = /(?<!\\)#/.exec(whole)?.index;
    yield { start, line: comment === undefined ? whole : whole.slice(0, comment) };
    start += whole.length + 1;
  }
}

/** What Makefiles say to the compiler and linker. */
export interface MakefileFacts {
  /** Macros of -D, undefined for -U. Those whose value make computes are left out. */
  defines: ReadonlyMap<string, string | undefined>;
  /** Undefined where none or both are linked. */
  tlsLibrary: TlsLibrary | undefined;
}

/** Reads the texts of a project's Makefiles. */
export function readMakefiles(texts: readonly string[]): MakefileFacts {
  const defines = new Map<string, string | undefined>();
  const libraries = new Set<TlsLibrary>();
  for (const text of texts) {
    for (const { name } of readMakefile('', text).libraries) {
      const library = tlsLibraries.find(each => each === `lib${name}`);
      if (library !== undefined) libraries.add(library);
    }
    const lines = text.replace(/\\\r?\n/g, ' ').replace(/^\s*#.*$|\s#.*$/gm, '');
    for (const [, flag, name = '', value] of lines.matchAll(
      /(?:^|[\s=])-(D|U)\s*([A-Za-z_]\w*)(?:=("[^"]*"|'[^']*'|[^\s]*))?/g,
    )) {
      if (value?.includes('$')) continue;
      defines.set(name, flag === 'U' ? undefined : (value ?? '1').replace(/\\(["'])/g, '$1'));
    }
  }
  const [tlsLibrary] = libraries.size === 1 ? libraries : [];
  return { defines, tlsLibrary };
}
