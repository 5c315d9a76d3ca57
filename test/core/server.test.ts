import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { generateCertificates } from '../../src/certificates/generate';
import { findingsOfAll } from '../../src/certificates/inspect/findings';
import { inspectBytes } from '../../src/certificates/inspect/inspectFile';
import { deviceOf } from '../../src/certificates/inspect/obstacles';
import { clientHello, computerOffer, deviceOffer } from '../../src/certificates/server/clientHello';
import {
  type ServerReply,
  type ServerFlight,
  ServerReplyReader,
} from '../../src/certificates/server/serverReply';
import type { ServerFact } from '../../src/certificates/server/finding';
import { checkCompatibility } from '../../src/certificates/server/compatibility';
import { parseServerAddress, serverAddressText } from '../../src/certificates/server/serverAddress';
import { reportJson, reportLines, reportOf } from '../../src/certificates/server/report';
import { ruleOf, serverRules } from '../../src/certificates/server/rules';
import { visitServer } from '../../src/certificates/server/visit';
import { ProblemError } from '../../src/problems';
import { writeNewFile } from '../../src/files/writeNewFile';
import { tlsAbilities, type TlsAbilities } from '../../src/sdk/tls';
import { readHandshake } from '../../src/tls/handshake';
import * as bytes from './tlsBytes';

function abilities(library: 'libssl' | 'libmbedtls', version: '2.2.0' | '3.0.6' = '3.0.6'): TlsAbilities {
  const found = tlsAbilities(library, version);
  assert.ok(found);
  return found;
}

function problemKind(kind: string) {
  return (error: unknown) => error instanceof ProblemError && error.problem.kind === kind;
}

describe('the address of a server', () => {
  it('is read in every form that people paste', () => {
    const places: [text: string, host: string, port: number][] = [
      ['broker.example', 'broker.example', 443],
      [' Broker.example:8883 ', 'broker.example', 8883],
      ['192.168.1.2:1', '192.168.1.2', 1],
      ['::1', '::1', 443],
      ['[2001:db8::1]:8443', '2001:db8::1', 8443],
      ['[::ffff:1.2.3.4]', '::ffff:1.2.3.4', 443],
      ['https://example.com/a?b#c', 'example.com', 443],
      ['mqtts://my_broker.local', 'my_broker.local', 8883],
      ['MQTTS://h:1/', 'h', 1],
      ['wss://h', 'h', 443],
      ['tls://h', 'h', 443],
      ['ssl://h', 'h', 8883],
    ];
    for (const [text, host, port] of places) assert.deepEqual(parseServerAddress(text), { host, port }, text);
    assert.equal(serverAddressText({ host: '::1', port: 443 }), '[::1]:443');
    assert.equal(serverAddressText({ host: 'h', port: 1 }), 'h:1');
  });

  it('is refused when it is none', () => {
    for (const text of ['', ' ', 'a b', 'h:0', 'h:65536', 'h:x', 'http://h', '[::1', 'h:1:2', 'a@b', '-o\nx'])
      assert.throws(() => parseServerAddress(text), problemKind('server-address-wrong'), text);
  });
});

