import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { caRecords, certificateData } from '../../src/certificates/deviceData';
import { readByAxTls } from '../../src/certificates/readers/axTls';
import { decodeRecords } from '../../src/certificates/flashRecords';
import { consequences, defaultsFor, hashText, objections } from '../../src/certificates/forLibrary';
import type { Identity } from '../../src/certificates/identity';
import { importCertificates, type ImportedSet, type ImportOptions } from '../../src/certificates/importFiles';
import { importNotes } from '../../src/certificates/importNotes';
import { pem, pkcs1FromPkcs8 } from '../../src/certificates/keys';
import type { Role } from '../../src/certificates/layouts';
import { checkedRequest } from '../../src/certificates/request';
import { makeCa, makeCertificate, makeKeys, readCertificate } from '../../src/certificates/x509';
import { type Problem, ProblemError } from '../../src/problems';
import { sdkVersions, tlsAbilities, type TlsAbilities, tlsLibraries } from '../../src/sdk/tls';
import { advised } from '../../src/text/remedies';
import { problemOf } from '../problemOf';
import { selfSigned } from './inspect/samples';

const libssl = abilities('libssl', '2.1.0');

function abilities(...target: Parameters<typeof tlsAbilities>): TlsAbilities {
  return tlsAbilities(...target) ?? assert.fail(target.join());
}

