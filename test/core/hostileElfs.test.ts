import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ProblemError } from '../../src/problems';
import type { DebugInfo } from '../../src/simulator/firmware/dies';
import { readings } from '../../src/simulator/firmware/byteReader';
import { At, Tag } from '../../src/simulator/firmware/dwarfConstants';
import { type Firmware, loadFirmware } from '../../src/simulator/firmware/firmware';
import type { Frame, Machine } from '../../src/simulator/firmware/frames';
import { FrameView } from '../../src/simulator/firmware/frameView';
import type { LineTable } from '../../src/simulator/firmware/lines';
import { Scopes } from '../../src/simulator/firmware/scopes';
import { namedMembers, sizeOf, typeName } from '../../src/simulator/firmware/types';
import { Bytes, codeStart, elfFile } from './elfFile';

const machine: Machine = {
  registers: new Int32Array(16).fill(0x3fff0000),
  pc: codeStart + 8,
  read: (_, length) => new Uint8Array(length),
};
const frames: Frame[] = Array.from({ length: 50 }, () => ({
  pc: codeStart + 8,
  lookupPc: codeStart + 8,
  registers: Int32Array.from(machine.registers),
  cfa: 0x3fff0000,
}));

const withSections = (sections: Record<string, Bytes | Uint8Array>): Uint8Array =>
  elfFile({
    sections: Object.entries(sections).map(([name, content]) => ({
      name,
      bytes: content instanceof Bytes ? content.bytes : content,
    })),
  });
/** Bytes of all files that have been loaded. */
let loaded = 0;
function loadBytes(bytes: Uint8Array): Firmware {
  loaded += bytes.length;
  return loadFirmware(bytes, 'hostile.elf');
}
const load = (sections: Record<string, Bytes | Uint8Array>): Firmware => loadBytes(withSections(sections));

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** However large the file is, its tables are read at most twice; each question may take some more. Nothing keeps more than 500 MB. */
function bounded(name: string, test: () => void): void {
  it(name, () => {
    const [count, size] = [readings.count, loaded];
    test();
    const read = readings.count - count;
    assert.ok(read < 2 * (loaded - size) + 100_000, `${read} values of ${loaded - size} bytes`);
    // What other tests have left for the collector is none of this one's.
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    assert.ok(heapUsed + arrayBuffers < 500 * 2 ** 20, `${heapUsed} + ${arrayBuffers} bytes`);
  });
}

const part = (write: (bytes: Bytes) => void): Uint8Array => {
  const bytes = new Bytes();
  write(bytes);
  return bytes.bytes;
};

/** A line program of DWARF 4 with one file, main.c, unless others are given. */
function lineProgram(program: Uint8Array, files = part(bytes => bytes.text('main.c').uleb(0, 0, 0))): Bytes {
  const header = new Bytes().u8(1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1);
  header.u8(0).add(files).u8(0);
  const unit = new Bytes().u16(4).u32(header.length).add(header.bytes).add(program);
  return new Bytes().u32(unit.length).add(unit.bytes);
}
const setAddress = (address: number): Uint8Array => part(bytes => bytes.u8(0, 5, 2).u32(address));
const endSequence = Uint8Array.of(2, 4, 0, 1, 1);
const copyRow = Uint8Array.of(1);

function linesOf(sections: Record<string, Bytes | Uint8Array>): LineTable {
  return load(sections).lines ?? assert.fail('no lines');
}