describe('the hello of the device', () => {
  /** What is in a record with one ClientHello, and the bytes after its compression methods. */
  function taken(record: Buffer) {
    assert.equal(record[0], 22);
    assert.equal(record.readUInt16BE(3), record.length - 5);
    assert.equal(record[5], 1);
    assert.equal(record.readUIntBE(6, 3), record.length - 9);
    const hello = readHandshake(1, record.subarray(9)).clientHello;
    assert.ok(hello);
    const suites = 9 + 2 + 32 + 1;
    const end = suites + 2 + record.readUInt16BE(suites) + 2;
    return { hello, recordVersion: record.readUInt16BE(1), extensions: record.subarray(end).toString('hex') };
  }

  it('of libssl has TLS 1.1, four cipher suites and no extensions', () => {
    const { hello, recordVersion, extensions } = taken(clientHello(deviceOffer(abilities('libssl'))));
    assert.deepEqual(hello, { version: 0x0302, versions: [], cipherSuites: [0x2f, 0x35, 5, 4] });
    assert.deepEqual([recordVersion, extensions], [0x0302, '']);
  });

  it('of libmbedtls has TLS 1.2, its cipher suites in their order and signature algorithms only', () => {
    const { hello, recordVersion, extensions } = taken(clientHello(deviceOffer(abilities('libmbedtls'))));
    // As the mbed TLS of SDK 3.0.6, built for a computer, sends it: DHE, RSA, RSA-PSK, SCSV.
    const suites = [0x6b, 0x39, 0x67, 0x33, 0x3d, 0x35, 0x3c, 0x2f, 0xb7, 0x95, 0xb6, 0x94, 0xff];
    assert.deepEqual(hello, { version: 0x0303, versions: [], cipherSuites: suites });
    // SHA-512, 384, 256, 224 and 1, each with RSA.
    assert.deepEqual([recordVersion, extensions], [0x0301, '0010000d000c000a06010501040103010201']);
  });

  it('names the host for a computer', () => {
    const offer = { ...computerOffer(0x0302), serverName: 'a.example' };
    const { hello } = taken(clientHello(offer));
    assert.equal(hello.serverName, 'a.example');
    assert.ok(hello.cipherSuites.includes(0xc02f));
  });
});

describe('the answer of a server', () => {
  const hello = bytes.serverHello(0x0303, 0x2f);
  const done = bytes.handshake(14, Buffer.alloc(0));
  const keyExchange = bytes.handshake(
    12,
    Buffer.concat([
      bytes.vector(2, Buffer.alloc(128, 0xff)),
      bytes.vector(2, Buffer.of(2)),
      Buffer.alloc(20),
    ]),
  );

  function answerTo(stream: Uint8Array, step = stream.length): ServerReply | undefined {
    const reader = new ServerReplyReader();
    for (let at = 0; at < stream.length; at += step) reader.add(stream.subarray(at, at + step));
    return reader.answer;
  }

  it('is measured in records and messages, however it is cut', () => {
    const request = bytes.handshake(13, Buffer.alloc(8));
    const stream = Buffer.concat([
      bytes.record(22, hello),
      bytes.record(22, Buffer.concat([bytes.certificate(700, 900), keyExchange])),
      bytes.record(22, Buffer.concat([request, done])),
    ]);
    const answer = answerTo(stream);
    assert.equal(answer?.kind, 'flight');
    const { certificates, diffieHellman, ...rest } = answer.flight;
    assert.deepEqual(
      certificates.map(each => each.length),
      [700, 900],
    );
    assert.deepEqual([diffieHellman?.p.length, diffieHellman?.g.length], [128, 1]);
    assert.deepEqual(rest, {
      version: 0x0303,
      cipherSuite: 0x2f,
      certificateMessage: 1613,
      longestRecord: 1613 + keyExchange.length,
      asksForCertificate: true,
    });
    assert.deepEqual(answerTo(stream, 1), answer);
  });

  it('says which message is in several records', () => {
    const chain = bytes.certificate(3000);
    const stream = Buffer.concat([
      bytes.record(22, hello),
      bytes.record(22, chain.subarray(0, 2000)),
      bytes.record(22, chain.subarray(2000)),
      bytes.record(22, done),
    ]);
    const answer = answerTo(stream);
    assert.equal(answer?.kind, 'flight');
    assert.deepEqual(answer.flight.split, { type: 11, length: 3010 });
    assert.equal(answer.flight.longestRecord, 2000);
  });

  it('is a fatal alert, not a warning before the hello', () => {
    const warning = bytes.record(21, Buffer.of(1, 112));
    assert.equal(answerTo(warning), undefined);
    assert.deepEqual(answerTo(Buffer.concat([warning, bytes.record(21, Buffer.of(2, 70))])), {
      kind: 'alert',
      description: 70,
    });
    assert.deepEqual(answerTo(bytes.record(21, Buffer.of(1, 0))), { kind: 'closed' });
  });

  it('is no TLS, shown without control characters', () => {
    assert.deepEqual(answerTo(Buffer.from('HTTP/1.1 400 Bad Request\r\n\x1b[31mServer')), {
      kind: 'not-tls',
      beginning: 'HTTP/1.1 400 Bad Request [31mServer',
    });
  });

  it('is damaged when something is missing, out of place or without end', () => {
    const damaged: Uint8Array[] = [
      bytes.record(22, Buffer.concat([hello, done])),
      bytes.record(22, Buffer.concat([bytes.certificate(1), done])),
      bytes.record(22, Buffer.concat([hello, bytes.certificate(), done])),
      bytes.record(22, Buffer.concat([hello, bytes.handshake(11, Buffer.of(0, 0, 9, 1)), done])),
      bytes.record(22, bytes.handshake(2, Buffer.alloc(3))),
      Buffer.concat([bytes.record(22, hello), bytes.record(20, Buffer.of(1))]),
      bytes.record(22, Buffer.of(11, 0xff, 0xff, 0xff)).subarray(0),
      Buffer.concat(
        Array.from({ length: 100 }, () => bytes.record(22, bytes.handshake(0, Buffer.alloc(4000)))),
      ),
    ];
    for (const [at, stream] of damaged.entries()) {
      const padded = at === 6 ? Buffer.concat([stream, bytes.record(22, Buffer.of(1))]) : stream;
      assert.deepEqual(answerTo(padded), { kind: 'damaged' }, String(at));
    }
  });
});

