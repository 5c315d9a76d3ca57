import path from 'node:path';
import type { MakeVariables } from '../project/makeVariables';
import { shellWords } from '../project/shellWords';

/** What a compiler is told that has to do with the meaning of C, not with the code for the chip. */
export interface CompilerFlags {
  /** Absolute paths, in the order of the search. */
  includes: readonly string[];
  /** As they are behind -D, by name; undefined for -U. */
  defines: ReadonlyMap<string, string | undefined>;
  /** Absolute paths of headers that are included first. */
  preincluded: readonly string[];
  /** -W and what follows; -Werror is left out, as clang warns of more. */
  warnings: readonly string[];
  /** As in -std=; undefined where the compiler's own is meant. */
  standard: string | undefined;
  /** The program, as the variable CC has it. */
  compiler: string | undefined;
}

/** Variables that are for other programs than the compiler of C, or for code of the computer. */
const foreign = /CXX|CPLUS|ASFLAGS|LDFLAGS|LINK|HOST|AVR/i;

/**
 * Returns what the Makefiles have the compiler told: by the commands that compile, else by all that their variables hold. Paths are
 * relative to `folder`, in which make is started.
 */
export function compilerFlags(make: MakeVariables, folder: string): CompilerFlags {
  const commands = make.recipes
    .filter(
      line =>
        /\$[({]\w*(?:CC|GCC)[)}]|gcc\b/.test(line) &&
        /\s-(?:c|M)\s/.test(line) &&
        !line.includes('__ASSEMBLER__'),
    )
    .map(line => make.expand(line));
  const told =
    commands.length > 0
      ? commands
      : make.names.filter(name => !foreign.test(name)).map(name => make.value(name));
  const [compiler] = wordsOf(make.value('CC'));
  return { ...flagsIn(wordsOf(told.join(' ')), folder), compiler };
}

function flagsIn(words: readonly string[], folder: string): Omit<CompilerFlags, 'compiler'> {
  const includes = new Set<string>();
  const preincluded = new Set<string>();
  const defines = new Map<string, string | undefined>();
  const warnings = new Set<string>();
  let standard: string | undefined;
  for (let at = 0; at < words.length; at++) {
    if (/^-W(?![lap],|error$)\S/.test(words[at] ?? '')) warnings.add(words[at] ?? '');
    const [, flag, joined = ''] =
      /^(-I|-isystem|-iquote|-include|-D|-U|-std=)(.*)$/.exec(words[at] ?? '') ?? [];
    if (flag === undefined) continue;
    const given = joined === '' ? (words[++at] ?? '') : joined;
    if (flag === '-std=') standard = joined;
    else if (flag === '-D' || flag === '-U') {
      const [, name, value] = /^([A-Za-z_]\w*)(?:=([^]*))?$/.exec(given) ?? [];
      if (name !== undefined) defines.set(name, flag === '-U' ? undefined : (value ?? '1'));
    } else (flag === '-include' ? preincluded : includes).add(path.resolve(folder, given));
  }
  return {
    includes: [...includes],
    defines,
    preincluded: [...preincluded],
    warnings: [...warnings],
    standard,
  };
}

function wordsOf(text: string): string[] {
  return shellWords(text).map(word => word.text);
}
