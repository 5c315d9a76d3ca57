import { WeakMemo } from '../engine/memo';
import { type Called, type Expression, fold, type Lookup } from './expression';
import type { Directive, Scan } from './scan';
import type { ExpressionReader } from './syntax';
import type { Range } from '../../findings/range';

/** What #define gave a name. */
export interface Macro {
  /** Undefined for a macro that is used without parentheses. */
  parameters: readonly string[] | undefined;
  body: string;
}

export type Macros = Map<string, Macro>;

/** Which values the macros have that no source defines; undefined where such a macro is not defined. */
export type Configuration = ReadonlyMap<string, string | undefined>;

/** What one configuration makes of a file. */
export interface Preprocessed {
  /** What is not compiled, in order, without overlap. */
  inactive: readonly Range[];
  /** As they are at the end of the file. */
  macros: Macros;
  /** What is not compiled of the project's headers that it includes. */
  headers: ReadonlyMap<string, readonly Range[]>;
}

/** Finds the project's header that an #include means; undefined for one of the SDK or the compiler. */
export type FindHeader = (name: string, from: string) => { path: string; scan: Scan } | undefined;

/** Headers that include themselves end here. */
const maxIncludes = 40;
const maxSteps = 300_000;

/** Runs the preprocessor's conditions and definitions over files, without expanding anything. */
export class Preprocessor {
  readonly #reader: ExpressionReader;
  readonly #findHeader: FindHeader;
  readonly #configuration: Configuration;
  /** What the configuration defines. */
  readonly #given: ReadonlyMap<string, Macro>;
  #steps = 0;
  #headers = new Map<string, readonly Range[]>();

