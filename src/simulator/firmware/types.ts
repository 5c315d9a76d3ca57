import type { DebugInfo, Die } from './dies';
import { At, Tag } from './dwarfConstants';
import { once } from './once';

/** A C type as the debug information describes it. Sizes are in bytes. Targets are looked up when asked for: types are cyclic. */
export type Type =
  | BaseType
  | PointerType
  | RecordType
  | EnumType
  | ArrayType
  | FunctionType
  | TypedefType
  | QualifiedType
  | { readonly kind: 'void' }
  /** Something the debug information does not tell. */
  | { readonly kind: 'unknown' };

export type Encoding = 'signed' | 'unsigned' | 'boolean' | 'float';

export interface BaseType {
  readonly kind: 'base';
  readonly name: string;
  readonly size: number;
  readonly encoding: Encoding;
}

export interface PointerType {
  readonly kind: 'pointer';
  readonly target: Type;
}

export interface RecordType {
  readonly kind: 'struct' | 'union';
  readonly name: string | undefined;
  /** Undefined when no unit of the firmware defines the type. */
  readonly size: number | undefined;
  readonly members: readonly Member[];
}

export interface Member {
  /** Undefined for an anonymous struct or union, whose members count as members of the outer one. */
  readonly name: string | undefined;
  readonly type: Type;
  /** Of the first byte; for a bit-field, of the byte with its lowest bit. */
  readonly offset: number;
  /** Of a bit-field: its width, and the place of its lowest bit in the byte at `offset`. */
  readonly bits: { readonly size: number; readonly shift: number } | undefined;
}

export interface EnumType {
  readonly kind: 'enum';
  readonly name: string | undefined;
  readonly size: number;
  readonly signed: boolean;
  readonly enumerators: readonly { readonly name: string; readonly value: number }[];
}

export interface ArrayType {
  readonly kind: 'array';
  readonly element: Type;
  /** Undefined for a flexible array and for one whose length is known at run time only. */
  readonly count: number | undefined;
}

export interface FunctionType {
  readonly kind: 'function';
  readonly returns: Type;
  readonly parameters: readonly Type[];
  /** Whether the declaration says what the parameters are. */
  readonly prototyped: boolean;
  readonly variadic: boolean;
}

export interface TypedefType {
  readonly kind: 'typedef';
  readonly name: string;
  readonly target: Type;
}

export interface QualifiedType {
  readonly kind: 'qualified';
  readonly qualifier: 'const' | 'volatile' | 'restrict' | '_Atomic';
  readonly target: Type;
}

/** A pointer's size on the LX106, which is a 32-bit processor. */
export const pointerSize = 4;

/** More dimensions, typedefs of typedefs and the like than any real program has: beyond this, junk goes in circles. */
const deepestType = 64;

const voidType: Type = { kind: 'void' };
const unknownType: Type = { kind: 'unknown' };

const qualifiers = new Map<number, QualifiedType['qualifier']>([
  [Tag.constType, 'const'],
  [Tag.volatileType, 'volatile'],
  [Tag.restrictType, 'restrict'],
  [Tag.atomicType, '_Atomic'],
]);

/** DW_ATE_*. Characters are numbers in C: xtensa's plain char is unsigned. */
const encodings = new Map<number, Encoding>([
  [0x02, 'boolean'],
  [0x04, 'float'],
  [0x05, 'signed'],
  [0x06, 'signed'],
  [0x07, 'unsigned'],
  [0x08, 'unsigned'],
  [0x10, 'unsigned'],
]);

/** What {@link Types.structLayout} returns: sizes and offsets in bytes. */
export interface StructLayout {
  size: number;
  members: { name: string; offset: number; size: number }[];
}

type TypeKeyword = 'struct' | 'union' | 'enum' | 'typedef';

const keywordTags = new Map<number, TypeKeyword>([
  [Tag.structureType, 'struct'],
  [Tag.unionType, 'union'],
  [Tag.enumerationType, 'enum'],
  [Tag.typedef, 'typedef'],
]);

/** The types of a firmware. */
export class Types {
  readonly #info: DebugInfo;
  readonly #types = new Map<Die, Type>();
  #definitions: Map<string, Die> | undefined;
  #enumerators: Map<string, { value: number; type: EnumType }> | undefined;

