import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { encodeRecords } from '../../src/certificates/flashRecords';
import { findingText } from '../../src/flash/findings';
import { piecesToWrite, layoutOnDisk } from '../../src/flash/onDisk';
import { saveFlashImage } from '../../src/flash/saveImage';
import { sentence } from '../../src/problems';
import { tlsAbilities } from '../../src/sdk/tls';
import { problemOf } from '../problemOf';

describe('what is flashed of a project', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-pieces-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const der = Buffer.from([0x30, 0x82, 1, 0, ...Buffer.alloc(256)]);
  const records = encodeRecords([{ name: 'ca', data: der }]);
  const abilities = tlsAbilities('libmbedtls', '2.2.1');
  const project = (flash: unknown) => ({ flash, sdk: '2.2.1', abilities, records: 'ssl' }) as const;
  const put = (files: Record<string, Uint8Array>) => {
    for (const [name, bytes] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), bytes);
    }
  };
  const choice = { certificatesOnly: false, force: false };
  const pieces = async (flash: unknown, { certificatesOnly = false, force = false } = {}) => {
    const found = await piecesToWrite(folder, project(flash), { certificatesOnly, force });
    return found.pieces.map(
      ({ file, address, bytes }) => `${file} 0x${address.toString(16)} ${bytes.length}`,
    );
  };
  const problem = async (flash: unknown, chosen = choice) =>
    sentence(await problemOf(piecesToWrite(folder, project(flash), chosen)), 'editor');

  it('is what is there of the usual certificates where the project says nothing', async () => {
    put({ 'ssl/esp_ca_cert.bin': records });
    assert.deepEqual(await pieces(undefined), ['ssl/esp_ca_cert.bin 0x77000 4096']);
  });

  it('is nothing where nothing is there, which is told', async () => {
    assert.equal(
      await problem(undefined),
      `There is nothing to flash in ${folder}: no certificates, and no files under "flash" in esp8266-ssl.json. Generate certificates.`,
    );
  });

  it('lacks no file that the project names, unless it is forced', async () => {
    put({ 'ca/esp_ca_cert.bin': records });
    const flash = {
      regions: [
        { file: 'ca/esp_ca_cert.bin', sector: '0x77' },
        { file: 'other.bin', sector: '0x78' },
      ],
    };
    assert.equal(
      await problem(flash),
      'The flash layout has errors, so nothing was flashed. other.bin does not exist.',
    );
    assert.deepEqual(await pieces(flash, { force: true }), ['ca/esp_ca_cert.bin 0x77000 4096']);
    const images = {
      files: { boot: 'boot.bin', 'init-data': 'init.bin' },
      regions: flash.regions.slice(0, 1),
    };
    assert.equal(
      await problem(images),
      'The flash layout has errors, so nothing was flashed. boot.bin does not exist. init.bin does not exist.',
    );
    // Whose certificates alone are flashed needs none of the firmware.
    assert.deepEqual(await pieces(images, { certificatesOnly: true }), ['ca/esp_ca_cert.bin 0x77000 4096']);
  });

  it('has no errors, unless it is forced; what only deserves a hint is flashed', async () => {
    put({ 'a.bin': Buffer.alloc(10, 1), 'b.bin': Buffer.alloc(5000, 2) });
    const overlapping = {
      regions: [
        { file: 'a.bin', sector: '0x100' },
        { file: 'b.bin', sector: '0x100' },
      ],
    };
    assert.equal(
      await problem(overlapping),
      'The flash layout has errors, so nothing was flashed. b.bin and a.bin both occupy 0x100000 to 0x100009. Free: sector 0xFC (address 0xFC000).',
    );
    assert.deepEqual(await pieces(overlapping, { force: true }), [
      'a.bin 0x100000 4096',
      'b.bin 0x100000 8192',
    ]);
    assert.deepEqual(await pieces({ regions: [{ file: 'a.bin', sector: '0x3B' }] }), ['a.bin 0x3b000 4096']);
  });

  it('is never what lies beyond the flash, is empty or is no certificate where only these are wanted', async () => {
    put({
      'last.bin': Buffer.alloc(4096, 1),
      'long.bin': Buffer.alloc(4097, 1),
      'empty.bin': Buffer.alloc(0),
    });
    const at = (file: string) => ({ map: 2, regions: [{ file, sector: '0xFF' }] });
    assert.deepEqual(await pieces(at('last.bin'), { force: true }), ['last.bin 0xff000 4096']);
    for (const file of ['long.bin', 'empty.bin'])
      assert.match(await problem(at(file), { ...choice, force: true }), /^There is nothing to flash/);
    assert.match(
      await problem(at('last.bin'), { certificatesOnly: true, force: true }),
      /^There is nothing to flash/,
    );
  });

  it('is no file outside of the folder, whatever is forced', async () => {
    const outside = path.join(path.dirname(folder), `${path.basename(folder)}-outside.bin`);
    writeFileSync(outside, 'secret');
    try {
      const name = `../${path.basename(outside)}`;
      const flash = { regions: [{ file: name, sector: '0x100' }] };
      const { findings, sizes } = await layoutOnDisk(folder, project(flash));
      assert.deepEqual(findings.map(findingText), [
        `${name} lies outside of the project and is not used. Copy it into the project.`,
      ]);
      assert.equal(sizes.size, 0);
      const found = await problemOf(piecesToWrite(folder, project(flash), { ...choice, force: true }));
      assert.deepEqual(found, { kind: 'path-outside', file: name, setting: 'flash' });
    } finally {
      rmSync(outside);
    }
  });

  it('is no folder, and what cannot be read as a file is only large or small', async () => {
    mkdirSync(path.join(folder, 'folder.bin'));
    put({ 'large.bin': Buffer.alloc(2 ** 20 + 1, 0x5a), 'small.bin': Buffer.alloc(100, 0x5a) });
    const of = async (file: string) => {
      const { findings, contents, sizes } = await layoutOnDisk(
        folder,
        project({ map: 4, files: { user1: file }, regions: [] }),
      );
      return [findings.map(({ kind }) => kind), contents.get(file)?.kind, sizes.get(file)];
    };
    assert.deepEqual(await of('folder.bin'), [['file-missing'], undefined, undefined]);
    // Larger than any image: it is not read.
    assert.deepEqual(await of('large.bin'), [['file-too-large'], undefined, 2 ** 20 + 1]);
    assert.deepEqual(await of('small.bin'), [['no-image'], 'other', 100]);
    put({ 'most.bin': Buffer.alloc(2 ** 20, 0x5a) });
    assert.deepEqual(await of('most.bin'), [['no-image'], 'other', 2 ** 20]);
  });
});

describe('the contents of a flash that are saved', () => {
  it('are for nobody but the owner where they hold a private key', function () {
    if (process.platform === 'win32') this.skip();
    const folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-saved-'));
    try {
      const mode = (file: string) => statSync(path.join(folder, file)).mode & 0o777;
      const key = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n';
      assert.equal(saveFlashImage(path.join(folder, 'secret.bin'), Buffer.from(key)), true);
      assert.equal(mode('secret.bin'), 0o600);
      assert.equal(saveFlashImage(path.join(folder, 'plain.bin'), Buffer.alloc(4096, 0xff)), false);
      assert.equal(mode('plain.bin') & 0o600, 0o600);
      assert.notEqual(mode('plain.bin'), 0o600);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