  constructor(reader: ExpressionReader, findHeader: FindHeader, configuration: Configuration) {
    this.#reader = reader;
    this.#findHeader = findHeader;
    this.#configuration = configuration;
    this.#given = new Map(
      [...configuration].flatMap(([name, body]) =>
        body === undefined ? [] : [[name, { parameters: undefined, body }] as const],
      ),
    );
  }

  run(path: string, scan: Scan): Preprocessed {
    const macros: Macros = new Map(this.#given);
    this.#steps = 0;
    this.#headers = new Map();
    const inactive: Range[] = [];
    this.#walk(path, scan, macros, 0, inactive);
    return { inactive, macros, headers: this.#headers };
  }

  #walk(path: string, scan: Scan, macros: Macros, depth: number, inactive: Range[]): void {
    /** For each #if around: whether a branch was taken, and whether what is around it is compiled. */
    const open: { taken: boolean; outer: boolean }[] = [];
    const state = { active: true, from: 0 };
    const enter = (now: boolean, directive: Directive) => {
      if (state.active && !now) state.from = directive.end;
      if (!state.active && now) inactive.push({ start: state.from, end: directive.start });
      state.active = now;
    };
    for (const directive of scan.directives) {
      if (++this.#steps > maxSteps) break;
      switch (directive.kind) {
        case 'if':
        case 'ifdef':
        case 'ifndef': {
          const taken = state.active && this.#holds(directive, macros);
          open.push({ taken, outer: state.active });
          enter(taken, directive);
          break;
        }
        case 'elif':
        case 'else': {
          const group = open.at(-1);
          if (group === undefined) break;
          const now =
            group.outer && !group.taken && (directive.kind === 'else' || this.#holds(directive, macros));
          if (now) group.taken = true;
          enter(now, directive);
          break;
        }
        case 'endif': {
          const group = open.pop();
          if (group !== undefined) enter(group.outer, directive);
          break;
        }
        case 'define':
          if (state.active) define(directive, macros, this.#configuration);
          break;
        case 'undef':
          if (state.active) macros.delete(directive.text);
          break;
        case 'include':
          if (state.active && depth < maxIncludes) {
            const header = this.#header(directive.text, path);
            if (header === undefined) break;
            const inside: Range[] = [];
            this.#walk(header.path, header.scan, macros, depth + 1, inside);
            // The second time its guard leaves nothing.
            if (!this.#headers.has(header.path)) this.#headers.set(header.path, inside);
          }
          break;
        case 'other':
          break;
      }
    }
    if (!state.active) inactive.push({ start: state.from, end: scan.text.length });
  }

  #header(text: string, from: string): { path: string; scan: Scan } | undefined {
    const name = includedName(text);
    return name === undefined ? undefined : this.#findHeader(name, from);
  }

  #holds(directive: Directive, macros: Macros): boolean {
    if (directive.kind === 'ifdef') return macros.has(firstWord(directive.text));
    if (directive.kind === 'ifndef') return !macros.has(firstWord(directive.text));
    const condition = this.#reader.condition(directive.text);
    if (condition === undefined) return false;
    const lookup = macroLookup(macros, this.#reader, () => 0);
    const value = fold(condition, lookup, macroCalls(macros, this.#reader, lookup));
    return value !== undefined && value !== 0;
  }
}

/** The file's name in what is behind #include. */
export function includedName(text: string): string | undefined {
  return /^["<]([^">]+)[">]/.exec(text)?.[1];
}

/** The name behind #ifdef. */
export function firstWord(text: string): string {
  return /^\w+/.exec(text)?.[0] ?? '';
}

/** Takes `NAME(a, b) body` or `NAME body` apart; undefined for what is no definition. */
export function definition(text: string): ({ name: string } & Macro) | undefined {
  const [whole, name, list] = /^([A-Za-z_]\w*)(?:\(([^)]*)\))?/.exec(text) ?? [];
  if (whole === undefined || name === undefined) return undefined;
  return {
    name,
    parameters: list === undefined ? undefined : list.split(',').map(parameter => parameter.trim()),
    body: text.slice(whole.length).trim(),
  };
}

/** What directives define; undefined for the ones that define nothing. */
const definitions = new WeakMemo<Directive, { name: string; macro: Macro } | undefined>();

function define(directive: Directive, macros: Macros, configuration: Configuration): void {
  const defined = definitions.get(directive, () => {
    const found = definition(directive.text);
    return found && { name: found.name, macro: { parameters: found.parameters, body: found.body } };
  });
  // What the configuration gives a value comes from the compiler's command line.
  if (defined !== undefined && configuration.get(defined.name) === undefined)
    macros.set(defined.name, defined.macro);
}

/** How deep macros are followed into each other. */
const maxExpansions = 16;

/** Looks names up as macros first, then by `otherwise`. */
export function macroLookup(
  macros: ReadonlyMap<string, Macro>,
  reader: ExpressionReader,
  otherwise: Lookup,
  depth = 0,
): Lookup {
  return name => {
    if (name.startsWith('defined ')) return macros.has(name.slice('defined '.length)) ? 1 : 0;
    const macro = macros.get(name);
    if (macro === undefined) return otherwise(name);
    const body = macroBody(macro, reader);
    if (body === undefined || depth > maxExpansions) return undefined;
    const inner = macroLookup(macros, reader, otherwise, depth + 1);
    return fold(body, inner, macroCalls(macros, reader, inner, depth + 1));
  };
}

/** How deep macros with parameters are followed into each other. */
const maxCalls = 6;

/** Puts arguments into macros with parameters, such as `#define KB(n) ((n) * 1024)`. */
export function macroCalls(
  macros: ReadonlyMap<string, Macro>,
  reader: ExpressionReader,
  lookup: Lookup,
  depth = 0,
): Called {
  return ({ callee, arguments: list }) => {
    const macro = callee.kind === 'name' ? macros.get(callee.name) : undefined;
    const body = macro?.parameters === undefined ? undefined : reader.body(macro.body);
    if (macro?.parameters === undefined || body === undefined || depth > maxCalls) return undefined;
    const { parameters } = macro;
    const outer = macroCalls(macros, reader, lookup, depth + 1);
    const given = (name: string) => {
      const argument = list[parameters.indexOf(name)];
      return argument === undefined ? lookup(name) : fold(argument, lookup, outer);
    };
    return fold(body, given, macroCalls(macros, reader, given, depth + 1));
  };
}

/** A macro's body with names put together by ##, as far as the arguments are names. */
export function pasted({ body, parameters = [] }: Macro, list: readonly Expression[]): string {
  if (!body.includes('##')) return body;
  return body
    .replace(
      /(##\s*)?\b([A-Za-z_]\w*)\b(?:(?=\s*##))?/g,
      (all, before: string | undefined, name: string, at: number) => {
        const argument = list[parameters.indexOf(name)];
        const isPasted = before !== undefined || /^\s*##/.test(body.slice(at + all.length));
        return isPasted && argument?.kind === 'name' ? `${before ?? ''}${argument.name}` : all;
      },
    )
    .replace(/\s*##\s*/g, '');
}

/** The expression for which a macro without parameters is. */
export function macroBody(macro: Macro, reader: ExpressionReader): Expression | undefined {
  return macro.parameters === undefined ? reader.body(macro.body) : undefined;
}
