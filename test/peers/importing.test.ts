import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodeRecords } from '../../src/certificates/flashRecords';
import { importCertificates, type ImportOptions } from '../../src/certificates/importFiles';
import { importNotes } from '../../src/certificates/importNotes';
import { ProblemError } from '../../src/problems';
import { tlsAbilities } from '../../src/sdk/tls';

const libssl = tlsAbilities('libssl', '2.1.0');

describe('importing what OpenSSL made', () => {
  let scratch: string;
  let imports = 0;
  const openssl = (...args: string[]) => {
    execFileSync('openssl', args, { cwd: scratch, stdio: 'ignore' });
  };
  const file = (name: string) => path.join(scratch, name);
  /** Makes NAME.crt and NAME.key, signed by `issuer` or by itself. */
  const make = (name: string, issuer?: string, extensions: readonly string[] = [], ...others: string[]) => {
    openssl(
      ...`req -x509 -newkey rsa:1024 -noenc -days 99 -subj /CN=${name} -keyout ${name}.key -out ${name}.crt`.split(
        ' ',
      ),
      ...(issuer === undefined ? [] : ['-CA', `${issuer}.crt`, '-CAkey', `${issuer}.key`]),
      ...extensions.flatMap(each => ['-addext', each]),
      ...others,
    );
  };
  const leaf = ['basicConstraints=CA:FALSE'];
  const ca = ['basicConstraints=critical,CA:TRUE'];
  before(() => {
    scratch = mkdtempSync(path.join(tmpdir(), 'importing-'));
    for (const root of ['root-a', 'root-b', 'root-c']) make(root);
    make('middle', 'root-a', ca);
    make('lower', 'middle', ca);
    make('device', 'root-a', leaf);
    make('chained', 'middle', leaf);
    make('deep', 'lower', leaf);
    make('server', 'root-b', leaf);
  });
  after(() => {
    rmSync(scratch, { recursive: true });
  });

  const run = async (names: readonly string[], how: ImportOptions = {}) => {
    const folder = file(`import-${imports++}`);
    const result = await importCertificates(names.map(file), folder, how);
    const records = (name: string) => {
      const there = path.join(folder, name);
      return existsSync(there) ? decodeRecords(readFileSync(there), name) : [];
    };
    return {
      ...result,
      notes: importNotes(result),
      folder,
      cas: records('esp_ca_cert.bin'),
      own: records('esp_cert_private_key.bin'),
    };
  };
  const der = (name: string) => execFileSync('openssl', ['x509', '-in', file(name), '-outform', 'DER']);
  /** The subjects of all certificates in a PEM text, as openssl reads them. */
  const subjects = (pem: Uint8Array) => {
    writeFileSync(file('bundle.pem'), pem);
    const command = 'openssl crl2pkcs7 -nocrl -certfile bundle.pem | openssl pkcs7 -print_certs -noout';
    return execFileSync('sh', ['-c', command], { cwd: scratch, encoding: 'utf8' })
      .split('\n')
      .filter(line => line.startsWith('subject='))
      .map(line => line.replace(/^subject=\s*CN ?= ?/, ''));
  };

  it('verifies the server by its root, which came beside the device’s certificate', async () => {
    for (const files of [
      ['device.crt', 'root-b.crt'],
      ['root-b.crt', 'device.crt'],
      ['device.crt', 'root-a.crt', 'root-b.crt'],
    ]) {
      const { cas, unusedFiles, notes, ...result } = await run(files, {
        keyFile: file('device.key'),
        role: 'client',
      });
      assert.deepEqual(
        cas.map(({ data }) => Buffer.from(data)),
        [der('root-b.crt')],
        files.join(),
      );
      assert.deepEqual([result.ca?.commonName, unusedFiles, notes], ['root-b', [], []]);
    }
    const { cas } = await run(['device.crt', 'root-a.crt'], { keyFile: file('device.key') });
    assert.deepEqual(
      cas.map(({ data }) => Buffer.from(data)),
      [der('root-a.crt')],
    );
  });

  it('names the files that are not used', async () => {
    const { cas, notes } = await run(['device.crt', 'server.crt', 'root-b.crt'], {
      keyFile: file('device.key'),
    });
    assert.deepEqual(
      cas.map(({ data }) => Buffer.from(data)),
      [der('root-b.crt')],
    );
    assert.deepEqual(notes, [
      `${file('server.crt')} is not used: it contains neither the device’s certificate nor a root CA.`,
    ]);
  });

  it('writes two CAs: two records for libssl, a PEM text in one for libmbedtls', async () => {
    const two = await run(['root-a.crt', 'root-b.crt'], { abilities: libssl });
    assert.deepEqual(
      two.cas.map(({ name, data }) => [name, Buffer.from(data)]),
      [
        ['TLS.ca_x509.cer', der('root-a.crt')],
        ['TLS.ca_x509_2.cer', der('root-b.crt')],
      ],
    );
    const bundle = await run(['root-a.crt', 'root-b.crt', 'root-c.crt']);
    assert.equal(bundle.cas.length, 1);
    assert.deepEqual(subjects(bundle.cas[0]?.data ?? new Uint8Array()), ['root-a', 'root-b', 'root-c']);
    writeFileSync(
      file('both.pem'),
      ['root-a.crt', 'root-b.crt'].map(name => readFileSync(file(name), 'utf8')).join(''),
    );
    assert.equal((await run(['both.pem'])).trusted, 2);
    await assert.rejects(
      run(['root-a.crt', 'root-b.crt', 'root-c.crt'], { abilities: libssl }),
      (error: unknown) => error instanceof ProblemError && error.problem.kind === 'too-many-cas',
    );
  });

  it('puts the chain where libmbedtls sends it, and libssl from records only', async () => {
    const files = ['chained.crt', 'middle.crt', 'root-a.crt'];
    const sent = await run(files, { keyFile: file('chained.key') });
    assert.deepEqual(subjects(sent.own[0]?.data ?? new Uint8Array()), ['chained', 'middle']);
    assert.match(sent.notes.join(), /sends the intermediate certificate along/);
    // The header has the same bytes.
    const header = readFileSync(path.join(sent.folder, 'cert.h'), 'utf8');
    const bytes = Buffer.from(
      [...header.matchAll(/0x([0-9a-f]{2})/g)].map(([, hex = '']) => parseInt(hex, 16)),
    );
    assert.deepEqual(bytes, Buffer.from(sent.own[0]?.data ?? []));
    assert.deepEqual(
      sent.cas.map(({ data }) => Buffer.from(data)),
      [der('root-a.crt')],
    );

    const fromRecord = await run(files, { keyFile: file('chained.key'), abilities: libssl });
    assert.deepEqual(subjects(fromRecord.own[0]?.data ?? new Uint8Array()), ['chained', 'middle']);
    assert.match(readFileSync(path.join(fromRecord.folder, 'cert.h'), 'utf8'), /\{\n {2}0x30, 0x82/);
    assert.match(fromRecord.notes.join(), /^libssl sends the intermediate certificate along .* but not from/);
    const deep = await run(['root-a.crt', 'lower.crt', 'middle.crt', 'deep.crt'], {
      keyFile: file('deep.key'),
      abilities: libssl,
    });
    assert.match(deep.notes.join(), /^libssl sends the 2 intermediate certificates along/);
  });

  it('says for which role a certificate is not made', async () => {
    make('only-server', 'root-a', [...leaf, 'extendedKeyUsage=serverAuth']);
    make('only-client', 'root-a', [...leaf, 'extendedKeyUsage=clientAuth']);
    make('any', 'root-a', [...leaf, 'extendedKeyUsage=anyExtendedKeyUsage']);
    const unfit = async (name: string, role: 'server' | 'client') =>
      (await run([`${name}.crt`, 'root-a.crt'], { keyFile: file(`${name}.key`), role })).notes.join();
    assert.match(await unfit('only-server', 'client'), /does not include clientAuth/);
    assert.match(await unfit('only-client', 'server'), /does not include serverAuth/);
    for (const [name, role] of [
      ['only-server', 'server'],
      ['only-client', 'client'],
      ['any', 'client'],
      ['device', 'client'],
    ] as const)
      assert.equal(await unfit(name, role), '', `${name} as ${role}`);
  });

  it('says what the library refuses, with its code', async () => {
    make('constrained', undefined, ['nameConstraints=critical,permitted;DNS:example.com']);
    make('pss', 'root-a', leaf, '-sigopt', 'rsa_padding_mode:pss', '-sha256');
    make('sha3', 'root-a', leaf, '-sha3-256');
    openssl(
      ...'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 99 -subj /CN=curve -keyout curve.key -out curve.crt'.split(
        ' ',
      ),
    );
    const refused = async (names: string[], how: ImportOptions = {}) =>
      (await run(names, how)).notes.filter(note => note.includes('cannot use')).join();
    assert.equal(
      await refused(['constrained.crt']),
      'libmbedtls cannot use the certificate “constrained”: unsupported critical extension nameConstraints (-0x2562).',
    );
    for (const [name, what] of [
      ['pss', /“pss”: unsupported signature algorithm RSASSA-PSS \(-0x2300\)/],
      ['sha3', /“sha3”: unsupported signature algorithm .* \(-0x262e\)/],
    ] as const)
      assert.match(await refused([`${name}.crt`, 'root-a.crt'], { keyFile: file(`${name}.key`) }), what);
    assert.match(
      await refused(['device.crt', 'curve.crt'], { keyFile: file('device.key') }),
      /“curve”: unsupported signature algorithm ecdsa-with-SHA256/,
    );
    assert.match(
      await refused(['curve.crt'], { abilities: libssl }),
      /libssl cannot use the certificate “curve”/,
    );
    assert.equal(await refused(['constrained.crt'], { abilities: libssl }), '');
    assert.equal(await refused(['device.crt', 'root-a.crt'], { keyFile: file('device.key') }), '');
  });

  it('reads PEM whose line ends are escaped, missing, doubled or alone', async () => {
    const [crt, key] = ['device.crt', 'device.key'].map(name => readFileSync(file(name), 'utf8'));
    assert.ok(crt !== undefined && key !== undefined);
    const forms: [string, (text: string) => string][] = [
      ['json', text => text.replaceAll('\n', '\\n')],
      ['php', text => JSON.stringify({ pem: text.replaceAll('\n', '\r\n') }).replaceAll('/', '\\/')],
      ['twice', text => JSON.stringify(JSON.stringify(text))],
      ['one line', text => text.replaceAll('\n', '')],
      ['carriage returns', text => text.replaceAll('\n', '\r')],
      ['indented', text => text.replace(/^/gm, '    ')],
      ['blank lines', text => text.replaceAll('\n', '\n\n')],
      ['trailing blanks', text => text.replaceAll('\n', ' \n')],
    ];
    for (const [form, change] of forms) {
      writeFileSync(file('form.crt'), change(crt));
      writeFileSync(file('form.key'), change(key));
      const { own } = await run(['form.crt'], { keyFile: file('form.key') });
      assert.deepEqual(Buffer.from(own[0]?.data ?? []), der('device.crt'), form);
    }
    openssl(...'x509 -in device.crt -trustout -addtrust serverAuth -out trusted.pem'.split(' '));
    const { own } = await run(['trusted.pem'], { keyFile: file('device.key') });
    assert.deepEqual(Buffer.from(own[0]?.data ?? []), der('device.crt'));
  });
});
