import type { TypeName } from '../source/expression';
import type { Program, ProgramFunction } from './program';

/** Sizes of C's and c_types.h's types on the device. */
const sizes: ReadonlyMap<string, number> = new Map([
  ...[
    'char',
    'unsigned char',
    'signed char',
    'uint8',
    'uint8_t',
    'u8',
    'sint8',
    'int8',
    'int8_t',
    'bool',
  ].map((name): [string, number] => [name, 1]),
  ...['short', 'unsigned short', 'uint16', 'uint16_t', 'u16', 'sint16', 'int16', 'int16_t'].map(
    (name): [string, number] => [name, 2],
  ),
  ...[
    'int',
    'unsigned int',
    'unsigned',
    'long',
    'uint32',
    'uint32_t',
    'u32',
    'sint32',
    'int32',
    'int32_t',
  ].map((name): [string, number] => [name, 4]),
]);

/** How deep structs are followed into each other. */
const maxDepth = 8;

/** Bytes of a type; undefined where it is not known, or depends on whether a struct is packed. */
export function sizeOfType(program: Program, type: TypeName, within: ProgramFunction): number | undefined {
  return layoutOf(program, type, within, 0)?.size;
}

interface Layout {
  size: number;
  alignment: number;
}

function layoutOf(
  program: Program,
  type: TypeName,
  within: ProgramFunction,
  depth: number,
): Layout | undefined {
  const size = type.pointers > 0 ? 4 : sizes.get(program.structName(type.name));
  const element = size === undefined ? structLayout(program, type, within, depth) : { size, alignment: size };
  if (!type.array || element === undefined) return element;
  const length = type.length && program.constant(type.length, within);
  return length === undefined ? undefined : { ...element, size: length * element.size };
}

/** A struct that has no gaps, and so is the same whether it is packed or not. */
function structLayout(
  program: Program,
  { name }: TypeName,
  within: ProgramFunction,
  depth: number,
): Layout | undefined {
  const members = program.plainMembers(name);
  if (members === undefined || depth >= maxDepth) return undefined;
  const whole: Layout = { size: 0, alignment: 1 };
  for (const type of members) {
    const member = layoutOf(program, type, within, depth + 1);
    if (member === undefined || whole.size % member.alignment !== 0) return undefined;
    whole.size += member.size;
    whole.alignment = Math.max(whole.alignment, member.alignment);
  }
  return whole.size > 0 && whole.size % whole.alignment === 0 ? whole : undefined;
}