describe('hostile line numbers', function () {
  bounded('have as many sequences as they like', () => {
    const sequence = part(bytes => bytes.add(setAddress(codeStart)).add(copyRow).add(endSequence));
    const table = linesOf({ '.debug_line': lineProgram(new Bytes().repeat(200_000, sequence).bytes) });
    assert.equal(table.at(codeStart)?.line, 1);
    assert.deepEqual(table.addresses('main.c', 1), { line: 1, addresses: [codeStart] });
  });

  bounded('have as many files as they like', () => {
    const files = new Bytes();
    for (let index = 0; index < 150_000; index++) files.text(`file${index}.c`).uleb(0, 0, 0);
    const program = new Bytes().add(setAddress(codeStart));
    for (let index = 1; index <= 150_000; index++) program.u8(4).uleb(index).u8(1);
    program.add(endSequence);
    const table = linesOf({ '.debug_line': lineProgram(program.bytes, files.bytes) });
    assert.ok(table.addresses('file149999.c', 1));
    assert.equal(table.addresses('other.c', 1), undefined);
  });

  bounded('put as many rows at one address as they like', () => {
    const rows = new Bytes().repeat(300_000, copyRow).bytes;
    // The first row begins a statement, the others do not.
    const program = new Bytes().add(setAddress(codeStart)).add(copyRow).u8(6).add(rows);
    program.u8(2, 2).add(rows).add(endSequence);
    const table = linesOf({ '.debug_line': lineProgram(program.bytes) });
    assert.deepEqual(table.statementRange(codeStart), { start: codeStart, end: codeStart + 6 });
    for (let count = 0; count < 1000; count++) {
      table.at(codeStart);
      table.isStatement(codeStart + 2);
      table.bodyOf(codeStart);
    }
  });

  bounded('have more rows than any firmware', () => {
    const program = new Bytes().add(setAddress(codeStart)).repeat(4_000_000, copyRow).add(endSequence);
    assert.equal(load({ '.debug_line': lineProgram(program.bytes) }).lines, undefined);
  });

  bounded('have a number without an end', () => {
    const endless = new Bytes().u8(0).repeat(2000, Uint8Array.of(0x80)).u8(0).zeros(100);
    assert.equal(load({ '.debug_line': lineProgram(endless.bytes) }).lines, undefined);
  });

  bounded('let the names of DWARF 5 overlap', () => {
    const count = 100_000;
    const header = new Bytes().u8(1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1);
    header.u8(1, 1, 0x1f).uleb(1).u32(0);
    header.u8(1, 1, 0x1f).uleb(count);
    for (let index = 0; index < count; index++) header.u32(index);
    const unit = new Bytes().u16(5).u8(4, 0).u32(header.length).add(header.bytes);
    unit.add(setAddress(codeStart)).add(copyRow).add(endSequence);
    const strings = new Bytes().repeat(count, Uint8Array.of(0x61)).u8(0);
    const firmware = load({
      '.debug_line': new Bytes().u32(unit.length).add(unit.bytes),
      '.debug_line_str': strings,
    });
    assert.equal(firmware.lines, undefined);
  });

  bounded('announce more names than there are bytes', () => {
    const header = new Bytes().u8(1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1);
    header
      .u8(1, 1, 8)
      .uleb(2 ** 50)
      .repeat(200_000, Uint8Array.of(0x61, 0));
    const unit = new Bytes().u16(5).u8(4, 0).u32(header.length).add(header.bytes);
    assert.equal(load({ '.debug_line': new Bytes().u32(unit.length).add(unit.bytes) }).lines, undefined);
  });
});

describe('hostile symbols', function () {
  bounded('let their names overlap', () => {
    const count = 60_000;
    const symbols = [{ name: 'x'.repeat(1_000_000), address: codeStart }];
    const bytes = elfFile({
      symbols: [...symbols, ...Array.from({ length: count }, () => ({ name: '', address: codeStart }))],
    });
    // The first name is long; all others begin somewhere inside it.
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const table = 52 + 32 + 64 + 32;
    for (let index = 0; index < count; index++) view.setUint32(table + 16 * index, 1 + 16 * index, true);
    assert.throws(() => loadBytes(bytes), ProblemError);
  });

  bounded('stand all at one address', () => {
    const bytes = elfFile({
      symbols: Array.from({ length: 100_000 }, (_, index) => ({
        name: index === 0 ? 'user_init' : 'x',
        address: codeStart,
        size: 1,
        isFunction: true,
      })),
    });
    const { symbols } = loadBytes(bytes);
    for (let count = 0; count < 100_000; count++) symbols.at(codeStart + 2);
  });

  bounded('are named by sections whose names overlap', () => {
    const sections = Array.from({ length: 60_000 }, () => ({ name: '', bytes: new Uint8Array() }));
    const bytes = elfFile({
      sections: [...sections, { name: 'x'.repeat(200_000), bytes: new Uint8Array() }],
    });
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const headers = view.getUint32(32, true);
    for (let index = 3; index < 60_003; index++)
      view.setUint32(headers + 40 * index, view.getUint32(headers + 40 * 60_003, true) + index, true);
    const { elf } = loadBytes(bytes);
    assert.equal(elf.section('.symtab')?.type, 2);
  });
});

