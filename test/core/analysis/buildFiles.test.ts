import assert from 'node:assert/strict';
import type { BuildFile } from '../../../src/analysis/project/buildFile';
import { buildFacts, readBuildFiles } from '../../../src/analysis/project/buildFiles';
import { assertFound } from './checkSources';

const read = (path: string, ...lines: string[]): BuildFile =>
  readBuildFiles([{ path, text: lines.join('\n') }])[0] ?? assert.fail('nothing read');

/** What a file flashes, and the text of the places. */
const flashWrites = ({ flashWrites: all, text }: BuildFile) =>
  all.map(({ address, file, start, end }) => [address, file, text.slice(start, end)]);

describe('reading a platformio.ini', () => {
  const env = ['[env:a]', 'platform = espressif8266', 'framework = esp8266-nonos-sdk'];

  it('takes macros, map and libraries from the flags', () => {
    const file = read(
      'platformio.ini',
      ...env,
      'build_flags =',
      '  -DSPI_FLASH_SIZE_MAP=6 -D NAME=\\"x\\" ; -DNOT',
      '  ; -lssl',
      '  -lmbedtls',
      'src_build_flags = -D A "-DB=1 + 1" -UC -DOFF',
      'build_unflags = -DOFF',
    );
    assert.deepEqual(
      [...file.defines],
      [
        ['SPI_FLASH_SIZE_MAP', '6'],
        ['NAME', '"x"'],
        ['A', '1'],
        ['B', '1 + 1'],
        ['C', undefined],
      ],
    );
    assert.deepEqual(
      file.libraries.map(({ name, start, end }) => [name, file.text.slice(start, end)]),
      [['mbedtls', '-lmbedtls']],
    );
    assert.equal(buildFacts([file]).tlsLibrary, 'libmbedtls');
  });

  it('follows references and extends, and ends in a circle', () => {
    const file = read(
      'platformio.ini',
      '[common]',
      'map = 4',
      'flags = -DSPI_FLASH_SIZE_MAP=${common.map} ${common.flags} ${sysenv.X} ${none.of}',
      '[base]',
      'build_flags = ${common.flags} -lssl',
      '[env:a]',
      'extends = base',
      '[env:b]',
      'extends = env:a, env:b',
      'build_flags = ${env:a.build_flags}',
    );
    assert.deepEqual([...file.defines], [['SPI_FLASH_SIZE_MAP', '4']]);
    assert.deepEqual(
      file.libraries.map(({ lists }) => lists.map(({ name }) => name)),
      [['env:a', 'env:b']],
    );
  });

  it('leaves out what environments disagree on, and those for other chips', () => {
    const file = read(
      'platformio.ini',
      ...env,
      'build_flags = -DA=1 -DB=1 -lmbedtls',
      '[env:b]',
      'platform = espressif8266',
      'build_flags = -DA=1 -DB=2 -DC',
      '[env:other]',
      'platform = espressif32',
      'build_flags = -DA=2 -lssl',
    );
    assert.deepEqual([...file.defines], [['A', '1']]);
    assert.equal(buildFacts([file]).tlsLibrary, 'libmbedtls');
  });

  it('reads what is flashed', () => {
    const file = read(
      'platformio.ini',
      ...env,
      'upload_command = esptool.py write_flash --flash_size 4MB-c1 0x0 boot.bin 0x1FB000 ssl/esp_ca_cert.bin',
    );
    assert.deepEqual(flashWrites(file), [
      [0, 'boot.bin', '0x0 boot.bin'],
      [0x1fb000, 'ssl/esp_ca_cert.bin', '0x1FB000 ssl/esp_ca_cert.bin'],
    ]);
    assert.deepEqual(file.maps, [6]);
  });
});

