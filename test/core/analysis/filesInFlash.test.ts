import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectChecker } from '../../../src/analysis/engine/checkProject';
import { readProjects } from '../../../src/analysis/project/readProjects';
import { encodeRecords } from '../../../src/certificates/flashRecords';

/** A certificate for the purposes of who looks only at its first bytes. */
const der = Buffer.concat([Buffer.from([0x30, 0x82, 1, 0]), Buffer.alloc(256)]);
const records = (length: number) =>
  encodeRecords([{ name: 'TLS.ca_x509.cer', data: Buffer.alloc(length - 34, 0x30) }]);

/** A client that reads its certificates from sectors. */
const client = (ca: string, own?: string) =>
  [
    '#include "espconn.h"',
    'static struct espconn conn;',
    'void dial(void) {',
    `  espconn_secure_ca_enable(ESPCONN_CLIENT, ${ca});`,
    ...(own === undefined ? [] : [`  espconn_secure_cert_req_enable(ESPCONN_CLIENT, ${own});`]),
    '  espconn_secure_connect(&conn);',
    '}',
  ].join('\n');

describe('sources that read files from the flash', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'read-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** What some rules find in a project of these files. */
  async function found(project: object, files: Record<string, string | Uint8Array>): Promise<string[]> {
    writeFileSync(path.join(folder, 'esp8266-ssl.json'), JSON.stringify(project));
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
    const check = await projectChecker();
    const rules = ['SSL078', 'SSL080', 'SSL220'] as const;
    const answers = await Promise.all(
      (await readProjects(folder)).map(each => check(each, { rules, now: 0 })),
    );
    return answers.flatMap(({ findings }) =>
      findings.map(({ rule, severity, message }) => `${rule} ${severity}: ${message}`),
    );
  }
  const layout = (file: string, sector: string) => ({ flash: { map: 4, regions: [{ file, sector }] } });

  it('have an error where a file there is no list of records, by the macro of its sector, too', async () => {
    const macro = `#define CA_SECTOR (0x200000 / 4096)\n${client('CA_SECTOR')}`;
    assert.deepEqual(await found(layout('root.cer', '0x200'), { 'm.c': macro, 'root.cer': der }), [
      'SSL220 error: root.cer is DER without the record header that the TLS library needs. Make records of it: esp8266-ssl certs import, or “Import Certificate…”. espconn_secure_ca_enable reads records from sector 0x200 (m.c:5).',
    ]);
    const pem = '-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n';
    const own = { 'm.c': client('0x1F0', '0x201'), 'own.pem': pem };
    assert.deepEqual(await found(layout('own.pem', '0x201'), own), [
      'SSL220 error: own.pem is PEM text, not the records that the TLS library reads. Make records of it: esp8266-ssl certs import, or “Import Certificate…”. espconn_secure_cert_req_enable reads records from sector 0x201 (m.c:5).',
    ]);
  });

  it('have none for files that nothing reads as records, and for records of any name', async () => {
    assert.deepEqual(
      await found(layout('root.cer', '0x200'), { 'm.c': client('0x201'), 'root.cer': der }),
      [],
    );
    const unknown = { 'm.c': client('read_sector()'), 'root.cer': der };
    assert.deepEqual(await found(layout('root.cer', '0x200'), unknown), []);
    const named = { 'm.c': client('0x200'), 'root.bin': records(1000) };
    assert.deepEqual(await found(layout('root.bin', '0x200'), named), []);
  });

  const outside = { sdk: '2.2.1', tlsLibrary: 'libmbedtls' };
  const ca = 'esp_ca_cert.bin';

  it('have a warning where the first file reaches into the sector of the other', async () => {
    const text = (file: string) =>
      `SSL080 warning: ${file} takes the sectors 0x77 to 0x78, but sector 0x78 is read as another file.`;
    assert.deepEqual(await found(outside, { 'm.c': client('0x77', '0x78'), [ca]: records(4097) }), [
      text(ca),
    ]);
    const key = 'esp_cert_private_key.bin';
    const swapped = { 'm.c': client('0x78', '0x77'), [ca]: records(1000), [key]: records(8000) };
    assert.deepEqual(await found(outside, swapped), [text(key)]);
  });

  it('have none where it ends in its own, or where one of several files would', async () => {
    assert.deepEqual(await found(outside, { 'm.c': client('0x77', '0x78'), [ca]: records(4096) }), []);
    assert.deepEqual(await found(outside, { 'm.c': client('0x77', '0x79'), [ca]: records(8000) }), []);
    const several = { [ca]: records(8000), 'esp_ca_cert.small.bin': records(900) };
    assert.deepEqual(await found(outside, { 'm.c': client('0x77', '0x78'), ...several }), []);
  });

  it('have a warning where a large image would overwrite them, with a free sector', async () => {
    const plain = { flash: { map: 2, fota: false } };
    assert.deepEqual(await found(plain, { 'm.c': client('0x3B') }), [
      'SSL078 warning: Sector 0x3B lies in eagle.irom0text.bin (0x10000 to 0x6BFFF): a large image overwrites it. Free: sector 0x6C (address 0x6C000).',
    ]);
    assert.deepEqual(await found({ flash: { map: 4 } }, { 'm.c': client('0x3B') }), [
      'SSL078 warning: Sector 0x3B lies in user1.bin (0x1000 to 0x6BFFF): a large image overwrites it. Free: sector 0x80 (address 0x80000).',
    ]);
  });

  it('have none at the end of a slot, outside of it, where the image is known, and without a layout', async () => {
    for (const sector of ['0x77', '0x80', '0x200'])
      assert.deepEqual(await found({ flash: { map: 4 } }, { 'm.c': client(sector) }), [], sector);
    const known = { flash: { map: 4, files: { user1: 'user1.bin' } } };
    assert.deepEqual(await found(known, { 'm.c': client('0x3B'), 'user1.bin': Buffer.alloc(1000) }), []);
    assert.deepEqual(await found({ sdk: '2.2.1' }, { 'm.c': client('0x3B') }), []);
  });

  describe('and are flashed by scripts alone', () => {
    const readAt = (line: number) => `espconn_secure_ca_enable reads records from sector 0x77 (m.c:${line}).`;
    const isDer =
      'is DER without the record header that the TLS library needs. Make records of it: esp8266-ssl certs import, or “Import Certificate…”.';
    const esptool = 'esptool.py --port COM3 write_flash 0x0 boot.bin';
    const pem = '-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n';

    for (const [script, text] of [
      ['flash.sh', `${esptool} 0x77000 root.cer`],
      ['flash.bat', `${esptool} ^\n  0x77000 root.cer`],
      ['Makefile', `CA_ADDR = 0x77000\nflash:\n\t${esptool} $(CA_ADDR) root.cer\n`],
      ['tasks.json', JSON.stringify({ tasks: [{ command: `${esptool} 0x77000 root.cer` }] })],
    ] as const)
      it(`have an error in ${script}`, async () => {
        const file = script === 'tasks.json' ? '.vscode/tasks.json' : script;
        mkdirSync(path.join(folder, '.vscode'));
        const files = { 'm.c': client('0x77'), 'root.cer': der, [file]: text };
        assert.deepEqual(await found(outside, files), [`SSL220 error: root.cer ${isDer} ${readAt(4)}`]);
      });

    it('also by their contents, and by a name that says it where they are not there', async () => {
      const text = (file: string) => ({ 'm.c': client('0x77'), 'flash.sh': `${esptool} 0x77000 ${file}` });
      assert.deepEqual(await found(outside, { ...text('ca.bin'), 'ca.bin': der }), [
        `SSL220 error: ca.bin ${isDer} ${readAt(4)}`,
      ]);
      const [isPem = ''] = await found(outside, { ...text('ca.crt'), 'ca.crt': pem });
      assert.match(isPem, /^SSL220 error: ca\.crt is PEM text/);
      const [isNamed = ''] = await found(outside, text('keys/other.pem'));
      assert.match(isNamed, /^SSL220 error: keys\/other\.pem is PEM text/);
    });

    it('have none for records, other sectors, and files that say nothing', async () => {
      const flashed = (place: string, file: string) => ({
        'm.c': client('0x77'),
        'flash.sh': `${esptool} ${place} ${file}`,
      });
      assert.deepEqual(
        await found(outside, { ...flashed('0x77000', 'root.cer'), 'root.cer': records(900) }),
        [],
      );
      assert.deepEqual(await found(outside, { ...flashed('0x79000', 'other.cer'), 'other.cer': der }), []);
      assert.deepEqual(await found(outside, flashed('0x77000', 'missing.bin')), []);
      const reading = { 'm.c': client('0x77'), 'flash.sh': 'esptool.py read_flash 0x77000 root.cer' };
      assert.deepEqual(await found(outside, { ...reading, 'root.cer': der }), []);
    });
  });
});