/** Abbreviations: code, tag, attributes as pairs of name and form; those with children are named by `parents`. */
function abbreviations(
  table: Record<number, [tag: number, ...attributes: [number, number][]]>,
  parents: number[],
) {
  const bytes = new Bytes();
  for (const [code, [tag, ...attributes]] of Object.entries(table)) {
    bytes.uleb(Number(code), tag).u8(parents.includes(Number(code)) ? 1 : 0);
    for (const [name, form] of attributes) bytes.uleb(name, form);
    bytes.uleb(0, 0);
  }
  return bytes.u8(0);
}

/** A unit of DWARF 4; its entries begin 11 bytes behind its start. */
function unitOf(write: (entries: Bytes) => void): Bytes {
  const body = new Bytes().u16(4).u32(0).u8(4);
  write(body);
  return new Bytes().u32(body.length).add(body.bytes);
}

const form = {
  addr: 1,
  data1: 0x0b,
  data4: 6,
  block2: 3,
  sdata: 0x0d,
  ref4: 0x13,
  string: 8,
  flag: 0x19,
  ranges: 0x17,
};

function viewOf(firmware: Firmware): { scopes: Scopes; view: FrameView; debug: DebugInfo } {
  const { debug } = firmware;
  assert.ok(debug);
  const scopes = new Scopes(debug, firmware.elf, firmware.lines);
  const view = new FrameView(scopes, { machine, frames, index: 0 }, 0, {
    read: (address, length) => machine.read(address, length),
    functionName: () => undefined,
  });
  return { scopes, view, debug };
}

const inFunction = [
  Tag.subprogram,
  [At.lowPc, form.addr],
  [At.highPc, form.data4],
  [At.frameBase, form.block2],
] as [number, ...[number, number][]];
const compileUnit = 0x11;
const unitRoot = [compileUnit, [At.lowPc, form.addr], [At.highPc, form.data4]] as [
  number,
  ...[number, number][],
];
const root = part(bytes => bytes.u8(1).u32(codeStart, 64));

