import { Memo } from '../engine/memo';
import { type Expression, withoutCasts } from '../source/expression';
import type { Decision } from '../source/functionFacts';
import type { CallSite, Program, ProgramFunction } from './program';

/** Something that is known to hold at a place: a value is nonzero or not, or equals a constant or not. */
export interface Fact {
  /** The same for the same value, wherever it is read. */
  key: string;
  relation: 'true' | 'false' | 'is' | 'is not';
  value: number;
}

/** What must hold so that a condition turns out as its arm says. What cannot be said simply is left out. */
export function factsOf(
  test: Expression,
  holds: boolean,
  program: Program,
  within: ProgramFunction,
  depth = 0,
): Fact[] {
  if (depth > 20) return [];
  const expression = withoutCasts(test);
  switch (expression.kind) {
    case 'unary':
      if (expression.operator === '!') return factsOf(expression.operand, !holds, program, within, depth + 1);
      break;
    case 'binary': {
      const { operator, left, right } = expression;
      if ((operator === '&&' && holds) || (operator === '||' && !holds)) {
        return [left, right].flatMap(part => factsOf(part, holds, program, within, depth + 1));
      }
      if (operator === '==' || operator === '!=') return equality(expression, holds, program, within);
      if (operator === '&&' || operator === '||') return [];
      break;
    }
    case 'assignment':
      return factsOf(expression.value, holds, program, within, depth + 1);
    default:
  }
  const key = keyOf(expression, program, within);
  return key === undefined ? [] : [{ key, relation: holds ? 'true' : 'false', value: 0 }];
}

function equality(
  { operator, left, right }: Extract<Expression, { kind: 'binary' }>,
  holds: boolean,
  program: Program,
  within: ProgramFunction,
): Fact[] {
  const constantRight = program.constant(right, within);
  const value = constantRight ?? program.constant(left, within);
  if (value === undefined) return [];
  const subject = constantRight === undefined ? right : left;
  const equal = (operator === '==') === holds;
  if (value === 0) return factsOf(subject, !equal, program, within);
  const key = keyOf(subject, program, within);
  return key === undefined ? [] : [{ key, relation: equal ? 'is' : 'is not', value }];
}

/** A name for what an expression reads: of a struct's member its type and name, whichever instance. */
function keyOf(
  expression: Expression,
  program: Program,
  within: ProgramFunction,
  depth = 0,
): string | undefined {
  if (depth > 8) return undefined;
  const place = withoutCasts(expression);
  switch (place.kind) {
    case 'name':
      return program.variable(place.name, within)?.key ?? place.name;
    case 'member':
      return `${program.typeOf(place.base, within)?.name ?? ''}.${place.member}`;
    case 'index':
    case 'unary': {
      const base = place.kind === 'index' ? place.base : place.operand;
      const key = keyOf(base, program, within, depth + 1);
      return key === undefined ? undefined : `${key}[]`;
    }
    case 'call': {
      const keys = place.arguments.map(argument => argumentKey(argument, program, within, depth + 1));
      return place.callee.kind === 'name' ? `${place.callee.name}(${keys.join()})` : undefined;
    }
    case 'number':
      return place.value === undefined ? undefined : String(place.value);
    case 'binary': {
      const [left, right] = [place.left, place.right].map(part => {
        const constant = program.constant(part, within);
        return constant === undefined ? keyOf(part, program, within, depth + 1) : String(constant);
      });
      return left === undefined || right === undefined ? undefined : `${left}${place.operator}${right}`;
    }
    default:
      return undefined;
  }
}

/** As for members it is the type that counts of a struct that is passed, not which one it is. */
function argumentKey(argument: Expression, program: Program, within: ProgramFunction, depth: number): string {
  const type = program.typeOf(argument, within);
  const struct = type?.pointers === 1 ? program.structName(type.name) : undefined;
  if (struct !== undefined && (struct === 'espconn' || program.members(struct).length > 0))
    return `${struct}*`;
  return keyOf(argument, program, within, depth) ?? '';
}