describe('certificates of others', () => {
  let folder = '';
  let imports = 0;
  const made = new Map<string, Identity>();
  /** Makes NAME.crt and NAME.key, signed by another or a CA of its own. */
  const make = async (name: string, issuer?: string, signsOthers = false, more: object = {}) => {
    const request = checkedRequest({ name: 'x.example', organization: name, bits: 1024, days: 10 });
    const keys = await makeKeys(request);
    const by = issuer === undefined ? undefined : (made.get(issuer) ?? assert.fail(issuer));
    const identity =
      by === undefined ? makeCa(request, keys) : makeCertificate(request, keys, by, { signsOthers, ...more });
    made.set(name, identity);
    put(`${name}.crt`, pem('CERTIFICATE', identity.certificate));
    put(`${name}.key`, pem('RSA PRIVATE KEY', pkcs1FromPkcs8(identity.key)));
  };
  const put = (name: string, text: string | Uint8Array) => {
    writeFileSync(file(name), text);
  };
  const file = (name: string) => path.join(folder, name);
  const own = (name: string) => Buffer.from(made.get(name)?.certificate ?? assert.fail(name));

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-import-'));
    for (const root of ['root-a', 'root-b', 'root-c']) await make(root);
    await make('middle', 'root-a', true);
    await make('lower', 'middle', true);
    await make('device', 'root-a');
    await make('chained', 'middle');
    await make('deep', 'lower');
    await make('server', 'root-b');
    const day = 86_400_000;
    await make('old', 'root-a', false, {
      notBefore: new Date(Date.now() - 9 * day),
      notAfter: new Date(Date.now() - day),
    });
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const run = async (names: readonly string[], how: ImportOptions = {}) => {
    const target = file(`import-${imports++}`);
    const set = await importCertificates(names.map(file), target, how);
    const records = (name: string) => {
      const there = readdirSync(target).includes(name);
      return there ? decodeRecords(readFileSync(path.join(target, name)), name) : [];
    };
    return {
      ...set,
      target,
      notes: importNotes(set),
      names: set.written.map(({ name }) => name),
      cas: records('esp_ca_cert.bin').map(({ name, data }) => [name, Buffer.from(data)] as const),
      records: records('esp_cert_private_key.bin').map(({ data }) => Buffer.from(data)),
    };
  };
  const refused = async (names: readonly string[], how: ImportOptions = {}): Promise<Problem> => {
    const target = file(`import-${imports++}`);
    const problem = await problemOf(importCertificates(names.map(file), target, how));
    assert.ok(!existsSync(target) || readdirSync(target).length === 0, 'nothing is written');
    return problem;
  };
  const bundle = (...names: string[]) =>
    Buffer.from(names.map(name => pem('CERTIFICATE', own(name))).join(''));

  it('become the files of the firmware, with the key from a file of its own or beside them', async () => {
    const set = await run(['device.crt', 'root-a.crt'], { keyFile: file('device.key'), role: 'client' });
    assert.deepEqual(set.names, [
      'cert.h',
      'private_key.h',
      'esp_ca_cert.bin',
      'esp_cert_private_key.bin',
      'ca.crt',
      'ca.cer',
      'client.crt',
      'client.cer',
      'client.key',
      'client.key.der',
    ]);
    const { key } = made.get('device') ?? assert.fail();
    assert.deepEqual(set.records, [own('device'), Buffer.from(pkcs1FromPkcs8(key))]);
    assert.deepEqual(set.cas, [['TLS.ca_x509.cer', own('root-a')]]);
    assert.deepEqual(
      [set.device?.organization, set.ca?.organization, set.trusted, set.between, set.unfit, set.unusedFiles],
      ['device', 'root-a', 1, 0, undefined, []],
    );
    assert.deepEqual([set.refused, set.unauthenticated, set.notes], [[], false, []]);

    const beside = await run(['device.key', 'device.crt', 'root-a.crt']);
    assert.ok(beside.names.includes('server.crt'));
    assert.deepEqual(beside.records, set.records);
  });

  it('are verified by the root that came beside the device’s own, else by its own', async () => {
    const trusted = async (...names: string[]) =>
      (await run([...names, 'device.key'])).cas.map(([, data]) => data);
    assert.deepEqual(await trusted('device.crt', 'root-b.crt'), [own('root-b')]);
    assert.deepEqual(await trusted('root-b.crt', 'root-a.crt', 'device.crt'), [own('root-b')]);
    assert.deepEqual(await trusted('device.crt', 'root-a.crt'), [own('root-a')]);
    assert.deepEqual(await trusted('device.crt', 'server.crt', 'root-b.crt'), [own('root-b')]);
    assert.deepEqual(await trusted('device.crt', 'device.crt', 'root-a.crt'), [own('root-a')]);
  });

  it('are written with the chain that the library sends, the lowest first', async () => {
    const files = ['root-a.crt', 'lower.crt', 'middle.crt', 'deep.crt', 'deep.key'];
    const sent = await run(files);
    assert.deepEqual(sent.records[0], bundle('deep', 'lower', 'middle'));
    assert.deepEqual([sent.between, sent.sendsBetween, sent.trusted], [2, 'record and array', 1]);
    assert.deepEqual(sent.cas, [['TLS.ca_x509.cer', own('root-a')]]);
    const fromRecord = await run(files, { abilities: libssl });
    assert.deepEqual(fromRecord.records[0], bundle('deep', 'lower', 'middle'));
    assert.deepEqual([fromRecord.between, fromRecord.sendsBetween], [2, 'record']);
    assert.equal(readByAxTls(bundle('deep', 'lower', 'middle'), 'certificate', true).read, 3);
  });

  it('are the device’s own alone where libssl has no room for the chain', () => {
    const key = generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey;
    const identity = { certificate: own('deep'), key: key.export({ type: 'pkcs8', format: 'der' }) };
    const chainIn = (between: Uint8Array[]) => certificateData(identity, between, libssl).chainIn;
    assert.equal(chainIn([]), undefined);
    assert.equal(chainIn([own('lower'), own('middle')]), 'record');
    assert.equal(chainIn([own('lower'), own('middle'), own('middle')]), undefined);
    assert.equal(chainIn([new Uint8Array(libssl.recordWindow)]), undefined);
    assert.deepEqual(certificateData(identity, [own('lower')], libssl).array, own('deep'));
  });

  it('are CAs alone: the files of the CA, one record or as many as the library reads', async () => {
    const one = await run(['root-a.crt']);
    assert.deepEqual(one.names, ['esp_ca_cert.bin', 'ca.crt', 'ca.cer']);
    assert.deepEqual([one.device, one.ca?.organization, one.trusted], [undefined, 'root-a', 1]);
    const two = await run(['root-a.crt', 'root-b.crt'], { abilities: libssl });
    assert.deepEqual(two.cas, [
      ['TLS.ca_x509.cer', own('root-a')],
      ['TLS.ca_x509_2.cer', own('root-b')],
    ]);
    const three = await run(['root-a.crt', 'root-b.crt', 'root-c.crt']);
    assert.deepEqual(three.cas, [['TLS.ca_x509.cer', bundle('root-a', 'root-b', 'root-c')]]);
    const tooMany = await refused(['root-a.crt', 'root-b.crt', 'root-c.crt'], { abilities: libssl });
    const size = 3 * 34 + ['root-a', 'root-b', 'root-c'].reduce((sum, name) => sum + own(name).length, 0);
    assert.deepEqual(tooMany, {
      kind: 'too-many-cas',
      library: 'libssl',
      count: 3,
      size,
      most: libssl.recordWindow,
      maxRecords: 2,
    });
  });

  it('fit into what the library reads, to the last byte', () => {
    const cas = (length: number, given = libssl) =>
      caRecords([new Uint8Array(length).fill(1), Buffer.of(1)], given);
    const most = libssl.recordWindow - 2 * 34 - 1;
    assert.equal(cas(most).length, libssl.recordWindow);
    assert.throws(() => cas(most + 1), ProblemError);
    try {
      cas(9000, abilities('libmbedtls', '3.0.6'));
      assert.fail('it is too large');
    } catch (error) {
      assert.ok(error instanceof ProblemError && error.problem.kind === 'too-many-cas');
      // One record is enough: only its size is wrong.
      assert.equal(error.problem.maxRecords, undefined);
      assert.equal(error.problem.most, 8192);
    }
  });

  it('are refused where something is missing or does not belong together, with nothing written', async () => {
    assert.deepEqual(await refused(['device.key']), {
      kind: 'certificate-missing',
      file: file('device.key'),
    });
    assert.deepEqual(await refused(['device.crt']), { kind: 'key-missing', file: file('device.crt') });
    assert.deepEqual(await refused(['device.crt'], { keyFile: file('root-a.crt') }), {
      kind: 'key-missing',
      file: file('root-a.crt'),
    });
    assert.deepEqual(await refused(['device.crt', 'server.key']), {
      kind: 'certificate-of-another-key',
      file: file('device.crt'),
      keyFile: file('device.crt'),
    });
    assert.deepEqual(await refused(['device.crt'], { keyFile: file('server.key') }), {
      kind: 'certificate-of-another-key',
      file: file('device.crt'),
      keyFile: file('server.key'),
    });
    const fixtures = JSON.parse(readFileSync(path.join(__dirname, 'credentials.json'), 'utf8')) as Record<
      string,
      string
    >;
    put('ec.p12', Buffer.from(fixtures['PKCS#12, plain'] ?? '', 'base64'));
    assert.deepEqual(await refused(['ec.p12']), { kind: 'key-not-rsa', file: file('ec.p12') });
  });

  it('are looked for in the folder, where the key of a request waits', async () => {
    const target = file('waiting');
    await importCertificates([file('root-b.crt')], target);
    writeFileSync(path.join(target, 'device.key'), readFileSync(file('device.key')));
    const set = await importCertificates(['device.crt', 'root-b.crt'].map(file), target, { role: 'client' });
    assert.equal(set.device?.organization, 'device');
  });

  it('come with notes on what the device or its peers will not take', async () => {
    const notes = async (names: string[], how: ImportOptions = {}) => (await run(names, how)).notes;
    assert.deepEqual(await notes(['device.crt', 'device.key']), [
      'The import contains no CA certificate, so esp_ca_cert.bin is not written. Import the CA’s certificate as well.',
    ]);
    assert.deepEqual(await notes(['old.crt', 'old.key', 'root-a.crt']), ['The certificate has expired.']);
    assert.deepEqual(await notes(['device.crt', 'device.key', 'server.crt', 'root-b.crt']), [
      `${file('server.crt')} is not used: it contains neither the device’s certificate nor a root CA.`,
    ]);
    const one = ['chained.crt', 'chained.key', 'middle.crt', 'root-a.crt'];
    const two = ['deep.crt', 'deep.key', 'middle.crt', 'lower.crt', 'root-a.crt'];
    assert.deepEqual(await notes(one), [
      'The device sends the intermediate certificate along with its own, as one PEM text.',
    ]);
    assert.deepEqual(await notes(two), [
      'The device sends the 2 intermediate certificates along with its own, as one PEM text.',
    ]);
    assert.deepEqual(await notes(one, { abilities: libssl }), [
      'libssl sends the intermediate certificate along with the device’s own from esp_cert_private_key.bin, but not from cert.h.',
    ]);
    assert.deepEqual(await notes(two, { abilities: libssl }), [
      'libssl sends the 2 intermediate certificates along with the device’s own from esp_cert_private_key.bin, but not from cert.h.',
    ]);
  });

  it('are told where no library of the SDK has their keys', async () => {
    put('curve.crt', await selfSigned({ name: 'CN=curve', keys: 'EC', ca: true }));
    const notes = async (how: ImportOptions) => (await run(['curve.crt'], how)).notes;
    const reason = 'unsupported signature algorithm ecdsa-with-SHA256';
    assert.deepEqual(await notes({}), [
      `libmbedtls cannot use the certificate “curve”: ${reason} (-0x262e).`,
    ]);
    // Its reader is another one, which has no code of this kind.
    assert.deepEqual(await notes({ abilities: libssl }), [
      `libssl cannot use the certificate “curve”: ${reason}.`,
    ]);
  });

  it('have a note for each thing that is known of them', () => {
    const facts = readCertificate(own('device'));
    const set = (more: Partial<ImportedSet>): ImportedSet => ({
      device: facts,
      ca: facts,
      trusted: 1,
      between: 0,
      sendsBetween: 'record and array',
      refused: [],
      unusedFiles: [],
      unauthenticated: false,
      files: [],
      written: [],
      ...more,
    });
    const unfit = (role: Role) => importNotes(set({ unfit: role }));
    assert.deepEqual(importNotes(set({})), []);
    assert.deepEqual(importNotes(set({ device: undefined, ca: undefined })), []);
    assert.deepEqual(importNotes(set({ unauthenticated: true })), [
      'The PKCS#12 file has no MAC, so changes to it cannot be detected. Compare the fingerprints with its sender.',
    ]);
    assert.deepEqual(unfit('client'), [
      'The certificate’s extended key usage does not include clientAuth: servers reject it from a client. Ask the CA for a client certificate.',
    ]);
    assert.deepEqual(unfit('server'), [
      'The certificate’s extended key usage does not include serverAuth: clients reject it from a server. Ask the CA for a server certificate.',
    ]);
    const reason = { kind: 'critical extension', oid: '2.5.29.30' } as const;
    assert.deepEqual(
      importNotes(set({ refused: [{ name: 'NAME', library: 'libmbedtls', code: -0x2562, reason }] })),
      [
        'libmbedtls cannot use the certificate “NAME”: unsupported critical extension nameConstraints (-0x2562).',
      ],
    );
  });
});