describe('a visit to a server', () => {
  const servers: net.Server[] = [];
  const sockets = new Set<net.Socket>();
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });

  async function serve(host: string, talk: (socket: net.Socket) => void): Promise<number> {
    const server = net.createServer(socket => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      talk(socket);
    });
    servers.push(server);
    server.listen(0, host);
    await once(server, 'listening');
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    return address.port;
  }

  const visit = (port: number, options = {}, host = '127.0.0.1') =>
    visitServer({ host, port }, abilities('libssl'), { timeout: 60_000, ...options });

  it('ends with a Problem for whoever speaks no TLS', async () => {
    const kinds: [kind: string, talk: (socket: net.Socket) => void][] = [
      ['server-not-tls', socket => socket.write('220 mail.example ESMTP\r\n')],
      ['server-silent', socket => socket.end()],
      ['server-silent', socket => socket.resetAndDestroy()],
      [
        'server-silent',
        socket =>
          socket.once('data', () => socket.end(bytes.record(22, bytes.handshake(14, Buffer.alloc(0))))),
      ],
      ['server-silent', socket => socket.once('data', data => socket.write(data))],
    ];
    for (const [kind, talk] of kinds) {
      const port = await serve('127.0.0.1', talk);
      await assert.rejects(visit(port), problemKind(kind), String(talk));
    }
    const silent = await serve('127.0.0.1', () => undefined);
    await assert.rejects(visit(silent, { timeout: 300 }), problemKind('server-silent'));
  });

  it('ends with a Problem where nobody listens and for a name that nobody has', async () => {
    const port = await serve('127.0.0.1', () => undefined);
    servers.splice(0).forEach(server => server.close());
    await assert.rejects(visit(port), problemKind('server-unreachable'));
    await assert.rejects(visit(1, {}, 'no-such-name.invalid'), problemKind('server-unknown'));
  });

  it('does not read for ever', async () => {
    const endless = bytes.record(22, bytes.handshake(0, Buffer.alloc(16_000)));
    let sent = 0;
    const port = await serve('127.0.0.1', socket => {
      const more = () => {
        while (socket.writable && socket.write(endless)) sent += endless.length;
      };
      socket.on('drain', more);
      more();
    });
    await assert.rejects(visit(port, { timeout: 60_000 }), problemKind('server-silent'));
    assert.ok(sent < 100_000_000, `${sent} bytes`);
  });

  it('can be ended by its user, before it begins and while it waits', async () => {
    const port = await serve('127.0.0.1', () => undefined);
    const abort = new AbortController();
    const visiting = visit(port, { timeout: 60_000, signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    await assert.rejects(visiting, { name: 'AbortError' });
    await assert.rejects(visit(port, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  });

  it('keeps what a server refuses with, and comes by IPv6', async () => {
    const port = await serve('::1', socket =>
      socket.once('data', () => socket.end(bytes.record(21, Buffer.of(2, 40)))),
    );
    const { device, ip, serverName, anySuite, anyVersion } = await visit(port, {}, '::1');
    const alert = { kind: 'alert', description: 40 };
    assert.deepEqual([device, anySuite, anyVersion], [alert, alert, alert]);
    assert.deepEqual([ip, serverName], ['::1', undefined]);
  });
});

describe('the judgement of a server', () => {
  let sent: Uint8Array[] = [];
  before(async () => {
    const { ca, device } = await generateCertificates({ name: 'server.example', bits: 1024, days: 10 });
    sent = [device.certificate, ca.certificate];
  });

  function judged(
    flight: Partial<ServerFlight>,
    { ip = '192.0.2.1', now = new Date(), certificates = sent } = {},
  ) {
    const device: ServerReply = {
      kind: 'flight',
      flight: {
        version: 0x0302,
        cipherSuite: 0x2f,
        certificates,
        certificateMessage: 1500,
        longestRecord: 1500,
        asksForCertificate: false,
        ...flight,
      },
    };
    const visit = { place: { host: ip, port: 443 }, ip, device };
    return (library: 'libssl' | 'libmbedtls') => {
      const { verdict, findings } = checkCompatibility(
        visit,
        { abilities: abilities(library, '2.2.0'), buffer: 2048 },
        { now },
      );
      return [verdict, ...findings.map(finding => finding.kind)];
    };
  }
  const always = ['agreed', 'long-answers', 'names-unchecked'];
  const alwaysAxTls = ['agreed', 'needs-time', 'long-answers', 'names-unchecked'];

  it('goes by the size of a Diffie-Hellman group', () => {
    const group = (bits: number) => ({ diffieHellman: { p: Buffer.alloc(bits / 8, 0x80), g: Buffer.of(2) } });
    assert.deepEqual(judged(group(1016))('libmbedtls'), ['no', 'group-too-small', ...always]);
    assert.deepEqual(judged(group(1024))('libmbedtls'), ['yes', 'slow-exchange', ...always]);
  });

  it('goes by dates where the library does', () => {
    const later = judged({}, { now: new Date(Date.now() + 20 * 86_400_000) });
    assert.deepEqual(later('libmbedtls'), ['yes', 'expired', ...always]);
    // The CA outlives what it signed.
    assert.deepEqual(later('libssl'), ['unverified', 'expired', ...alwaysAxTls]);
    const earlier = judged({}, { now: new Date(Date.now() - 20 * 86_400_000) });
    assert.deepEqual(earlier('libssl'), ['unverified', 'not-yet-valid', 'not-yet-valid', ...alwaysAxTls]);
  });

  it('goes by version and cipher suite of the server, by its address, and by a damaged certificate', () => {
    assert.deepEqual(judged({ version: 0x0303 })('libssl')[1], 'no-common-version');
    assert.deepEqual(judged({ cipherSuite: 0x2f })('libssl')[0], 'yes');
    assert.deepEqual(judged({ cipherSuite: 5 })('libmbedtls')[1], 'no-common-suite');
    assert.deepEqual(judged({}, { ip: '2001:db8::1' })('libssl').slice(0, 2), ['no', 'ipv6-only']);
    const certificates = [...sent, Buffer.of(0x30, 0)];
    assert.deepEqual(judged({}, { certificates })('libmbedtls').slice(0, 2), ['no', 'certificate-damaged']);
  });

  it('goes by the buffer', () => {
    assert.equal(judged({ longestRecord: 2048 })('libssl')[0], 'yes');
    assert.deepEqual(judged({ longestRecord: 2049 })('libssl').slice(0, 2), ['no', 'record-too-large']);
    // SDK 2.2 raises 2048 to 4096.
    assert.equal(judged({ longestRecord: 4096 })('libmbedtls')[0], 'yes');
    assert.equal(judged({ longestRecord: 4097 })('libmbedtls')[0], 'no');
  });
});

describe('rules over servers', () => {
  const facts: [fact: ServerFact, is: string][] = [
    [{ kind: 'ipv6-only', ip: '::1' }, 'SSL400 error connection'],
    [{ kind: 'certificate-damaged', position: 1 }, 'SSL409 error connection'],
    [{ kind: 'issuer-missing', issuer: 'A' }, 'SSL416 warning verification'],
    [{ kind: 'key-too-small', name: 'A', bits: 1, least: 2 }, 'SSL411 warning verification'],
    [{ kind: 'key-large', name: 'A', bits: 2, most: 1 }, 'SSL412 warning'],
    [{ kind: 'expired', name: 'A', date: new Date(0), noticed: true }, 'SSL414 warning verification'],
    [{ kind: 'expired', name: 'A', date: new Date(0), noticed: false }, 'SSL414 warning'],
    [{ kind: 'anchor-expired', name: 'A', date: new Date(0) }, 'SSL414 warning'],
    [{ kind: 'hash-refused', name: 'A', hash: 'md5' }, 'SSL413 warning verification'],
    [{ kind: 'hash-weak', name: 'A' }, 'SSL413 warning'],
    [{ kind: 'names-unchecked' }, 'SSL422 info'],
  ];
  for (const [fact, is] of facts)
    it(`make ${is} of ${fact.kind}${'noticed' in fact && fact.noticed ? ' where the library notices' : ''}`, () => {
      const { rule, severity, prevents } = ruleOf(fact);
      assert.equal([rule, severity, prevents].join(' ').trim(), is);
      const info = serverRules.find(({ id }) => id === rule);
      assert.deepEqual([info?.group, info?.severity], ['server', severity]);
    });

  it('prevent the connection where they are errors, and only there', () => {
    const errors = serverRules.filter(({ severity }) => severity === 'error').map(({ id }) => id);
    assert.deepEqual(
      errors,
      ['0', '1', '3', '4', '5', '6', '7', '8', '9'].map(digit => `SSL40${digit}`),
    );
  });

  it('obey settings in what is shown, and keep verdict and labels', () => {
    const visit = {
      place: { host: '::1', port: 443 },
      ip: '::1',
      device: { kind: 'alert', description: 40 } as const,
    };
    const judgement = checkCompatibility(visit, { abilities: abilities('libmbedtls'), buffer: 2048 });
    const lines = (severities: [string, 'hint' | 'off'][]) =>
      reportLines(reportOf(visit, judgement, 'a device', new Map(severities))).filter(line =>
        line.includes('[SSL'),
      );
    const ids = (severities: [string, 'hint' | 'off'][]) =>
      reportJson(visit, judgement, new Map(severities)).findings.map(
        ({ rule, severity, prevents }) => `${rule} ${severity} ${prevents}`,
      );
    assert.equal(judgement.verdict, 'no');
    assert.deepEqual(ids([]), ['SSL400 error connection', 'SSL405 error connection']);
    assert.deepEqual(ids([['server', 'hint']]), ['SSL400 hint connection', 'SSL405 hint connection']);
    assert.deepEqual(
      ids([
        ['server', 'off'],
        ['SSL405', 'hint'],
      ]),
      ['SSL405 hint connection'],
    );
    const [first, second] = lines([['SSL405', 'hint']]);
    assert.match(
      first ?? '',
      /^ {2}prevents the connection: The server has an IPv6 address only .*\[SSL400\]$/,
    );
    assert.match(second ?? '', /^ {2}prevents the connection: The server rejects .*\[SSL405\]$/);
  });
});

describe('the CA of a server', () => {
  const day = 86_400_000;
  /** What the inspection says of CA files, by its rule, and what is said of it here. */
  const counterparts: Record<string, readonly ServerFact['kind'][]> = {
    SSL106: ['key-too-small'],
    SSL107: ['key-large'],
    SSL108: ['hash-refused', 'hash-weak', 'certificate-unreadable', 'anchor-unreadable'],
    SSL109: ['expired', 'not-yet-valid', 'anchor-expired', 'anchor-not-yet-valid'],
    SSL110: ['anchor-too-large'],
    SSL114: ['anchor-unmarked'],
    SSL115: ['anchor-unmarked'],
  };

  it('has nothing that the inspection of its file says and the judgement does not', async () => {
    const said = new Set<string>();
    for (const bits of [512, 1024, 2048])
      for (const library of ['libssl', 'libmbedtls'] as const)
        for (const days of [-20, 0, 400]) {
          const { ca, device } = await generateCertificates({ name: 'server.example', bits, days: 10 });
          for (const certificates of [[device.certificate, ca.certificate], [ca.certificate]]) {
            const now = new Date(Date.now() + days * day * (certificates.length === 1 ? 20 : 1));
            const flight = {
              version: 0x0302,
              cipherSuite: 0x2f,
              certificates,
              certificateMessage: 1500,
              longestRecord: 1500,
              asksForCertificate: false,
            };
            const visit = {
              place: { host: '192.0.2.1', port: 443 },
              ip: '192.0.2.1',
              device: { kind: 'flight', flight } as const,
            };
            const client = { abilities: abilities(library), buffer: 2048 };
            const { caFile, unusableFile, findings } = checkCompatibility(visit, client, { now });
            const file = caFile ?? unusableFile;
            assert.ok(file);
            assert.equal(caFile === undefined, library === 'libmbedtls' && bits < 2048);
            const inspection = inspectBytes(file, 'esp_ca_cert.bin');
            const around = { device: deviceOf('3.0.6', library), project: {}, now: now.getTime() };
            for (const { rule } of findingsOfAll([inspection], around).get('esp_ca_cert.bin') ?? []) {
              said.add(rule);
              assert.ok(
                findings.some(({ kind }) => counterparts[rule]?.includes(kind)),
                `${rule}: ${bits} ${library} ${days} ${findings.map(({ kind }) => kind).join()}`,
              );
            }
          }
        }
    assert.deepEqual([...said].sort(), ['SSL106', 'SSL107', 'SSL109']);
  });
});

describe('a file that is written once', () => {
  it('is never replaced without leave', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-new-'));
    try {
      const file = path.join(folder, 'a', 'b.bin');
      assert.equal(writeNewFile(file, Buffer.from('1'), false), true);
      assert.equal(writeNewFile(file, Buffer.from('1'), false), false);
      assert.throws(() => writeNewFile(file, Buffer.from('2'), false), problemKind('file-exists'));
      assert.equal(readFileSync(file, 'utf8'), '1');
      assert.equal(writeNewFile(file, Buffer.from('2'), true), true);
      assert.equal(readFileSync(file, 'utf8'), '2');
      writeFileSync(path.join(folder, 'c'), '');
      assert.throws(
        () => writeNewFile(path.join(folder, 'c', 'd'), Buffer.of(1), false),
        problemKind('folder-unwritable'),
      );
      assert.throws(
        () => writeNewFile(path.join(folder, 'a'), Buffer.of(1), true),
        problemKind('file-unreadable'),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