/** Whether two facts cannot both hold. */
export function contradict(a: Fact, b: Fact): boolean {
  if (a.key !== b.key) return false;
  const [x, y] = [a, b];
  if (x.relation === 'true') return y.relation === 'false' || (y.relation === 'is not' && y.value === 1);
  if (x.relation === 'false') return y.relation === 'true' || (y.relation === 'is' && y.value !== 0);
  if (x.relation === 'is') {
    if (y.relation === 'is') return x.value !== y.value;
    if (y.relation === 'is not') return x.value === y.value;
    return y.relation === 'false' && x.value !== 0;
  }
  return (y.relation === 'is' && y.value === x.value) || (y.relation === 'true' && x.value === 1);
}

/** Without the ones that contradict each other: there the same member of several structs is meant, as in `a.x == 0 && b.x != 0`. */
function consistent(facts: Fact[]): Fact[] {
  return facts.filter(one => !facts.some(other => contradict(one, other)));
}

/** Decisions and facts of places, and which places exclude each other. */
export class Conditions {
  readonly #program: Program;
  readonly #facts = new Memo<CallSite, readonly Fact[]>();
  readonly #ownFacts = new Memo<CallSite, readonly Fact[]>();
  /** Calls whose facts are being found out: against circles. */
  readonly #open = new Set<CallSite>();
  /** Functions with one way in: from where. */
  readonly #onlyWay: (target: ProgramFunction) => CallSite | undefined;

  constructor(program: Program, onlyWay: (target: ProgramFunction) => CallSite | undefined) {
    this.#program = program;
    this.#onlyWay = onlyWay;
  }

  /** What holds where a call is made, with what holds where its function is called, if that is in one place only. */
  facts(site: CallSite, depth = 0): readonly Fact[] {
    if (this.#open.has(site)) return this.#own(site);
    return this.#facts.get(site, () => {
      const facts = this.#own(site);
      const way = depth > 8 ? undefined : (site.caller.expanded ?? this.#onlyWay(site.caller));
      if (way === undefined) return facts;
      this.#open.add(site);
      const all = consistent([...facts, ...this.facts(way, depth + 1)]);
      this.#open.delete(site);
      return all;
    });
  }

