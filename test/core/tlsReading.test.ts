import assert from 'node:assert/strict';
import {
  readCertificates,
  readDiffieHellman,
  readHandshake,
  readSsl2ClientHello,
} from '../../src/tls/handshake';
import { HandshakeAssembler } from '../../src/tls/handshakeAssembler';
import { RecordReader } from '../../src/tls/recordReader';
import * as bytes from './tlsBytes';

/** What a reader makes of bytes that come in pieces. */
function read(stream: Uint8Array, step = stream.length): string[] {
  const found: string[] = [];
  const reader = new RecordReader({
    header: ({ type, version, length }) => found.push(`header ${type} ${version.toString(16)} ${length}`),
    record: ({ type }, body) =>
      found.push(`record ${type} ${body === undefined ? 'unread' : [...body].join()}`),
    broken: () => found.push('broken'),
  });
  for (let at = 0; at < stream.length; at += step) reader.add(stream.subarray(at, at + step));
  return found;
}

describe('the records of one direction', () => {
  const header = (type: number, version: number, length: number) =>
    Buffer.concat([bytes.number(type, 1), bytes.number(version, 2), bytes.number(length, 2)]);
  const alert = bytes.record(21, Buffer.of(1, 2), 0x0301);
  const alertRead = ['header 21 301 2', 'record 21 1,2'];

  it('are cut by their headers, however they come', () => {
    const stream = Buffer.concat([
      alert,
      bytes.record(22, Buffer.of(3)),
      bytes.record(23, Buffer.of(4)),
      bytes.record(20, Buffer.alloc(0)),
      bytes.record(24, Buffer.of(5)),
    ]);
    const expected = [
      ...alertRead,
      'header 22 303 1',
      'record 22 3',
      'header 23 303 1',
      'record 23 unread',
      'header 20 303 0',
      'record 20 ',
      'header 24 303 1',
      'record 24 unread',
    ];
    for (const step of [1, 2, 3, 4, 5, 6, 7, 100])
      assert.deepEqual(read(stream, step), expected, String(step));
  });

  it('end where something is no TLS: by type, version and length', () => {
    const isBroken = (first: Uint8Array, ...after: Uint8Array[]) =>
      read(Buffer.concat([first, ...after])).includes('broken');
    const types = Array.from({ length: 256 }, (_, type) => type);
    // A connection starts with a handshake, or an alert instead of one.
    assert.deepEqual(
      types.filter(type => !isBroken(header(type, 0x0303, 1))),
      [21, 22],
    );
    assert.deepEqual(
      types.filter(type => !isBroken(alert, header(type, 0x0303, 1))),
      [20, 21, 22, 23, 24],
    );
    const versions = [0x02ff, 0x0300, 0x0304, 0x0305, 0x0400, 0x0003];
    assert.deepEqual(
      versions.filter(version => !isBroken(header(22, version, 1))),
      [0x0300, 0x0304],
    );
    assert.deepEqual(
      [0, 18_432, 18_433].map(length => isBroken(header(22, 0x0303, length))),
      [false, false, true],
    );
    // Nothing more is read.
    assert.deepEqual(read(Buffer.concat([header(99, 0x0303, 1), alert]), 1), ['broken']);
  });

  it('may begin with a hello in the form of SSL 2.0, and do so only there', () => {
    const hello = (type: number, version: number, length: number, mark = 0x8000) =>
      Buffer.concat([
        bytes.number(mark | length, 2),
        bytes.number(type, 1),
        bytes.number(version, 2),
        Buffer.alloc(Math.max(length - 3, 0), 7),
      ]);
    const body = (version: number, length: number) =>
      [1, version >> 8, version & 0xff, ...Array<number>(length - 3).fill(7)].join();
    for (const version of [0x0002, 0x0300, 0x0301, 0x0303])
      for (const length of [9, 300])
        assert.deepEqual(
          read(hello(1, version, length), 4),
          [`header 22 2 ${length}`, `record 22 ${body(version, length)}`],
          `${version} ${length}`,
        );
    for (const wrong of [
      hello(1, 0x0303, 8),
      hello(2, 0x0303, 9),
      hello(1, 0x0304, 9),
      hello(1, 0x0003, 9),
      hello(1, 0x0303, 9, 0),
    ])
      assert.deepEqual(read(wrong), ['broken'], wrong.toString('hex'));
    assert.deepEqual(read(Buffer.concat([alert, hello(1, 0x0303, 9)])), [...alertRead, 'broken']);
  });
});

