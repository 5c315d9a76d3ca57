import * as l10n from '@vscode/l10n';
import { hex } from '../../text/hex';
import type { Place, Variable } from './scopes';
import { readStorage, storageAt, storageBehind, type Missing, type Storage } from './storage';
import { namedMembers, pointerSize, sizeOf, strip, typeName, type Member, type Type } from './types';
import { characterText, floatText, longestString, readFloat, readInteger, stringText } from './valueText';

/** A value as a debugger shows it in a tree. */
export interface Value {
  readonly name: string;
  /** The type as C writes it. */
  readonly type: string;
  /** What is beside the name. */
  readonly text: string;
  /** Undefined for what is not in memory. */
  readonly address: number | undefined;
  /** In bytes; 0 when it is not known. */
  readonly size: number;
  /** The expression that names this value, if there is one. */
  readonly evaluateName: string | undefined;
  /** Whether it has children. */
  readonly expandable: boolean;
  children(): Value[] | undefined;
}

/** What values are read with. */
export interface ValueReader {
  read(address: number, length: number): Uint8Array | undefined;
  /** The name of the function that begins at an address. */
  functionName(address: number): string | undefined;
}

/** As many array elements are shown at once. */
const elementsPerPage = 100;
/** As many elements are in the text of an array. */
const elementsInText = 16;

/** The value of a variable, seen from a frame; static variables can be seen without one. */
export function variableValue(variable: Variable, place: Place | undefined, reader: ValueReader): TypedValue {
  const storage = storageAt(variable.locate(place), place);
  return new TypedValue(reader, variable.name, variable.type, storage, variable.name);
}

/** A value with its C type. */
export class TypedValue implements Value {
  readonly #reader: ValueReader;
  constructor(
    reader: ValueReader,
    readonly name: string,
    readonly cType: Type,
    readonly storage: Storage,
    readonly evaluateName: string | undefined,
    /** Set for a bit-field, which has no address of its own. */
    readonly bits?: Member['bits'],
  ) {
    this.#reader = reader;
  }

  get type(): string {
    return typeName(this.cType);
  }

  get size(): number {
    return sizeOf(this.cType) ?? 0;
  }

  get address(): number | undefined {
    return this.storage.kind === 'memory' ? this.storage.address : undefined;
  }

