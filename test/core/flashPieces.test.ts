import assert from 'node:assert/strict';
import { pieceToWrite, mergedImage, paddedToSectors, type Piece, piecesOf } from '../../src/flash/pieces';
import { comparisonLines } from '../../src/flash/comparison';
import { esptoolCommand, type EsptoolVersion } from '../../src/flash/esptool';
import { layoutOf } from '../../src/flash/layout';
import { tlsAbilities } from '../../src/sdk/tls';
import { shellLine } from '../../src/programs/shellLine';

function layout(part: unknown) {
  return layoutOf(part, {
    sdk: '3.0.6',
    abilities: tlsAbilities('libmbedtls', '3.0.6'),
    records: 'ssl',
    sizes: new Map(),
  });
}

/** The SDK's own download table for 2 MB, 1024+1024, with certificates as its MQTT example has them. */
const mqtt = layout({
  map: 5,
  mode: 'dio',
  frequency: '40m',
  files: {
    boot: 'boot.bin',
    user1: 'user1.2048.new.5.bin',
    'init-data': 'esp_init_data_default.bin',
    'system-parameters': 'blank.bin',
  },
  regions: [
    { file: 'ssl/esp_cert_private_key.bin', sector: 0x78 },
    { file: 'ssl/esp_ca_cert.bin', sector: 0x77 },
    { name: 'settings', sector: 0xfc, size: '16 KB' },
  ],
});

describe('flashing', () => {
  it('puts each file where the SDK documents it, by address', () => {
    assert.deepEqual(
      piecesOf(mqtt).map(({ address, file }) => `0x${address.toString(16)} ${file}`),
      [
        '0x0 boot.bin',
        '0x1000 user1.2048.new.5.bin',
        '0x77000 ssl/esp_ca_cert.bin',
        '0x78000 ssl/esp_cert_private_key.bin',
        '0x1fc000 esp_init_data_default.bin',
        '0x1fe000 blank.bin',
      ],
    );
    assert.deepEqual(
      piecesOf(mqtt)
        .filter(({ certificates }) => certificates)
        .map(({ address }) => address),
      [0x77000, 0x78000],
    );
  });

  it('writes esptool’s command in the words of each version', () => {
    const line = (version: EsptoolVersion, program: string[]) =>
      shellLine(
        esptoolCommand(mqtt, piecesOf(mqtt).slice(2, 3), {
          version,
          program,
          port: '/dev/ttyUSB 0',
          baud: 115200,
        }),
      );
    const old =
      "esptool.py --chip esp8266 --port '/dev/ttyUSB 0' --baud 115200 write_flash --flash_mode dio --flash_freq 40m --flash_size 2MB-c1 0x77000 ssl/esp_ca_cert.bin";
    assert.equal(line(3, ['esptool.py']), old);
    assert.equal(line(4, ['esptool.py']), old);
    assert.equal(
      line(5, ['python3', '-m', 'esptool']),
      "python3 -m esptool --chip esp8266 --port '/dev/ttyUSB 0' --baud 115200 write-flash --flash-mode dio --flash-freq 40m --flash-size 2MB-c1 0x77000 ssl/esp_ca_cert.bin",
    );
    assert.equal(shellLine(["it's"]), "'it'\\''s'");
  });

  it('gives esptool no option and no list of options in the name of a file', () => {
    const pieces = ['-trace.bin', '@options.bin'].map(file => ({
      address: 0,
      size: 1,
      file,
      certificates: false,
    }));
    const words = esptoolCommand(mqtt, pieces, { version: 5, program: ['esptool'], port: 'p', baud: 9600 });
    assert.deepEqual(words.slice(-4), ['0x0', './-trace.bin', '0x0', './@options.bin']);
  });

  it('fills up with erased flash, and adds a sector where a list of records would leave no room for an end', () => {
    const image = mergedImage(0x2000, [{ address: 0x1000, bytes: Uint8Array.of(1, 2) }]);
    assert.deepEqual(
      [image.length, image[0], image[0x1000], image[0x1001], image[0x1002]],
      [0x2000, 255, 1, 2, 255],
    );
    assert.equal(paddedToSectors(new Uint8Array(4096), false).length, 4096);
    assert.equal(paddedToSectors(new Uint8Array(4096), true).length, 8192);
    assert.equal(paddedToSectors(new Uint8Array(4063), true).length, 8192);
    assert.equal(paddedToSectors(new Uint8Array(4062), true).length, 4096);
    assert.equal(paddedToSectors(new Uint8Array(1), true)[1], 255);
  });
});

describe('a piece as it is written', () => {
  const piece = (address: number): Piece => ({ address, file: 'x.bin', certificates: true });
  const length = (address: number, bytes: number) =>
    pieceToWrite(piece(address), new Uint8Array(bytes), mqtt).bytes.length;

  it('takes the sector behind a full list of records only where that is free', () => {
    assert.equal(length(0x79000, 4096), 8192);
    // esp_cert_private_key.bin, then the project's settings.
    assert.equal(length(0x77000, 4096), 4096);
    assert.equal(length(0xfb000, 4096), 4096);
    assert.equal(length(0xfb000, 4000), 4096);
  });

  it('gets the header of the layout where the chip starts, and nowhere else', () => {
    const image = Uint8Array.of(0xe9, 1, 0, 0, 0, 0, 0, 0);
    assert.deepEqual([...pieceToWrite(piece(0), image, mqtt).bytes.subarray(0, 4)], [0xe9, 1, 2, 0x50]);
    assert.deepEqual([...pieceToWrite(piece(0x1000), image, mqtt).bytes.subarray(0, 4)], [0xe9, 1, 0, 0]);
  });
});

describe('a comparison with a board', () => {
  const piece = (address: number, sectors: number) => ({
    address,
    file: 'x.bin',
    certificates: false,
    bytes: new Uint8Array(sectors * 0x1000),
  });

  it('says a line for each file, with the sectors that differ', () => {
    const [same, some, many] = [piece(0x1000, 2), piece(0x77000, 5), piece(0x100000, 100)];
    const every = Array.from({ length: 40 }, (_, index) => 0x100000 + index * 0x2000);
    assert.deepEqual(
      comparisonLines(
        [same, some, many],
        [
          { piece: many, sectors: every },
          { piece: some, sectors: [0x77000, 0x79000, 0x7a000, 0x7b000] },
        ],
      ),
      [
        '0x1000  x.bin: the same',
        '0x77000  x.bin: differs in 4 of 5 sectors: 0x77, 0x79–0x7B',
        '0x100000  x.bin: differs in 40 of 100 sectors: 0x100, 0x102, 0x104, 0x106, 0x108, 0x10A, 0x10C, 0x10E, 0x110, 0x112, 0x114, 0x116, 0x118, 0x11A, 0x11C, 0x11E, …',
      ],
    );
  });
});
