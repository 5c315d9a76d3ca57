import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { cHeader } from '../../../src/certificates/cHeader';
import { encodeRecords } from '../../../src/certificates/flashRecords';
import { evaluate } from '../../../src/certificates/inspect/cExpression';
import { inspectBytes, inspectC } from '../../../src/certificates/inspect/inspectFile';
import type { Inspection } from '../../../src/certificates/inspect/model';
import { device, deviceFile, find, first, ids, selfSigned } from './samples';

const lines = (text: string) => text.trimEnd().split('\n');
const literals = (text: string, end = '') =>
  lines(text)
    .map(line => `"${line}\\n"${end}`)
    .join('\n');
const names = (text: string) => inspectC(text, 'm.c').items.map(({ name }) => name);
const subject = (text: string) =>
  inspectC(text, 'm.c').items.flatMap(({ contents }) =>
    contents.map(each => (each.kind === 'certificate' ? each.commonName : each.kind)),
  );

describe('PEM in C', () => {
  let pem = '';
  let key = '';
  before(async () => {
    pem = new X509Certificate(await selfSigned({ name: 'CN=seen' })).toString();
    key = Buffer.from(await deviceFile('server.key')).toString();
  });

  it('is seen in macros, once where an array takes it from there', () => {
    const define = `#define CERT ${literals(pem, ' \\').slice(0, -2)}\n`;
    assert.deepEqual([names(define), subject(define)], [['CERT'], ['seen']]);
    assert.deepEqual(names(`${define}static const char c[] = CERT;`), ['c']);
    assert.deepEqual(subject(`${define}static const char *c = (CERT);`), ['seen']);
    const used = `${define}static const char c[] = CERT, k[] = ${literals(key)};`;
    assert.ok(ids(find('m.c', used)).includes('SSL103'));
    // The text with its range, as it is in the file.
    const [item] = inspectC(used, 'm.c').items;
    assert.equal(used.slice(item?.dataRange.offset).slice(0, item?.dataRange.length), 'CERT');
    // Either of two texts: which one is not known.
    assert.deepEqual(names(`#ifdef A\n${define}#else\n#define CERT "x"\n#endif\nconst char c[] = CERT;`), []);
    assert.deepEqual(names(`#if 0\n${define}#endif\n`), []);
  });

  it('is seen where macros are parts of it', () => {
    const [begin = '', ...rest] = lines(pem);
    const end = rest.pop() ?? '';
    const body = rest.map(line => `"${line}" NL`).join(' ');
    const joined = `#define NL "\\n"\n#define BEGIN "${begin}" NL\nconst char c[] = BEGIN ${body}\n"${end}" NL;`;
    assert.deepEqual(subject(joined), ['seen']);
    const called = `#define LINE(x) x "\\n"\nconst char c[] = ${lines(pem)
      .map(line => `LINE("${line}")`)
      .join('\n')};`;
    assert.deepEqual(subject(called), ['seen']);
  });

  it('takes macros that name themselves or grow without end', () => {
    assert.deepEqual(names('#define A A\n#define B C\n#define C B\nconst char c[] = A B;'), []);
    const laughs = Array.from({ length: 40 }, (_, at) => `#define M${at + 1} M${at} M${at} M${at} M${at}\n`);
    assert.deepEqual(names(`#define M0 "x"\n${laughs.join('')}const char c[] = M40;`), []);
  });

  it('is seen in raw strings', () => {
    assert.deepEqual(subject(`const char c[] PROGMEM = R"EOF(${pem})EOF";`), ['seen']);
    assert.deepEqual(subject(`static const char *c = R"(\n${pem})";\nint after = 1;`), ['seen']);
    inspectC('const char c[] = R"(', 'm.c');
    inspectC('R"x', 'm.c');
  });

  it('is seen in structs, assignments and calls', () => {
    const c = literals(pem);
    assert.deepEqual(
      [names(`static const struct tls cfg = { .name = "x", .cert = ${c}, .key = ${literals(key)} };`)],
      [['cfg.cert', 'cfg.key']],
    );
    assert.deepEqual(names(`struct all a = { .tls = { .cert = ${c} } };`), ['a.tls.cert']);
    assert.deepEqual(names(`struct tls cfg[] = { { "name", ${c}, 5 } };`), ['cfg']);
    assert.deepEqual(names(`void f() { cfg.cert = ${c}; p->ca = ${c}; text = ${c}; }`), [
      'cfg.cert',
      'p->ca',
      'text',
    ]);
    const call = `espconn_secure_set_default_certificate((uint8 *)${c}, 1000)`;
    assert.deepEqual(names(`void f() { ${call}; }`), ['CERTIFICATE']);
    assert.deepEqual(names(`client.setCACert(${c});`), ['CERTIFICATE']);
    const found = find('m.c', `static const struct tls cfg = { .cert = ${c}, .key = ${literals(key)} };`);
    assert.ok(ids(found).includes('SSL103'));
  });

  it('and DER are seen in members', async () => {
    const header = cHeader('x', await selfSigned({ name: 'CN=bytes' }));
    const bytes = header.slice(header.indexOf('{'), header.indexOf('}') + 1);
    const text = `static struct tls cfg = { .cert = ${bytes}, .other = 5 };`;
    assert.deepEqual([names(text), subject(text)], [['cfg.cert'], ['bytes']]);
  });

  it('is nothing that libssl reads', () => {
    const text = `#define KEY ${literals(key, ' \\').slice(0, -2)}\nint x;\n`;
    assert.deepEqual(find('k.h', text), []);
    const { message } = first('SSL102', find('k.h', text, { device: device('libssl') }));
    assert.match(message, /libssl cannot read KEY: PEM in an array/);
  });
});

