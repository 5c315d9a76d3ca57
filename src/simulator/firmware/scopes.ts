import { AddressLists } from './addressLists';
import { CodeScopes, type FunctionScope } from './codeScopes';
import type { DebugInfo, Die, Unit } from './dies';
import { At, Tag } from './dwarfConstants';
import type { Elf } from './elf';
import {
  compute,
  locate,
  newSteps,
  type ExpressionContext,
  type Location,
  type NumberType,
  type Steps,
  type TypedNumber,
} from './expressions';
import type { Frame, Machine } from './frames';
import type { LineTable } from './lines';
import { strip, Types, type Type } from './types';

/** A frame of the call stack, from which variables are seen. `frames` is the whole stack, innermost first. */
export interface Place {
  machine: Machine;
  frames: readonly Frame[];
  index: number;
}

/** One of the functions whose code an address is: the last is the one that was called, those before it are inlined. */
export interface InlineFrame {
  name: string;
  /** The line in the next function of the chain that calls this one; undefined for the last. */
  call: { file: string; line: number } | undefined;
}

export interface Variable {
  name: string;
  type: Type;
  isParameter: boolean;
  /** Where it is, seen from a place; file-scope and static variables need none. Undefined when it is optimised away. */
  locate(place: Place | undefined): Location | undefined;
}

/** The functions and variables of a firmware, by address and by name, as its debug information tells them. */
export class Scopes {
  readonly types: Types;
  readonly #info: DebugInfo;
  readonly #lines: LineTable | undefined;
  readonly #lists: AddressLists;
  readonly #code: CodeScopes;
  readonly #callSites = new Map<Die, Map<number, Die>>();
  #functionsByName: Map<string, FunctionScope> | undefined;
  #variablesByName: Map<string, Die> | undefined;

  constructor(info: DebugInfo, elf: Elf, lines: LineTable | undefined) {
    this.#info = info;
    this.#lines = lines;
    this.types = new Types(info);
    this.#lists = new AddressLists(elf);
    this.#code = new CodeScopes(info, this.#lists);
  }

  /** The function whose code is at an address; code inlined into it is part of it. */
  functionAt(pc: number): FunctionScope | undefined {
    return this.#code.functionAt(pc);
  }

  /** The function of this name, with preference to one that the linker sees from everywhere. */
  functionNamed(name: string): FunctionScope | undefined {
    this.#functionsByName ??= this.#indexFunctions();
    return this.#functionsByName.get(name);
  }

  /** The functions whose code is at an address, innermost first: what was inlined, and at the end what was called. */
  inlineChain(pc: number): InlineFrame[] {
    return this.#code
      .inlineScopes(pc)
      .map(([outermost]) => outermost)
      .filter(die => die !== undefined)
      .map(die => ({
        name: die.name ?? '?',
        call: this.#call(die),
      }));
  }

  /**
   * The parameters and locals visible at an address, parameters first, in the order of the source; an inner variable hides
   * an outer one of the same name. `inlined` counts the functions of {@link inlineChain} from the innermost.
   */
  variablesAt(pc: number, inlined = 0): Variable[] {
    const visible = new Map<string, Variable>();
    for (const scope of this.#code.inlineScopes(pc)[inlined] ?? []) {
      for (const die of declaredIn(scope)) {
        const variable = this.#variable(die);
        if (variable === undefined) continue;
        // The inner one takes the place behind the outer ones, as it is in the source.
        visible.delete(variable.name);
        visible.set(variable.name, variable);
      }
    }
    const variables = [...visible.values()];
    return [
      ...variables.filter(({ isParameter }) => isParameter),
      ...variables.filter(({ isParameter }) => !isParameter),
    ];
  }