describe('hostile debugging information entries', function () {
  bounded('are more than any firmware has', () => {
    const { debug } = viewOf(
      load({
        '.debug_abbrev': abbreviations({ 1: unitRoot, 2: [Tag.variable] }, [1]),
        '.debug_info': unitOf(bytes => bytes.add(root).repeat(3_000_000, Uint8Array.of(2))),
      }),
    );
    const count = debug.units[0]?.topLevel.length ?? 0;
    assert.ok(count > 100_000 && count < 1_000_000, `${count} entries`);
  });

  bounded('stand in more units than any firmware has', () => {
    const tiny = unitOf(() => undefined);
    const { debug } = viewOf(
      load({ '.debug_abbrev': new Bytes().u8(0), '.debug_info': new Bytes().repeat(300_000, tiny.bytes) }),
    );
    assert.ok(debug.units.length < 100_000);
  });

  bounded('let their abbreviations overlap', () => {
    const table = new Bytes().repeat(40_000, Uint8Array.of(2, Tag.variable, 0, 0, 0)).u8(0);
    const info = new Bytes();
    for (let index = 0; index < 20_000; index++)
      info
        .u32(8)
        .u16(4)
        .u32(5 * index)
        .u8(4)
        .u8(2);
    const { debug } = viewOf(load({ '.debug_abbrev': table, '.debug_info': info }));
    assert.equal(debug.units[0]?.root?.tag, Tag.variable);
    for (const unit of debug.units) assert.deepEqual(unit.topLevel, []);
  });

  bounded('complete one another in a long chain', () => {
    const count = 20_000;
    const firmware = load({
      '.debug_abbrev': abbreviations({ 1: unitRoot, 2: [Tag.variable, [At.abstractOrigin, form.ref4]] }, [1]),
      '.debug_info': unitOf(bytes => {
        bytes.add(root);
        const first = 4 + bytes.length;
        for (let index = 1; index <= count; index++) bytes.u8(2).u32(first + 5 * index);
      }),
    });
    assert.deepEqual(viewOf(firmware).view.fileVariables(), []);
  });

  bounded('declare a variable that declares itself', () => {
    const firmware = load({
      '.debug_abbrev': abbreviations(
        {
          1: unitRoot,
          2: [Tag.variable, [At.name, form.string], [At.declaration, form.flag], [At.location, form.block2]],
        },
        [1],
      ),
      '.debug_info': unitOf(bytes => bytes.add(root).u8(2).text('x').u16(0)),
    });
    assert.equal(viewOf(firmware).scopes.variableNamed('x'), undefined);
  });

  bounded('nest anonymous structs without an end', () => {
    const count = 30_000;
    const firmware = load({
      '.debug_abbrev': abbreviations(
        {
          1: unitRoot,
          2: [Tag.structureType, [At.byteSize, form.data1]],
          3: [Tag.member, [At.type, form.ref4]],
        },
        [1, 2],
      ),
      '.debug_info': unitOf(bytes => {
        bytes.add(root);
        const first = 4 + bytes.length;
        for (let index = 1; index <= count; index++)
          bytes
            .u8(2, 4, 3)
            .u32(first + 8 * index)
            .u8(0);
      }),
    });
    const { scopes, debug } = viewOf(firmware);
    const type = scopes.types.of(debug.units[0]?.topLevel[0]);
    assert.ok(type.kind === 'struct');
    assert.deepEqual(namedMembers(type), []);
  });

  bounded('have sizes below zero', () => {
    const firmware = load({
      '.debug_abbrev': abbreviations(
        {
          1: unitRoot,
          2: [Tag.baseType, [At.byteSize, form.sdata], [At.encoding, form.data1], [At.name, form.string]],
          3: [Tag.variable, [At.name, form.string], [At.type, form.ref4], [At.location, form.block2]],
          4: [Tag.structureType, [At.byteSize, form.sdata]],
          5: [
            Tag.member,
            [At.name, form.string],
            [At.type, form.ref4],
            [At.bitSize, form.sdata],
            [At.dataBitOffset, form.sdata],
          ],
        },
        [1, 4],
      ),
      '.debug_info': unitOf(bytes => {
        bytes.add(root);
        const base = 4 + bytes.length;
        bytes.u8(2, 0x7b, 5).text('int');
        const struct = 4 + bytes.length;
        bytes.u8(4, 0x7b, 5).text('bits').u32(base).u8(0x7d, 0x7d, 0);
        // DW_OP_reg2, DW_OP_piece 4; DW_OP_addr
        bytes.u8(3).text('a').u32(base).u16(3).u8(0x52, 0x93, 4);
        bytes.u8(3).text('b').u32(struct).u16(5).u8(3).u32(0x3fff0000);
      }),
    });
    const values = viewOf(firmware).view.fileVariables();
    assert.deepEqual(
      values.map(({ name }) => name),
      ['a', 'b'],
    );
    for (const value of values) {
      assert.ok(value.text.length > 0 && value.type.length > 0 && value.size >= -5);
      for (const member of value.children() ?? []) assert.ok(member.text.length > 0);
    }
  });

  bounded('have functions with as many parameters as they like', () => {
    const firmware = load({
      '.debug_abbrev': abbreviations(
        { 1: unitRoot, 2: [Tag.subroutineType], 3: [Tag.formalParameter] },
        [1, 2],
      ),
      '.debug_info': unitOf(bytes => bytes.add(root).u8(2).repeat(300_000, Uint8Array.of(3)).u8(0)),
    });
    const { scopes, debug } = viewOf(firmware);
    const type = scopes.types.of(debug.units[0]?.topLevel[0]);
    for (let count = 0; count < 500; count++) assert.ok(typeName(type).length < 5000);
    assert.equal(sizeOf(type), undefined);
  });

  bounded('let their lists of ranges overlap', () => {
    const count = 20_000;
    const firmware = load({
      '.debug_abbrev': abbreviations(
        { 1: unitRoot, 2: inFunction, 3: [Tag.lexicalBlock, [At.ranges, form.ranges]] },
        [1, 2],
      ),
      '.debug_info': unitOf(bytes => {
        bytes.add(root).u8(2).u32(codeStart, 64).u16(0);
        for (let index = 0; index < count; index++) bytes.u8(3).u32(8 * index);
      }),
      '.debug_ranges': new Bytes().repeat(
        count,
        part(bytes => bytes.u32(0x100, 0x101)),
      ),
    });
    assert.deepEqual(viewOf(firmware).view.locals(), []);
  });
});