  get text(): string {
    const type = strip(this.cType);
    switch (type.kind) {
      case 'struct':
      case 'union':
        return type.size === undefined ? l10n.t('<incomplete type>') : (this.#missingText() ?? '{...}');
      case 'array':
        return this.#arrayText(strip(type.element), type.count);
      case 'function':
        return this.address === undefined ? l10n.t('<optimized out>') : this.#functionText(this.address);
      case 'void':
        return 'void';
      case 'unknown':
        return l10n.t('<unknown type>');
      default:
        return this.#scalarText();
    }
  }

  /** The integer that an integer, enum, boolean or pointer holds, the address of an array or function; why there is none. */
  integer(): bigint | Missing | undefined {
    const type = strip(this.cType);
    switch (type.kind) {
      case 'array':
      case 'function':
        return this.address === undefined ? undefined : BigInt(this.address);
      case 'pointer':
        return this.#readInteger(pointerSize, false);
      case 'enum':
        return this.#readInteger(type.size, type.signed);
      case 'base':
        return type.encoding === 'float'
          ? undefined
          : this.#readInteger(type.size, type.encoding === 'signed');
      default:
        return undefined;
    }
  }

  /** The number a float or double holds; why there is none. */
  float(): number | Missing | undefined {
    const type = strip(this.cType);
    if (type.kind !== 'base' || type.encoding !== 'float') return undefined;
    const bytes = this.#bytes(type.size);
    return bytes instanceof Uint8Array ? readFloat(bytes) : bytes;
  }

  /** The member of a struct or union, those of anonymous ones inside included; `pointer` led here, if one did. */
  member(name: string, pointer?: TypedValue): TypedValue | undefined {
    const type = strip(this.cType);
    if (type.kind !== 'struct' && type.kind !== 'union') return undefined;
    const member = namedMembers(type).find(candidate => candidate.name === name);
    return member && this.#member(member, pointer);
  }

  /** What a pointer points to. Undefined if this is not a pointer, or one without value. */
  dereference(): TypedValue | undefined {
    const type = strip(this.cType);
    const target = type.kind === 'pointer' ? this.integer() : undefined;
    if (type.kind !== 'pointer' || typeof target !== 'bigint') return undefined;
    const name = this.evaluateName && `*${operand(this.evaluateName)}`;
    const storage: Storage = { kind: 'memory', address: Number(target) };
    return new TypedValue(this.#reader, name ?? '*', type.target, storage, name);
  }

  /** The element of an array, or behind a pointer. Undefined if this is neither, or the pointer has no value. */
  element(index: number): TypedValue | undefined {
    const type = strip(this.cType);
    const element = type.kind === 'array' ? type.element : type.kind === 'pointer' ? type.target : undefined;
    const storage = type.kind === 'pointer' ? this.dereference()?.storage : this.storage;
    const size = element && sizeOf(element);
    if (element === undefined || storage === undefined || size === undefined) return undefined;
    const name = `[${index}]`;
    const evaluateName = this.evaluateName && operand(this.evaluateName) + name;
    return new TypedValue(this.#reader, name, element, storageBehind(storage, index * size), evaluateName);
  }

  get expandable(): boolean {
    const type = strip(this.cType);
    switch (type.kind) {
      case 'struct':
      case 'union':
        return type.size !== undefined && type.members.length > 0;
      case 'array':
        return type.count !== undefined && type.count > 0 && (sizeOf(type.element) ?? 0) > 0;
      case 'pointer':
        return this.#pointsToSomething(strip(type.target));
      default:
        return false;
    }
  }

  children(): Value[] | undefined {
    if (!this.expandable) return undefined;
    const type = strip(this.cType);
    if (type.kind === 'struct' || type.kind === 'union')
      return namedMembers(type).map(member => this.#member(member));
    if (type.kind === 'array') return this.elements(0, type.count ?? 0);

    const target = this.dereference();
    const record = target && strip(target.cType);
    if (target === undefined || record === undefined) return undefined;
    if (record.kind !== 'struct' && record.kind !== 'union') return [target];
    return namedMembers(record).map(member => target.#member(member, this));
  }

  /** The elements of an array from `start` to before `end`; if they are many, pages of them. */
  elements(start: number, end: number): Value[] {
    let perChild = 1;
    while (perChild * elementsPerPage < end - start) perChild *= elementsPerPage;
    const children: Value[] = [];
    for (let at = start; at < end; at += perChild) {
      const child =
        perChild === 1 ? this.element(at) : new ElementRange(this, at, Math.min(at + perChild, end));
      if (child !== undefined) children.push(child);
    }
    return children;
  }

  #member(member: Member & { name: string }, pointer?: TypedValue): TypedValue {
    const storage = storageBehind(this.storage, member.offset);
    const owner = pointer === undefined ? this.evaluateName : pointer.evaluateName;
    const evaluateName = owner && operand(owner) + (pointer === undefined ? '.' : '->') + member.name;
    return new TypedValue(this.#reader, member.name, member.type, storage, evaluateName, member.bits);
  }

  #pointsToSomething(target: Type): boolean {
    if (target.kind === 'function' || isCharacter(target) || !sizeOf(target)) return false;
    const address = this.integer();
    return typeof address === 'bigint' && this.#reader.read(Number(address), 1) !== undefined;
  }

  #bytes(size: number): Uint8Array | Missing {
    return readStorage(this.storage, size, (address, length) => this.#reader.read(address, length));
  }

  #readInteger(size: number, signed: boolean): bigint | Missing {
    const { bits } = this;
    const bytes = this.#bytes(bits === undefined ? size : Math.ceil((bits.shift + bits.size) / 8));
    if (!(bytes instanceof Uint8Array)) return bytes;
    if (bits === undefined) return readInteger(bytes, signed);
    const value = readInteger(bytes, false) >> BigInt(bits.shift);
    return signed ? BigInt.asIntN(bits.size, value) : BigInt.asUintN(bits.size, value);
  }

  /** Of a struct or array, parts may be there even if others are not. */
  #missingText(): string | undefined {
    if (this.storage.kind === 'optimized out') return missingText(this.storage);
    const bytes = this.storage.kind === 'memory' ? this.#bytes(1) : undefined;
    return bytes === undefined || bytes instanceof Uint8Array ? undefined : missingText(bytes);
  }

  #scalarText(): string {
    const type = strip(this.cType);
    const value = this.float() ?? this.integer();
    if (value === undefined) return l10n.t('<unknown type>');
    if (typeof value === 'object') return missingText(value);
    if (typeof value === 'number') return floatText(value, this.size);
    if (type.kind === 'pointer') return this.#pointerText(Number(value), strip(type.target));
    if (type.kind === 'enum')
      return type.enumerators.find(enumerator => BigInt(enumerator.value) === value)?.name ?? `${value}`;
    if (type.kind === 'base' && type.encoding === 'boolean' && value <= 1n)
      return value === 1n ? 'true' : 'false';
    return isCharacter(type) ? `${value} ${characterText(Number(value & 0xffn))}` : `${value}`;
  }

  #pointerText(address: number, target: Type): string {
    if (address === 0) return 'NULL';
    if (target.kind === 'function') return this.#functionText(address);
    return isCharacter(target) ? `${hex(address)} ${this.#stringAt(address)}` : hex(address);
  }