  /** The file-scope variables of the source file whose code is at an address. */
  fileVariables(pc: number): Variable[] {
    const unit = this.#code.unitAt(pc);
    if (unit === undefined) return [];
    const variables = unit.topLevel
      .filter(die => die.tag === Tag.variable && !die.has(At.declaration))
      .map(die => this.#variable(die));
    return variables.filter(variable => variable !== undefined);
  }

  /** The file-scope variable of this name in whichever source file, with preference to a global one. */
  variableNamed(name: string): Variable | undefined {
    this.#variablesByName ??= this.#indexVariables();
    const die = this.#variablesByName.get(name);
    return die && this.#variable(die);
  }

  #indexFunctions(): Map<string, FunctionScope> {
    const functions = new Map<string, FunctionScope>();
    for (const unit of this.#info.units) {
      for (const scope of this.#code.functionsOf(unit)) {
        if (!functions.has(scope.name) || isExternal(scope.die)) functions.set(scope.name, scope);
      }
    }
    return functions;
  }

  #indexVariables(): Map<string, Die> {
    const variables = new Map<string, Die>();
    for (const unit of this.#info.units) {
      for (const die of unit.topLevel) {
        if (die.tag !== Tag.variable || die.has(At.declaration)) continue;
        if (!die.has(At.location) && !die.has(At.constValue)) continue;
        const { name } = die;
        if (name !== undefined && (!variables.has(name) || isExternal(die))) variables.set(name, die);
      }
    }
    return variables;
  }

  #call(die: Die): InlineFrame['call'] {
    const lineProgram = die.unit.root?.number(At.stmtList);
    const file = die.number(At.callFile);
    const line = die.number(At.callLine);
    if (lineProgram === undefined || file === undefined || line === undefined) return undefined;
    const name = this.#lines?.unitFile(lineProgram, file);
    return name === undefined ? undefined : { file: name, line };
  }

  #variable(die: Die): Variable | undefined {
    const { name } = die;
    if (name === undefined) return undefined;
    // `extern int x;` inside a function names a variable that is elsewhere.
    if (die.has(At.declaration)) return this.variableNamed(name);
    return {
      name,
      type: this.types.of(die.type),
      isParameter: die.tag === Tag.formalParameter,
      locate: place => this.#locate(die, place),
    };
  }

  #locate(die: Die, place: Place | undefined): Location | undefined {
    for (const origin of die.withOrigins()) {
      const constant = origin.attribute(At.constValue);
      if (constant?.kind === 'block') return { kind: 'value', bytes: constant.bytes };
      if (constant?.kind === 'constant') return { kind: 'value', bytes: eightBytes(constant.value) };
      if (!origin.has(At.location)) continue;
      const expression = this.#lists.expression(
        origin,
        At.location,
        place?.frames[place.index]?.lookupPc ?? 0,
      );
      const location = expression && locate(expression, this.#context(origin.unit, place, newSteps()));
      // GCC names the only place of a variable for its whole scope, though a call may destroy it.
      const isForWholeScope = origin.attribute(At.location)?.kind === 'block';
      return isForWholeScope && place !== undefined && place.index > 0 ? keptInCalls(location) : location;
    }
    return undefined;
  }

  #context(unit: Unit, place: Place | undefined, steps: Steps): ExpressionContext {
    const frame = place?.frames[place.index];
    return {
      steps,
      register: number => frame?.registers[number],
      read: (address, length) => place?.machine.read(address, length),
      canonicalFrameAddress: () => frame?.cfa,
      frameBase: () => place && this.#frameBase(place, steps),
      entryValue: register => place && this.#entryValue(register, place, steps),
      numberType: offset => this.#numberType(unit.die(unit.offset + offset)),
    };
  }

  #numberType(die: Die | undefined): NumberType | undefined {
    const type = strip(this.types.of(die));
    if (type.kind !== 'base' || type.encoding === 'float') return undefined;
    return { size: type.size, signed: type.encoding === 'signed' };
  }

  #frameBase(place: Place, steps: Steps): number | undefined {
    const frame = place.frames[place.index];
    if (frame === undefined) return undefined;
    const die = this.functionAt(frame.lookupPc)?.die;
    const expression = die?.attribute(At.frameBase);
    if (die === undefined || expression === undefined) return undefined;
    // In DWARF 2 GCC spells the CFA out as a location list, which like its CFI is wrong in epilogues.
    if (expression.kind !== 'block') return frame.cfa;
    // A frame base that needs the frame base goes in circles.
    const location = locate(expression.bytes, {
      ...this.#context(die.unit, place, steps),
      frameBase: () => undefined,
    });
    if (location?.kind === 'memory') return location.address;
    return location?.kind === 'register' ? frame.registers[location.register] : undefined;
  }

  /** What a register held when the frame's function was entered, as far as the call in the caller's frame tells. */
  #entryValue(register: number, place: Place, steps: Steps): TypedNumber | undefined {
    const callee = place.frames[place.index];
    const caller = place.frames[place.index + 1];
    if (callee === undefined || caller === undefined) return undefined;
    const callSite = this.#callSite(caller, callee);
    for (const parameter of callSite?.children ?? []) {
      if (parameter.tag !== Tag.callSiteParameter && parameter.tag !== Tag.gnuCallSiteParameter) continue;
      const location = parameter.attribute(At.location);
      const isRegister =
        location?.kind === 'block' && location.bytes.length === 1 && location.bytes[0] === 0x50 + register;
      if (!isRegister) continue;
      const value = parameter.attribute(At.callValue) ?? parameter.attribute(At.gnuCallSiteValue);
      if (value?.kind !== 'block') return undefined;
      return compute(value.bytes, this.#context(parameter.unit, { ...place, index: place.index + 1 }, steps));
    }
    return undefined;
  }

  #callSite(caller: Frame, callee: Frame): Die | undefined {
    const function_ = this.functionAt(caller.lookupPc);
    const site = function_ && this.#callSitesOf(function_.die).get(caller.pc >>> 0);
    const origin = site && (site.target(At.callOrigin) ?? site.target(At.abstractOrigin));
    // A jump in between (a tail call) would have given the registers other values.
    if (origin !== undefined && origin.name !== this.functionAt(callee.lookupPc)?.name) return undefined;
    return site;
  }

  /** The calls in a function, inlined code included, by the address they return to. */
  #callSitesOf(function_: Die): ReadonlyMap<number, Die> {
    const known = this.#callSites.get(function_);
    if (known !== undefined) return known;
    const sites = new Map<number, Die>();
    collectCallSites(function_, sites);
    this.#callSites.set(function_, sites);
    return sites;
  }
}

