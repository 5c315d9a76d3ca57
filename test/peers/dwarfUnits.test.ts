import assert from 'node:assert/strict';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import { Scopes } from '../../src/simulator/firmware/scopes';
import { sizeOf, strip, typeName } from '../../src/simulator/firmware/types';
import { variableValue } from '../../src/simulator/firmware/values';
import { compileObject, linkFirmware } from './compileFirmware';

for (const [ours, theirs, ...more] of [
  ['-gdwarf-5', '-gdwarf-2'],
  ['-gdwarf-2', '-gdwarf-5'],
  ['-gdwarf-4', '-gdwarf-3', '-gz'],
] as const) {
  describe(`two source files, ${[ours, theirs, ...more].join(' ')}`, function () {
    let scopes: Scopes;
    let address: (name: string) => number;
    let text: (name: string) => string | undefined;

    before(() => {
      const options = ['-O1', '-ffunction-sections', ...more];
      const { file, bytes } = linkFirmware(
        [compileObject('opaque.c', ours, ...options), compileObject('sealed.c', theirs, ...options)],
        '-Wl,--gc-sections',
      );
      const firmware = loadFirmware(bytes, file);
      assert.ok(firmware.debug);
      assert.deepEqual(
        firmware.debug.units.map(({ version }) => version),
        [Number(ours.slice(-1)), Number(theirs.slice(-1))],
      );
      scopes = new Scopes(firmware.debug, firmware.elf, firmware.lines);
      address = name => firmware.symbols.address(name) ?? assert.fail(name);
      const read = (at: number, length: number): Uint8Array | undefined => {
        const segment = firmware.elf.segments.find(
          ({ address: start, bytes: content }) => start <= at && at + length <= start + content.length,
        );
        return segment?.bytes.slice(at - segment.address, at - segment.address + length);
      };
      text = name => {
        const variable = scopes.variableNamed(name);
        return variable && variableValue(variable, undefined, { read, functionName: () => undefined }).text;
      };
    });

    it('finds in the other unit what one only declares', () => {
      const holder = scopes.types.structLayout('holder');
      assert.deepEqual(holder, {
        size: 8,
        members: [
          { name: 'sealed', offset: 0, size: 4 },
          { name: 'color', offset: 4, size: 4 },
        ],
      });
      const type = scopes.types.named('struct', 'holder');
      assert.ok(type?.kind === 'struct');
      const [sealed, color] = type.members.map(member =>
        member.type.kind === 'pointer' ? member.type.target : undefined,
      );
      assert.ok(sealed?.kind === 'struct' && color?.kind === 'enum');
      assert.equal(sizeOf(sealed), 12);
      assert.deepEqual(
        sealed.members.map(({ name, offset }) => [name, offset]),
        [
          ['value', 0],
          ['next', 4],
          ['color', 8],
        ],
      );
      assert.deepEqual(color.enumerators, [
        { name: 'RED', value: 1 },
        { name: 'GREEN', value: 2 },
      ]);
    });

    it('sees the static variables of the file that the code is from', () => {
      const twinAt = (name: string): unknown =>
        scopes
          .fileVariables(address(name))
          .find(variable => variable.name === 'twin')
          ?.locate(undefined);
      assert.notDeepEqual(twinAt('look'), twinAt('count_sealed'));
    });

    it('resolves an extern declaration to the variable', () => {
      assert.equal(text('shared'), '5');
      const inside = scopes.variablesAt(address('look')).find(({ name }) => name === 'shared');
      assert.deepEqual(inside?.locate(undefined), { kind: 'memory', address: address('shared') });
    });

    it('has functions, but not the one that the linker has left out', () => {
      const look = scopes.functionNamed('look');
      assert.equal(look?.address, address('look'));
      assert.equal(typeName(scopes.types.of(look.die)), 'int (struct holder *)');
      assert.equal(scopes.functionAt(address('count_sealed'))?.name, 'count_sealed');
      assert.equal(scopes.functionNamed('unused'), undefined);
      assert.equal(scopes.functionAt(0), undefined);
    });

    it('knows the enumerators of all files', () => {
      assert.equal(scopes.types.enumerator('GREEN')?.value, 2);
      assert.equal(strip(scopes.types.enumerator('GREEN')?.type ?? { kind: 'void' }).kind, 'enum');
      assert.equal(scopes.types.enumerator('BLUE'), undefined);
    });
  });
}
