import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generateCertificates } from '../../src/certificates/generate';
import type { Identity } from '../../src/certificates/identity';
import { pem } from '../../src/certificates/keys';
import { checkedRequest, dayInMs } from '../../src/certificates/request';
import { makeCertificate, makeKeys } from '../../src/certificates/x509';
import type { CauseId } from '../../src/simulator/tlsFailures/failure';
import { peerName } from '../firmware-sources/stack/build';
import { freePort } from '../freePort';
import { startNginx } from './nginx';
import { StackDevices, type StackOptions } from './stackDevices';
import { runPeer, type WatchedDevice } from './watchedDevice';

const cli = path.join(__dirname, '..', '..', 'out', 'cli.js');

/** A server, and the device that visits it. */
interface Visit {
  /** Instead of the settings of a server with which all is well. */
  server?: Partial<ServerSettings>;
  device?: StackOptions & { name?: string };
}

interface ServerSettings {
  listen: string;
  certificate: string;
  key: string;
  protocols: string;
  ciphers: string;
  /** Its records may be as long as TLS allows. */
  isUnlimited: boolean;
  /** Other servers at the same port. */
  others: (port: number) => string;
}

interface Case extends Visit {
  what: string;
  cause: CauseId;
  says: RegExp;
  /** What the sentence says to do; the text is that of the sentence, the port that of the server. */
  remedy: (text: string, port: number) => Visit | Promise<Visit>;
}

