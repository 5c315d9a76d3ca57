import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { generateCertificates } from '../../src/certificates/generate';
import type { CauseId } from '../../src/simulator/tlsFailures/failure';
import { StackDevices, type StackOptions } from './stackDevices';
import { runPeer } from './watchedDevice';

/** The name in the device's certificate. */
const deviceName = '192.168.1.104';

/** A command line of a client, and what it says. */
interface Case {
  what: string;
  /** Of the client, without what is wrong; the device listens at the port. */
  command: (port: number) => string[];
  /** What is wrong with it. */
  fault?: string[];
  device?: StackOptions;
  cause: CauseId;
  says: RegExp;
  /** What the client itself says. */
  client: RegExp;
  /** What the client says when the command in the sentence has been followed. */
  helped?: RegExp;
  /** The remedy is no command: this follows it, instead of the fault. */
  instead?: { add?: string[]; device?: StackOptions };
}

/**
 * What a device with its own TLS says of curl, openssl and mosquitto_pub, and what they say of it. The options in the sentence
 * are taken as they are, in a folder with the files that the generator makes in ssl/: with them the client is served.
 */
describe('what helps clients of a device that fail', function () {
  this.timeout(300_000);
  let devices: StackDevices;
  let project = '';

  before(async function () {
    this.timeout(600_000);
    devices = await StackDevices.create();
    project = path.join(devices.folder, 'project');
    mkdirSync(path.join(project, 'ssl'), { recursive: true });
    const { firmware } = devices;
    copyFileSync(firmware.caCertificate, path.join(project, 'ssl', 'ca.crt'));
    // What the CA in the firmware has signed.
    copyFileSync(firmware.peerCertificate, path.join(project, 'ssl', 'client.crt'));
    copyFileSync(firmware.peerKey, path.join(project, 'ssl', 'client.key'));
    const stranger = await generateCertificates({ name: deviceName, organization: 'Stranger' });
    for (const name of ['ca.crt', 'server.crt', 'server.key'])
      writeFileSync(
        path.join(project, `stranger-${name}`),
        stranger.files.find(file => file.name === name)?.bytes ?? assert.fail(name),
      );
  });
  after(() => {
    devices.remove();
  });
  afterEach(() => {
    devices.end();
  });

  const curl = (port: number, ...options: string[]) => [
    ...['curl', '-sS', '--max-time', '120', '--connect-to', `${deviceName}:443:127.0.0.1:${port}`],
    ...options,
    `https://${deviceName}/`,
  ];
  const trusted = ['--cacert', 'ssl/ca.crt'];
  const openssl = (port: number) => [
    'openssl',
    's_client',
    '-connect',
    `127.0.0.1:${port}`,
    '-CAfile',
    'ssl/ca.crt',
    '-ign_eof',
  ];
  const mosquitto = (port: number) => [
    ...['mosquitto_pub', '-h', '127.0.0.1', '-p', String(port), '-t', 'topic', '-m', 'message'],
    ...['--insecure'],
  ];
  const served = /start 1, request 1/;

  const cases: Case[] = [
    {
      what: 'curl without the CA',
      command: port => curl(port),
      cause: 'unknown-ca',
      says: /does not trust the CA of the device’s certificate \(the peer’s alert: unknown_ca/,
      client: /unable to get local issuer certificate|self-signed/,
      helped: served,
    },
    {
      what: 'curl of TLS 1.3 alone',
      command: port => curl(port, ...trusted),
      fault: ['--tlsv1.3'],
      cause: 'tls13-only',
      says: /supports TLS 1\.3 only/,
      client: /alert (protocol version|handshake failure)/,
      helped: served,
    },
    {
      what: 'openssl of TLS 1.3 alone',
      command: port => openssl(port),
      fault: ['-tls1_3'],
      cause: 'tls13-only',
      says: /supports TLS 1\.3 only/,
      client: /alert (protocol version|handshake failure)/,
      helped: served,
    },
    {
      what: 'curl without a common cipher suite',
      command: port => curl(port, ...trusted),
      fault: ['--tls-max', '1.2', '--ciphers', 'ECDHE-RSA-AES128-GCM-SHA256'],
      cause: 'cipher-mismatch',
      says: /has no cipher suite that .* offers: TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256/,
      client: /alert handshake failure/,
      helped: served,
    },
    {
      what: 'openssl without a common cipher suite',
      command: port => openssl(port),
      fault: ['-tls1_2', '-cipher', 'AES128-GCM-SHA256'],
      cause: 'cipher-mismatch',
      says: /has no cipher suite that .* offers: TLS_RSA_WITH_AES_128_GCM_SHA256/,
      client: /alert handshake failure/,
      helped: served,
    },
    {
      what: 'curl at another name',
      command: port => ['curl', '-sS', '--max-time', '120', ...trusted, `https://localhost:${port}/`],
      cause: 'name-not-in-certificate',
      says: /it is for 192\.168\.1\.104, not for localhost/,
      client: /no alternative certificate subject name matches target host name 'localhost'/,
      helped: served,
    },
    {
      what: 'curl without a client certificate',
      command: port => curl(port, ...trusted, '--ciphers', 'AES128-SHA256'),
      device: { words: 'verify' },
      cause: 'client-certificate-missing',
      says: /the device requests a client certificate, and .* has none/,
      // The alert is lost: the device breaks off before it has read all.
      client: /alert|SSL_ERROR_SYSCALL|reset/,
      helped: served,
    },
    {
      what: 'curl with a client certificate of an unknown CA',
      command: port => curl(port, ...trusted, '--ciphers', 'AES128-SHA256'),
      fault: ['--cert', 'stranger-server.crt', '--key', 'stranger-server.key'],
      device: { words: 'verify' },
      cause: 'client-certificate-refused',
      says: /the device rejects the client certificate of .*Put the CA that signed it into esp_ca_cert\.bin/,
      client: /alert unknown ca/,
    },
    {
      what: 'openssl of TLS 1.2 at a device of TLS 1.1',
      command: port => [...openssl(port), '-cipher', 'AES128-SHA:@SECLEVEL=0'],
      fault: ['-tls1_2'],
      device: { words: 'tls1.1' },
      cause: 'version-too-new',
      says: /requires a newer version than the device’s TLS 1\.1.*allow TLS 1\.1 in the client/,
      client: /unsupported protocol|wrong.*version/,
      instead: { add: ['-tls1_1'], device: { words: 'tls1.1' } },
      helped: served,
    },
    {
      what: 'openssl of TLS 1.1',
      command: port => [...openssl(port), '-cipher', 'AES128-SHA:@SECLEVEL=0'],
      fault: ['-tls1_1'],
      cause: 'version-too-old',
      says: /supports TLS 1\.1 at most.*Allow TLS 1\.2 in the client/,
      client: /alert protocol version/,
      instead: { add: ['-tls1_2'] },
      helped: served,
    },
    {
      what: 'a device without a certificate',
      command: port => curl(port, ...trusted),
      device: { words: 'bare' },
      cause: 'no-own-certificate',
      says: /the device has no certificate or private key to present/,
      client: /alert handshake failure/,
      instead: {},
      helped: served,
    },
    {
      what: 'mosquitto_pub that trusts another CA',
      command: port => mosquitto(port),
      fault: ['--cafile', 'stranger-ca.crt'],
      cause: 'unknown-ca',
      says: /does not trust the CA of the device’s certificate \(the peer’s alert: unknown_ca/,
      client: /certificate verify failed|A TLS error occurred/,
    },
    {
      what: 'mosquitto_pub of TLS 1.3 alone',
      command: port => [...mosquitto(port), '--cafile', 'ssl/ca.crt'],
      fault: ['--tls-version', 'tlsv1.3'],
      cause: 'tls13-only',
      says: /supports TLS 1\.3 only/,
      client: /protocol version|A TLS error occurred/,
    },
  ];
  for (const { what, command, fault = [], device: options, cause, says, client, helped, instead } of cases) {
    it(`${what}: ${cause}`, async () => {
      const device = devices.start(options);
      const port = await device.port();
      const said = await run([...command(port), ...fault]);
      const { failed, text } = await device.failure();
      assert.equal(failed.cause.id, cause, `${text}\n${said}\n${device.log}`);
      assert.match(text, says, said);
      assert.match(said, client, `${said}\n${text}`);
      if (helped === undefined) return;

      const second = instead === undefined ? device : devices.start(instead.device);
      const secondPort = await second.port();
      const [program = ''] = command(secondPort);
      const help = instead?.add ?? (instead === undefined ? optionsIn(text, program) : []);
      const then = await run([...command(secondPort), ...help]);
      assert.match(then, helped, `${help.join(' ')}\n${second.log}`);
    });
  }

  it('a client whose bytes are changed on the way: unexplained, with the firmware’s code', async () => {
    const device = devices.start();
    const proxy = await changedOnTheWay(await device.port());
    try {
      const said = await run(curl(proxy.port, ...trusted, '--ciphers', 'AES128-SHA256'));
      const { failed, text } = await device.failure();
      assert.equal(failed.cause.id, 'unexplained', `${text}\n${said}\n${device.log}`);
      assert.match(text, /firmware: -0x[0-9A-F]{4} MBEDTLS_ERR_SSL_\w+, .*Set "trace".*"capture"/);
      assert.match(said, /alert|reset|SSL/);
    } finally {
      proxy.close();
    }
  });

  function run(command: readonly string[]): Promise<string> {
    const [program = '', ...args] = command;
    const input = program === 'openssl' ? 'GET / HTTP/1.0\r\n\r\n' : '';
    return runPeer(program, args, input, project);
  }
});

/** The options that a sentence names for a program: up to the comma, semicolon, bracket or period behind them. */
function optionsIn(text: string, program: string): string[] {
  const name = program === 'openssl' ? 'openssl s_client' : program;
  const [, options] = new RegExp(`${name} (-.*?)(?=[,;)]|\\.? ?$)`).exec(text) ?? [];
  assert.ok(options !== undefined, `no options of ${program} in: ${text}`);
  return options.split(' ');
}

/** A way to the device on which a bit of the client's first encrypted record flips. */
async function changedOnTheWay(to: number): Promise<{ port: number; close: () => void }> {
  const changeCipherSpec = 20;
  const server = net.createServer(client => {
    const device = net.connect(to, '127.0.0.1');
    client.on('data', bytes => {
      for (let at = 0; at + 5 <= bytes.length; at += 5 + bytes.readUInt16BE(at + 3)) {
        const isBefore = bytes[at] === changeCipherSpec && bytes.length > at + 6 + 5 + 16;
        if (isBefore) bytes.writeUInt8((bytes[bytes.length - 1] ?? 0) ^ 1, bytes.length - 1);
      }
      device.write(bytes);
    });
    device.pipe(client);
    client.on('close', () => device.end());
    for (const socket of [client, device]) socket.on('error', () => undefined);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return { port: address.port, close: () => server.close() };
}