describe('hostile expressions', function () {
  const table = abbreviations(
    {
      1: unitRoot,
      2: inFunction,
      3: [Tag.variable, [At.name, form.string], [At.location, form.block2]],
      4: [Tag.callSite, [At.callReturnPc, form.addr]],
      5: [Tag.callSiteParameter, [At.location, form.block2], [At.callValue, form.block2]],
    },
    [1, 2, 4],
  );

  bounded('ask for values of the caller, which ask for values of its caller', () => {
    // Three frames of one function ask the next for the entry value of a2 300 times each; the fourth knows it.
    const entryValues = new Bytes().repeat(300, Uint8Array.of(0xa3, 1, 0x52)).bytes;
    const callSite = (bytes: Bytes, returnAddress: number, value: Uint8Array): void => {
      bytes.u8(4).u32(returnAddress).u8(5).u16(1).u8(0x52).u16(value.length).add(value).u8(0);
    };
    const firmware = load({
      '.debug_abbrev': table,
      '.debug_info': unitOf(bytes => {
        const stackValue = Uint8Array.of(0x9f);
        bytes.add(root).u8(2).u32(codeStart, 32).u16(0);
        bytes.u8(3).text('x').u16(901).add(entryValues).add(stackValue);
        callSite(bytes, codeStart + 8, entryValues);
        bytes
          .u8(0, 2)
          .u32(codeStart + 32, 32)
          .u16(0);
        callSite(bytes, codeStart + 40, Uint8Array.of(0x31));
      }),
    });
    const frame = (pc: number): Frame => ({ pc, lookupPc: pc, registers: new Int32Array(16), cfa: 0 });
    const stack = [8, 8, 8, 40].map(offset => frame(codeStart + offset));
    const { scopes } = viewOf(firmware);
    const [variable] = scopes.variablesAt(codeStart + 8);
    assert.deepEqual(variable?.locate({ machine, frames: stack, index: 2 }), {
      kind: 'value',
      bytes: Uint8Array.of(1, 0, 0, 0),
    });
    assert.equal(variable.locate({ machine, frames: stack, index: 0 }), undefined);
  });

  bounded('ask for a frame base that goes on for long', () => {
    const long = new Bytes().u8(0x30).repeat(4900, Uint8Array.of(0x12, 0x13)).bytes;
    const offsets = new Bytes().repeat(4900, Uint8Array.of(0x91, 0, 0x13)).bytes;
    const firmware = load({
      '.debug_abbrev': table,
      '.debug_info': unitOf(bytes => {
        bytes.add(root).u8(2).u32(codeStart, 64).u16(long.length).add(long);
        bytes.u8(3).text('x').u16(offsets.length).add(offsets);
      }),
    });
    assert.equal(viewOf(firmware).view.locals()[0]?.storage.kind, 'optimized out');
  });
});

const commonFrame = part(bytes => bytes.u32(12, 0xffffffff).u8(4, 0, 4, 0, 1, 0x7c, 0, 0));

