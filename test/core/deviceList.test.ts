import assert from 'node:assert/strict';
import { type ListedDevice, readDeviceList } from '../../src/certificates/deviceList';
import { defaults } from '../../src/certificates/request';
import { Serials } from '../../src/certificates/serials';
import { type Problem, ProblemError } from '../../src/problems';

const read = (text: string | Uint8Array, others = {}): ListedDevice[] =>
  readDeviceList(typeof text === 'string' ? Buffer.from(text) : text, 'list.csv', others);

function problemOf(text: string | Uint8Array): Problem {
  try {
    read(text);
  } catch (error) {
    assert.ok(error instanceof ProblemError, String(error));
    return error.problem;
  }
  return assert.fail('no problem was thrown');
}

/** Line and kind of every fault. */
function faultsOf(text: string): [number, string][] {
  const problem = problemOf(text);
  assert.ok(problem.kind === 'device-list-faulty', problem.kind);
  return problem.faults.map(fault => [fault.line, fault.problem.kind]);
}

describe('a list of devices', () => {
  it('gives each row its name, its folder and what the row or the command says', () => {
    const text = 'name,id,bits,organization\n192.168.4.1,lamp-1,1024,"Lamps, ""Inc"""\nlamp.local,,,\n';
    assert.deepEqual(read(text, { hash: 'sha1', bits: 512 }), [
      {
        line: 2,
        folder: 'lamp-1',
        role: 'server',
        request: {
          name: '192.168.4.1',
          bits: 1024,
          hash: 'sha1',
          days: 3650,
          organization: 'Lamps, "Inc"',
        },
      },
      {
        line: 3,
        folder: 'lamp.local',
        role: 'server',
        request: { name: 'lamp.local', ...defaults, days: 3650, bits: 512, hash: 'sha1' },
      },
    ]);
  });

  it('may have a byte order mark, CRLF, semicolons, spaces, capitals and blank lines', () => {
    const text = '\ufeffName ; FOLDER\r\n\r\n a.local ; "x" \r\nb.local;y\r\n';
    assert.deepEqual(
      read(text).map(({ line, folder }) => [line, folder]),
      [
        [3, 'x'],
        [4, 'y'],
      ],
    );
  });

  it('has servers and clients, whose names and organizations are taken as they are', () => {
    const text =
      'name,make,organization\nsensor_1,client,"  #1 ""IoT"" "\n5C:CF:7F:12:34:56, CLIENT ,\na.local,,\n';
    assert.deepEqual(faultsOf(text), [[3, 'certificate-option-invalid']]);
    const devices = read(text.replace('CLIENT', 'client'));
    assert.deepEqual(
      devices.map(({ role, folder, request }) => [role, folder, request.name, request.organization]),
      [
        ['client', 'sensor_1', 'sensor_1', '  #1 "IoT" '],
        ['client', '5C-CF-7F-12-34-56', '5C:CF:7F:12:34:56', 'ESP8266 SSL'],
        ['server', 'a.local', 'a.local', 'ESP8266 SSL'],
      ],
    );
    assert.equal(read('name\nuser_1', { make: 'client' })[0]?.role, 'client');
    assert.deepEqual(faultsOf('name,make\na_b,server\nc,both'), [
      [2, 'certificate-name-invalid'],
      [3, 'certificate-option-invalid'],
    ]);
  });

  it('names the line of everything that is wrong', () => {
    const text = [
      'name,folder,bits',
      '192.168.4.256,a,',
      'b.local,b,1000',
      'c.local,../c,',
      'd.local,d,,',
      'e.local,E,',
      'f.local,e,',
      ',g,',
    ].join('\n');
    assert.deepEqual(faultsOf(text), [
      [2, 'certificate-name-invalid'],
      [3, 'certificate-option-invalid'],
      [4, 'device-folder-invalid'],
      [5, 'csv-cells'],
      [7, 'device-folder-twice'],
      [8, 'certificate-name-empty'],
    ]);
    assert.throws(
      () => read(text),
      /^ProblemError: list\.csv, nothing was written: line 2: “192\.168\.4\.256”/,
    );
  });

  it('names ten lines and counts the others', () => {
    const problem = problemOf(['name', ...Array.from({ length: 25 }, () => '-')].join('\n'));
    assert.ok(problem.kind === 'device-list-faulty');
    assert.deepEqual([problem.faults.length, problem.more], [10, 15]);
  });

  it('is refused for columns that are none, twice there or missing', () => {
    assert.deepEqual(faultsOf('name,bit\na,1024'), [[1, 'csv-column-unknown']]);
    assert.deepEqual(faultsOf('name,id,folder\na,b,c'), [[1, 'csv-column-twice']]);
    assert.deepEqual(faultsOf('folder\na'), [[1, 'csv-column-missing']]);
  });

  it('is refused when it is empty, too large or not UTF-8', () => {
    for (const text of ['', '\n\n', 'name', '\ufeffname\r\n']) {
      assert.equal(problemOf(text).kind, 'device-list-empty', JSON.stringify(text));
    }
    assert.equal(problemOf(Buffer.alloc(4 * 1024 * 1024 + 1, 0x61)).kind, 'device-list-too-large');
    assert.equal(problemOf(Buffer.from('name\n设备', 'utf16le')).kind, 'device-list-encoding');
    assert.equal(problemOf(Buffer.from([0x6e, 0x61, 0xc9, 0xe8])).kind, 'device-list-encoding');
  });

  it('is refused where a quotation mark is lost', () => {
    assert.deepEqual(faultsOf('name\na.local\nb"c'), [[3, 'csv-malformed']]);
    assert.deepEqual(faultsOf('name\n"a.local\nb\n'), [[3, 'csv-malformed']]);
    assert.equal(faultsOf(`name\n"${'a\n'.repeat(100_000)}`)[0]?.[1], 'csv-malformed');
  });

  const folders = ['..', '.', '.x', 'x.', 'a/b', 'a\\b', 'C:', 'nul', 'COM1.txt', 'ca', 'Manifest.CSV', '-x'];
  for (const folder of [...folders, 'a\u202eb', 'x'.repeat(65)]) {
    it(`never has the folder ${JSON.stringify(folder)}`, () => {
      assert.deepEqual(faultsOf(`name,id\na.local,${folder}`), [[2, 'device-folder-invalid']]);
    });
  }

  it('may have folders in any script', () => {
    assert.equal(read('name,id\na.local,设备_1.x')[0]?.folder, '设备_1.x');
  });
});

describe('serial numbers', () => {
  it('are never given twice, nor those that were there', () => {
    const random = ['01', '02', '02', '01', '03'].values();
    const serials = new Serials(['01'], () => random.next().value ?? assert.fail('none left'));
    assert.deepEqual([serials.next(), serials.next()], ['02', '03']);
    assert.deepEqual([serials.add('03'), serials.add('04'), serials.add('04')], [false, true, false]);
  });
});
