import 'reflect-metadata';
import assert from 'node:assert/strict';
import { KeyObject, sign, webcrypto } from 'node:crypto';
import path from 'node:path';
import { BasicConstraintsExtension, X509CertificateGenerator } from '@peculiar/x509';
import { checkCompatibility } from '../../../src/certificates/server/compatibility';
import { followChain } from '../../../src/certificates/server/mbedTlsVerify';
import {
  deviceText,
  reportJson,
  reportLines,
  reportMarkdown,
  reportOf,
} from '../../../src/certificates/server/report';
import { readSentCertificate, type SentCertificate } from '../../../src/certificates/server/sentCertificate';
import type { ServerFlight } from '../../../src/certificates/server/serverReply';
import type { Visit } from '../../../src/certificates/server/visit';
import { tlsAbilities } from '../../../src/sdk/tls';
import { expectGolden } from '../../golden';

const now = new Date('2031-06-01T00:00:00Z');
const rsa = (hash: string) => ({ name: 'RSASSA-PKCS1-v1_5', hash });

interface Wish {
  issuer?: string;
  ca?: boolean;
  pathLength?: number;
  key?: Key;
  signer?: Key;
  hash?: string;
  notBefore?: string;
  notAfter?: string;
}
/** All but a few certificates have the same key: making one takes long. */
type Key = 'usual' | 'small' | 'curve';

