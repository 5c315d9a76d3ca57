import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import type { BadFault } from '../../src/certificates/badSet';
import { writeBadSet } from '../../src/certificates/writeBadSet';
import { loadSimulator } from '../../src/simulator/load';
import type { CauseId } from '../../src/simulator/tlsFailures/failure';
import { cutOff, runPeer, WatchedDevice } from './watchedDevice';

const program = path.join(__dirname, '..', '..', 'samples', 'https-server', 'firmware.elf');

/** The sample, whose TLS this computer answers: every failed client gets one sentence, every other none. */
describe('what a device says of clients that fail', function () {
  this.timeout(180_000);
  let folder = '';
  const devices: WatchedDevice[] = [];
  const file = (...parts: string[]) => path.join(folder, 'certificates', ...parts);

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-failures-'));
    await writeBadSet(
      { name: '127.0.0.1', bits: 2048, hash: 'sha256', days: 365, organization: 'Good' },
      file(),
    );
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => {
    for (const device of devices.splice(0)) device.simulator.end();
  });

  async function start(fault: BadFault = 'good'): Promise<{ device: WatchedDevice; port: number }> {
    const simulator = await loadSimulator({
      program,
      certificates: file(fault),
      ports: new Map([[443, 0]]),
    });
    const device = new WatchedDevice(simulator);
    devices.push(device);
    return { device, port: await device.port() };
  }

  const curl = (port: number, ...options: string[]) =>
    runPeer('curl', ['-sS', '--max-time', '60', ...options, `https://127.0.0.1:${port}/`]);
  const verified = () => ['--cacert', file('ca.crt')];
  const openssl = (port: number, ...options: string[]) =>
    runPeer('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-CAfile', file('ca.crt'), ...options]);

  /** The options that a sentence names, with its file in our folder. */
  function inOurFolder(found: RegExpExecArray | null): string[] {
    return (found?.[1] ?? assert.fail('no options')).replace('ssl/ca.crt', file('ca.crt')).split(' ');
  }

  interface Case {
    what: string;
    fault?: BadFault;
    peer: (port: number) => Promise<unknown>;
    cause: CauseId;
    says: RegExp;
    /** Does what the sentence says; resolves to what the client has got. */
    follow?: (text: string, port: number) => Promise<string>;
  }
  const cases: Case[] = [
    {
      what: 'curl without the CA',
      peer: port => curl(port),
      cause: 'unknown-ca',
      says: /does not trust the CA .*unknown_ca.*9 MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE.*--cacert ssl\/ca\.crt/,
      follow: (text, port) => curl(port, ...inOurFolder(/curl (--cacert \S+);/.exec(text))),
    },
    {
      what: 'Node without the CA',
      peer: port => nodeClient(port, {}),
      cause: 'left-after-handshake',
      says: /closes the connection right after the handshake.*NODE_EXTRA_CA_CERTS=ssl\/ca\.crt/,
      follow: (text, port) => {
        const [setting = ''] = inOurFolder(/\((NODE_EXTRA_CA_CERTS=\S+)\)/.exec(text));
        const script = `fetch('https://127.0.0.1:${port}/').then(page => page.text()).then(console.log)`;
        return runPeer('env', [setting, process.execPath, '--tls-cipher-list=AES128-SHA', '-e', script]);
      },
    },
    {
      what: 'a client of TLS 1.3 alone',
      peer: port => openssl(port, '-tls1_3'),
      cause: 'tls13-only',
      says: /supports TLS 1\.3 only.*-tls1_2/,
      follow: (text, port) => {
        const options = /openssl s_client (-tls1_2)/.exec(text)?.[1] ?? assert.fail(text);
        const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
        return runPeer(
          'openssl',
          ['s_client', '-connect', `127.0.0.1:${port}`, '-ign_eof', options],
          request,
        );
      },
    },
    {
      what: 'curl that speaks HTTP to the port',
      peer: port => runPeer('curl', ['-sS', `http://127.0.0.1:${port}/`]),
      cause: 'plain-text',
      says: /sends plain HTTP to a TLS port.*Use https:\/\//,
      follow: (_text, port) => curl(port, ...verified()),
    },
    {
      what: 'a client that speaks neither TLS nor HTTP',
      peer: port => plain(port, 'SSH-2.0-OpenSSH_9.2\r\n'),
      cause: 'plain-text',
      says: /something other than TLS/,
    },
    {
      what: 'a client without a common cipher suite',
      peer: port => openssl(port, '-tls1_2', '-cipher', 'ECDHE-RSA-AES128-GCM-SHA256'),
      cause: 'cipher-mismatch',
      says: /no cipher suite that .* offers: TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256.*handshake_failure.*13 MBEDTLS_ERR_SSL_NO_CIPHER_CHOSEN/,
    },
    {
      what: 'curl at another name than that in the certificate',
      fault: 'wrong-name',
      peer: port => curl(port, ...verified()),
      cause: 'name-not-in-certificate',
      says: /it is for another-device\.invalid, not for 127\.0\.0\.1 or localhost.*--connect-to ::127\.0\.0\.1:\d+ https:\/\/another-device\.invalid\//,
      follow: text => {
        const options = /\(curl (--connect-to \S+ https:\S+?)\)/.exec(text)?.[1] ?? assert.fail(text);
        return runPeer('curl', ['-sS', '--max-time', '60', ...verified(), ...options.split(' ')]);
      },
    },
    {
      what: 'openssl that looks for the name in the handshake',
      fault: 'wrong-name',
      peer: port => openssl(port, '-verify_return_error', '-verify_ip', '127.0.0.1'),
      cause: 'name-not-in-certificate',
      says: /bad_certificate/,
    },
    {
      what: 'Node that asks for another name by SNI',
      peer: port => nodeClient(port, { servername: 'other.example', ca: 'ca.crt' }),
      cause: 'name-not-in-certificate',
      says: /it is for 127\.0\.0\.1, not for other\.example/,
    },
    {
      what: 'a client after the certificate has expired',
      fault: 'expired',
      peer: port => curl(port, ...verified()),
      cause: 'certificate-expired',
      says: /it expired on \d{4}-\d\d-\d\d .*certificate_expired.*Regenerate/,
    },
    {
      what: 'a client before the certificate is valid',
      fault: 'not-yet-valid',
      peer: port => curl(port, ...verified()),
      cause: 'certificate-not-yet-valid',
      says: /it is valid from \d{4}-\d\d-\d\d/,
    },
    {
      what: 'a client to which the key is too small',
      fault: 'small-key',
      peer: port => curl(port, ...verified()),
      cause: 'key-too-small',
      says: /RSA key has 512 bits.*2048 bits/,
    },
    {
      what: 'a client that closes the connection during the handshake',
      peer: port => cutOff(port),
      cause: 'closed-in-handshake',
      says: /closes the connection during the handshake/,
    },
    {
      what: 'a port check',
      peer: port => plain(port, ''),
      cause: 'left-before-hello',
      says: /disconnects without a TLS message/,
    },
  ];
  for (const { what, fault, peer, cause, says, follow } of cases) {
    it(`${what}: ${cause}`, async () => {
      const { device, port } = await start(fault);
      const answer = await peer(port);
      const { failed, text } = await device.failure();
      const all = `${text}\n${String(answer)}\n${device.log}`;
      assert.equal(failed.cause.id, cause, all);
      assert.match(text, says, all);
      if (follow !== undefined) assert.match(await follow(text, port), /Hello/, text);
      // Whoever takes any certificate is served, and nothing is said about that.
      assert.match(await curl(port, '-k', '--ciphers', 'DEFAULT:@SECLEVEL=0'), /Hello/);
      await device.until('the end', () =>
        device.events.findLast(({ kind }) => kind === 'connection-ended' || kind === 'disconnected'),
      );
      await device.until('sentences', () => device.failures.length > 0);
      assert.equal(device.failures.length, 1, device.log);
    });
  }

  it('says nothing of clients that are served, however they leave', async () => {
    const { device, port } = await start();
    for (let i = 0; i < 3; i++) assert.match(await curl(port, ...verified()), /Hello/);
    const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
    assert.match(
      await runPeer('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-ign_eof'], request),
      /Hello/,
    );
    // Verified, and left without a request.
    await openssl(port, '-verify_return_error', '-verify_ip', '127.0.0.1');
    await device.until(
      'five connections',
      () => device.events.filter(({ kind }) => kind === 'disconnected').length === 5,
    );
    assert.match(await curl(port, ...verified()), /Hello/);
    assert.deepEqual(device.sentences, [], device.log);
  });

  it('turns a second client away while it serves the first, and says so', async () => {
    const { device, port } = await start();
    const first = tls.connect({
      host: '127.0.0.1',
      port,
      ciphers: 'AES128-SHA',
      ca: readFileSync(file('ca.crt')),
    });
    await new Promise<void>((resolve, reject) => {
      first.once('secureConnect', resolve).once('error', reject);
    });
    // As libmbedtls of SDK 3.0.6 does: the second one is never answered.
    assert.match(await curl(port, ...verified(), '-m', '10'), /timed out/);
    assert.match(device.log, /127\.0\.0\.1:\d+ is not served: the device serves one TLS client at a time/);
    first.end();
    await device.until('the end', () => device.events.some(({ kind }) => kind === 'disconnected'));
    assert.match(await curl(port, ...verified()), /Hello/);
  });

  function nodeClient(
    port: number,
    { servername, ca }: { servername?: string; ca?: string },
  ): Promise<string> {
    return new Promise(resolve => {
      const socket = tls.connect({
        host: '127.0.0.1',
        port,
        ciphers: 'AES128-SHA',
        maxVersion: 'TLSv1.2',
        ...(servername !== undefined && { servername }),
        ...(ca !== undefined && { ca: readFileSync(file(ca)) }),
      });
      socket.on('error', (error: Error) => {
        resolve(error.message);
      });
      socket.on('close', () => {
        resolve('closed');
      });
    });
  }
});

function plain(port: number, text: string): Promise<void> {
  return new Promise(resolve => {
    const socket = net.connect(port, '127.0.0.1', () => socket.end(text));
    socket.resume();
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve();
    });
  });
}
