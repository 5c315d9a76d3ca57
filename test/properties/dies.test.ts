import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProblemError } from '../../src/problems';
import { readings } from '../../src/simulator/firmware/byteReader';
import { DebugInfo } from '../../src/simulator/firmware/dies';
import type { Elf } from '../../src/simulator/firmware/elf';
import { parseElf } from '../../src/simulator/firmware/elf';
import { locate, newSteps } from '../../src/simulator/firmware/expressions';
import type { Frame, Machine } from '../../src/simulator/firmware/frames';
import { FrameView } from '../../src/simulator/firmware/frameView';
import { parseExpression } from '../../src/simulator/firmware/parseExpression';
import { Scopes } from '../../src/simulator/firmware/scopes';
import { sizeOf, typeName } from '../../src/simulator/firmware/types';
import type { Value } from '../../src/simulator/firmware/values';
import { compileFirmware } from '../peers/compileFirmware';

const debugSections = ['info', 'abbrev', 'str', 'line_str', 'loc', 'loclists', 'ranges', 'rnglists'].map(
  name => `.debug_${name}`,
);

const machine: Machine = {
  registers: Int32Array.from({ length: 16 }, (_, index) => 0x3ffe8000 + 16 * index),
  pc: 0x40100000,
  read: (address, length) =>
    address >= 0x3ffe8000 && length >= 0 && address + length <= 0x40000000
      ? new Uint8Array(length).fill(0x41)
      : undefined,
};

/** Asks for everything that a debugger can show, in the way it does; how many values that are. */
function explore(elf: Elf): number {
  const debug = DebugInfo.read(elf);
  if (debug === undefined) return 0;
  let values = 0;
  const expand = (value: Value, depth = 0): void => {
    values++;
    const words = `${value.name} ${value.type} ${value.text} ${value.address} ${value.size} ${value.evaluateName}`;
    assert.ok(words.length < 20_000);
    const children = value.expandable && depth < 2 ? (value.children() ?? []) : [];
    for (const child of children.slice(0, 20)) expand(child, depth + 1);
  };
  const scopes = new Scopes(debug, elf, undefined);
  for (const unit of debug.units) {
    for (const die of unit.topLevel) {
      const type = scopes.types.of(die);
      typeName(type);
      sizeOf(type);
    }
  }
  for (const name of ['connection', 'bits', 'packet']) scopes.types.structLayout(name);
  scopes.types.enumerator('LINK_TCP');
  for (let pc = 0x40100000; pc < 0x40100400; pc += 7) {
    const frames: Frame[] = [0, 1].map(index => ({
      pc: pc + 3 * index,
      lookupPc: pc,
      registers: Int32Array.from(machine.registers),
      cfa: 0x3fffff00,
    }));
    for (const inlined of scopes.inlineChain(pc).keys()) {
      const view = new FrameView(scopes, { machine, frames, index: 0 }, inlined, {
        read: (address, length) => machine.read(address, length),
        functionName: address => scopes.functionAt(address)?.name,
      });
      view.locals().forEach(value => {
        expand(value);
      });
      if (pc % 64 === 0)
        view.fileVariables().forEach(value => {
          expand(value);
        });
      try {
        view.evaluate('first.proto.tcp->local_port + sizeof(struct bits)');
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
      }
    }
  }
  return values;
}

function withSections(elf: Elf, change: (name: string, bytes: Uint8Array) => Uint8Array): Elf {
  const changed = new Map(
    elf.sections.map(section => [section.name, { ...section, bytes: change(section.name, section.bytes) }]),
  );
  return { ...elf, section: name => changed.get(name) };
}

describe('damaged debug information', function () {
  const elfs: Elf[] = [];
  /** What is read of each when it is whole. */
  const usual: number[] = [];

  before(() => {
    for (const options of [
      ['-O2', '-gdwarf-5'],
      ['-Og', '-gdwarf-2'],
    ]) {
      const { file, bytes } = compileFirmware('values.c', ...options);
      elfs.push(parseElf(bytes, file));
    }
    for (const elf of elfs) {
      const before = readings.count;
      const values = explore(elf);
      assert.ok(values > 1000, `${values} values`);
      usual.push(readings.count - before);
    }
  });

  it('only says less', () => {
    fc.assert(
      fc.property(
        fc.nat(1),
        fc.constantFrom(...debugSections),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 30 }),
        (which, section, changes) => {
          const elf = elfs[which];
          assert.ok(elf);
          const damaged = withSections(elf, (name, original) => {
            if (name !== section || original.length === 0) return original;
            const bytes = Uint8Array.from(original);
            for (const [offset, byte] of changes) bytes[offset % bytes.length] = byte;
            return bytes;
          });
          const before = readings.count;
          explore(damaged);
          const read = readings.count - before;
          assert.ok(read < 3 * (usual[which] ?? 0), `${read} values, undamaged ${usual[which]}`);
        },
      ),
      { numRuns: 150, seed: 8266 },
    );
  });

  it('only says less when it is cut off', () => {
    fc.assert(
      fc.property(
        fc.nat(1),
        fc.constantFrom(...debugSections),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (which, section, share) => {
          const elf = elfs[which];
          assert.ok(elf);
          explore(
            withSections(elf, (name, bytes) =>
              name === section ? bytes.subarray(0, bytes.length * share) : bytes,
            ),
          );
        },
      ),
      { numRuns: 60, seed: 8266 },
    );
  });
});

describe('any bytes as a location expression', () => {
  it('have a location or none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), expression => {
        locate(expression, {
          steps: newSteps(),
          register: number => machine.registers[number],
          read: (address, length) => machine.read(address, length),
          canonicalFrameAddress: () => 0x3fff0000,
          frameBase: () => 0x3fff0000,
          entryValue: () => ({ value: 1n, type: undefined }),
          numberType: offset =>
            offset % 3 === 0 ? undefined : { size: offset % 17, signed: offset % 2 === 0 },
        });
      }),
      { numRuns: 5000, seed: 8266 },
    );
  });
});

describe('any text as a C expression', () => {
  it('is one, or a Problem says why not', () => {
    const part = fc.constantFrom(
      ..."a 1 0x1f + - * / ( ) [ ] . -> & && sizeof struct int = == 'x' , ? \"".split(' '),
      ' ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(part).map(parts => parts.join('')),
        ),
        text => {
          try {
            parseExpression(text, { named: () => undefined });
          } catch (error) {
            if (!(error instanceof ProblemError)) throw error;
          }
        },
      ),
      { numRuns: 3000, seed: 8266 },
    );
  });
});