  constructor(info: DebugInfo) {
    this.#info = info;
  }

  /** The type an entry describes; void without an entry, as in DWARF. */
  of(die: Die | undefined): Type {
    if (die === undefined) return voidType;
    const known = this.#types.get(die);
    if (known !== undefined) return known;
    const type = this.#build(die);
    this.#types.set(die, type);
    return type;
  }

  /** The type a unit defines under a name, such as `named('struct', 'espconn')`. */
  named(keyword: TypeKeyword, name: string): Type | undefined {
    const die = this.#definition(keyword, name);
    return die && this.of(die);
  }

  /** The enumerator of any enum with this name. */
  enumerator(name: string): { value: number; type: EnumType } | undefined {
    this.#enumerators ??= this.#indexEnumerators();
    return this.#enumerators.get(name);
  }

  /**
   * Where the members of a struct lie, those of anonymous structs and unions inside it included; bit-fields are left out.
   * `name` is the struct's tag or a typedef of the struct. Undefined when the firmware has no debug information for it.
   */
  structLayout(name: string): StructLayout | undefined {
    const type = strip(this.named('struct', name) ?? this.named('typedef', name) ?? unknownType);
    if ((type.kind !== 'struct' && type.kind !== 'union') || type.size === undefined) return undefined;
    const members = namedMembers(type)
      .filter(member => member.bits === undefined)
      .map(member => ({ name: member.name, offset: member.offset, size: sizeOf(member.type) ?? 0 }));
    return { size: type.size, members };
  }

  #definition(keyword: TypeKeyword, name: string): Die | undefined {
    this.#definitions ??= this.#indexDefinitions();
    return this.#definitions.get(`${keyword} ${name}`);
  }

  #indexDefinitions(): Map<string, Die> {
    const definitions = new Map<string, Die>();
    for (const unit of this.#info.units) {
      for (const die of unit.topLevel) {
        const keyword = keywordTags.get(die.tag);
        if (keyword === undefined || die.has(At.declaration)) continue;
        const name = die.text(At.name);
        if (name === undefined) continue;
        const key = `${keyword} ${name}`;
        if (!definitions.has(key)) definitions.set(key, die);
      }
    }
    return definitions;
  }

  #indexEnumerators(): Map<string, { value: number; type: EnumType }> {
    const enumerators = new Map<string, { value: number; type: EnumType }>();
    for (const unit of this.#info.units) {
      for (const die of unit.topLevel) {
        if (die.tag !== Tag.enumerationType) continue;
        const type = this.of(die);
        if (type.kind !== 'enum') continue;
        for (const { name, value } of type.enumerators)
          if (!enumerators.has(name)) enumerators.set(name, { value, type });
      }
    }
    return enumerators;
  }

  #build(die: Die): Type {
    const target = once(() => this.of(die.target(At.type)));
    switch (die.tag) {
      case Tag.baseType:
        return {
          kind: 'base',
          name: baseName(die.text(At.name) ?? '?'),
          size: clamp(die.number(At.byteSize) ?? 0, 16),
          encoding: encodings.get(die.number(At.encoding) ?? 0) ?? 'unsigned',
        };
      case Tag.pointerType:
        return {
          kind: 'pointer',
          get target() {
            return target();
          },
        };
      case Tag.structureType:
      case Tag.unionType:
        return this.#record(die);
      case Tag.enumerationType:
        return this.#enum(die);
      case Tag.arrayType:
        return this.#array(die, target);
      case Tag.subroutineType:
      case Tag.subprogram:
        return this.#function(die, target);
      case Tag.typedef:
        return {
          kind: 'typedef',
          name: die.text(At.name) ?? '?',
          get target() {
            return target();
          },
        };
      default: {
        const qualifier = qualifiers.get(die.tag);
        if (qualifier === undefined) return unknownType;
        return {
          kind: 'qualified',
          qualifier,
          get target() {
            return target();
          },
        };
      }
    }
  }

  #record(die: Die): Type {
    const kind = die.tag === Tag.unionType ? 'union' : 'struct';
    const name = die.text(At.name);
    if (die.has(At.declaration) && name !== undefined) {
      const definition = this.#definition(kind, name);
      if (definition !== undefined) return this.of(definition);
    }
    const members = once(() =>
      die.children.filter(child => child.tag === Tag.member).map(child => this.#member(child)),
    );
    return {
      kind,
      name,
      size: die.has(At.declaration) ? undefined : die.number(At.byteSize),
      get members() {
        return members();
      },
    };
  }

  #member(die: Die): Member {
    const type = this.of(die.type);
    const name = die.text(At.name);
    const offset = memberLocation(die);
    const size = die.number(At.bitSize);
    if (size === undefined) return { name, type, offset, bits: undefined };

    let firstBit = die.number(At.dataBitOffset);
    if (firstBit === undefined) {
      // DWARF 2 and 3 count from the most significant bit of a storage unit of DW_AT_byte_size bytes.
      const storage = (die.number(At.byteSize) ?? sizeOf(type) ?? pointerSize) * 8;
      firstBit = offset * 8 + storage - (die.number(At.bitOffset) ?? 0) - size;
    }
    return {
      name,
      type,
      offset: Math.floor(firstBit / 8),
      bits: { size: clamp(size, 64), shift: ((firstBit % 8) + 8) % 8 },
    };
  }

  #enum(die: Die): Type {
    const name = die.text(At.name);
    if (die.has(At.declaration) && name !== undefined) {
      const definition = this.#definition('enum', name);
      if (definition !== undefined) return this.of(definition);
    }
    const enumerators = die.children
      .filter(child => child.tag === Tag.enumerator)
      .map(child => ({ name: child.text(At.name) ?? '?', value: child.number(At.constValue) ?? 0 }));
    return {
      kind: 'enum',
      name,
      size: clamp(die.number(At.byteSize) ?? 4, 8),
      signed: enumerators.some(({ value }) => value < 0),
      enumerators,
    };
  }

  #array(die: Die, element: () => Type): Type {
    const dimensions = die.children.filter(child => child.tag === Tag.subrangeType);
    const counts = dimensions.slice(0, deepestType).map(elementCount);
    return arrayOf(counts.length === 0 ? [undefined] : counts, element);
  }

  #function(die: Die, returns: () => Type): Type {
    const parameters = once(() =>
      die.children.filter(child => child.tag === Tag.formalParameter).map(child => this.of(child.type)),
    );
    return {
      kind: 'function',
      get returns() {
        return returns();
      },
      get parameters() {
        return parameters();
      },
      prototyped: die.has(At.prototyped),
      variadic: die.children.some(child => child.tag === Tag.unspecifiedParameters),
    };
  }
}

