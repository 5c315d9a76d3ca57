import { type Expression, fold, parts } from '../source/expression';
import { type Configuration, definition, firstWord } from '../source/preprocess';
import type { Scan } from '../source/scan';
import type { ExpressionReader } from '../source/syntax';
import type { Range } from '../../findings/range';

/** A macro that no source defines: it may come from the compiler's command line, or not at all. */
interface OpenMacro {
  name: string;
  values: readonly (string | undefined)[];
  /** Whether it decides about code that the rules look at. */
  matters: boolean;
}

/** Macros of compilers and languages, which no configuration changes. */
const compilerMacros = new Map<string, string | undefined>([
  ['__cplusplus', undefined],
  ['__GNUC__', '5'],
  ['__STDC__', '1'],
  ['__XTENSA__', '1'],
  ['__ets__', '1'],
  ['_MSC_VER', undefined],
  ['__CC_ARM', undefined],
  ['__ICCARM__', undefined],
  ['ICACHE_FLASH', '1'],
]);

const maxOpen = 24;

const mattering = /espconn|os_timer_setfn|os_timer_arm|system_os_|sntp_init|partition/;

/**
 * The configurations in which a project is looked at: macros that the compiler gets (`known`) as they are, the ones that nothing in the
 * project decides both ways, so that each pair of alternatives that matter is met, as far as `most` configurations go. `isWhole`: they
 * went far enough.
 */
export function configurations(
  scans: readonly Scan[],
  known: ReadonlyMap<string, string | undefined>,
  reader: ExpressionReader,
  most: number,
): { settings: Configuration[]; isWhole: boolean } {
  const fixed = new Map([...compilerMacros, ...known]);
  const open = openMacros(scans, fixed, reader);
  const { chosen, isWhole } = covering(open, most);
  return { settings: chosen.map(values => new Map([...fixed, ...values])), isWhole };
}

function openMacros(
  scans: readonly Scan[],
  fixed: ReadonlyMap<string, string | undefined>,
  reader: ExpressionReader,
): OpenMacro[] {
  const questions = new Map<string, { values: Set<string>; matters: boolean }>();
  /** Name → the value it gets unless it has one; undefined where it is simply defined. */
  const defined = new Map<string, string | undefined>();
  for (const scan of scans) collect(scan, questions, defined, reader);
  const open: OpenMacro[] = [];
  for (const [name, { values, matters }] of questions) {
    if (fixed.has(name)) continue;
    if (!defined.has(name)) {
      open.push({ name, values: [undefined, ...values], matters });
    } else {
      const fallback = defined.get(name);
      if (fallback === '0' || fallback === '1')
        open.push({ name, values: [fallback, fallback === '0' ? '1' : '0'], matters });
    }
  }
  return open.sort((a, b) => Number(b.matters) - Number(a.matters)).slice(0, maxOpen);
}

function collect(
  scan: Scan,
  questions: Map<string, { values: Set<string>; matters: boolean }>,
  defined: Map<string, string | undefined>,
  reader: ExpressionReader,
): void {
  interface Group extends Range {
    asked: Map<string, Set<string>>;
    /** Name of an `#ifndef NAME` group. */
    fallbackFor: string | undefined;
    dead: boolean;
  }
  const groups: Group[] = [];
  const close = (group: Group, end: number) => {
    const matters = mattering.test(scan.text.slice(group.start, end));
    for (const [name, values] of group.asked) {
      const question = questions.get(name) ?? { values: new Set(), matters: false };
      for (const value of values) question.values.add(value);
      question.matters ||= matters;
      questions.set(name, question);
    }
  };
  for (const directive of scan.directives) {
    const group = groups.at(-1);
    switch (directive.kind) {
      case 'if':
      case 'ifdef':
      case 'ifndef': {
        const asked = new Map<string, Set<string>>();
        const condition = directive.kind === 'if' ? reader.condition(directive.text) : undefined;
        if (condition !== undefined) ask(condition, asked);
        const name = directive.kind === 'if' ? undefined : firstWord(directive.text);
        if (name) asked.set(name, new Set(['1']));
        groups.push({
          start: directive.end,
          end: directive.end,
          asked,
          fallbackFor: directive.kind === 'ifndef' ? name : undefined,
          dead: (group?.dead ?? false) || directive.text === '0',
        });
        break;
      }
      case 'elif': {
        const condition = reader.condition(directive.text);
        if (group !== undefined && condition !== undefined) ask(condition, group.asked);
        break;
      }
      case 'else':
        if (group !== undefined) group.dead = (groups.at(-2)?.dead ?? false) || false;
        break;
      case 'endif':
        groups.pop();
        if (group !== undefined) close(group, directive.start);
        break;
      case 'define': {
        const found = definition(directive.text);
        if (found === undefined || group?.dead) break;
        const isFallback = groups.some(({ fallbackFor }) => fallbackFor === found.name);
        if (!isFallback) defined.set(found.name, undefined);
        else if (!defined.has(found.name)) defined.set(found.name, found.body);
        break;
      }
      default:
    }
  }
  for (const group of groups) close(group, scan.text.length);
}