  /** What holds where a call is made, by its own function. */
  #own(site: CallSite): readonly Fact[] {
    return this.#ownFacts.get(site, () => consistent(this.#read(site)));
  }

  #read({ event, caller }: CallSite): Fact[] {
    const facts: Fact[] = [];
    for (let each = event.decision; each !== undefined; each = each.outer) {
      if (each.test === undefined) continue;
      if (each.kind === 'switch') {
        if (each.label === undefined) continue;
        const label = this.#program.constant(each.label, caller);
        const key = keyOf(each.test, this.#program, caller);
        if (key === undefined) continue;
        if (label !== undefined) facts.push({ key, relation: label === 0 ? 'false' : 'is', value: label });
      } else facts.push(...factsOf(each.test, each.arm === 1, this.#program, caller));
    }
    return facts;
  }

  /** The keys on which two places disagree: they cannot both be reached while that value stays. */
  disagreement(a: CallSite, b: CallSite): string[] {
    const keys = new Set<string>();
    for (const one of this.facts(a))
      for (const other of this.facts(b)) if (contradict(one, other)) keys.add(one.key);
    return [...keys];
  }

  /** Whether calls, each in what the one before calls, can come about: no condition contradicts what was set on the way to it. */
  canFollow(path: readonly CallSite[]): boolean {
    let known: Fact[] = [];
    for (const step of path) {
      const { assigned, settled } = this.#settings(step);
      known = known.filter(({ key }) => !assigned.has(key));
      const held = this.#own(step);
      if (known.some(one => held.some(other => contradict(one, other)))) return false;
      known = [...known, ...settled];
    }
    return true;
  }

  /** What the function around a call assigns before it, and what of that is a constant when the call is made. */
  #settings({ event: { decision }, caller, index }: CallSite): { assigned: Set<string>; settled: Fact[] } {
    const around = new Set<string>();
    for (let each = decision; each !== undefined; each = each.outer) around.add(`${each.id} ${each.arm}`);
    const assigned = new Set<string>();
    const settled = new Map<string, Fact>();
    for (const event of caller.events.slice(0, index)) {
      if (event.kind !== 'assign' || inOtherArm(event.decision, decision)) continue;
      const key = keyOf(event.target, this.#program, caller);
      if (key === undefined) continue;
      assigned.add(key);
      settled.delete(key);
      const value = event.operator === '=' ? this.#program.constant(event.value, caller) : undefined;
      let isSure = value !== undefined;
      for (let each = event.decision; each !== undefined; each = each.outer)
        isSure &&= around.has(`${each.id} ${each.arm}`);
      if (isSure && value !== undefined)
        settled.set(key, { key, relation: value === 0 ? 'false' : 'is', value });
    }
    return { assigned, settled: [...settled.values()] };
  }

  /** Whether two places cannot both be reached while some value stays. */
  disagree(a: CallSite, b: CallSite): boolean {
    const others = this.facts(b);
    return others.length > 0 && this.facts(a).some(one => others.some(other => contradict(one, other)));
  }

  /** Whether two calls lie in different arms of one decision, or under conditions that contradict each other. */
  exclusive(a: CallSite, b: CallSite): boolean {
    return inDifferentArms(a, b) || this.disagree(a, b);
  }

  /** Whether nothing in its function decides about a call, other than checks for NULL and what is said not to count. */
  isUnconditional({ event, caller }: CallSite, besides?: (decision: Decision) => boolean): boolean {
    for (let each = event.decision; each !== undefined; each = each.outer)
      if (each.kind !== 'loop' && !this.#isCheck(each, caller) && besides?.(each) !== true) return false;
    return caller.expanded === undefined || this.isUnconditional(caller.expanded, besides);
  }

  #isCheck({ kind, test }: Decision, within: ProgramFunction): boolean {
    return kind === 'if' && test !== undefined && this.#looksForNull(test, within);
  }

  /** `p`, `!p`, `p == NULL`, and several of them. */
  #looksForNull(test: Expression, within: ProgramFunction): boolean {
    let inner = withoutCasts(test);
    if (inner.kind === 'unary' && inner.operator === '!') inner = withoutCasts(inner.operand);
    if (inner.kind === 'binary' && /^(?:&&|\|\|)$/.test(inner.operator))
      return this.#looksForNull(inner.left, within) && this.#looksForNull(inner.right, within);
    if (inner.kind === 'binary' && /^[!=]=$/.test(inner.operator)) {
      // Whatever its type, such as one of pointers to functions.
      if ([inner.left, inner.right].some(side => side.kind === 'name' && side.name === 'NULL')) return true;
      const isZero = (side: Expression) => this.#program.constant(side, within) === 0;
      if (!isZero(inner.right) && !isZero(inner.left)) return false;
      inner = withoutCasts(isZero(inner.right) ? inner.left : inner.right);
    }
    return (this.#program.typeOf(inner, within)?.pointers ?? 0) > 0;
  }
}

/** Whether two calls of one function lie in different arms of one decision. */
export function inDifferentArms(a: CallSite, b: CallSite): boolean {
  if (a.caller !== b.caller) {
    // Bodies of macros lie where the macros are used.
    const [outerA, outerB] = [a.caller.expanded ?? a, b.caller.expanded ?? b];
    return (outerA !== a || outerB !== b) && inDifferentArms(outerA, outerB);
  }
  if (a.event.decision === undefined || b.event.decision === undefined) return false;
  const arms = new Map<number, number>();
  for (let each: Decision | undefined = a.event.decision; each !== undefined; each = each.outer)
    if (!arms.has(each.id)) arms.set(each.id, each.arm);
  for (let each: Decision | undefined = b.event.decision; each !== undefined; each = each.outer) {
    const arm = arms.get(each.id);
    if (arm !== undefined && arm !== each.arm) return true;
  }
  return false;
}

/** Whether what is decided so is not done when a place is reached: it is in another arm, from which nothing gets there. */
function inOtherArm(done: Decision | undefined, place: Decision | undefined): boolean {
  for (let one = done; one !== undefined; one = one.outer)
    for (let other = place; other !== undefined; other = other.outer)
      if (one.id === other.id && one.arm !== other.arm)
        return (
          (other.kind === 'if' || (other.kind === 'switch' && other.label !== undefined)) &&
          !isRepeated(other)
        );
  return false;
}

function isRepeated(decision: Decision): boolean {
  for (let each = decision.outer; each !== undefined; each = each.outer)
    if (each.kind === 'loop') return true;
  return false;
}
