import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readDeviceList } from '../../src/certificates/deviceList';
import { ProblemError } from '../../src/problems';

const seed = 8266;

const field = fc.oneof(
  fc.constantFrom('', 'a.local', '192.168.4.1', '1024', '2048', 'sha1', '10', '../x', 'nul', 'x'),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
/** As a program writes it: quoted where it has to be. */
const quoted = (text: string) => (/[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const row = fc.array(field, { minLength: 1, maxLength: 6 }).map(cells => cells.map(quoted).join(','));
const header = fc.constantFrom('name', 'name,id', 'name,folder,bits,hash,days,organization', 'id', 'bit');
const plausible = fc
  .tuple(header, fc.array(row, { maxLength: 20 }), fc.constantFrom('\n', '\r\n'))
  .map(([first, rows, end]) => [first, ...rows].join(end));
/** Structure alone: quotes, separators, line ends. */
const structure = fc.array(fc.constantFrom('"', ',', ';', '\n', '\r', 'name', 'a', '\0', '\ufeff'), {
  maxLength: 200,
});

describe('lists of devices', function () {
  it('make of any bytes devices with folders of their own, or one problem with its lines', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 500 }),
      plausible.map(text => Buffer.from(text)),
      structure.map(parts => Buffer.from(`name\n${parts.join('')}`)),
    );
    fc.assert(
      fc.property(bytes, given => {
        const lines = Buffer.from(given)
          .toString('latin1')
          .split(/[\r\n]/).length;
        try {
          const devices = readDeviceList(given, 'list.csv', {});
          assert.ok(devices.length > 0);
          const folders = devices.map(({ folder }) => folder.toLowerCase());
          assert.equal(new Set(folders).size, folders.length);
          for (const folder of folders) assert.doesNotMatch(folder, /[/\\:\0]|^\.|\.$/);
        } catch (error) {
          assert.ok(error instanceof ProblemError, String(error));
          if (error.problem.kind !== 'device-list-faulty') return;
          for (const { line } of error.problem.faults) assert.ok(line >= 1 && line <= lines, `line ${line}`);
        }
      }),
      { numRuns: 3000, seed },
    );
  });

  it('give back what a program wrote into them', () => {
    const folder = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}[a-z]$/);
    const organization = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter(text => text.trim() === text && text.length <= 64 && !/\p{C}/u.test(text));
    const devices = fc.uniqueArray(fc.record({ folder, organization }), {
      minLength: 1,
      maxLength: 20,
      selector: device => device.folder,
    });
    fc.assert(
      fc.property(devices, given => {
        const rows = given.map(each =>
          ['192.168.4.1', `x${each.folder}`, each.organization].map(quoted).join(','),
        );
        const read = readDeviceList(
          Buffer.from(['name,id,organization', ...rows].join('\r\n')),
          'list.csv',
          {},
        );
        assert.deepEqual(
          read.map(each => ({ folder: each.folder.slice(1), organization: each.request.organization })),
          given.map(each => ({ ...each })),
        );
      }),
      { numRuns: 500, seed },
    );
  });

  it('of the largest size, with nothing but bad rows, are refused with a Problem', () => {
    const most = 4 * 1024 * 1024;
    for (const part of ['a\n', '"', '""', ',', '"a\n', '\n', '"a",', 'x'.repeat(5000)]) {
      const text = `name\n${part.repeat(Math.floor((most - 5) / part.length))}`;
      assert.throws(() => readDeviceList(Buffer.from(text), 'list.csv', {}), ProblemError, part.slice(0, 5));
    }
  });
});
