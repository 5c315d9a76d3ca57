import assert from 'node:assert/strict';
import { DebugInfo, type Die } from '../../src/simulator/firmware/dies';
import { At, Tag } from '../../src/simulator/firmware/dwarfConstants';
import type { Elf } from '../../src/simulator/firmware/elf';
import { Types, typeName } from '../../src/simulator/firmware/types';

/** Abbreviations: 1 compile unit with children, 2 variable (name, type, const_value), 3 base type (name, size, encoding). */
const abbreviations = [
  ...[1, 0x11, 1, 0x03, 0x08, 0, 0],
  ...[2, 0x34, 0, 0x03, 0x08, 0x49, 0x13, 0x1c, 0x0d, 0, 0],
  ...[3, 0x24, 0, 0x03, 0x08, 0x0b, 0x0b, 0x3e, 0x0b, 0, 0],
  0,
];

const text = (value: string): number[] => [...new TextEncoder().encode(value), 0];
const word = (value: number): number[] => [0, 8, 16, 24].map(shift => (value >> shift) & 0xff);

/** A unit of DWARF 4 whose entries begin 11 bytes behind its start. */
const unit = (...entries: number[]): number[] => {
  const body = [4, 0, ...word(0), 4, ...entries];
  return [...word(body.length), ...body];
};

const entries = [1, ...text('a.c'), 3, ...text('int'), 4, 5, 2, ...text('x'), ...word(16), 0x7e, 0];

function read(info: number[]): DebugInfo {
  const sections = new Map([
    ['.debug_info', info],
    ['.debug_abbrev', abbreviations],
  ]);
  const elf: Elf = {
    file: 'test.elf',
    entry: 0,
    segments: [],
    sections: [],
    symbols: [],
    section: name => {
      const bytes = sections.get(name);
      return bytes && { name, type: 1, flags: 0, address: 0, bytes: Uint8Array.from(bytes) };
    },
  };
  const debug = DebugInfo.read(elf);
  assert.ok(debug);
  return debug;
}

const names = (dies: readonly Die[] | undefined): unknown[] => dies?.map(die => die.name) ?? [];

describe('debugging information entries', () => {
  it('are read with their attributes', () => {
    const debug = read(unit(...entries));
    const [only] = debug.units;
    assert.equal(only?.root?.text(At.name), 'a.c');
    assert.deepEqual(names(only.topLevel), ['int', 'x']);
    const [type, variable] = only.topLevel;
    assert.equal(variable?.tag, Tag.variable);
    assert.equal(variable.number(At.constValue), -2);
    assert.equal(variable.type, type);
    assert.equal(variable.attribute(At.location), undefined);
    assert.equal(debug.die(16), type);
    assert.equal(debug.die(17), undefined, 'in the middle of an entry');
    assert.equal(typeName(new Types(debug).of(variable.type)), 'int');
  });

  it('of other units survive a broken one', () => {
    const unknownAbbreviation = unit(1, ...text('b.c'), 9, 9, 9);
    const unknownVersion = [...word(7), 77, 0, 0, 0, 0, 0, 4];
    const cutOff = unit(...entries).slice(0, -8);
    const { units } = read([...unknownVersion, ...unknownAbbreviation, ...unit(...entries), ...cutOff]);
    assert.deepEqual(
      units.map(({ root }) => root?.name),
      ['b.c', 'a.c', 'a.c'],
    );
    assert.deepEqual(
      units.map(({ topLevel }) => names(topLevel)),
      [[], ['int', 'x'], ['int']],
    );
  });

  it('refer to nothing where the reference leads nowhere', () => {
    const { units } = read(
      unit(1, ...text('a.c'), 2, ...text('x'), ...word(0x7fffffff), 0, 2, ...text('y'), ...word(3), 0, 0),
    );
    assert.deepEqual(
      units[0]?.topLevel.map(die => die.type),
      [undefined, undefined],
    );
  });
});
