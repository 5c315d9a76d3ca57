import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { generateCertificates } from '../../src/certificates/generate';
import type { CauseId } from '../../src/simulator/tlsFailures/failure';
import { peerName, type StackFirmware } from '../firmware-sources/stack/build';
import { StackDevices } from './stackDevices';
import { cutOff, runPeer } from './watchedDevice';

/** lwIP and Mbed TLS of the firmware itself: what is known of a failure are packets and what the firmware prints. */
describe('what a device with its own TLS says of connections that fail', function () {
  this.timeout(300_000);
  let devices: StackDevices;
  let firmware: StackFirmware;
  const servers: (ChildProcess | net.Server)[] = [];

  before(async function () {
    // Once: the sources are downloaded, and a hundred files compiled.
    this.timeout(600_000);
    devices = await StackDevices.create();
    firmware = devices.firmware;
  });
  after(() => {
    devices.remove();
  });
  afterEach(() => {
    devices.end();
    for (const server of servers.splice(0)) {
      if (server instanceof net.Server) server.close();
      else server.kill();
    }
  });

  /** Fetches the device's page by the name in its certificate. */
  const curl = (port: number, ...options: string[]) =>
    runPeer('curl', [
      ...['-sS', '--max-time', '120', '--cacert', firmware.caCertificate, '--ciphers', 'AES128-SHA256'],
      ...['--connect-to', `192.168.1.104:443:127.0.0.1:${port}`, ...options, 'https://192.168.1.104/'],
    ]);
  const openssl = (port: number, options: string[], input = '') =>
    runPeer(
      'openssl',
      ['s_client', '-connect', `127.0.0.1:${port}`, '-CAfile', firmware.caCertificate, ...options],
      input,
    );

  interface ClientCase {
    what: string;
    peer: (port: number) => Promise<unknown>;
    cause: CauseId;
    says: RegExp;
    words?: string;
  }
  const clients: ClientCase[] = [
    {
      what: 'curl without the CA',
      peer: port => curl(port, '--cacert', firmware.peerCertificate),
      cause: 'unknown-ca',
      says: /does not trust the CA .*unknown_ca.*-0x7780 MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE.*--cacert ssl\/ca\.crt/,
    },
    {
      what: 'a client of TLS 1.3 alone',
      peer: port => openssl(port, ['-tls1_3']),
      cause: 'tls13-only',
      says: /supports TLS 1\.3 only/,
    },
    {
      what: 'a client of TLS 1.1 at most',
      peer: port => openssl(port, ['-tls1_1', '-cipher', 'AES128-SHA:@SECLEVEL=0']),
      cause: 'version-too-old',
      says: /supports TLS 1\.1 at most.*-0x6E80 MBEDTLS_ERR_SSL_BAD_HS_PROTOCOL_VERSION.*TLS 1\.2/,
    },
    {
      what: 'curl that speaks HTTP to the port',
      peer: port => runPeer('curl', ['-sS', '--max-time', '60', `http://127.0.0.1:${port}/`]),
      cause: 'plain-text',
      says: /sends plain HTTP to a TLS port/,
    },
    {
      what: 'a client without a common cipher suite',
      peer: port => openssl(port, ['-tls1_2', '-cipher', 'ECDHE-RSA-AES128-GCM-SHA256']),
      cause: 'cipher-mismatch',
      says: /no cipher suite that .* offers.*handshake_failure.*-0x7380 MBEDTLS_ERR_SSL_NO_CIPHER_CHOSEN/,
    },
    {
      what: 'curl at another name than that in the certificate',
      peer: port =>
        runPeer('curl', [
          ...['-sS', '--cacert', firmware.caCertificate, '--ciphers', 'AES128-SHA256'],
          `https://127.0.0.1:${port}/`,
        ]),
      cause: 'name-not-in-certificate',
      says: /it is for 192\.168\.1\.104, not for 127\.0\.0\.1 or localhost/,
    },
    {
      what: 'a client that sends more at once than the buffer holds',
      peer: port =>
        openssl(
          port,
          ['-tls1_2', '-cipher', 'AES128-SHA256'],
          `GET / HTTP/1.1\r\nX: ${'x'.repeat(6000)}\r\n\r\n`,
        ),
      cause: 'record-too-large',
      says: /sends a record of 6\d\d\d bytes.*-0x7100 MBEDTLS_ERR_SSL_BAD_INPUT_DATA/,
    },
    {
      what: 'a client that is cut off in the handshake',
      peer: port => cutOff(port),
      cause: 'closed-in-handshake',
      says: /closes the connection during the handshake/,
    },
  ];
  for (const { what, peer, cause, says, words = '' } of clients) {
    it(`${what}: ${cause}`, async () => {
      const device = devices.start({ words });
      const port = await device.port();
      const answer = String(await peer(port));
      const { failed, text } = await device.failure();
      assert.equal(failed.cause.id, cause, `${text}\n${answer}\n${device.log}`);
      assert.match(text, says, `${text}\n${answer}`);
      assert.equal(failed.remote?.startsWith('127.0.0.1:'), true, text);
      assert.match(await curl(port), /^start 1, request 1/);
      assert.equal(device.failures.length, 1, device.log);
    });
  }

  it('says that the heap was too small', async () => {
    const free = /request 1, (\d+) bytes/.exec(await curl(await devices.start().port()))?.[1];
    const device = devices.start({ simulator: { device: { reservedHeap: Number(free) + 3000 } } });
    const answer = await curl(await device.port());
    const { failed, text } = await device.failure();
    assert.equal(failed.cause.id, 'out-of-memory', `${text}\n${answer}\n${device.log}`);
    assert.match(text, /not have enough heap/);
  });

  it('says nothing of clients that are served, however they leave', async () => {
    const device = devices.start();
    const port = await device.port();
    for (let i = 0; i < 2; i++) assert.match(await curl(port), /^start 1/);
    await openssl(port, ['-tls1_2', '-cipher', 'AES128-SHA256', '-ign_eof'], 'GET / HTTP/1.1\r\n\r\n');
    assert.match(await curl(port), /^start 1/);
    assert.deepEqual(device.sentences, [], device.log);
  });

  interface ServerCase {
    what: string;
    serve: () => Promise<number>;
    name?: string;
    cause: CauseId;
    says: RegExp;
  }
  const peer = (...options: string[]) =>
    serve(firmware.peerCertificate, firmware.peerKey, '-cipher', 'AES128-SHA256:@SECLEVEL=0', ...options);
  const chain = (copies: number) => {
    const file = path.join(devices.folder, `chain${copies}.pem`);
    writeFileSync(file, readFileSync(firmware.caCertificate, 'utf8').repeat(copies));
    return file;
  };
  const visited: ServerCase[] = [
    {
      what: 'a server that an unknown CA has signed',
      serve: async () => {
        const stranger = await generateCertificates({ name: peerName, organization: 'Stranger' });
        const pem = (name: string) => {
          const file = path.join(devices.folder, `stranger-${name}`);
          writeFileSync(file, stranger.files.find(each => each.name === name)?.bytes ?? '');
          return file;
        };
        return serve(pem('server.crt'), pem('server.key'));
      },
      cause: 'unknown-ca',
      says: /does not trust the CA “.*” of .*-0x2700 MBEDTLS_ERR_X509_CERT_VERIFY_FAILED.*esp_ca_cert\.bin/,
    },
    {
      what: 'a server with a certificate for another name',
      serve: () => peer(),
      name: 'other.example',
      cause: 'name-not-in-certificate',
      says: /is for peer\.example, not for other\.example/,
    },
    {
      what: 'a server of TLS 1.3 alone',
      serve: () => peer('-tls1_3'),
      cause: 'tls13-only',
      says: /supports TLS 1\.3 only; the device supports TLS 1\.2 at most/,
    },
    {
      what: 'a server of TLS 1.1 alone',
      serve: () => peer('-tls1_1', '-cipher', 'AES128-SHA:@SECLEVEL=0'),
      cause: 'version-too-old',
      says: /supports TLS 1\.1 at most/,
    },
    {
      what: 'a server with GCM alone',
      serve: () => peer('-cipher', 'AES128-GCM-SHA256'),
      cause: 'cipher-mismatch',
      says: /accepts none of the device’s cipher suites: TLS_/,
    },
    {
      what: 'a server whose chain is larger than the buffer',
      serve: () => peer('-cert_chain', chain(4)),
      cause: 'record-too-large',
      says: /sends a record of \d+ bytes.*espconn_secure_set_size/,
    },
    {
      what: 'a server that cuts its messages into several records',
      serve: () => peer('-max_send_frag', '512'),
      cause: 'message-split',
      says: /splits a handshake message into several records.*-0x7080/,
    },
    {
      what: 'a server that wants a certificate of the device',
      serve: () => peer('-Verify', '1', '-tls1_2'),
      cause: 'client-certificate-missing',
      says: /requests a certificate from the device.*espconn_secure_cert_req_enable/,
    },
    {
      what: 'a server that does not know the name',
      serve: () =>
        peer(
          ...['-servername', 'another.example', '-servername_fatal'],
          ...['-cert2', firmware.peerCertificate, '-key2', firmware.peerKey],
        ),
      cause: 'server-name-unknown',
      says: /does not know the host name peer\.example \(.*unrecognized_name/,
    },
    {
      what: 'a server without TLS',
      serve: () => tcpServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
      cause: 'plain-text',
      says: /does not answer with TLS/,
    },
    {
      what: 'a server that hangs up',
      serve: () => tcpServer(socket => socket.once('data', () => socket.end())),
      cause: 'closed-in-handshake',
      says: /closes the connection during the handshake/,
    },
    {
      what: 'a server that breaks off',
      serve: () => tcpServer(socket => socket.once('data', () => socket.resetAndDestroy())),
      cause: 'closed-in-handshake',
      says: /closes the connection during the handshake/,
    },
  ];
  for (const { what, serve: begin, name, cause, says } of visited) {
    it(`${what}: ${cause}`, async () => {
      const device = devices.visit(await begin(), name === undefined ? {} : { name });
      const { failed, text } = await device.failure();
      assert.equal(failed.cause.id, cause, `${text}\n${device.log}`);
      assert.match(text, says, device.log);
      assert.match(await curl(await device.port()), /^start 1, request 1/);
      assert.equal(device.failures.length, 1, device.log);
    });
  }

  it('says that a client is silent in the handshake, when that has had an end', async () => {
    const device = devices.start();
    const to = await device.port();
    const sockets: net.Socket[] = [];
    const port = await tcpServer(client => {
      const way = net.connect(to, '127.0.0.1');
      way.on('error', () => undefined);
      client.once('data', hello => way.write(hello));
      sockets.push(client, way.resume());
    });
    const client = openssl(port, ['-tls1_2', '-cipher', 'AES128-SHA256']);
    await device.until('an answer', () =>
      device.events.some(event => event.kind === 'tls-record' && event.sender === 'device'),
    );
    device.simulator.pass(30e6);
    for (const socket of sockets) socket.end();
    await client;
    const { failed, text } = await device.failure();
    assert.equal(failed.cause.id, 'timed-out', device.log);
    assert.match(text, /the handshake with 127\.0\.0\.1:\d+ stopped for 3\d s/);
  });

  it('says that the heap was too small to visit a server', async () => {
    const idle = devices.start();
    await idle.port();
    const free = idle.events.findLast(event => event.kind === 'heap')?.free ?? assert.fail(idle.log);
    // Enough for the buffers; without the rest Mbed TLS takes the CA, then the certificate for a wrong one.
    for (const left of [13_000, 10_000]) {
      const device = devices.visit(await peer(), { simulator: { device: { reservedHeap: free - left } } });
      const { failed, text } = await device.failure();
      assert.equal(failed.cause.id, 'out-of-memory', device.log);
      assert.match(text, /not have enough heap for the connection with .*: \d+ bytes are free/);
    }
    const device = devices.visit(await peer(), { simulator: { device: { reservedHeap: free - 18_000 } } });
    await device.until('the end', () => device.printed.includes('TLS client: closed, error 0'));
    assert.deepEqual(device.sentences, [], device.log);
  });

  it('says that a server is silent, when that has had an end', async () => {
    const sockets: net.Socket[] = [];
    const device = devices.visit(await tcpServer(socket => sockets.push(socket.resume())));
    await device.until('a hello', () => device.events.some(({ kind }) => kind === 'tls-record'));
    device.simulator.pass(30e6);
    for (const socket of sockets) socket.end();
    const { failed, text } = await device.failure();
    assert.equal(failed.cause.id, 'timed-out', device.log);
    assert.match(text, /did not continue the handshake for 3\d s/);
  });

  it('says nothing of a server that is visited', async () => {
    const device = devices.visit(await peer());
    await device.until('the end', () => device.printed.includes('TLS client: closed, error 0'));
    assert.match(await curl(await device.port()), /^start 1/);
    assert.deepEqual(device.sentences, [], device.log);
  });

  function tcpServer(connected: (socket: net.Socket) => void): Promise<number> {
    const server = net.createServer(socket => {
      socket.on('error', () => undefined);
      connected(socket);
    });
    servers.push(server);
    return new Promise(resolve => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  }

  /** Starts `openssl s_server`; resolves to the port at which it listens. */
  function serve(certificate: string, key: string, ...options: string[]): Promise<number> {
    const server = spawn(
      'openssl',
      ['s_server', '-accept', '127.0.0.1:0', '-www', '-cert', certificate, '-key', key, ...options],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    servers.push(server);
    return new Promise((resolve, reject) => {
      let said = '';
      server.stderr.on('data', data => (said += String(data)));
      server.stdout.on('data', data => {
        said += String(data);
        const port = /^ACCEPT 127\.0\.0\.1:(\d+)$/m.exec(said)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
      server.once('exit', code => {
        reject(new Error(`s_server ended with ${code}: ${said}`));
      });
    });
  }
});
