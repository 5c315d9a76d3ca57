import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { generateCertificates } from '../../../src/certificates/generate';
import { bufferRange, maxObject, tlsAbilities } from '../../../src/sdk/tls';
import { espconnLayout, espconnState, tcpLayout } from '../../../src/simulator/device/espconnStruct';
import { Bench, callback, type Called, data } from './bench';

const [ok, timeout, inProgress, isConnected, argument] = [0, -29, -5, -15, -12];
/** -0x7900, MBEDTLS_ERR_SSL_BAD_HS_CLIENT_HELLO. */
const wrongHello = -121;
/** -0x7f00, MBEDTLS_ERR_SSL_ALLOC_FAILED. */
const noCertificate = -127;

/** A struct espconn for TCP with its esp_tcp, and callbacks 1 to 5: connect, reconnect, disconnect, receive, sent. */
function server(bench: Bench, number: number, port: number): number {
  const espconn = data + 0x100 * number;
  const tcp = espconn + 0x80;
  bench.memory.writeWord(espconn + espconnLayout.type, 0x10);
  bench.memory.writeWord(espconn + espconnLayout.proto, tcp);
  bench.memory.writeWord(tcp + tcpLayout.local_port, port);
  const registered = ['connectcb', 'reconcb', 'disconcb', 'recvcb', 'sentcb'].map((name, index) =>
    bench.call(`espconn_regist_${name}`, espconn, callback(index + 1)),
  );
  assert.deepEqual(registered, [ok, ok, ok, ok, ok]);
  return espconn;
}

const patience = 100_000;