/** A type without its typedefs and qualifiers. */
export function strip(type: Type): Type {
  for (let depth = 0; depth < deepestType; depth++) {
    if (type.kind !== 'typedef' && type.kind !== 'qualified') return type;
    type = type.target;
  }
  return unknownType;
}

/** sizeof in bytes; undefined for what has no size, such as void, a function, or a struct that is only declared. */
export function sizeOf(type: Type): number | undefined {
  let count = 1;
  for (let depth = 0; depth < deepestType; depth++) {
    type = strip(type);
    if (type.kind === 'array') {
      if (type.count === undefined) return undefined;
      count *= type.count;
      type = type.element;
      continue;
    }
    const size = type.kind === 'pointer' ? pointerSize : 'size' in type ? type.size : undefined;
    return size === undefined || !Number.isSafeInteger(count * size) ? undefined : count * size;
  }
  return undefined;
}

/** The members that C code can name directly: those of anonymous structs and unions take their place. */
export function namedMembers(record: RecordType): (Member & { readonly name: string })[] {
  const members: (Member & { readonly name: string })[] = [];
  const seen = new Set<RecordType>();
  const add = (type: RecordType, offset: number, depth = 0): void => {
    if (seen.has(type) || depth > deepestType) return;
    seen.add(type);
    for (const member of type.members) {
      const { name } = member;
      if (name !== undefined) {
        members.push({ ...member, name, offset: offset + member.offset });
        continue;
      }
      const inner = strip(member.type);
      if (inner.kind === 'struct' || inner.kind === 'union') add(inner, offset + member.offset, depth + 1);
    }
  };
  add(record, 0);
  return members;
}

/** The type as C writes it: `struct espconn *`, `char[32]`, `void (*)(void *, char *, unsigned short)`. */
export function typeName(type: Type): string {
  return declaration(type, '', { left: 200 });
}