describe('records in an array of C', () => {
  const header = (name: string, ...records: [string, Uint8Array][]) =>
    cHeader(name, encodeRecords(records.map(([title, data]) => ({ name: title, data }))));

  it('are found as in the file', async () => {
    const ca = await selfSigned({ ca: true, bits: 2048 });
    const text = header('esp_ca_cert_bin', ['ca.cer', ca]);
    assert.deepEqual([names(text), find('esp_ca_cert.h', text)], [['ca.cer'], []]);
    const two = header('esp_ca_cert_bin', ['a', ca], ['b', ca]);
    assert.deepEqual(ids(find('esp_ca_cert.h', two)), ['SSL112']);
    const no = header('esp_ca_cert_bin', ['a', await selfSigned({ ca: false, bits: 2048 })]);
    assert.deepEqual(ids(find('esp_ca_cert.h', no)), ['SSL114']);
  });

  it('are a pair, and have their names', async () => {
    const own = await deviceFile('esp_cert_private_key.bin');
    assert.deepEqual(
      find('own.h', cHeader('esp_cert_private_key_bin', own), { device: device('libssl') }),
      [],
    );
    const [certificate, privateKey] = inspectBytes(own, 'x.bin').items.map(
      ({ dataRange: { offset, length } }) => own.subarray(offset, offset + length),
    );
    assert.ok(certificate && privateKey);
    const crossed = header('own', ['certificate', privateKey], ['private_key', certificate]);
    assert.deepEqual(ids(find('own.h', crossed, { device: device('libssl') })), ['SSL117', 'SSL117']);
    const other = header('own', ['certificate', await selfSigned({ ca: true })], ['private_key', privateKey]);
    assert.ok(ids(find('own.h', other)).includes('SSL103'));
    const missing = header('esp_cert_private_key_bin', ['certificate', certificate]);
    assert.ok(ids(find('own.h', missing)).includes('SSL113'));
  });
});

