import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import type { LineTable } from '../../src/simulator/firmware/lines';
import { compileFirmware } from './compileFirmware';

const source = path.join(__dirname, '..', 'firmware-sources', 'inlined.c');
const lines = readFileSync(source, 'utf8').split('\n');
const lineOf = (text: string): number => lines.findIndex(line => line.includes(text)) + 1;

interface GdbBreakpoint {
  /** The line that gdb says it is at. */
  line: number;
  addresses: number[];
}

/** Where gdb sets a breakpoint for each line of the file; it reads the line numbers, whatever processor they are for. */
function gdbBreakpoints(file: string): Map<number, GdbBreakpoint> {
  const commands = lines.flatMap((_, index) => [
    '-ex',
    `printf "line ${index + 1}\\n"`,
    '-ex',
    `break inlined.c:${index + 1}`,
    '-ex',
    'info breakpoints',
    '-ex',
    'delete',
  ]);
  const text = execFileSync('gdb', ['-batch', '-nx', ...commands, file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const found = new Map<number, GdbBreakpoint>();
  for (const part of text.split(/^line /m).slice(1)) {
    const rows = [...part.matchAll(/(0x[0-9a-f]+) in \S+ at \S+:(\d+)$/gm)];
    if (rows.length === 0) continue;
    found.set(parseInt(part, 10), {
      line: Number(rows[0]?.[2]),
      addresses: rows.map(([, address = '']) => Number(address)),
    });
  }
  return found;
}

describe('breakpoints on lines of code that is inlined', function () {
  for (const options of [
    ['-O0', '-gdwarf-5'],
    ['-Og', '-gdwarf-5'],
    ['-O1', '-gdwarf-4'],
    ['-O2', '-gdwarf-5'],
    ['-Os', '-gdwarf-2'],
  ]) {
    describe(options.join(' '), () => {
      let table: LineTable;
      let gdb: Map<number, GdbBreakpoint>;

      before(() => {
        const { file, bytes } = compileFirmware('inlined.c', ...options);
        table = loadFirmware(bytes, file).lines ?? assert.fail();
        gdb = gdbBreakpoints(file);
      });

      for (const text of ['int doubled = ', 'sink = doubled;'])
        it(`are set in each copy, as gdb does: ${text}`, () => {
          const line = lineOf(text);
          const ours = table.addresses('inlined.c', line);
          assert.equal(ours?.line, line);
          assert.deepEqual(ours.addresses.toSorted(), gdb.get(line)?.addresses.toSorted());
          assert.equal(ours.addresses.length, 6);
        });

      it('stand on the line and at addresses where gdb sets them', () => {
        let compared = 0;
        for (const [line, theirs] of gdb) {
          // Where a prologue ends gdb finds out by the rules of another processor.
          if (opensFunction(theirs.line)) continue;
          const ours = table.addresses('inlined.c', line);
          assert.ok(ours, `${line}`);
          assert.equal(ours.line, theirs.line, `line ${line}`);
          for (const address of ours.addresses)
            assert.ok(theirs.addresses.includes(address), `line ${line}: ${address.toString(16)}`);
          compared++;
        }
        assert.ok(compared > 12, `${compared} lines`);
      });

      it('stand once in a function for a line with two calls of one that is inlined', () => {
        const line = lineOf('twice(7)');
        const found = table.addresses('inlined.c', line);
        assert.equal(found?.line, gdb.get(line)?.line);
        assert.equal(found?.addresses.length, 1);
      });
    });
  }

  it('are reported where they are asked for, though the address is shown as another line', () => {
    const { file, bytes } = compileFirmware('inlined.c', '-Og', '-g');
    const table = loadFirmware(bytes, file).lines ?? assert.fail();
    const line = lineOf('twice(7)');
    const [address = 0] = table.addresses('inlined.c', line)?.addresses ?? [];
    assert.notEqual(table.at(address)?.line, line, 'the beginning of the inlined function');
    assert.equal(table.addresses('inlined.c', line)?.line, line);
  });
});

function opensFunction(line: number): boolean {
  return lines[line - 1] === '{';
}
