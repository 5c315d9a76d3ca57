import type { AddressLists } from './addressLists';
import { contains, type AddressRange } from './addressLists';
import type { DebugInfo, Die, Unit } from './dies';
import { At, Tag } from './dwarfConstants';
import { RangeIndex } from './rangeIndex';

/** A function with code of its own; a function that is only inlined has none. */
export interface FunctionScope {
  name: string;
  /** Where it is entered. */
  address: number;
  ranges: readonly AddressRange[];
  die: Die;
}

interface UnitCode {
  functions: readonly FunctionScope[];
  index: RangeIndex<FunctionScope>;
}

/** Whose code is at an address: a unit's, a function's, that of functions inlined into it. */
export class CodeScopes {
  readonly #info: DebugInfo;
  readonly #lists: AddressLists;
  readonly #codeOfUnits = new Map<Unit, UnitCode>();
  #units: RangeIndex<Unit> | undefined;

  constructor(info: DebugInfo, lists: AddressLists) {
    this.#info = info;
    this.#lists = lists;
  }

  unitAt(pc: number): Unit | undefined {
    this.#units ??= new RangeIndex(
      this.#info.units.map(unit => ({
        value: unit,
        ranges: unit.root ? this.#lists.ranges(unit.root) : [],
      })),
    );
    return this.#units.at(pc);
  }

  /** The function whose code is at an address; code inlined into it is part of it. */
  functionAt(pc: number): FunctionScope | undefined {
    const unit = this.unitAt(pc);
    return unit && this.#codeOf(unit).index.at(pc);
  }

  functionsOf(unit: Unit): readonly FunctionScope[] {
    return this.#codeOf(unit).functions;
  }

  /**
   * For each function whose code is at an address, innermost first: its scopes around the address from the outside in.
   * The first of them is the function itself, the copy of an inlined one or the one that was called.
   */
  inlineScopes(pc: number): Die[][] {
    const code = this.functionAt(pc);
    if (code === undefined) return [];
    let scopes = [code.die];
    const chain = [scopes];
    let inner: Die | undefined = code.die;
    while ((inner = this.#scopeInside(inner, pc)) !== undefined) {
      if (inner.tag === Tag.inlinedSubroutine) {
        scopes = [];
        chain.push(scopes);
      }
      scopes.push(inner);
    }
    return chain.reverse();
  }

  #codeOf(unit: Unit): UnitCode {
    const known = this.#codeOfUnits.get(unit);
    if (known !== undefined) return known;
    const functions: FunctionScope[] = [];
    for (const die of unit.topLevel) {
      if (die.tag !== Tag.subprogram) continue;
      const ranges = this.#lists.ranges(die);
      // The hot part, with the entry, is first.
      const address = die.number(At.lowPc) ?? ranges[0]?.low;
      if (address !== undefined && ranges.length > 0)
        functions.push({ name: die.name ?? '?', address, ranges, die });
    }
    const code = {
      functions,
      index: new RangeIndex(functions.map(scope => ({ value: scope, ranges: scope.ranges }))),
    };
    this.#codeOfUnits.set(unit, code);
    return code;
  }

  #scopeInside(die: Die, pc: number): Die | undefined {
    return die.children.find(
      child =>
        (child.tag === Tag.lexicalBlock || child.tag === Tag.inlinedSubroutine) &&
        contains(this.#lists.ranges(child), pc),
    );
  }
}