/** A declaration around the declarator `inner`, of at most so many parts: junk goes in circles. */
function declaration(type: Type, inner: string, parts: { left: number }): string {
  if (parts.left-- <= 0) return '?';
  switch (type.kind) {
    case 'pointer': {
      const target = type.target;
      const declarator = target.kind === 'array' || target.kind === 'function' ? `(*${inner})` : `*${inner}`;
      return declaration(target, declarator, parts);
    }
    case 'array':
      return declaration(type.element, `${inner}[${type.count ?? ''}]`, parts);
    case 'function': {
      const shown = type.parameters.slice(0, Math.max(parts.left, 0));
      const parameters = shown.map(parameter => declaration(parameter, '', parts));
      if (type.variadic && parameters.length > 0) parameters.push('...');
      const list = parameters.length > 0 ? parameters.join(', ') : type.prototyped ? 'void' : '';
      return declaration(type.returns, `${inner}(${list})`, parts);
    }
    case 'qualified': {
      const { words, target } = qualifiersOf(type);
      // The elements of a constant array say so themselves.
      if (target.kind === 'array') return declaration(target, inner, parts);
      if (target.kind === 'pointer') return declaration(target, ` ${join(words, inner)}`, parts);
      return `${words} ${declaration(target, inner, parts)}`;
    }
    default:
      return join(specifier(type), inner);
  }
}

function specifier(type: Exclude<Type, PointerType | ArrayType | FunctionType | QualifiedType>): string {
  switch (type.kind) {
    case 'base':
    case 'typedef':
      return type.name;
    case 'struct':
    case 'union':
    case 'enum':
      return `${type.kind} ${type.name ?? '{...}'}`;
    case 'void':
      return 'void';
    case 'unknown':
      return '?';
  }
}

/** The qualifiers in the order in which C programmers write them, and the type they qualify. */
function qualifiersOf(type: Type): { words: string; target: Type } {
  const found = new Set<string>();
  let target = type;
  for (let depth = 0; target.kind === 'qualified' && depth < deepestType; depth++) {
    found.add(target.qualifier);
    target = target.target;
  }
  return { words: [...qualifiers.values()].filter(word => found.has(word)).join(' '), target };
}

/** `char` and `*` make `char *`, but `char` and `[32]` make `char[32]`. */
function join(specifier: string, declarator: string): string {
  return declarator === '' || declarator.startsWith('[')
    ? specifier + declarator
    : `${specifier} ${declarator}`;
}

/** GCC says `short unsigned int` where a programmer says `unsigned short`. */
function baseName(name: string): string {
  const words = name.split(' ');
  const isLongOrShort = words.includes('long') || words.includes('short');
  const signs = words.filter(word => word === 'unsigned');
  return [...signs, ...words.filter(word => word !== 'unsigned' && !(isLongOrShort && word === 'int'))].join(
    ' ',
  );
}

/** One array of arrays for the list of dimensions. */
function arrayOf(counts: readonly (number | undefined)[], element: () => Type): Type {
  const [count, ...inner] = counts;
  return {
    kind: 'array',
    count,
    get element() {
      return inner.length > 0 ? arrayOf(inner, element) : element();
    },
  };
}

function elementCount(subrange: Die): number | undefined {
  const count = subrange.number(At.count);
  if (count !== undefined) return count;
  const upper = subrange.number(At.upperBound);
  if (upper === undefined) return undefined;
  // GCC writes the bound of a[0] as -1, signed or not.
  return upper === 0xffffffff ? 0 : Math.max(0, upper + 1);
}

/** DW_AT_data_member_location in bytes: a number, or in DWARF 2 the expression DW_OP_plus_uconst N. */
function memberLocation(die: Die): number {
  const attribute = die.attribute(At.dataMemberLocation);
  if (attribute?.kind === 'constant') return attribute.value;
  const plusUconst = 0x23;
  if (attribute?.kind !== 'block' || attribute.bytes[0] !== plusUconst) return 0;
  let offset = 0;
  for (const [index, byte] of attribute.bytes.subarray(1, 6).entries())
    offset += (byte & 0x7f) * 2 ** (7 * index);
  return offset;
}

/** A size that DWARF gives, which in a damaged file may be negative or huge. */
function clamp(size: number, most: number): number {
  return Math.min(Math.max(size, 0), most);
}