describe('what a device makes of a server', function () {
  this.timeout(120_000);
  const keys = new Map<Key, webcrypto.CryptoKeyPair>();
  const ders = new Map<string, Uint8Array>();

  const make = async (name: string, wish: Wish) => {
    const { key = 'usual', signer = 'usual', hash = 'SHA-256', issuer = name, ca } = wish;
    const { privateKey } = keys.get(signer) ?? assert.fail(signer);
    const { publicKey } = keys.get(key) ?? assert.fail(key);
    const made = await X509CertificateGenerator.create(
      {
        serialNumber: '01',
        subject: `O=Example, CN=${name}`,
        issuer: `O=Example, CN=${issuer}`,
        notBefore: new Date(wish.notBefore ?? '2030-01-01'),
        notAfter: new Date(wish.notAfter ?? '2035-01-01'),
        publicKey,
        signingKey: await webcrypto.subtle.importKey(
          'pkcs8',
          await webcrypto.subtle.exportKey('pkcs8', privateKey),
          rsa(hash),
          false,
          ['sign'],
        ),
        signingAlgorithm: rsa(hash),
        extensions: ca === undefined ? [] : [new BasicConstraintsExtension(ca, wish.pathLength, true)],
      },
      webcrypto,
    );
    ders.set(name, new Uint8Array(made.rawData));
  };

  /** Signs a certificate again, with MD5, which WebCrypto does not have. */
  const signWithMd5 = (name: string) => {
    const bytes = Buffer.from(der(name));
    const { privateKey } = keys.get('usual') ?? assert.fail();
    // sha256WithRSAEncryption and md5WithRSAEncryption differ in the last byte.
    const [sha256, md5] = ['0b', '04'].map(last => Buffer.from(`06092a864886f70d0101${last}`, 'hex'));
    assert.ok(sha256 !== undefined && md5 !== undefined);
    for (let at = bytes.indexOf(sha256); at !== -1; at = bytes.indexOf(sha256, at)) md5.copy(bytes, at);
    // SEQUENCE { SEQUENCE what is signed, …, BIT STRING of 256 bytes }
    const signed = bytes.subarray(4, 8 + bytes.readUInt16BE(6));
    sign('md5', signed, KeyObject.from(privateKey)).copy(bytes, bytes.length - 256);
    ders.set(name, bytes);
  };

  before(async () => {
    const ca = { ca: true };
    for (const [key, modulusLength] of [
      ['usual', 2048],
      ['small', 1024],
    ] as const)
      keys.set(
        key,
        await webcrypto.subtle.generateKey(
          { ...rsa('SHA-256'), modulusLength, publicExponent: new Uint8Array([1, 0, 1]) },
          true,
          ['sign', 'verify'],
        ),
      );
    const curve = { name: 'ECDSA', namedCurve: 'P-256' };
    keys.set('curve', await webcrypto.subtle.generateKey(curve, true, ['sign', 'verify']));
    await make('root', { ...ca, notAfter: '2040-01-01' });
    await make('middle', { ...ca, issuer: 'root' });
    await make('lower', { ...ca, issuer: 'middle' });
    await make('server', { issuer: 'middle', ca: false });
    await make('deep', { issuer: 'lower', ca: false });
    await make('direct', { issuer: 'root', ca: false });
    await make('alone', {});
    await make('old root', { ...ca, notAfter: '2031-05-31' });
    await make('old middle', { ...ca, issuer: 'old root' });
    await make('below old', { issuer: 'old middle' });
    await make('future root', { ...ca, notBefore: '2032-01-01' });
    await make('below future', { issuer: 'future root', notBefore: '2032-01-01' });
    await make('small root', { ...ca, key: 'small', signer: 'small' });
    await make('small middle', { ...ca, issuer: 'small root', signer: 'small' });
    await make('below small', { issuer: 'small middle' });
    await make('no ca', { issuer: 'root' });
    await make('below no ca', { issuer: 'no ca' });
    await make('short', { ...ca, pathLength: 0 });
    await make('short middle', { ...ca, issuer: 'short' });
    await make('below short', { issuer: 'short middle' });
    await make('long', { ...ca, pathLength: 1 });
    await make('long middle', { ...ca, issuer: 'long' });
    await make('below long', { issuer: 'long middle' });
    await make('outdated', { issuer: 'root', notAfter: '2031-05-01' });
    await make('forged', { issuer: 'root', signer: 'small' });
    await make('curve', { issuer: 'root', key: 'curve' });
    await make('sha-512', { issuer: 'root', hash: 'SHA-512' });
    await make('weak middle', { ...ca, issuer: 'root' });
    await make('weak lower', { ...ca, issuer: 'weak middle' });
    await make('below weak', { issuer: 'weak lower' });
    await make('weak', { issuer: 'root' });
    for (const name of ['weak middle', 'weak']) signWithMd5(name);
  });

  const der = (name: string) => ders.get(name) ?? assert.fail(name);
  const read = (name: string) => readSentCertificate(der(name)) ?? assert.fail(name);
  const store = (...names: string[]) => {
    const roots = names.map(read);
    return (child: SentCertificate) => roots.find(({ x509 }) => x509.subject === child.x509.issuer);
  };
  const flight = (sent: readonly string[], more: Partial<ServerFlight> = {}): ServerFlight => ({
    version: 0x0303,
    cipherSuite: 0x2f,
    certificates: sent.map(der),
    certificateMessage: 1500,
    longestRecord: 1500,
    asksForCertificate: false,
    ...more,
  });
  const place = { host: 'server.example', port: 443 };
  const visitOf = (sent: readonly string[], more: Partial<ServerFlight> = {}): Visit => ({
    place,
    ip: '192.0.2.1',
    device: { kind: 'flight', flight: flight(sent, more) },
  });
  const clients = {
    'libmbedtls 3.0.6': { abilities: tlsAbilities('libmbedtls', '3.0.6') ?? assert.fail(), buffer: 4096 },
    'libmbedtls 2.2.0': { abilities: tlsAbilities('libmbedtls', '2.2.0') ?? assert.fail(), buffer: 2048 },
    'libssl 3.0.6': { abilities: tlsAbilities('libssl', '3.0.6') ?? assert.fail(), buffer: 4096 },
  };
  /** What always is to be said of a connection. */
  const usual = new Set(['agreed', 'long-answers', 'names-unchecked', 'needs-time']);

  const told = (sent: readonly string[], roots: readonly string[] = []) =>
    Object.entries(clients).map(([device, client]) => {
      const visit = visitOf(sent, { version: device.startsWith('libssl') ? 0x0302 : 0x0303 });
      const { verdict, findings, anchor, caFile, unusableFile } = checkCompatibility(visit, client, {
        now,
        root: store(...roots),
      });
      const facts = findings
        .filter(({ kind }) => !usual.has(kind))
        .map(fact =>
          Object.entries(fact)
            .filter(([key]) => !['rule', 'severity', 'prevents'].includes(key))
            .map(([key, value]: [string, unknown]) =>
              key === 'kind'
                ? String(value)
                : value instanceof Date
                  ? value.toISOString().slice(0, 10)
                  : JSON.stringify(value),
            )
            .join(' '),
        );
      return [
        `${device}: ${verdict}`,
        ...(anchor === undefined
          ? ['  no anchor']
          : [
              `  anchor ${anchor.certificate.name}, ${anchor.origin}, ${anchor.kind}${anchor.isUsable ? '' : ', unusable'}`,
            ]),
        // 34 bytes of a record's header.
        ...(anchor === undefined
          ? []
          : [
              `  file ${caFile !== undefined ? 'usable' : 'unusable'}: ${((caFile ?? unusableFile)?.length ?? 0) - anchor.certificate.der.length}`,
            ]),
        ...facts.map(fact => `  ${fact}`),
      ].join('\n');
    });

  it('is decided by its chain as in the golden text', () => {
    const chains: [title: string, sent: string[], roots?: string[]][] = [
      ['a chain without its root', ['server', 'middle'], ['root']],
      ['a chain with its root', ['server', 'middle', 'root'], ['root']],
      ['a chain without its root, which nobody knows', ['server', 'middle']],
      ['no intermediate CA', ['server']],
      ['no intermediate CA and no root', ['direct']],
      ['a longer chain', ['deep', 'lower', 'middle'], ['root']],
      ['a self-signed certificate', ['alone']],
      ['a chain in another order', ['deep', 'middle', 'lower', 'root']],
      ['a certificate that does not belong to it', ['server', 'middle', 'alone'], ['root']],
      ['a root that has expired, with what it signed', ['below old', 'old middle'], ['old root']],
      ['a root of the future', ['below future', 'future root']],
      ['a small root', ['below small', 'small middle', 'small root']],
      ['an issuer that is not a CA', ['below no ca', 'no ca'], ['root']],
      ['more intermediate CAs than allowed', ['below short', 'short middle', 'short']],
      ['as many intermediate CAs as allowed', ['below long', 'long middle', 'long']],
      ['an expired certificate', ['outdated'], ['root']],
      ['a signature of another key', ['forged'], ['root']],
      ['an elliptic curve', ['curve'], ['root']],
      ['a signature with SHA-512', ['sha-512'], ['root']],
      ['a signature with MD5', ['weak'], ['root']],
      ['an intermediate CA that is signed with MD5', ['below weak', 'weak lower', 'weak middle']],
      ['the same with its root at hand', ['below weak', 'weak lower', 'weak middle'], ['root']],
    ];
    const texts = chains.flatMap(([title, sent, roots]) => [
      `== ${title}: ${sent.join(' ← ')}`,
      ...told(sent, roots),
      '',
    ]);
    expectGolden(path.join(__dirname, 'compatibility.golden.txt'), texts.join('\n'));
  });

  it('is decided by what it sends and to whom', () => {
    const kinds = (visit: Visit, client = clients['libmbedtls 3.0.6']) => {
      const { verdict, findings } = checkCompatibility(visit, client, { now, root: store('root') });
      return [verdict, ...findings.filter(({ kind }) => !usual.has(kind)).map(({ kind }) => kind)];
    };
    const sent = ['direct', 'root'];
    const refused = { place, ip: '192.0.2.1', serverName: 'server.example' };
    const alert = { kind: 'alert', description: 40 } as const;
    const answer = (more: Partial<ServerFlight> = {}) =>
      ({ kind: 'flight', flight: flight(sent, more) }) as const;
    assert.deepEqual(kinds(visitOf(sent)), ['yes']);
    assert.deepEqual(kinds({ ...visitOf(sent), ip: '2001:db8::1' }), ['no', 'ipv6-only']);
    assert.deepEqual(kinds({ ...visitOf(sent), serverName: 'x', named: answer() }), ['yes']);
    const other = { kind: 'flight', flight: flight(['server', 'middle']) } as const;
    assert.deepEqual(kinds({ ...visitOf(sent), serverName: 'x', named: other }), [
      'yes',
      'name-changes-certificate',
    ]);
    assert.deepEqual(kinds({ ...visitOf(sent), named: other }), ['yes']);
    assert.deepEqual(kinds({ ...refused, device: alert, named: answer() }), ['no', 'name-needed']);
    assert.deepEqual(kinds({ ...refused, device: alert, named: alert, anySuite: answer() }), [
      'no',
      'no-common-suite',
    ]);
    assert.deepEqual(kinds({ ...refused, device: alert, anySuite: alert, anyVersion: answer() }), [
      'no',
      'no-common-version',
    ]);
    assert.deepEqual(
      kinds({ ...refused, device: alert, anySuite: alert, tls13: { certificates: sent.map(der) } }),
      ['no', 'no-common-version'],
    );
    assert.deepEqual(kinds({ ...refused, device: alert }), ['no', 'refused']);
    assert.deepEqual(kinds(visitOf(sent, { asksForCertificate: true })), ['yes', 'client-certificate']);
    // What is sent to others tells of the certificates alone.
    const large = { longestRecord: 9000, split: { type: 11, length: 9000 } };
    assert.deepEqual(kinds({ ...refused, device: alert, named: answer(large) }), ['no', 'name-needed']);
    assert.deepEqual(kinds({ ...refused, device: alert, named: answer({ certificateMessage: 4097 }) }), [
      'no',
      'name-needed',
      'record-too-large',
    ]);
    assert.deepEqual(kinds(visitOf(sent, large)), ['no', 'record-too-large', 'message-split']);
    const group = (...p: number[]) => ({ diffieHellman: { p: Uint8Array.from(p), g: Uint8Array.of(2) } });
    const zeros = Array<number>(127).fill(0);
    assert.deepEqual(kinds(visitOf(sent, group(0, 0, 0x7f, ...zeros))), ['no', 'group-too-small']);
    assert.deepEqual(kinds(visitOf(sent, group(0, 0, 0x80, ...zeros))), ['yes', 'slow-exchange']);
    assert.deepEqual(kinds(visitOf(sent, group(0, 0))), ['no', 'group-too-small']);
  });

  it('needs a buffer for the longest record, in steps of 1 KB, as far as there are', () => {
    const needed = (length: number, client: keyof typeof clients) => {
      const { findings } = checkCompatibility(
        visitOf(['direct', 'root'], { longestRecord: length }),
        clients[client],
        {
          now,
        },
      );
      const found = findings.find(({ kind }) => kind === 'record-too-large');
      return found?.kind === 'record-too-large' ? [found.buffer, found.size, found.heap] : [];
    };
    const { most } = clients['libmbedtls 3.0.6'].abilities.buffer;
    assert.deepEqual(needed(4096, 'libmbedtls 3.0.6'), []);
    assert.deepEqual(needed(4097, 'libmbedtls 3.0.6'), [4096, 5120, 5120 + 0x3800]);
    assert.deepEqual(needed(most, 'libmbedtls 3.0.6'), [4096, most, most + 0x3800]);
    assert.deepEqual(needed(most + 1, 'libmbedtls 3.0.6'), [4096, undefined, undefined]);
    // SDK 2.2 raises 2048 to 4096.
    assert.deepEqual(needed(4097, 'libmbedtls 2.2.0'), [4096, 5120, 5120 + 0x3800]);
    assert.deepEqual(needed(4097, 'libssl 3.0.6').slice(0, 1), [4096]);
  });

  it('follows chains as mbed TLS does: through what was sent behind, as far as path lengths allow', () => {
    const trusted = (anchor: string, first: string, ...others: string[]) => {
      const { isTrusted, verified } = followChain([read(first), ...others.map(read)], read(anchor));
      return [isTrusted, ...verified.map(({ name }) => name)];
    };
    assert.deepEqual(trusted('root', 'deep', 'lower', 'middle'), [true, 'deep', 'lower', 'middle']);
    assert.deepEqual(trusted('root', 'deep', 'lower', 'middle', 'root'), [true, 'deep', 'lower', 'middle']);
    assert.deepEqual(trusted('middle', 'deep', 'lower'), [true, 'deep', 'lower']);
    // What was sent ahead of its child is not looked for.
    assert.deepEqual(trusted('root', 'deep', 'middle', 'lower'), [false, 'deep', 'lower']);
    assert.deepEqual(trusted('root', 'deep', 'middle'), [false, 'deep']);
    assert.deepEqual(trusted('alone', 'alone'), [true, 'alone']);
    assert.deepEqual(trusted('direct', 'direct'), [false, 'direct']);
    assert.deepEqual(trusted('root', 'forged'), [false, 'forged']);
    assert.deepEqual(trusted('short', 'below short', 'short middle'), [false, 'below short', 'short middle']);
    assert.deepEqual(trusted('long', 'below long', 'long middle'), [true, 'below long', 'long middle']);
    assert.deepEqual(trusted('root', 'below no ca', 'no ca'), [false, 'below no ca']);
    assert.equal(followChain([read('server')]).isTrusted, false);
  });

  it('is reported in lines, in Markdown and as data', () => {
    const visit: Visit = { ...visitOf(['outdated', 'root'], { asksForCertificate: true }), insists: true };
    const client = clients['libmbedtls 3.0.6'];
    const judgement = checkCompatibility(visit, client, { now });
    const report = reportOf(visit, judgement, deviceText('libmbedtls', '3.0.6', 4096));
    const json = reportJson(visit, judgement);
    const shown = JSON.stringify(
      json,
      (key, value: unknown) => (key === 'fingerprint256' ? 'FINGERPRINT' : value),
      2,
    );
    const unreadable = checkCompatibility(
      {
        ...visit,
        device: { kind: 'flight', flight: { ...flight(['alone']), certificates: [Uint8Array.of(1)] } },
      },
      client,
      { now },
    );
    expectGolden(
      path.join(__dirname, 'report.golden.txt'),
      [
        ...reportLines(report),
        '\n== Markdown\n',
        reportMarkdown(report),
        '\n== JSON\n',
        shown,
        '\n== a certificate that cannot be read\n',
        ...reportLines(reportOf(visit, unreadable, 'DEVICE')),
        reportMarkdown(reportOf(visit, unreadable, 'DEVICE')),
        '\n== no answer\n',
        ...reportLines(
          reportOf(visit, checkCompatibility({ ...visit, device: { kind: 'closed' } }, client), 'DEVICE'),
        ),
        '',
      ].join('\n'),
    );
    assert.deepEqual(
      json.certificates.map(each => each?.fingerprint256.length),
      [95, 95],
    );
  });
});