describe('hostile call frame information', function () {
  const unwind = (instructions: Uint8Array): Frame[] => {
    const section = new Bytes().add(commonFrame);
    section.u32(12 + instructions.length, 0, codeStart, 64).add(instructions);
    return load({ '.debug_frame': section }).frames.unwind(machine, 3);
  };

  bounded('remembers state upon state', () => {
    const registers = new Bytes();
    for (let register = 0; register < 9000; register++) registers.u8(5).uleb(register, 1);
    assert.ok(unwind(new Bytes().add(registers.bytes).repeat(900, Uint8Array.of(0x0a)).bytes).length > 0);
    assert.ok(unwind(new Bytes().repeat(2_000_000, Uint8Array.of(0x0a)).bytes).length > 0);
  });

  bounded('is longer than any function', () => {
    const firmware = load({
      '.debug_frame': new Bytes().add(commonFrame).repeat(
        200_000,
        part(bytes => bytes.u32(12, 0, codeStart, 64)),
      ),
    });
    assert.ok(firmware.frames.unwind(machine).length > 0);
    for (let count = 0; count < 20; count++)
      assert.ok(unwind(new Bytes().add(new Uint8Array(8_000_000)).bytes).length > 0);
  });
});

describe('the work of reading a hostile ELF', function () {
  const files: Record<string, (count: number) => Record<string, Bytes>> = {
    'sequences of lines': count => ({
      '.debug_line': lineProgram(
        new Bytes().repeat(
          count,
          part(bytes => bytes.add(setAddress(codeStart)).add(copyRow).add(endSequence)),
        ).bytes,
      ),
    }),
    'programs of lines': count => ({
      '.debug_line': new Bytes().repeat(
        count,
        lineProgram(part(bytes => bytes.add(setAddress(codeStart)).add(copyRow).add(endSequence))).bytes,
      ),
    }),
    entries: count => ({
      '.debug_abbrev': abbreviations({ 1: unitRoot, 2: [Tag.variable, [At.name, form.string]] }, [1]),
      '.debug_info': unitOf(bytes => bytes.add(root).repeat(count, Uint8Array.of(2, 0x78, 0))),
    }),
    'abbreviations that overlap': count => {
      const info = new Bytes();
      for (let index = 0; index < count; index++)
        info
          .u32(8)
          .u16(4)
          .u32(5 * index)
          .u8(4, 2);
      const table = new Bytes().repeat(count, Uint8Array.of(2, Tag.variable, 0, 0, 0)).u8(0);
      return { '.debug_abbrev': table, '.debug_info': info };
    },
    'descriptions of call frames': count => ({
      '.debug_frame': new Bytes().add(commonFrame).repeat(
        count,
        part(bytes => bytes.u32(12, 0, codeStart, 64)),
      ),
    }),
    'common parts of call frames': count => {
      const section = new Bytes();
      for (let index = 0; index < count; index++)
        section.add(commonFrame).u32(12, 16 * 2 * index, codeStart, 64);
      return { '.debug_frame': section };
    },
    // Their augmentation, a text, reaches over those behind it.
    'common parts of call frames that overlap': count => {
      const section = new Bytes();
      for (let index = 0; index < count; index++) section.u32(12, 16 * count + 8 * index, codeStart, 64);
      return { '.debug_frame': section.repeat(count, Uint8Array.of(1, 1, 1, 1, 255, 255, 255, 255)).u8(0) };
    },
  };
  for (const [what, sections] of Object.entries(files)) {
    it(`doubles at most when there are twice as many ${what}`, () => {
      const [once = 0, twice = 0] = [10_000, 20_000].map(count => {
        const bytes = withSections(sections(count));
        const before = readings.count;
        const firmware = loadBytes(bytes);
        firmware.lines?.at(codeStart);
        for (const unit of firmware.debug?.units ?? []) for (const die of unit.topLevel) assert.ok(die.tag);
        assert.ok(firmware.frames.unwind(machine).length > 0);
        return readings.count - before;
      });
      assert.ok(once > 10_000 && once < 1_000_000, `${once} values`);
      assert.ok(twice < 2.1 * once, `${once} values, then ${twice}`);
    });
  }
});