describe('handshake messages', () => {
  it('are put together from records', () => {
    const assembler = new HandshakeAssembler();
    const add = (...part: number[]) => {
      const found = assembler.add(Uint8Array.from(part));
      return found && [found.messages.map(({ type, body }) => [type, ...body]), found.continued];
    };
    assert.equal(add(), undefined);
    assert.deepEqual(add(14, 0, 0, 0), [[[14]], false]);
    assert.deepEqual(add(1, 0, 0, 2, 5, 6, 2, 0, 0, 1, 7), [
      [
        [1, 5, 6],
        [2, 7],
      ],
      false,
    ]);
    assert.deepEqual(add(1, 0), [[], true]);
    assert.deepEqual(add(0), [[], true]);
    assert.deepEqual(add(3, 1, 2), [[], true]);
    assert.deepEqual(add(3, 2, 0, 0), [[[1, 1, 2, 3]], true]);
    assert.deepEqual(add(0), [[[2]], false]);
  });

  it('are given up where one is longer than any', () => {
    const after = (length: number) => {
      const assembler = new HandshakeAssembler();
      const first = assembler.add(Buffer.concat([bytes.number(11, 1), bytes.number(length, 3)]));
      return [first?.continued, assembler.add(Uint8Array.of(0))?.continued];
    };
    assert.deepEqual(after(0x10000), [true, true]);
    assert.deepEqual(after(0x10001), [true, undefined]);
  });
});