describe('servers of a firmware without lwIP', () => {
  const ends: (() => void)[] = [];
  let identity: Awaited<ReturnType<typeof generateCertificates>>['device'];
  before(async () => {
    ({ device: identity } = await generateCertificates({ name: '127.0.0.1', bits: 1024 }));
  });
  afterEach(() => {
    for (const end of ends.splice(0).reverse()) end();
  });

  function device(options: ConstructorParameters<typeof Bench>[0] = {}): Bench {
    const bench = new Bench({
      ports: new Map([
        [80, 0],
        [81, 0],
        [443, 0],
      ]),
      ...options,
    });
    ends.push(() => {
      bench.chip.switchOff();
    });
    bench.boot();
    bench.log();
    return bench;
  }

  /** Lets the device and this computer work until something is so; what was called. */
  async function until(bench: Bench, done: (called: readonly Called[]) => boolean): Promise<Called[]> {
    const called: Called[] = [];
    for (const end = Date.now() + patience; !done(called);) {
      assert.ok(Date.now() < end, `${done.toString()} after ${JSON.stringify(called)}`);
      await new Promise(resolve => setImmediate(resolve));
      called.push(...bench.run());
    }
    return called;
  }
  const untilCalled = (bench: Bench, name: string) =>
    until(bench, called => called.some(each => each.name === name));

  /** The port of this computer at which the device listens now. */
  async function listening(bench: Bench): Promise<number> {
    let port = 0;
    await until(bench, () => {
      for (const event of bench.log()) if (event.kind === 'listening') ({ port } = event);
      return port !== 0;
    });
    return port;
  }

  async function connect(port: number): Promise<net.Socket> {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    ends.push(() => socket.destroy());
    await once(socket, 'connect');
    return socket;
  }

  function useIdentity(bench: Bench, { certificate, key } = identity): void {
    const at = data + 0x1000;
    const put = (name: string, bytes: Uint8Array) => bench.call(name, bench.put(at, bytes), bytes.length);
    assert.equal(put('espconn_secure_set_default_certificate', certificate), 1);
    assert.equal(put('espconn_secure_set_default_private_key', key), 1);
  }

  it('accept, receive, send and close, with the callbacks and states of the SDK', async () => {
    const bench = device();
    const listener = server(bench, 0, 80);
    assert.equal(bench.call('espconn_accept', listener), ok);
    assert.equal(bench.word(listener + espconnLayout.state), espconnState.listen);
    assert.equal(bench.call('espconn_accept', listener), isConnected, 'its port is taken');
    assert.equal(bench.call('espconn_accept', server(bench, 1, 80)), isConnected, 'by another struct, too');
    const socket = await connect(await listening(bench));
    const [accepted] = await untilCalled(bench, 'connect');
    assert.equal(accepted?.address, callback(1));
    const [link = 0] = accepted.arguments;
    assert.notEqual(link, listener);
    const tcp = bench.word(link + espconnLayout.proto);
    assert.equal(bench.word(link + espconnLayout.state), espconnState.connect);
    assert.deepEqual(bench.bytes(tcp + tcpLayout.remote_ip, 4), [127, 0, 0, 1]);
    assert.deepEqual(bench.bytes(tcp + tcpLayout.local_ip, 4), [192, 168, 1, 104]);
    assert.equal(bench.word(tcp + tcpLayout.remote_port), socket.localPort);
    assert.equal(bench.word(tcp + tcpLayout.local_port), 80);

    let received = '';
    bench.onCall = ({ name, arguments: [at = 0, buffer = 0, length = 0] }) => {
      if (name !== 'receive') return;
      assert.equal(at, link);
      assert.equal(bench.word(link + espconnLayout.state), espconnState.read);
      received += bench.text(buffer, length);
      assert.deepEqual(bench.bytes(buffer + length, 1), [0], 'a NUL follows');
    };
    const free = bench.call('system_get_free_heap_size');
    socket.write('x'.repeat(3000));
    const parts = await until(bench, () => received.length === 3000);
    assert.ok(parts.every(({ arguments: [, , length = 0] }) => length <= 1460));
    assert.equal(bench.call('system_get_free_heap_size'), free, 'buffers are given back');
    assert.equal(bench.word(link + espconnLayout.state), espconnState.connect);

    const answer = Buffer.from(Array.from({ length: 3000 }, (_, index) => 32 + (index % 64)));
    bench.put(data + 0x800, answer);
    assert.equal(bench.call('espconn_send', link, data + 0x800, 3000), ok);
    assert.equal(bench.word(link + espconnLayout.state), espconnState.write);
    assert.equal(bench.call('espconn_sent', link, data + 0x800, 3000), argument, 'not sent yet');
    let text = '';
    socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
    const sent = await until(bench, called => called.length > 0 && text.length === 3000);
    assert.deepEqual(sent, [{ name: 'sent', address: callback(5), arguments: [link] }]);
    assert.equal(text, answer.toString());
    assert.equal(bench.word(link + espconnLayout.state), espconnState.connect);
    for (const [address, length] of [
      [0, 4],
      [data, 0],
    ] as const)
      assert.equal(bench.call('espconn_send', link, address, length), argument);
    assert.equal(bench.call('espconn_secure_send', link, data, 4), argument, 'it is plain');
    assert.equal(bench.call('espconn_secure_disconnect', link), argument);
    assert.equal(bench.call('espconn_delete', listener), inProgress, 'somebody is connected');

    socket.resume();
    const ended = once(socket, 'end');
    assert.equal(bench.call('espconn_disconnect', link), ok);
    assert.equal(bench.call('espconn_disconnect', link), inProgress);
    await ended;
    const [gone] = await untilCalled(bench, 'disconnect');
    assert.deepEqual(gone, { name: 'disconnect', address: callback(3), arguments: [listener] });
    assert.equal(bench.word(listener + espconnLayout.state), espconnState.close);
    const own = bench.word(listener + espconnLayout.proto);
    assert.deepEqual(bench.bytes(own + tcpLayout.remote_ip, 4), [127, 0, 0, 1]);
    assert.equal(bench.call('espconn_send', link, data, 4), argument, 'it is gone');
    assert.deepEqual(
      bench.log().map(({ kind }) => kind),
      ['tcp-opened', 'tcp-closed'],
    );
    assert.equal(bench.call('espconn_secure_delete', listener), argument);
    assert.equal(bench.call('espconn_delete', listener), ok);
    assert.equal(bench.call('espconn_delete', listener), argument);
  });

  it('take as many clients as the firmware says', async () => {
    const bench = device();
    const listener = server(bench, 0, 81);
    assert.equal(bench.call('espconn_tcp_set_max_con_allow', listener, 2), argument, 'it does not listen');
    assert.equal(bench.call('espconn_tcp_get_max_con_allow', listener), argument);
    bench.call('espconn_accept', listener);
    assert.equal(bench.call('espconn_tcp_get_max_con_allow', listener), 5);
    assert.equal(bench.call('espconn_tcp_set_max_con_allow', listener, 6), argument);
    assert.equal(bench.call('espconn_tcp_set_max_con_allow', listener, 1), ok);
    assert.equal(bench.call('espconn_tcp_get_max_con_allow', listener), 1);
    const port = await listening(bench);
    await connect(port);
    await untilCalled(bench, 'connect');
    const second = net.connect(port, '127.0.0.1');
    second.on('error', () => undefined);
    ends.push(() => second.destroy());
    await until(bench, () => second.destroyed);
    const failed = bench.log().find(({ kind }) => kind === 'tcp-failed');
    assert.ok(failed?.kind === 'tcp-failed');
    assert.equal(failed.reason, 'the server has its maximum number of clients');
  });

  it('speak TLS with the certificate that the firmware hands over, to one client', async () => {
    const bench = device();
    useIdentity(bench);
    const listener = server(bench, 0, 443);
    assert.equal(bench.call('espconn_secure_accept', listener), ok);
    assert.equal(bench.call('espconn_secure_accept', server(bench, 1, 80)), inProgress, 'there is one');
    const port = await listening(bench);
    const client = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    client.on('error', () => undefined);
    ends.push(() => client.destroy());
    const [accepted] = await untilCalled(bench, 'connect');
    const [link = 0] = accepted?.arguments ?? [];
    assert.equal(bench.call('espconn_send', link, data, 4), argument, 'it is not plain');
    client.write('hello');
    assert.deepEqual((await untilCalled(bench, 'receive')).at(-1)?.arguments[2], 5);
    assert.equal(bench.call('espconn_secure_send', link, bench.put(data + 0x800, 'world'), 5), ok);
    assert.equal(bench.call('espconn_secure_sent', link, data + 0x800, 5), inProgress);
    const [[answer]] = await Promise.all([
      once(client, 'data') as Promise<[Buffer]>,
      untilCalled(bench, 'sent'),
    ]);
    assert.equal(answer.toString(), 'world');
    assert.throws(() => bench.chip.saveParts(), 'a connection cannot be saved');
    client.resume();
    assert.equal(bench.call('espconn_secure_disconnect', link), ok);
    await untilCalled(bench, 'disconnect');
    const kinds = new Set(bench.log().map(({ kind }) => kind));
    for (const kind of ['connection', 'handshake', 'disconnected'] as const) assert.ok(kinds.has(kind), kind);
    assert.equal(bench.call('espconn_delete', listener), argument);
    assert.equal(bench.call('espconn_secure_delete', listener), ok);
    assert.equal(bench.call('espconn_secure_accept', listener), ok);
    assert.ok(
      bench.log().some(({ kind }) => kind === 'certificate-refused'),
      'the certificate went with it',
    );
  });

  const failures: [what: string, limit: number, sent: string, told: number][] = [
    ['speaks no TLS', patience, 'GET / HTTP/1.1\r\n\r\n', wrongHello],
    ['says nothing for too long', 50, '', timeout],
  ];
  for (const [what, handshakeLimit, sent, told] of failures)
    it(`tell of a client that ${what} by the reconnect callback`, async () => {
      const bench = device({ device: { handshakeLimit } });
      useIdentity(bench);
      const listener = server(bench, 0, 443);
      bench.call('espconn_secure_accept', listener);
      const socket = await connect(await listening(bench));
      socket.write(sent);
      const [failed] = await untilCalled(bench, 'reconnect');
      assert.deepEqual([failed?.address, failed?.arguments[0]], [callback(2), listener]);
      assert.equal((failed?.arguments[1] ?? 0) | 0, told);
      assert.ok(bench.log().some(({ kind }) => kind === 'handshake-failed'));
    });

  for (const what of ['none', 'unreadable'] as const)
    it(`are open with a certificate that is ${what}, which the log tells, and no client gets in`, async () => {
      const bench = device();
      const listener = server(bench, 0, 443);
      if (what === 'unreadable')
        useIdentity(bench, { ...identity, certificate: Buffer.from('no certificate') });
      assert.equal(bench.call('espconn_secure_accept', listener), ok);
      assert.ok(bench.log().some(({ kind }) => kind === 'certificate-refused'));
      await connect(await listening(bench));
      const [failed] = await untilCalled(bench, 'reconnect');
      assert.equal((failed?.arguments[1] ?? 0) | 0, noCertificate);
    });

  const wrong: [what: string, type: number, hasTcp: boolean, isNull: boolean][] = [
    ['NULL', 0x10, true, true],
    ['a struct for UDP', 0x20, true, false],
    ['a struct without proto.tcp', 0x10, false, false],
  ];
  for (const [what, type, hasTcp, isNull] of wrong)
    it(`are not opened with ${what}`, () => {
      const bench = device();
      const espconn = server(bench, 0, 80);
      bench.memory.writeWord(espconn + espconnLayout.type, type);
      if (!hasTcp) bench.memory.writeWord(espconn + espconnLayout.proto, 0);
      for (const name of ['espconn_accept', 'espconn_secure_accept'])
        assert.equal(bench.call(name, isNull ? 0 : espconn), argument);
    });

  it('take no callbacks for NULL', () => {
    const bench = device();
    for (const name of ['connectcb', 'reconcb', 'disconcb', 'recvcb', 'sentcb'])
      assert.equal(bench.call(`espconn_regist_${name}`, 0, callback(1)), argument);
  });

  it('keep certificates and keys of 1 byte up to what the SDK takes', () => {
    const bench = device();
    for (const name of ['espconn_secure_set_default_certificate', 'espconn_secure_set_default_private_key'])
      assert.deepEqual(
        [
          [data, 1],
          [data, maxObject],
          [data, maxObject + 1],
          [data, 0],
          [0, 100],
        ].map(words => bench.call(name, ...words)),
        // libmbedtls takes nothing for something (measured with SDK 3.0.6).
        [1, 1, 0, 1, 0],
      );
  });

  /** ESPCONN_CLIENT is 1, ESPCONN_SERVER 2. */
  const { least } = bufferRange;
  const sizes: [
    level: number,
    size: number,
    taken: number,
    read: [client: number, server: number, both: number],
  ][] = [
    [1, 4096, 1, [4096, 2048, argument]],
    [2, 4096, 1, [2048, 4096, argument]],
    [3, 8192, 1, [8192, 8192, 8192]],
    [3, least, 1, [least, least, least]],
    [3, 8193, 0, [2048, 2048, 2048]],
    [3, least - 1, 0, [2048, 2048, 2048]],
    [0, 4096, 0, [2048, 2048, 2048]],
    [4, 4096, 0, [2048, 2048, 2048]],
  ];
  for (const [level, size, taken, read] of sizes)
    it(`${taken === 1 ? 'have' : 'refuse'} a buffer of ${size} bytes for level ${level} with libssl`, () => {
      const bench = device({ device: { tls: tlsAbilities('libssl', '3.0.6') ?? assert.fail() } });
      assert.equal(bench.call('espconn_secure_set_size', level, size), taken);
      assert.deepEqual(
        [1, 2, 3].map(each => bench.call('espconn_secure_get_size', each)),
        read,
      );
      assert.equal(bench.call('espconn_secure_get_size', 4), argument);
    });

  it('have one buffer size for all levels with libmbedtls', () => {
    const bench = device();
    assert.equal(bench.call('espconn_secure_set_size', 1, 4096), 1);
    assert.deepEqual(
      [1, 2, 3].map(each => bench.call('espconn_secure_get_size', each)),
      [4096, 4096, 4096],
    );
  });

  it('get local ports that are free for the firmware to use', () => {
    const bench = device();
    for (let count = 0; count < 100; count++) {
      const port = bench.call('espconn_port');
      assert.ok(port >= 1024 && port < 50_000, `${port}`);
    }
  });
});
