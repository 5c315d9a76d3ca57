import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { Cpu } from '../../src/simulator/cpu/cpu';
import { Memory } from '../../src/simulator/cpu/memory';
import type { Die } from '../../src/simulator/firmware/dies';
import type { Location } from '../../src/simulator/firmware/expressions';
import { loadFirmware, type Firmware } from '../../src/simulator/firmware/firmware';
import { FrameView } from '../../src/simulator/firmware/frameView';
import { Scopes, type Place, type Variable } from '../../src/simulator/firmware/scopes';
import { namedMembers, sizeOf, typeName, type RecordType } from '../../src/simulator/firmware/types';
import { variableValue, type Value, type ValueReader } from '../../src/simulator/firmware/values';
import { compileFirmware } from './compileFirmware';

const optimizations = ['-O0', '-Og', '-O2', '-Os'];
const versions = ['-gdwarf-2', '-gdwarf-3', '-gdwarf-4', '-gdwarf-5'];

const structs = [
  'tcp_link',
  'udp_link',
  'connection',
  'hidden',
  'bits',
  'variant',
  'packet',
  'pair',
  'packed',
];

const functions = [
  'sample_integers',
  'sample_pointers',
  'sample_entry',
  'sample_struct',
  'sample_inlined',
  'sample_blocks',
  'sample_locals',
  'sample_recursion',
  'received',
  'use',
];

interface Build {
  file: string;
  firmware: Firmware;
  scopes: Scopes;
}

/** Where user_init returns to. */
const end = 0x4030fff0;

/** gdb numbers the registers of its own processor, i386, as DWARF does there. */
const gdbRegisters = [
  'eax',
  'ecx',
  'edx',
  'ebx',
  'esp',
  'ebp',
  'esi',
  'edi',
  'eip',
  'eflags',
  '',
  'st0',
  'st1',
  'st2',
  'st3',
  'st4',
];