  #functionText(address: number): string {
    const name = this.#reader.functionName(address);
    return name === undefined ? hex(address) : `${hex(address)} <${name}>`;
  }

  #arrayText(element: Type, count: number | undefined): string {
    if (count === undefined) {
      if (this.address === undefined) return l10n.t('<optimized out>');
      return isCharacter(element) ? this.#stringAt(this.address) : hex(this.address);
    }
    if (count === 0) return '{}';
    const missing = this.#missingText();
    if (missing !== undefined) return missing;
    if (isCharacter(element)) {
      const bytes = this.#bytes(Math.min(count, longestString + 1));
      return bytes instanceof Uint8Array ? stringText(bytes, false) : missingText(bytes);
    }
    if (element.kind === 'struct' || element.kind === 'union' || element.kind === 'array') return '{...}';
    const shown = Array.from(
      { length: Math.min(count, elementsInText) },
      (_, index) => this.element(index)?.text ?? '?',
    );
    if (count > elementsInText) shown.push('…');
    return `{${shown.join(', ')}}`;
  }

  /** The string at an address, as far as there is memory. */
  #stringAt(address: number): string {
    const most = longestString + 1;
    let bytes = this.#reader.read(address, most);
    if (bytes === undefined) {
      let length = 0;
      while (length < most && this.#reader.read(address, length + 1) !== undefined) length++;
      bytes = length > 0 ? this.#reader.read(address, length) : undefined;
    }
    return bytes === undefined ? missingText({ kind: 'no memory', address }) : stringText(bytes, true);
  }
}

/** A page of an array. */
class ElementRange implements Value {
  readonly type = '';
  readonly text = '';
  readonly size: number;
  readonly evaluateName = undefined;
  readonly expandable = true;
  readonly #array: TypedValue;
  readonly #start: number;
  readonly #end: number;

  constructor(array: TypedValue, start: number, end: number) {
    this.#array = array;
    this.#start = start;
    this.#end = end;
    this.size = (end - start) * (array.element(start)?.size ?? 0);
  }

  get name(): string {
    return `[${this.#start}..${this.#end - 1}]`;
  }

  get address(): number | undefined {
    return this.#array.element(this.#start)?.address;
  }

  children(): Value[] {
    return this.#array.elements(this.#start, this.#end);
  }
}

/** Only plain `char` is text in C; `unsigned char` and what is made of it, such as uint8, are numbers. */
function isCharacter(type: Type): boolean {
  return type.kind === 'base' && type.name === 'char';
}

/** Why there is no value, for a person. */
export function missingText(missing: Missing): string {
  return missing.kind === 'optimized out'
    ? l10n.t('<optimized out>')
    : l10n.t('<no memory at {0}>', hex(missing.address));
}

/** An expression as it is before `.`, `->` or `[`. */
function operand(expression: string): string {
  return /^[\w.\->[\]]+$/.test(expression) ? expression : `(${expression})`;
}