/** The device's firmware, with lwIP and Mbed TLS of its own, is nginx's client. Whoever does what the sentence says is served. */
describe('what a device says of nginx, and what helps', function () {
  this.timeout(300_000);
  let devices: StackDevices;
  const children: ChildProcess[] = [];

  before(async function () {
    this.timeout(600_000);
    devices = await StackDevices.create();
    writeFileSync(path.join(devices.folder, 'index.html'), `hello from nginx\n${'x'.repeat(9000)}\n`);
  });
  after(() => {
    devices.remove();
  });
  afterEach(() => {
    devices.end();
    for (const child of children.splice(0)) child.kill();
  });

  /** Starts nginx and a device that visits it. */
  async function visit({
    server = {},
    device = {},
  }: Visit): Promise<{ device: WatchedDevice; port: number }> {
    const { firmware, folder } = devices;
    const port = await freePort();
    const settings: ServerSettings = {
      listen: 'ssl',
      certificate: firmware.peerCertificate,
      key: firmware.peerKey,
      protocols: 'TLSv1.2',
      ciphers: 'AES128-SHA:@SECLEVEL=0',
      isUnlimited: false,
      others: () => '',
      ...server,
    };
    const servers = `server {
    listen 127.0.0.1:${port} ${settings.listen};
    server_name ${peerName};
    ssl_certificate ${settings.certificate}; ssl_certificate_key ${settings.key};
    ssl_protocols ${settings.protocols}; ssl_ciphers ${settings.ciphers};
    root ${folder};
    ${settings.isUnlimited ? '' : 'ssl_buffer_size 2k;'}
  }
  ${settings.others(port)}`;
    children.push(await startNginx(folder, servers, port));
    return { device: devices.visit(port, device), port };
  }

  /** A certificate for nginx by the CA that the device trusts. */
  async function certificate(
    name: string,
    days: { from: number; to: number },
  ): Promise<Partial<ServerSettings>> {
    const { firmware, folder } = devices;
    const request = checkedRequest({ name: peerName });
    const keys = await makeKeys(request);
    const day = (count: number) => new Date(Math.floor((Date.now() + count * dayInMs) / 1000) * 1000);
    const ca: Identity = {
      certificate: new X509Certificate(readFileSync(firmware.caCertificate)).raw,
      key: createPrivateKey(readFileSync(firmware.caKey)).export({ type: 'pkcs8', format: 'der' }),
    };
    const made = makeCertificate(request, keys, ca, {
      notBefore: day(days.from),
      notAfter: day(days.to),
    });
    const file = (label: string, der: Uint8Array) => {
      const target = path.join(folder, `${name}-${label.replace(' ', '-')}.pem`);
      writeFileSync(target, pem(label, der));
      return target;
    };
    return { certificate: file('CERTIFICATE', made.certificate), key: file('PRIVATE KEY', made.key) };
  }

  /** A server that a CA of its own has signed, which it sends too. */
  async function stranger(): Promise<Partial<ServerSettings>> {
    const made = await generateCertificates({ name: peerName, organization: 'Stranger' });
    const text = (name: string) =>
      Buffer.from(made.files.find(file => file.name === name)?.bytes ?? assert.fail(name)).toString();
    const file = (name: string, content: string) => {
      const target = path.join(devices.folder, `stranger-${name}`);
      writeFileSync(target, content);
      return target;
    };
    return {
      certificate: file('chain.crt', text('server.crt') + text('ca.crt')),
      key: file('server.key', text('server.key')),
    };
  }

  let strange: Partial<ServerSettings> = {};
  const cases: (Case | (() => Promise<Case>))[] = [
    async () => {
      strange = await stranger();
      return {
        what: 'a server of an unknown CA',
        server: strange,
        cause: 'unknown-ca',
        says: /does not trust the CA “.*” of 192\.168\.1\.\d+:443 .*the device’s alert: unknown_ca.*-0x2700/,
        remedy: async (text, port) => {
          const command = /esp8266-ssl (ca) HOST:PORT/.exec(text)?.[1] ?? assert.fail(text);
          const out = path.join(devices.folder, 'esp_ca_cert.bin');
          const said = await runPeer(process.execPath, [cli, command, `127.0.0.1:${port}`, '--out', out]);
          assert.match(said, /esp_ca_cert\.bin written/);
          return { server: strange, device: { caRecord: readFileSync(out) } };
        },
      };
    },
    {
      what: 'a server with a certificate for another name',
      device: { name: 'other.example' },
      cause: 'name-not-in-certificate',
      says: /the certificate of .* is for peer\.example, not for other\.example/,
      remedy: text => ({ device: { name: /is for ([\w.]+), not/.exec(text)?.[1] ?? assert.fail(text) } }),
    },
    async () => ({
      what: 'an expired certificate',
      server: await certificate('expired', { from: -366, to: -1 }),
      device: { words: 'dates' },
      cause: 'certificate-expired',
      says: /the certificate of .* expired on \d{4}-\d\d-\d\d \(the device’s alert: certificate_expired/,
      remedy: async () => ({
        server: await certificate('renewed', { from: -1, to: 90 }),
        device: { words: 'dates' },
      }),
    }),
    async () => ({
      what: 'a certificate that is not valid yet',
      server: await certificate('early', { from: 30, to: 90 }),
      device: { words: 'dates' },
      cause: 'certificate-not-yet-valid',
      says: /the certificate of .* is valid from \d{4}-\d\d-\d\d/,
      remedy: () => ({ device: { words: 'dates' } }),
    }),
    {
      what: 'a valid certificate before the device knows the time',
      device: { words: 'dates timeless' },
      cause: 'no-time',
      says: /the device’s clock is not set.*the device’s alert: certificate_unknown.*sntp_init/,
      remedy: () => ({ device: { words: 'dates' } }),
    },
    {
      what: 'TLS 1.3 alone',
      server: { protocols: 'TLSv1.3' },
      cause: 'tls13-only',
      says: /supports TLS 1\.3 only; the device supports TLS 1\.2 at most \(the peer’s alert: protocol_version/,
      remedy: text => ({ server: { protocols: `TLSv${/Allow TLS (1\.2)/.exec(text)?.[1]}` } }),
    },
    {
      what: 'TLS 1.2 alone, which is too new for the device',
      device: { words: 'tls1.1' },
      cause: 'version-too-new',
      says: /requires a newer version than the device’s TLS 1\.1/,
      remedy: text => ({
        server: { protocols: `TLSv${/allow TLS (1\.1) on the server/.exec(text)?.[1]}` },
        device: { words: 'tls1.1' },
      }),
    },
    {
      what: 'TLS 1.1 alone, which is too old for the device',
      server: { protocols: 'TLSv1.1' },
      cause: 'version-too-old',
      says: /supports TLS 1\.1 at most/,
      remedy: text => ({ server: { protocols: `TLSv${/Allow TLS (1\.2)/.exec(text)?.[1]}` } }),
    },
    {
      what: 'cipher suites that the device does not have',
      server: { ciphers: 'ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305' },
      cause: 'cipher-mismatch',
      says: /accepts none of the device’s cipher suites: TLS_.*handshake_failure/,
      remedy: text => ({ server: { ciphers: /OpenSSL: ([\w-]+)/.exec(text)?.[1] ?? assert.fail(text) } }),
    },
    {
      what: 'a server that rejects names that it does not know',
      device: { name: 'other.example' },
      server: {
        others: port => `server { listen 127.0.0.1:${port} default_server ssl; ssl_reject_handshake on; }`,
      },
      cause: 'server-name-unknown',
      says: /does not know the host name other\.example \(the peer’s alert: unrecognized_name/,
      remedy: text => {
        assert.match(text, /Connect to a host name that the server knows/);
        return {};
      },
    },
    {
      what: 'a port without TLS',
      server: { listen: '' },
      cause: 'plain-text',
      says: /does not answer with TLS/,
      remedy: text => {
        assert.match(text, /Use the server’s TLS port/);
        return {};
      },
    },
    {
      what: 'a page in a record that is larger than the buffer',
      server: { isUnlimited: true },
      cause: 'record-too-large',
      says: /sends a record of \d{4,5} bytes/,
      remedy: text => {
        assert.match(text, /have the server send shorter records/);
        return {};
      },
    },
    async () => ({
      what: 'a certificate signed with SHA-1',
      server: await signedByOpenssl('weak', '2048', '-sha1'),
      cause: 'certificate-refused',
      says: /the device rejects the certificate.*certificate_unknown.*esp8266-ssl ca HOST:PORT/,
      remedy: async (text, port) => {
        const command = /esp8266-ssl (ca) HOST:PORT/.exec(text)?.[1] ?? assert.fail(text);
        const out = path.join(devices.folder, 'seen');
        assert.match(
          await runPeer(process.execPath, [cli, command, `127.0.0.1:${port}`, '--out', out]),
          /sha1/i,
        );
        return { server: await signedByOpenssl('strong', '2048', '-sha256') };
      },
    }),
    async () => ({
      what: 'a certificate with a small key',
      server: await signedByOpenssl('small', '1024', '-sha256'),
      cause: 'key-too-small',
      says: /probably because its RSA key has 1024 bits.*unsupported_certificate/,
      remedy: () => ({}),
    }),
  ];

  /** A certificate by the CA that the device trusts, with what our own generator does not make. */
  async function signedByOpenssl(name: string, bits: string, hash: string): Promise<Partial<ServerSettings>> {
    const { folder, firmware } = devices;
    const at = (kind: string) => path.join(folder, `${name}.${kind}`);
    const subject = ['-subj', `/CN=${peerName}`];
    await runPeer('openssl', [
      ...[
        'req',
        '-new',
        '-newkey',
        `rsa:${bits}`,
        '-nodes',
        '-keyout',
        at('key'),
        '-out',
        at('csr'),
        ...subject,
      ],
    ]);
    await runPeer('openssl', [
      ...['x509', '-req', '-in', at('csr'), '-CA', firmware.caCertificate, '-CAkey', firmware.caKey],
      ...['-CAcreateserial', '-days', '30', hash, '-out', at('crt')],
    ]);
    return { certificate: at('crt'), key: at('key') };
  }

  for (const given of cases) {
    it(typeof given === 'function' ? 'certificates' : `${given.what}: ${given.cause}`, async function () {
      const { what, cause, says, remedy, ...failing } = typeof given === 'function' ? await given() : given;
      if (this.test !== undefined) this.test.title = `${what}: ${cause}`;
      const { device, port } = await visit(failing);
      const { failed, text } = await device.failure();
      assert.equal(failed.cause.id, cause, `${text}\n${device.log}`);
      assert.match(text, says, device.log);

      const helped = await visit(await remedy(text, port));
      await helped.device.until('the page', () =>
        /\d+ bytes: .*hello from nginx/s.test(helped.device.printed),
      );
      await helped.device.until('the end', () =>
        helped.device.printed.includes('TLS client: closed, error 0'),
      );
      assert.deepEqual(helped.device.sentences, [], helped.device.log);
    });
  }
});