/** What is left of a location in a function that has called another: a2 to a11 belong to the callee (call0 ABI). */
function keptInCalls(location: Location | undefined): Location | undefined {
  if (location?.kind === 'register')
    return location.register >= 2 && location.register <= 11 ? undefined : location;
  if (location?.kind !== 'pieces') return location;
  const pieces = location.pieces.map(piece => ({ size: piece.size, location: keptInCalls(piece.location) }));
  return { kind: 'pieces', pieces };
}

function isExternal(die: Die): boolean {
  return die.withOrigins().some(origin => origin.has(At.external));
}

/** The variables of a scope, with those of the inlined or cloned function that this copy of it has lost. */
function declaredIn(scope: Die): Die[] {
  const own = scope.children.filter(isVariable);
  const origins = new Set(own.flatMap(die => die.withOrigins()));
  const lost = scope
    .withOrigins()
    .slice(1)
    .flatMap(origin => origin.children)
    .filter(die => isVariable(die) && !origins.has(die));
  return [...own, ...lost];
}

function isVariable(die: Die): boolean {
  return die.tag === Tag.variable || die.tag === Tag.formalParameter;
}

function collectCallSites(scope: Die, sites: Map<number, Die>): void {
  for (const child of scope.children) {
    if (child.tag === Tag.callSite || child.tag === Tag.gnuCallSite) {
      const address = child.number(At.callReturnPc) ?? child.number(At.lowPc);
      if (address !== undefined && !sites.has(address)) sites.set(address, child);
    } else collectCallSites(child, sites);
  }
}

function eightBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt.asIntN(64, BigInt(value)), true);
  return bytes;
}