describe('a handshake message', () => {
  const body = (message: Buffer) => message.subarray(4);
  const serverName = (...names: Uint8Array[]) => bytes.extension(0, bytes.vector(2, ...names));
  const hostName = (name: string) =>
    Buffer.concat([Buffer.of(0), bytes.vector(2, Buffer.from(name, 'latin1'))]);
  const helloWith = (...extensions: Uint8Array[]) =>
    readHandshake(1, body(bytes.clientHello(0x0303, [0x2f], extensions))).clientHello;

  it('of a client is read as a whole, or not at all where it is cut off', () => {
    const extensions = [
      bytes.extension(43, bytes.vector(1, bytes.number(0x0304, 2), bytes.number(0x0303, 2))),
      serverName(hostName('a.example')),
      bytes.extension(1, Buffer.of(4)),
      bytes.extension(99, Buffer.alloc(3)),
    ];
    const hello = body(bytes.clientHello(0x0303, [0x2f, 0x0a0a, 0x35], extensions));
    assert.deepEqual(readHandshake(1, hello), {
      type: 1,
      length: hello.length,
      clientHello: {
        version: 0x0303,
        versions: [0x0304, 0x0303],
        cipherSuites: [0x2f, 0x35],
        serverName: 'a.example',
        maxFragmentLength: 4096,
      },
    });
    // Before its extensions it may end, as the hello of axTLS does.
    const endOfSuites = body(bytes.clientHello(0x0303, [0x2f, 0x0a0a, 0x35])).length;
    const read = Array.from({ length: hello.length }, (_, length) => length).filter(
      length => readHandshake(1, hello.subarray(0, length)).clientHello !== undefined,
    );
    assert.deepEqual(read, [endOfSuites]);
    assert.deepEqual(readHandshake(1, hello.subarray(0, 9)), { type: 1, length: 9 });
  });

  it('of a client has the first host name, without what a console would obey', () => {
    assert.equal(helloWith(serverName(hostName('a\x1b[2J\x7f~! é.x')))?.serverName, 'a?[2J?~!??.x');
    const other = Buffer.concat([Buffer.of(1), bytes.vector(2, Buffer.from('other'))]);
    assert.equal(helloWith(serverName(other, hostName('b'), hostName('c')))?.serverName, 'b');
    assert.equal(helloWith(serverName(other))?.serverName, undefined);
    assert.deepEqual(helloWith(bytes.extension(0, Buffer.alloc(0))), {
      version: 0x0303,
      versions: [],
      cipherSuites: [0x2f],
    });
  });

  it('has one of four limits of a fragment', () => {
    const limits = [0, 1, 2, 3, 4, 5].map(code => helloWith(bytes.extension(1, Buffer.of(code))));
    assert.deepEqual(
      limits.map(hello => hello?.maxFragmentLength),
      [undefined, 512, 1024, 2048, 4096, undefined],
    );
    // Another one makes the hello a damaged one.
    assert.deepEqual(
      limits.map(hello => hello !== undefined),
      [false, true, true, true, true, false],
    );
  });

  it('of a server is read as a whole, or not at all where it is cut off', () => {
    const extensions = [bytes.extension(43, bytes.number(0x0304, 2)), bytes.extension(1, Buffer.of(1))];
    const hello = body(bytes.serverHello(0x0303, 0x1301, extensions));
    assert.deepEqual(readHandshake(2, hello).serverHello, {
      version: 0x0304,
      cipherSuite: 0x1301,
      maxFragmentLength: 512,
    });
    const plain = body(bytes.serverHello(0x0303, 0x1301));
    assert.deepEqual(readHandshake(2, plain).serverHello, { version: 0x0303, cipherSuite: 0x1301 });
    const read = Array.from({ length: hello.length }, (_, length) => length).filter(
      length => readHandshake(2, hello.subarray(0, length)).serverHello !== undefined,
    );
    assert.deepEqual(read, [plain.length]);
  });

  it('of certificates has the length of each, unless it is cut off', () => {
    const message = body(bytes.certificate(3, 0, 2));
    assert.deepEqual(readHandshake(11, message), {
      type: 11,
      length: message.length,
      certificates: [3, 0, 2],
    });
    assert.deepEqual(
      readCertificates(message)?.map(each => Buffer.from(each).toString('hex')),
      ['303030', '', '3030'],
    );
    for (let length = 0; length < message.length; length++) {
      assert.equal(readHandshake(11, message.subarray(0, length)).certificates, undefined);
      assert.equal(readCertificates(message.subarray(0, length)), undefined);
    }
    // Other messages are not taken apart.
    assert.deepEqual(readHandshake(14, message), { type: 14, length: message.length });
  });

  it('of a key exchange has p and g, unless it is cut off', () => {
    const message = Buffer.concat([
      bytes.vector(2, Buffer.of(1, 2, 3)),
      bytes.vector(2, Buffer.of(4)),
      Buffer.of(9),
    ]);
    const found = readDiffieHellman(message);
    assert.deepEqual([...(found?.p ?? []), 'g', ...(found?.g ?? [])], [1, 2, 3, 'g', 4]);
    for (let length = 0; length < 8; length++)
      assert.equal(readDiffieHellman(message.subarray(0, length)), undefined);
  });

  it('in the form of SSL 2.0 has its cipher suites of three bytes, unless it is cut off', () => {
    const hello = Buffer.concat([
      Buffer.of(1),
      bytes.number(0x0301, 2),
      bytes.number(6, 2),
      bytes.number(0, 2),
      bytes.number(2, 2),
      Buffer.of(0, 0, 0x2f, 1, 0, 0x80),
      Buffer.of(7, 7),
    ]);
    assert.deepEqual(readSsl2ClientHello(hello), {
      type: 1,
      length: 17,
      clientHello: { version: 0x0301, versions: [], cipherSuites: [0x2f, 0x10080] },
    });
    assert.deepEqual(readSsl2ClientHello(hello.subarray(0, 14)), { type: 1, length: 14 });
    assert.deepEqual(readSsl2ClientHello(Buffer.alloc(0)), { type: 1, length: 0 });
  });
});