describe('lengths in C', () => {
  it('are constant expressions, too', () => {
    const known = {
      number: (name: string) => (name === 'N' ? 5 : undefined),
      sizeOf: (name: string) => (name === 'a' ? 10 : undefined),
      stringLength: () => 3,
    };
    for (const [text, value] of [
      ['947 + 10', 957],
      ['(2 + 3) * 4 - 1', 19],
      ['1 << 4 | 1', 17],
      ['sizeof(a)', 10],
      ['sizeof a - 1', 9],
      ['sizeof(a)/sizeof(a[0])', 10],
      ['sizeof(a) / sizeof(uint8)', 10],
      ['(uint16)sizeof(a)', 10],
      ['(unsigned int) N', 5],
      ['os_strlen((const char *)a)', 3],
      ['-N + 6', 1],
      ['~0 & 0xff', 255],
      ['7 % 0', undefined],
      ['f(1)', undefined],
      ['1 +', undefined],
      ['a[1]', undefined],
      ['', undefined],
      ['sizeof', undefined],
    ] as const)
      assert.equal(evaluate(text, known), value, text);
  });

  it('of NAME_len are worked out', async () => {
    const text = Buffer.from(await deviceFile('cert.h')).toString();
    const size = Number(/_len = (\d+)/.exec(text)?.[1]);
    const found = (value: string, before = '') =>
      ids(
        find('cert.h', before + text.replace(/_len = \d+/, `_len = ${value}`), { device: device('libssl') }),
      );
    for (const value of [
      `${size - 10} + 10`,
      `(${size})`,
      'sizeof(default_certificate)',
      'sizeof default_certificate',
      'unknown()',
    ])
      assert.deepEqual(found(value), [], value);
    assert.deepEqual(found('N', `#define N ${size}\n`), []);
    assert.deepEqual(found('N', `#define M ${size}\n#define N (M + 1)\n`), ['SSL101']);
    assert.deepEqual(found('sizeof(default_certificate) - 1'), ['SSL101']);
    const asMacro = text.replace(/unsigned int (\w+_len) = (\d+);/, '#define $1 $2');
    assert.deepEqual(ids(find('cert.h', asMacro, { device: device('libssl') })), []);
  });

  it('of a call are compared with the data', async () => {
    const others = await Promise.all(
      ['cert.h', 'private_key.h'].map(async (name): Promise<Inspection> =>
        inspectBytes(await deviceFile(name), name),
      ),
    );
    const size = others[0]?.items[0]?.size ?? 0;
    const found = (data: string, length: string, before = '') =>
      find('main.c', `${before}void f() { espconn_secure_set_default_certificate(${data}, ${length}); }`, {
        others,
      })
        .filter(({ rule }) => rule.startsWith('SSL11'))
        .map(({ rule, message }) => `${rule} ${message}`);
    const der = 'default_certificate';
    for (const right of [
      String(size),
      `${size - 10} + 10`,
      'default_certificate_len',
      '(uint16)default_certificate_len',
      'sizeof(default_certificate)',
      'sizeof default_certificate',
      'sizeof(default_certificate) / sizeof(default_certificate[0])',
      'length_of(x)',
      'some_variable',
    ])
      assert.deepEqual(found(der, right), [], right);
    assert.deepEqual(found(der, 'CERT_LEN', `#define CERT_LEN ${size}\n`), []);
    assert.deepEqual(found(der, 'CERT_LEN', '#define CERT_LEN 1000\n'), [
      `SSL118 ${der} has ${size} bytes, not 1000.`,
    ]);
    assert.deepEqual(found(der, 'n', 'static const int n = 12;\n'), [
      `SSL118 ${der} has ${size} bytes, not 12.`,
    ]);
    // A variable that may change says nothing.
    assert.deepEqual(found(der, 'n', 'static int n = 0;\n'), []);
    assert.deepEqual(found(der, 'sizeof(default_certificate) - 1'), [
      `SSL118 ${der} has ${size} bytes, not ${size - 1}.`,
    ]);
    const [message = ''] = found(`(uint8 *)${der}`, `os_strlen((char *)${der})`);
    assert.match(
      message,
      /^SSL118 default_certificate is DER, which contains zero bytes: os_strlen\(\(char\*\)default_certificate\) gives \d+, not/,
    );
    assert.deepEqual(found(der, 'default_private_key_len'), [
      'SSL118 default_private_key_len is the length of default_private_key, not of default_certificate.',
    ]);
    assert.equal(found(der, 'sizeof(default_private_key)').length, 1);
    assert.deepEqual(found('default_certificate_len', der), [
      'SSL118 The arguments are swapped: first the data, then its length.',
    ]);
    assert.deepEqual(found(`&${der}[0]`, '12'), [`SSL118 ${der} has ${size} bytes, not 12.`]);
  });

  it('of text count with or without its NUL', async () => {
    const pem = literals(new X509Certificate(await selfSigned()).toString());
    const found = (length: string, declaration = 'static const char c[]') =>
      ids(
        find(
          'm.c',
          `${declaration} = ${pem};\nvoid f() { espconn_secure_set_default_certificate((uint8 *)c, ${length}); }`,
        ),
      ).filter(id => id === 'SSL118');
    for (const right of ['sizeof(c)', 'sizeof(c) - 1', 'os_strlen(c)', 'strlen((char *)c)', 'strlen(c) + 1'])
      assert.deepEqual(found(right), [], right);
    assert.deepEqual(found('os_strlen(c)', 'const char *c'), []);
    assert.deepEqual(found('sizeof(c) - 2'), ['SSL118']);
    assert.deepEqual(found('sizeof(c)', 'const char *c'), ['SSL118']);
  });

  it('may leave out what is behind DER', async () => {
    const der = await selfSigned({ bits: 2048 });
    for (const fill of [0, 0xff]) {
      const padded = cHeader('default_certificate', Buffer.concat([der, Buffer.alloc(5, fill)]));
      assert.deepEqual(
        find('cert.h', padded).map(({ rule, severity }) => `${rule} ${severity}`),
        ['SSL102 hint'],
      );
      const record = encodeRecords([{ name: 'ca', data: Buffer.concat([der, Buffer.alloc(5, fill)]) }]);
      assert.deepEqual(
        find('esp_ca_cert.bin', record).map(({ severity }) => severity),
        ['hint'],
      );
      const call = `${padded}void f() { espconn_secure_set_default_certificate(default_certificate, ${der.length}); }`;
      assert.ok(!ids(find('m.c', call)).includes('SSL118'));
    }
  });
});
