import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { editedText } from '../../editedText';
import { cHeader } from '../../../src/certificates/cHeader';
import { encodeRecords } from '../../../src/certificates/flashRecords';
import { generateCertificates } from '../../../src/certificates/generate';
import { findingsOf, findingsOfAll, rules } from '../../../src/certificates/inspect/findings';
import { fixBytes, fixText } from '../../../src/certificates/inspect/fixes';
import { inspectBytes, inspectC } from '../../../src/certificates/inspect/inspectFile';
import { verdicts } from '../../../src/certificates/inspect/obstacles';
import { reportOf } from '../../../src/certificates/inspect/report';
import { demoPair } from '../../../src/certificates/inspect/rules/certificateRules';
import type { Inspection } from '../../../src/certificates/inspect/model';
import { device, deviceFile, deviceFiles, find, first, ids, inDays, now, selfSigned } from './samples';

const record = (name: string, data: Uint8Array) => ({ name, data });
const inspected = (file: string, content: string | Uint8Array): Inspection =>
  inspectBytes(typeof content === 'string' ? Buffer.from(content) : content, file);

async function pkcs8(): Promise<Buffer> {
  return createPrivateKey(Buffer.from(await deviceFile('server.key'))).export({
    type: 'pkcs8',
    format: 'der',
  });
}