/** Which macros a condition asks about, and which values make a difference. */
function ask(condition: Expression, asked: Map<string, Set<string>>): void {
  const note = (name: string, value: number) => {
    const values = asked.get(name) ?? new Set();
    values.add(String(value));
    asked.set(name, values);
  };
  if (condition.kind === 'name' || condition.kind === 'defined') note(condition.name, 1);
  else if (condition.kind === 'binary' && /^(?:[=!]=|[<>]=?)$/.test(condition.operator)) {
    const { left, right } = condition;
    for (const [name, other] of [
      [left, right],
      [right, left],
    ] as const) {
      const value = fold(other, () => undefined);
      if (name.kind !== 'name') {
        if (name.kind !== 'number') ask(name, asked);
      } else if (value === undefined) note(name.name, 1);
      else {
        note(name.name, value);
        if (/^[<>]/.test(condition.operator)) note(name.name, value + 1);
      }
    }
  } else for (const part of parts(condition)) ask(part, asked);
}

/** Assignments of values that meet every value of every macro, and every pair of values of the ones that matter. */
function covering(
  open: readonly OpenMacro[],
  most: number,
): { chosen: Map<string, string | undefined>[]; isWhole: boolean } {
  const uncovered = new Set<string>();
  const key = (name: string, value: string | undefined) => `${name}=${value ?? ''}`;
  const pair = (a: string, b: string) => (a < b ? `${a} ${b}` : `${b} ${a}`);
  for (const [index, macro] of open.entries()) {
    for (const value of macro.values) {
      uncovered.add(key(macro.name, value));
      if (!macro.matters) continue;
      for (const other of open.slice(index + 1).filter(({ matters }) => matters))
        for (const otherValue of other.values)
          uncovered.add(pair(key(macro.name, value), key(other.name, otherValue)));
    }
  }
  const chosen: Map<string, string | undefined>[] = [];
  const choose = (
    value: (macro: OpenMacro, sofar: Map<string, string | undefined>) => string | undefined,
  ) => {
    const values = new Map<string, string | undefined>();
    for (const macro of open) values.set(macro.name, value(macro, values));
    const keys = [...values].map(([name, assigned]) => key(name, assigned));
    for (const [index, one] of keys.entries()) {
      uncovered.delete(one);
      for (const other of keys.slice(index + 1)) uncovered.delete(pair(one, other));
    }
    chosen.push(values);
  };
  choose(macro => macro.values[0]);
  while (uncovered.size > 0 && chosen.length < most) {
    const before = uncovered.size;
    choose((macro, sofar) => {
      let best = macro.values[0];
      let bestGain = -1;
      for (const value of macro.values.toReversed()) {
        const own = key(macro.name, value);
        let gain = uncovered.has(own) ? 1 : 0;
        for (const [name, other] of sofar) if (uncovered.has(pair(own, key(name, other)))) gain++;
        if (gain > bestGain) {
          best = value;
          bestGain = gain;
        }
      }
      return best;
    });
    if (uncovered.size === before) break;
  }
  return { chosen, isWhole: uncovered.size === 0 };
}