describe('reading scripts', () => {
  const ca = (address: number) => [[address, 'esp_ca_cert.bin']];
  const flashed = (path: string, ...lines: string[]) =>
    flashWrites(read(path, ...lines)).map(([address, file]) => [address, file]);

  it('finds what shells flash, with their variables and continued lines', () => {
    const sh = [
      'CA=0x77000 # of the CA',
      'esptool.py -p "$PORT" write_flash \\',
      '  $CA "esp_ca_cert.bin"; sync',
    ];
    assert.deepEqual(flashed('flash.sh', ...sh), ca(0x77000));
    assert.deepEqual(flashed('flash.sh', ...sh.map(line => `${line}\r`)), ca(0x77000));
    assert.deepEqual(
      flashed('flash.bat', '@set CA=0x7B000', 'esptool.exe write_flash ^', ' %CA% esp_ca_cert.bin && pause'),
      ca(0x7b000),
    );
    assert.deepEqual(
      flashed('flash.cmd', 'set "CA=0x7B000"', 'python -m esptool write-flash %CA% bin\\esp_ca_cert.bin'),
      [[0x7b000, 'bin\\esp_ca_cert.bin']],
    );
    assert.deepEqual(
      flashed('flash.ps1', '$ca = "0x7C000"', 'esptool write_flash `', ' $ca esp_ca_cert.bin'),
      ca(0x7c000),
    );
    assert.deepEqual(flashed('flash.sh', 'esptool -cp COM3 -ca 0x77000 -cf esp_ca_cert.bin'), ca(0x77000));
  });

  it('leaves out what is only read, printed, commented, or not certain', () => {
    for (const line of [
      'esptool.py read_flash 0x77000 0x1000 esp_ca_cert.bin',
      'echo esptool.py write_flash 0x77000 esp_ca_cert.bin',
      '# esptool.py write_flash 0x77000 esp_ca_cert.bin',
      'esptool.py write_flash $1 esp_ca_cert.bin',
      'A=0x1000; A=0x2000; esptool.py write_flash $A esp_ca_cert.bin',
      'read A; A=0x1000; esptool.py write_flash $A esp_ca_cert.bin',
    ])
      assert.deepEqual(flashed('flash.sh', line), [], line);
    assert.deepEqual(flashed('flash.bat', 'rem esptool write_flash 0x77000 esp_ca_cert.bin'), []);
    assert.deepEqual(
      flashed('flash.bat', 'set /p A=Address', 'set A=0x1000', 'esptool write_flash %A% a.bin'),
      [],
    );
  });

  it('knows the map by esptool’s size and by what make is given', () => {
    const maps = (line: string) => read('build.sh', line).maps;
    assert.deepEqual(maps('esptool.py write_flash -fs 32m-c1 0 a.bin'), [6]);
    assert.deepEqual(maps('esptool.py write_flash -fs 4m 0 a.bin'), [0]);
    assert.deepEqual(maps('esptool.py write_flash --flash_size=2MB 0 a.bin'), [3]);
    assert.deepEqual(maps('esptool.py write_flash --flash_size detect 0 a.bin'), []);
    assert.deepEqual(maps('make COMPILE=gcc APP=1 SPI_SIZE_MAP=5'), [5]);
    assert.deepEqual(maps('make SPI_SIZE_MAP=$map'), []);
  });

  it('takes macros and libraries only from the compiler for the chip', () => {
    const file = read('b.sh', 'gcc -DTEST -lssl t.c', 'xtensa-lx106-elf-gcc -DA -lmbedtls m.c');
    assert.deepEqual([...file.defines.keys()], ['A']);
    assert.deepEqual(
      file.libraries.map(({ name }) => name),
      ['mbedtls'],
    );
  });
});

describe('reading a tasks.json', () => {
  it('reads commands with their arguments, and lines', () => {
    const file = read(
      '.vscode/tasks.json',
      '{ // comment',
      '"tasks": [{ "command": "esptool.py", "args": ["write_flash", "0x77000", { "value": "${workspaceFolder}/esp_ca_cert.bin", "quoting": "strong" }],',
      '  "windows": { "command": "esptool.exe -p COM3 write_flash 0x78000 esp_ca_cert.bin" } }] }',
    );
    assert.deepEqual(flashWrites(file), [
      [
        0x77000,
        '${workspaceFolder}/esp_ca_cert.bin',
        '"0x77000", { "value": "${workspaceFolder}/esp_ca_cert.bin"',
      ],
      [0x78000, 'esp_ca_cert.bin', '"esptool.exe -p COM3 write_flash 0x78000 esp_ca_cert.bin"'],
    ]);
  });

  it('takes any text', () => {
    for (const text of [
      '',
      '{',
      '['.repeat(200_000),
      '{"command": {"args": 1}, "args": "x"}',
      'null',
      '{"args": [null, 1]}',
    ])
      assert.deepEqual(flashWrites(read('.vscode/tasks.json', text)), [], text.slice(0, 20));
  });
});

describe('rule SSL079 by what build files flash', () => {
  const firmware = (mark: string) => [
    'static struct espconn client;',
    'void dial(void)',
    '{',
    `    espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77);${mark}`,
    '    espconn_secure_connect(&client);',
    '}',
  ];
  const line = (address: string) => `esptool.py write_flash 0x0 boot.bin ${address} tools/esp_ca_cert.bin`;
  const files = (address: string) => ({
    'flash.sh': [line(address)],
    'tools/flash.bat': [line(address)],
    'flash.ps1': [line(address)],
    'platformio.ini': ['[env:a]', `upload_command = ${line(address)}`],
    '.vscode/tasks.json': [JSON.stringify({ tasks: [{ type: 'shell', command: line(address) }] })],
  });

  for (const [name, lines] of Object.entries(files('0x1f4000')))
    it(`finds another sector in ${name}`, () =>
      assertFound('SSL079', { 'user_main.c': firmware(' //! SSL079'), [name]: lines }));

  for (const [name, lines] of Object.entries(files('0x77000')))
    it(`is silent on the same sector in ${name}`, () =>
      assertFound('SSL079', { 'user_main.c': firmware(''), [name]: lines }));
});