for (const version of versions) {
  for (const optimization of optimizations) {
    describe(`debug information of GCC ${optimization} ${version}`, function () {
      let build: Build;

      before(() => {
        build = read(compileFirmware('values.c', optimization, version));
      });

      it('has the entries that readelf lists', () => {
        const listed = [
          ...run('xtensa-lx106-elf-readelf', ['--debug-dump=info', build.file]).matchAll(
            /^ <[\da-f]+><([\da-f]+)>: Abbrev Number: [1-9]\d* \(/gm,
          ),
        ].map(([, offset]) => parseInt(offset ?? '', 16));
        assert.ok(listed.length > 200);
        const found = build.firmware.debug?.units.flatMap(unit =>
          unit.root ? [unit.root, ...below(unit.topLevel)] : [],
        );
        assert.deepEqual(
          found?.map(die => die.offset),
          listed,
        );
      });

      it('has the struct layouts that gdb shows', () => {
        const expressions: string[] = [];
        const ours: string[] = [];
        for (const name of structs) {
          const type = struct(build, name);
          expressions.push(`print sizeof(struct ${name})`);
          ours.push(`${type.size}`);
          for (const member of namedMembers(type)) {
            const place = `((struct ${name} *) 0)->${member.name}`;
            expressions.push(`whatis ${place}`);
            ours.push(typeName(member.type));
            if (member.bits !== undefined) continue;
            expressions.push(`print (int) &${place}`, `print (int) sizeof(${place})`);
            ours.push(`${member.offset}`, `${sizeOf(member.type) ?? 0}`);
          }
        }
        assert.deepEqual(ours, gdb(build, expressions).map(plain));
      });

      it('has the bit-fields that gdb shows', () => {
        const shown = [
          ...gdb(build, ['ptype/o struct bits'])
            .join('\n')
            .matchAll(/(\d+): ?(\d+) +\| +\d+ \*\/ .* (\w+) : (\d+);/g),
        ].map(([, byte, shift, name, size]) => ({
          name,
          bit: Number(byte) * 8 + Number(shift),
          size: Number(size),
        }));
        const ours = namedMembers(struct(build, 'bits')).flatMap(({ name, offset, bits }) =>
          bits === undefined ? [] : [{ name, bit: offset * 8 + bits.shift, size: bits.size }],
        );
        assert.equal(shown.length, 10);
        assert.deepEqual(ours, shown);
      });

      it('names the types of variables as gdb does', () => {
        const variables = fileVariables(build);
        assert.ok(variables.length >= 30, `${variables.length} variables`);
        assert.deepEqual(
          variables.map(({ type }) => typeName(type)),
          gdb(
            build,
            variables.map(({ name }) => `whatis ${name}`),
          ).map(plain),
        );
      });

      it('finds variables where gdb does', () => {
        const answers = gdb(
          build,
          functions.map(name => `info scope ${name}`),
        );
        const counts = functions.map((name, index) => compareScope(build, name, answers[index] ?? ''));
        const compared = counts.reduce((sum, count) => sum + count);
        assert.ok(compared >= 25, `compared ${compared}`);
      });

      it('shows static data as gdb does', () => {
        const place = placeOf(build, start(build), 0);
        const shown = fileVariables(build)
          .flatMap(variable => leavesOf(variableValue(variable, place, reader(build, place.machine))))
          .filter(({ text }) => text !== '<optimized out>');
        assert.ok(shown.length > 300, `${shown.length} values`);
        assert.deepEqual(
          shown.map(({ evaluateName, text }) => `${evaluateName} = ${text}`),
          gdb(
            build,
            shown.map(
              ({ evaluateName, text }) => `output${/^(0x|NULL)/.test(text) ? '/x' : ''} ${evaluateName}`,
            ),
          ).map(
            (answer, index) =>
              `${shown[index]?.evaluateName} = ${ourWords(answer, shown[index]?.text ?? '')}`,
          ),
        );
      });

      it('shows at every instruction what the program itself sees', () => {
        const { compared, missing } = compareWithWitnesses(build, optimization !== '-O0');
        // -O0 keeps everything in memory; where the optimiser works, much must still be found.
        assert.ok(
          compared > 400 && missing < compared / 10,
          `compared ${compared}, ${missing} optimised away`,
        );
        if (optimization === '-O0') assert.equal(missing, 0);
      });

      it('knows what the caller passed, though the function has forgotten it', () => {
        const cpu = start(build);
        const { symbols } = build.firmware;
        const [entry, use] = [symbols.address('sample_entry') ?? 0, symbols.address('use') ?? 0];
        cpu.setBreakpoint(entry);
        assert.equal(cpu.run(100_000).kind, 'breakpoint');
        cpu.removeBreakpoint(entry);
        cpu.setBreakpoint(use);
        cpu.run(100_000);
        cpu.step();
        assert.equal(cpu.run(100_000).kind, 'breakpoint');
        const locals = viewOf(build, cpu, 1).locals();
        assert.deepEqual(
          locals.slice(0, 2).map(({ name, text }) => [name, text.replace(/^0x[\da-f]+ /, '')]),
          [
            ['dead', '1234'],
            ['name', '"only the caller knows"'],
          ],
        );
      });
    });
  }
}

function read({ file, bytes }: { file: string; bytes: Uint8Array }): Build {
  const firmware = loadFirmware(bytes, file);
  assert.ok(firmware.debug);
  return { file, firmware, scopes: new Scopes(firmware.debug, firmware.elf, firmware.lines) };
}

function run(program: string, args: string[]): string {
  return execFileSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** What gdb answers to each command. */
function gdb({ file }: Build, commands: string[]): string[] {
  const settings = [
    'set print repeats 0',
    'set print null-stop on',
    'set print symbol off',
    'set width 0',
    'set language c',
  ];
  const args = [...settings, ...commands.flatMap(command => [command, 'echo \\n===\\n'])].flatMap(command => [
    '-ex',
    command,
  ]);
  const answers = run('gdb', ['-batch', '-nx', ...args, file])
    .split('\n===\n')
    .slice(0, -1);
  assert.equal(answers.length, commands.length);
  return answers;
}

/** `type = char [32]` and `$1 = 28` without what gdb puts around, and arrays as we write them. */
function plain(answer: string): string {
  return answer
    .trim()
    .replace(/^(type|\$\d+) = /, '')
    .replace(' [', '[');
}

function below(dies: readonly Die[]): Die[] {
  return dies.flatMap(die => [die, ...below(die.children)]);
}

function struct({ scopes }: Build, name: string): RecordType {
  const type = scopes.types.named('struct', name);
  assert.ok(type?.kind === 'struct', name);
  return type;
}

/** A device that has not begun, so that static data is as in the ELF. */
function start({ firmware }: Build): Cpu {
  const memory = new Memory();
  for (const { address, bytes } of firmware.elf.segments) memory.write(address, bytes);
  const cpu = new Cpu(memory);
  cpu.registers[0] = end;
  cpu.registers[1] = 0x3fffff00;
  cpu.pc = firmware.symbols.address('user_init') ?? 0;
  cpu.setHook(end, () => {
    cpu.requestStop();
  });
  return cpu;
}

function placeOf(build: Build, cpu: Cpu, index: number): Place {
  const machine = {
    registers: cpu.registers,
    pc: cpu.pc >>> 0,
    read: (address: number, length: number) => cpu.memory.read(address, length),
  };
  return { machine, frames: build.firmware.frames.unwind(machine), index };
}

/** The variables of the program without the ones that only the test needs. */
function fileVariables({ scopes, firmware }: Build): Variable[] {
  return scopes
    .fileVariables(firmware.symbols.address('user_init') ?? 0)
    .filter(({ name }) => !name.startsWith('witness_'));
}

function reader({ firmware }: Build, machine: Place['machine']): ValueReader {
  return {
    read: (address, length) => machine.read(address, length),
    functionName: address => {
      const found = firmware.symbols.at(address);
      return found?.offset === 0 ? found.symbol.name : undefined;
    },
  };
}

function viewOf(build: Build, cpu: Cpu, index: number, inlined = 0): FrameView {
  const place = placeOf(build, cpu, index);
  return new FrameView(build.scopes, place, inlined, reader(build, place.machine));
}

/** The values without parts that a value consists of; what a pointer points to is none. */
function leavesOf(value: Value): Value[] {
  const isPointer = value.type.includes('*') && !value.type.includes('[');
  const children = isPointer ? [] : (value.children() ?? []);
  const isString = value.text.startsWith('"');
  return [...(isString || children.length === 0 ? [value] : []), ...children.flatMap(leavesOf)];
}

/** gdb's answer in our notation, as far as both say the same. */
function ourWords(answer: string, ours: string): string {
  const text = answer.trim();
  if (ours === 'NULL') return text === '0x0' ? ours : text;
  if (ours.startsWith('0x')) return Number(text) === Number(ours.split(' ')[0]) ? ours : text;
  if (/^-?\d*\.\d+$/.test(ours)) return Math.fround(Number(text)) === Math.fround(Number(ours)) ? ours : text;
  // gdb shows every 8-bit number as a character, too.
  if (/^-?\d+$/.test(ours) && !text.startsWith('(')) return text.replace(/ '.*'$/, '');
  // An enum without a name for the value, which gdb takes for a set of flags.
  const unknown = /^\(unknown: (0x\w+)\)$/.exec(text)?.[1];
  if (unknown !== undefined) return `${Number(unknown)}`;
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => {
    const code = parseInt(octal, 8);
    return code === 0 ? '\\0' : `\\x${code.toString(16).padStart(2, '0')}`;
  });
}

/** Compares every range of every variable of a function with gdb's answer to `info scope`: how many there are. */
function compareScope(build: Build, name: string, answer: string): number {
  const code = build.scopes.functionNamed(name);
  assert.ok(code !== undefined, name);
  const own = new Map(build.scopes.variablesAt(code.address).map(variable => [variable.name, variable]));
  let compared = 0;
  for (const symbol of answer.split(/^(?:Scope for .*|)Symbol /m).slice(1)) {
    const variable = own.get(/^\w+/.exec(symbol)?.[0] ?? '');
    if (variable === undefined) continue;
    const size = /length (\d+)\.\s*$/.exec(symbol.trim())?.[1];
    if (size !== undefined) assert.equal(sizeOf(variable.type), Number(size), `${name}: ${variable.name}`);
    const ranges = [...symbol.matchAll(/^ +Range 0x(\w+)-0x(\w+): ([^]*?)(?=^ +Range|^, length)/gm)].map(
      ([, low, high, where]) => ({
        low: parseInt(low ?? '', 16),
        high: parseInt(high ?? '', 16),
        where: where ?? '',
      }),
    );
    if (ranges.length === 0) {
      compareLocation(variable, code.address, symbol.replace(/^\w+ is /, ''));
      compared++;
    }
    for (const { low, high, where } of ranges) {
      if (low === high) continue;
      compareLocation(variable, low, where);
      compareLocation(variable, high - 1, where);
      compared++;
    }
  }
  return compared;
}

/** A frame whose registers all differ, to see which one a location means. */
function artificialFrame(pc: number): Place {
  const registers = Int32Array.from({ length: 16 }, (_, index) => 0x100 * (index + 1));
  return {
    machine: { registers, pc, read: (_, length) => new Uint8Array(length).fill(0x5a) },
    frames: [{ pc, lookupPc: pc, registers, cfa: 0x3fff0000 }],
    index: 0,
  };
}

function compareLocation(variable: Variable, pc: number, gdbWords: string): void {
  const location = variable.locate(artificialFrame(pc));
  const what = `${variable.name} at ${pc.toString(16)}: ${gdbWords}`;
  const pieces = gdbWords.split(/, and /);
  if (/entry_value|optimized out/.test(gdbWords)) assert.equal(location, undefined, what);
  else if (pieces.length > 1) {
    assert.ok(location?.kind === 'pieces', what);
    for (const [index, words] of pieces.entries()) comparePart(location.pieces[index]?.location, words, what);
  } else comparePart(location, gdbWords, what);
}

function comparePart(location: Location | undefined, words: string, what: string): void {
  const register = /a variable in \$(\w+)/.exec(words)?.[1];
  // In DWARF 2 the frame base is written as a register and an offset.
  const fbreg = /(?:a variable at frame base reg \$\w+ offset |DW_OP_fbreg )([-\d+]+)/.exec(words)?.[1];
  const isPlainFbreg = fbreg !== undefined && !/DW_OP_(?!fbreg)/.test(words);
  const fixed = /static storage at address (0x\w+)/.exec(words)?.[1];
  if (words.startsWith('an empty')) assert.equal(location, undefined, what);
  else if (register !== undefined)
    assert.deepEqual(location, { kind: 'register', register: gdbRegisters.indexOf(register) }, what);
  else if (isPlainFbreg)
    assert.deepEqual(location, { kind: 'memory', address: 0x3fff0000 + gdbSum(fbreg) }, what);
  else if (fixed !== undefined) assert.deepEqual(location, { kind: 'memory', address: Number(fixed) }, what);
  else if (words.includes('DW_OP_stack_value')) assert.equal(location?.kind, 'value', what);
  else assert.ok(location !== undefined, what);
}

/** gdb writes the offset of a variable as `16+-20`. */
function gdbSum(text: string): number {
  return text.split('+').reduce((sum, part) => sum + Number(part), 0);
}

/**
 * Runs the program by single instructions and compares, in every frame, what is shown of the variables that have a
 * witness with what the program has stored there. They are assigned only once; before that, locals are rubbish, and so
 * are parameters that the function first stores in its frame.
 */
function compareWithWitnesses(build: Build, isOptimized: boolean): { compared: number; missing: number } {
  const witnesses = new Set(
    [...build.firmware.symbols.all()].map(({ name }) => name).filter(name => name.startsWith('witness_')),
  );
  const functions = new Set([...witnesses].map(name => /^witness_(sample_[a-z]+|[a-z]+)_/.exec(name)?.[1]));
  const assignedInBody = new Set(['sum', 'product', 'link', 'port', 'twice', 'doubled', 'settled', 'pair']);
  const seen = new Map<string, { witness: string; path: string; text: string; where: string }>();
  let compared = 0;
  let missing = 0;
  const cpu = start(build);
  while (cpu.pc >>> 0 !== end) {
    assert.equal(cpu.step().kind, 'budget');
    const place = placeOf(build, cpu, 0);
    for (const [index, { lookupPc }] of place.frames.entries()) {
      // In the middle of a statement GCC is not exact.
      if (index === 0 && build.firmware.lines?.isStatement(lookupPc) !== true) continue;
      for (const [inlined, { name }] of build.scopes.inlineChain(lookupPc).entries()) {
        if (!functions.has(name)) continue;
        for (const value of viewOf(build, cpu, index, inlined).locals()) {
          const witness = `witness_${name}_${value.name}`;
          // When GCC 12 optimises, it names a register for this one that never holds it.
          if (!witnesses.has(witness) || (isOptimized && value.name === 'product')) continue;
          if ((!isOptimized || assignedInBody.has(value.name)) && !isStored(build, cpu, witness)) continue;
          for (const { text, evaluateName } of leavesOf(value)) {
            if (text === '<optimized out>') {
              missing++;
              continue;
            }
            compared++;
            const path = (evaluateName ?? '').slice(value.name.length);
            const where = `frame ${index}, ${build.firmware.describeAddress(lookupPc)}, ${lookupPc.toString(16)}`;
            seen.set(`${witness}${path}=${text}`, { witness, path, text, where });
          }
        }
      }
    }
  }
  const view = viewOf(build, cpu, 0);
  for (const { witness, path, text, where } of seen.values()) {
    const variable = build.scopes.variableNamed(witness);
    assert.ok(variable);
    const leaves = leavesOf(variableValue(variable, placeOf(build, cpu, 0), view.reader));
    assert.equal(
      text,
      leaves.find(({ evaluateName }) => evaluateName === witness + path)?.text,
      `${witness}, ${where}`,
    );
  }
  assert.ok(seen.size >= 18, `${seen.size} variables seen`);
  return { compared, missing };
}

function isStored({ firmware }: Build, { memory }: Cpu, witness: string): boolean {
  const symbol = firmware.symbols.find(witness);
  return symbol !== undefined && memory.read(symbol.address, symbol.size)?.some(byte => byte !== 0) === true;
}