describe('the rules over certificates', () => {
  it('have ids in order, and say why', () => {
    assert.deepEqual(
      rules.map(({ id }) => id),
      Array.from({ length: 20 }, (_, index) => `SSL${100 + index}`),
    );
    for (const { title, explanation } of rules) assert.ok(title().length > 10 && explanation().length > 40);
  });

  it('find nothing in what the extension makes', async () => {
    const { files } = await generateCertificates({ name: 'device.local', bits: 2048 });
    const inspections = files.map(({ name, bytes }) => inspectBytes(bytes, `ssl/${name}`));
    for (const [file, findings] of findingsOfAll(inspections, {
      device: device(),
      project: {},
      now,
    }))
      assert.deepEqual(findings, [], file);
    const small = [...(await deviceFiles(1024))].map(([name, bytes]) => inspectBytes(bytes, name));
    const libssl = { device: device('libssl'), project: {}, now };
    for (const [file, findings] of findingsOfAll(small, libssl)) assert.deepEqual(findings, [], file);
  });

  describe('SSL100', () => {
    const header = cHeader('default_certificate', Uint8Array.of(0x30, 0));
    const source = (file: string, ...includes: string[]) =>
      inspected(file, includes.map(name => `#include "${name}"\n`).join(''));
    const found = (text: string, ...others: Inspection[]) =>
      ids(find('include/ssl/cert.h', text, { others })).includes('SSL100');

    it('sees a header that two sources include, also through another header', () => {
      const [a, b] = [source('user/a.c', 'ssl/cert.h'), source('user/b.c', '../include/ssl/cert.h')];
      assert.ok(found(header, a, b));
      const through = [source('include/all.h', 'ssl/cert.h'), source('user/c.c', 'all.h')];
      assert.ok(found(header, a, ...through));
      assert.ok(!found(header, a), 'one source');
      assert.ok(!found(header.replace('unsigned', 'static unsigned'), a, b), 'static');
      assert.ok(!found(header, a, source('user/d.c', 'other/cert.h')), 'another header');
      assert.ok(!found(header, a, inspected('user/e.c', '#if 0\n#include "ssl/cert.h"\n#endif')));
    });

    it('takes headers that include each other', () => {
      assert.ok(
        !found(
          header,
          source('a.h', 'b.h'),
          source('b.h', 'a.h'),
          source('x.c', 'a.h'),
          source('y.c', 'b.h'),
        ),
      );
    });
  });

  describe('SSL101', () => {
    it('compares NAME_len with the array, and corrects it', async () => {
      const text = Buffer.from(await deviceFile('cert.h'))
        .toString()
        .replace(/_len = \d+/, '_len = 390');
      const finding = first('SSL101', find('cert.h', text));
      assert.equal(text.slice(finding.range?.offset).slice(0, 3), '390');
      assert.ok(finding.fix);
      const fixed = editedText(text, fixText(finding.fix, inspectC(text, 'cert.h'), text));
      assert.equal(fixed, Buffer.from(await deviceFile('cert.h')).toString());
    });

    it('misses it only where the SDK’s example needs it', async () => {
      const text = Buffer.from(await deviceFile('cert.h'))
        .toString()
        .replace(/unsigned int .*\n/, '');
      const finding = first('SSL101', find('cert.h', text));
      assert.equal(finding.severity, 'warning');
      assert.ok(finding.fix);
      const fixed = editedText(text, fixText(finding.fix, inspectC(text, 'cert.h'), text));
      assert.deepEqual(ids(find('cert.h', fixed)).includes('SSL101'), false, fixed.slice(-80));
      assert.ok(!ids(find('cert.h', text.replace('default_certificate', 'mine'))).includes('SSL101'));
    });

    it('allows text with and without its NUL', async () => {
      const pem = Buffer.from(await deviceFile('server.crt')).toString();
      const strings = pem
        .trimEnd()
        .split('\n')
        .map(line => `"${line}\\n"`)
        .join('\n');
      for (const [length, expected] of [
        [String(pem.length), false],
        [String(pem.length + 1), false],
        ['sizeof(ca)', false],
        ['12', true],
      ] as const) {
        const found = find('ca.h', `const char ca[] = ${strings};\nint ca_len = ${length};`);
        assert.equal(ids(found).includes('SSL101'), expected, length);
      }
    });
  });

  describe('SSL102', () => {
    it('sees a key in PKCS#8 with libssl, and converts it in a header', async () => {
      const text = cHeader('default_private_key', await pkcs8());
      assert.deepEqual(ids(find('private_key.h', text)), []);
      for (const [newline, given] of [
        ['\n', text],
        ['\r\n', text.replaceAll('\n', '\r\n')],
      ] as const) {
        const [finding] = find('private_key.h', given, { device: device('libssl') });
        assert.equal(finding?.rule, 'SSL102');
        assert.ok(finding.fix);
        const fixed = editedText(given, fixText(finding.fix, inspectC(given, 'x.h'), given));
        const expected = Buffer.from(await deviceFile('private_key.h')).toString();
        assert.equal(fixed, expected.replaceAll('\n', newline));
      }
    });

    it('sees PEM strings with libssl, which reads DER only in arrays', async () => {
      const pem = createPrivateKey(await pkcs8Key())
        .export({ type: 'pkcs1', format: 'pem' })
        .toString();
      const text = `static const char key[] =\n${pem
        .trimEnd()
        .split('\n')
        .map(line => `  "${line}\\n"`)
        .join('\n')};\n`;
      assert.deepEqual(find('key.h', text), []);
      const [finding] = find('key.h', text, { device: device('libssl') });
      assert.deepEqual([finding?.rule, finding?.fix], ['SSL102', { kind: 'regenerate' }]);
      assert.match(finding?.message ?? '', /PEM in an array/);
    });

    it('sees a key in PKCS#8 in records and DER files', async () => {
      const key = await pkcs8();
      const pkcs1 = createPrivateKey(await pkcs8Key()).export({ type: 'pkcs1', format: 'der' });
      const own = await deviceFile('esp_cert_private_key.bin');
      const certificate = inspected('x.bin', own).items[0]?.dataRange.length ?? 0;
      const bytes = encodeRecords([
        record('certificate', own.subarray(34, 34 + certificate)),
        record('private_key', key),
      ]);
      const libssl = { device: device('libssl') };
      const name = 'esp_cert_private_key.bin';
      const finding = first('SSL102', find(name, bytes, libssl));
      assert.ok(finding.fix);
      assert.deepEqual(
        Buffer.from(fixBytes(finding.fix, inspected(name, bytes), bytes) ?? []),
        Buffer.from(own),
      );
      const [inDer] = find('TLS.key_1024', key, libssl);
      assert.ok(inDer?.fix);
      assert.deepEqual(Buffer.from(fixBytes(inDer.fix, inspected('TLS.key_1024', key), key) ?? []), pkcs1);
    });

    it('sees what is neither DER nor PEM, damaged or encrypted', async () => {
      assert.deepEqual(ids(find('c.h', cHeader('default_certificate', Uint8Array.of(1, 2)))), ['SSL102']);
      const der = await selfSigned();
      assert.deepEqual(ids(find('c.h', cHeader('other', der.subarray(0, -4)))), ['SSL102']);
      assert.deepEqual(ids(find('esp_ca_cert.bin', encodeRecords([record('x', Buffer.from('hello'))]))), [
        'SSL102',
      ]);
    });

    async function pkcs8Key(): Promise<Buffer> {
      return Buffer.from(await deviceFile('server.key'));
    }
  });

  describe('SSL103', () => {
    it('compares certificate and key in a record file', async () => {
      const own = await deviceFile('esp_cert_private_key.bin');
      const key = inspected('x.bin', own).items[1]?.dataRange;
      const bytes = encodeRecords([
        record('certificate', await selfSigned({ bits: 2048 })),
        record('private_key', own.subarray(key?.offset, (key?.offset ?? 0) + (key?.length ?? 0))),
      ]);
      assert.deepEqual(ids(find('esp_cert_private_key.bin', bytes)), ['SSL103']);
    });

    it('in headers of a folder, and in files of one name', async () => {
      const files = await deviceFiles();
      const get = (name: string) => files.get(name) ?? new Uint8Array();
      const other = cHeader('default_certificate', await selfSigned());
      const in103 = (name: string, ...others: Inspection[]) =>
        ids(find(`ssl/${name}`, get(name), { others })).includes('SSL103');
      assert.ok(in103('private_key.h', inspected('ssl/cert.h', other)));
      assert.ok(!in103('private_key.h', inspected('elsewhere/cert.h', other)));
      assert.ok(!in103('private_key.h', inspected('ssl/cert.h', get('cert.h'))));
      assert.ok(!in103('private_key.h', inspected('ssl/a.h', other), inspected('ssl/b.h', get('cert.h'))));
      assert.ok(in103('server.key', inspected('ssl/server.crt', get('ca.crt'))));
      assert.ok(!in103('server.key', inspected('ssl/server.crt', get('server.crt'))));
      assert.ok(!in103('server.key', inspected('ssl/ca.crt', get('ca.crt'))));
    });
  });

  const inHeader = (der: Uint8Array, options: Parameters<typeof find>[2] = {}) =>
    ids(find('cert.h', cHeader('default_certificate', der), options));

  it('SSL104: the address of the SDK’s script', async () => {
    for (const name of ['127.0.0.1', '192.168.111.100', '192.168.111.101'])
      assert.ok(inHeader(await selfSigned({ name: `O=TLS Project, CN=${name}` })).includes('SSL104'));
    assert.ok(!inHeader(await selfSigned({ name: 'CN=192.168.4.1' })).includes('SSL104'));
    // Made on purpose, for the simulated device.
    const { files } = await generateCertificates({ name: '127.0.0.1', bits: 512 });
    const header = files.find(({ name }) => name === 'cert.h')?.bytes ?? '';
    assert.ok(!ids(find('cert.h', header)).includes('SSL104'));
  });

  it('SSL105: the demo pair and keys that git tracks', async () => {
    const key = await deviceFile('private_key.h');
    const isTracked = (file: string) => file === 'private_key.h';
    assert.ok(ids(find('private_key.h', key, { project: { isTracked } })).includes('SSL105'));
    assert.ok(!ids(find('key.h', key, { project: { isTracked } })).includes('SSL105'));
    // The pair itself is Espressif's: its fingerprints stand in for it.
    const inspection = inspected('private_key.h', key);
    const [content] = inspection.items[0]?.contents ?? [];
    assert.equal(content?.kind, 'key');
    content.public.fingerprint = demoPair.publicKey;
    const found = findingsOf({ inspection, others: [], device: device(), project: {}, now });
    assert.deepEqual(ids(found), ['SSL105']);
  });

  it('SSL106: keys too small for CA verification', async () => {
    const der = await selfSigned({ bits: 1024 });
    assert.ok(inHeader(der).includes('SSL106'));
    assert.ok(!inHeader(der, { project: { caEnabled: false } }).includes('SSL106'));
    assert.ok(!inHeader(der, { device: device('libmbedtls', '3.0.1') }).includes('SSL106'));
    assert.ok(!inHeader(der, { device: device('libssl') }).includes('SSL106'));
    assert.ok(!inHeader(await selfSigned({ bits: 2048 })).includes('SSL106'));
  });

  it('SSL107: keys larger than the device likes', async () => {
    const der = await selfSigned({ bits: 2048 });
    assert.ok(inHeader(der, { device: device('libssl') }).includes('SSL107'));
    assert.ok(!inHeader(der).includes('SSL107'));
  });

  it('SSL106 and SSL107: sizes that the project’s file wants', () => {
    const found = (bits: number, library?: 'libssl') =>
      find('a/esp8266-ssl.json', `// mine\n{ "certificates": { "bits": ${bits}, }, }`, {
        device: device(library),
      });
    assert.deepEqual(ids(found(1024)), ['SSL106']);
    assert.deepEqual(ids(found(2048, 'libssl')), ['SSL107']);
    assert.deepEqual(found(2048), []);
    assert.deepEqual(first('SSL106', found(512)).range, { offset: 36, length: 3 });
  });

  it('SSL108: elliptic curves', async () => {
    assert.ok(inHeader(await selfSigned({ keys: 'EC' })).includes('SSL108'));
  });

  it('SSL109: dates', async () => {
    assert.ok(inHeader(await selfSigned({ notAfter: inDays(-1) })).includes('SSL109'));
    assert.ok(inHeader(await selfSigned({ notBefore: inDays(1) })).includes('SSL109'));
  });

  describe('SSL110', () => {
    const broken = (bytes: Uint8Array, library?: 'libssl') =>
      find('esp_ca_cert.bin', bytes, { device: device(library) })
        .filter(({ rule }) => rule === 'SSL110')
        .map(({ message }) => message);

    it('sees what is no record', async () => {
      const good = await deviceFile('esp_ca_cert.bin');
      const at = good.length;
      assert.deepEqual(broken(good), []);
      assert.deepEqual(broken(Buffer.concat([good, Buffer.alloc(3000, 0xff)])), []);
      assert.match(
        broken(Buffer.concat([good, Buffer.alloc(100)])).join(),
        new RegExp(`^Byte ${at}: .*padded with 0x00`),
      );
      assert.match(
        broken(Buffer.concat([good, Buffer.from('abc')])).join(),
        new RegExp(`^Byte ${at}: unexpected data`),
      );
      assert.match(
        broken(good.subarray(0, -1)).join(),
        /^Byte 32: the record extends beyond the end of the file/,
      );
      assert.match(
        broken(Buffer.concat([good.subarray(0, 32), Buffer.alloc(2), good.subarray(34)])).join(),
        /length is 0/,
      );
      assert.match(broken(Buffer.alloc(500, 0xe9)).join(), /^Byte 0: expected a record name/);
      assert.match(broken(new Uint8Array()).join(), /no records/);
    });

    it('says what a file is that has no records', async () => {
      const der = await selfSigned();
      const pem = Buffer.from(await deviceFile('ca.crt'));
      for (const text of [pem, Buffer.concat([Buffer.from('Bag Attributes\r\n'), pem])])
        assert.match(broken(text).join(), /^esp_ca_cert\.bin is PEM text, not the records/);
      for (const bytes of [der, Buffer.concat([der, Buffer.alloc(100, 0xff)])])
        assert.match(broken(bytes).join(), /^esp_ca_cert\.bin is DER without the record header/);
      const own = find('esp_cert_private_key.bin', pem);
      assert.deepEqual(ids(own), ['SSL110']);
    });

    it('takes any name of a CA record: no library looks at it', async () => {
      const der = await selfSigned({ ca: true, bits: 2048 });
      const header = Buffer.from(encodeRecords([record('x', der)])).subarray(0, 34);
      for (const name of ['根证书.cer', '\xff\x01', '', 'ca\0left over from before']) {
        const named = Buffer.concat([Buffer.alloc(32), header.subarray(32), der]);
        named.write(name, name.includes('\xff') ? 'latin1' : 'utf8');
        assert.deepEqual(ids(find('esp_ca_cert.bin', named)), [], name);
        const [item] = inspected('esp_ca_cert.bin', named).items;
        assert.equal(item?.name, name.split('\0')[0]);
        assert.deepEqual(item?.nameRange?.offset, 0);
      }
    });

    it('sees what the library does not read', async () => {
      const der = await selfSigned();
      const records = (count: number) =>
        encodeRecords(Array.from({ length: count }, (_, index) => record(`ca${index}`, der)));
      const count = Math.ceil(4096 / (der.length + 34));
      assert.match(broken(records(count), 'libssl').join(), /libssl reads only 4096/);
      assert.deepEqual(broken(records(count)), []);
      assert.match(broken(records(2 * count)).join(), /libmbedtls reads only 8192/);
    });
  });

  it('SSL111 and SSL112: more CA records than are read', async () => {
    const der = await selfSigned();
    const found = (count: number, library?: 'libssl') => {
      const bytes = encodeRecords(Array.from({ length: count }, (_, index) => record(`ca${index}`, der)));
      return ids(find('esp_ca_cert.bin', bytes, { device: device(library) })).filter(id =>
        /SSL11[12]/.test(id),
      );
    };
    assert.deepEqual([found(1), found(2), found(3)], [[], ['SSL112'], ['SSL112', 'SSL111', 'SSL112']]);
    assert.deepEqual([found(2, 'libssl'), found(3, 'libssl')], [[], ['SSL111']]);
  });

  it('SSL113: records that the device does not look for, and their names', async () => {
    const own = await deviceFile('esp_cert_private_key.bin');
    const [certificate, key] = inspected('x.bin', own).items.map(({ dataRange: { offset, length } }) =>
      own.subarray(offset, offset + length),
    );
    assert.ok(certificate && key);
    const name = 'esp_cert_private_key.bin';
    const bytes = encodeRecords([record('TLS.x509_1024.cer', certificate), record('private_key', key)]);
    const finding = find(name, bytes).find(({ rule }) => rule === 'SSL113');
    assert.match(finding?.message ?? '', /looks for “certificate”, not for “TLS\.x509_1024\.cer”/);
    assert.ok(finding?.fix);
    const fixed = fixBytes(finding.fix, inspected(name, bytes), bytes) ?? new Uint8Array();
    assert.deepEqual(Buffer.from(fixed), Buffer.from(own));
    const missing = find(name, encodeRecords([record('certificate', certificate)]));
    assert.match(
      missing.find(({ rule }) => rule === 'SSL113')?.message ?? '',
      /record “private_key” is missing/,
    );
    // libssl searches the words in the name, libmbedtls compares its beginning.
    const within = encodeRecords([record('my_certificate', certificate), record('a private_key', key)]);
    const names = (library: 'libssl' | 'libmbedtls') =>
      find(name, within, { device: device(library) })
        .filter(({ rule }) => rule === 'SSL113')
        .map(({ message }) => message);
    assert.deepEqual(names('libssl'), []);
    assert.deepEqual(names('libmbedtls'), [
      'The device looks for “private_key”, not for “a private_key”.',
      'The device looks for “certificate”, not for “my_certificate”.',
    ]);
    // Both libraries allow more behind the word.
    const longer = encodeRecords([record('certificate.cer', certificate), record('private_key.key', key)]);
    assert.ok(!ids(find(name, longer)).includes('SSL113'));
  });

  it('SSL114: a CA that is none, or an older one', async () => {
    const found = (der: Uint8Array, ...others: Inspection[]) =>
      ids(find('esp_ca_cert.bin', encodeRecords([record('ca', der)]), { others })).includes('SSL114');
    assert.ok(found(await selfSigned({ ca: false })));
    assert.ok(!found(await selfSigned({ ca: true })));
    const files = await deviceFiles();
    const ca = inspected('ca.crt', files.get('ca.crt') ?? '');
    const stale = (await generateCertificates({ name: 'x', bits: 512 })).ca.certificate;
    assert.ok(found(stale, ca));
    assert.ok(
      !ids(find('esp_ca_cert.bin', files.get('esp_ca_cert.bin') ?? '', { others: [ca] })).includes('SSL114'),
    );
  });

  it('SSL116: scripts of the SDK with programs of today', () => {
    const found = (name: string, tools?: { python?: string; openssl?: string }) =>
      find(name, '#!/bin/sh', { project: tools ? { tools } : {} }).length;
    assert.deepEqual(
      [
        found('makefile.sh', { python: '3.11.2', openssl: '3.0.19' }),
        found('makefile.sh', { python: '2.7.18', openssl: '1.1.1w' }),
        found('make_cert.py', { python: '3.11.2', openssl: '3.0.19' }),
        found('makefile.sh', {}),
        found('makefile.sh'),
      ],
      [2, 0, 1, 0, 0],
    );
  });

  it('SSL117 to SSL119: calls that give the device its certificate', async () => {
    const headers = ['cert.h', 'private_key.h'];
    const others = await Promise.all(headers.map(async name => inspected(name, await deviceFile(name))));
    const found = (call: string, more = '') =>
      ids(find('main.c', `${more}void f() { ${call}; }`, { others }));
    const set = 'espconn_secure_set_default_';
    assert.deepEqual(found(`${set}certificate(default_certificate, default_certificate_len)`), []);
    assert.deepEqual(found(`${set}certificate(default_private_key, default_private_key_len)`), ['SSL117']);
    assert.deepEqual(found(`${set}private_key((uint8 *)default_certificate, n)`), ['SSL117']);
    assert.deepEqual(found(`${set}certificate(default_certificate, 390)`), ['SSL118']);
    assert.deepEqual(found(`${set}certificate(default_certificate, sizeof(default_certificate))`), []);
    const pem = Buffer.from(await deviceFile('server.crt'))
      .toString()
      .trimEnd()
      .replaceAll('\n', '\\n');
    assert.ok(
      found(`${set}certificate(mine, sizeof(mine))`, `static const char *mine = "${pem}\\n";\n`).includes(
        'SSL118',
      ),
    );
    assert.deepEqual(found(`${set}certificate(unknown, 8193)`), ['SSL119']);
    assert.deepEqual(found(`${set}certificate(unknown, 8192)`), []);
  });

  it('let each library have its say', async () => {
    const [item] = inspected('x.cer', await selfSigned({ bits: 1024, notAfter: inDays(-30) })).items;
    const [content] = item?.contents ?? [];
    assert.ok(item && content);
    assert.deepEqual(verdicts(content, item, '3.0.6', now), [
      {
        library: 'libssl',
        obstacles: [`rejects it: expired on ${inDays(-30).toISOString().slice(0, 10)}`],
      },
      { library: 'libmbedtls', obstacles: ['rejects keys below 2048 bits'] },
    ]);
    assert.deepEqual(
      verdicts(content, item, '2.1.0', now).map(({ library }) => library),
      ['libssl'],
    );
  });

  it('are put into words for a page or a terminal', async () => {
    const bytes = Buffer.concat([await deviceFile('esp_ca_cert.bin'), Buffer.alloc(40)]);
    const inspection = inspected('esp_ca_cert.bin', bytes);
    const findings = findingsOf({ inspection, others: [], device: device('libssl'), project: {}, now });
    const report = reportOf(inspection, findings, '3.0.6', now);
    assert.deepEqual(JSON.parse(JSON.stringify(report)), report, 'plain data');
    assert.equal(report.items[0]?.dataOffset, 34);
    assert.deepEqual(
      report.findings.map(({ rule, severity, offset }) => [rule, severity, offset]),
      [['SSL110', 'error', bytes.length - 40]],
    );
  });
});