describe('what a TLS library wants of certificates', () => {
  it('is told in one line, for each version of the SDK that has it', () => {
    const lines = tlsLibraries.flatMap(library =>
      sdkVersions.flatMap(version => {
        const known = tlsAbilities(library, version);
        return known === undefined ? [] : [`${library} ${version}: ${consequences(known)}`];
      }),
    );
    const of = (library: string, text: string, ...versions: string[]) =>
      versions.map(version => `${library} ${version}: ${text}`);
    const first = ['2.0.0', '2.1.0'];
    const old = ['2.2.0', '2.2.1', '3.0.0', '3.0.1'];
    const late = ['3.0.2', '3.0.3', '3.0.4', '3.0.5', '3.0.6'];
    assert.deepEqual(lines, [
      ...of(
        'libssl',
        'RSA 1024 (more bits are too slow), SHA-256, PKCS#1 key only, 2 CA records, needs the time (SNTP)',
        ...first,
        ...old,
        ...late,
      ),
      ...of('libmbedtls', 'RSA 2048 (more bits are too slow), SHA-256, PKCS#1 key, one CA record', ...old),
      ...of('libmbedtls', 'RSA 2048 (fewer bits are rejected), SHA-256, PKCS#1 key, one CA record', ...late),
    ]);
  });

  it('decides what they get unless something else is asked for', () => {
    assert.deepEqual(defaultsFor(libssl), { bits: 1024, hash: 'sha256' });
    assert.deepEqual(defaultsFor(abilities('libmbedtls', '3.0.6')), { bits: 2048, hash: 'sha256' });
    assert.deepEqual(defaultsFor({ ...libssl, hashes: ['md5', 'sha1'], maxAdvisedBits: 100 }), {
      bits: 2048,
      hash: 'sha1',
    });
    assert.deepEqual(['sha1', 'sha256', 'md5'].map(hashText), ['SHA-1', 'SHA-256', 'md5']);
  });

  it('is objected to certificates that are there', () => {
    const late = abilities('libmbedtls', '3.0.6');
    const told = (given: TlsAbilities, certificates: Parameters<typeof objections>[1]) =>
      objections(given, certificates).map(each => advised(each, 'terminal'));
    const strength = (bits: number, hash: 'sha1' | 'sha256' | undefined = 'sha256') => ({ bits, hash });
    const good = strength(2048);
    assert.deepEqual(told(late, {}), []);
    assert.deepEqual(told(late, { ca: good, own: good }), []);
    assert.deepEqual(told(late, { ca: strength(2047), own: good }), [
      'The CA’s key has only 2047 bits. libmbedtls of this SDK rejects keys below 2048 bits; sign with another CA.',
    ]);
    assert.deepEqual(told(late, { ca: strength(1024), own: strength(1024), caIsOurs: true }), [
      'The CA’s key has only 1024 bits. libmbedtls of this SDK rejects keys below 2048 bits; sign with another CA. Add --new-ca to create a new CA, which clients must then trust.',
      'The certificate’s key has only 1024 bits. libmbedtls of this SDK rejects keys below 2048 bits.',
    ]);
    // What holds of both is said once.
    const large = 'With RSA 4096, handshakes with libmbedtls take too long or fail; use 2048 bits.';
    assert.deepEqual(told(late, { ca: strength(4096), own: strength(8192) }), [large]);
    assert.deepEqual(told(late, { own: strength(4096) }), [large]);
    const unknown = 'A certificate is not signed with SHA-1 or SHA-256; libmbedtls may reject it.';
    const other = { bits: 2048, hash: undefined };
    assert.deepEqual(told(late, { ca: other, own: other }), [unknown]);
    assert.deepEqual(told(late, { ca: good, own: other }), [unknown]);
  });
});
