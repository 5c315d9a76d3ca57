import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodeRecords } from '../../src/certificates/flashRecords';
import { trustMore, writeCertificates } from '../../src/certificates/makers';
import { tlsAbilities } from '../../src/sdk/tls';
import { peerName } from '../firmware-sources/stack/build';
import { StackDevices } from './stackDevices';

describe('two CAs in esp_ca_cert.bin', () => {
  let scratch = '';
  let devices: StackDevices;
  const servers: ChildProcess[] = [];
  const file = (name: string) => path.join(scratch, name);
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: scratch, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  /** Makes NAME.crt and NAME.key. */
  const make = (name: string, subject: string, ...more: string[]) => {
    const key = `req -x509 -newkey rsa:2048 -noenc -days 99 -keyout ${name}.key -out ${name}.crt`.split(' ');
    openssl(...key, '-subj', subject, ...more);
  };
  /** Starts `openssl s_server`; resolves to the port at which it listens. */
  const serve = (name: string): Promise<number> => {
    const files = ['-cert', file(`${name}.crt`), '-key', file(`${name}.key`)];
    const options = ['-cipher', 'AES128-SHA256:@SECLEVEL=0', ...files];
    const server = spawn('openssl', ['s_server', '-accept', '127.0.0.1:0', '-www', ...options], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    servers.push(server);
    return new Promise((resolve, reject) => {
      let said = '';
      server.stdout.on('data', data => {
        said += String(data);
        const port = /^ACCEPT 127\.0\.0\.1:(\d+)$/m.exec(said)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
      server.once('exit', code => {
        reject(new Error(`s_server ended with ${code}`));
      });
    });
  };
  before(async () => {
    scratch = mkdtempSync(path.join(tmpdir(), 'trust-'));
    for (const ca of ['old', 'new']) {
      make(ca, `/CN=${ca} CA`);
      const signed = ['-CA', `${ca}.crt`, '-CAkey', `${ca}.key`];
      const server = ['basicConstraints=CA:FALSE', `subjectAltName=DNS:${peerName}`];
      make(`by-${ca}`, `/CN=${peerName}`, ...signed, ...server.flatMap(each => ['-addext', each]));
    }
    devices = await StackDevices.create();
  });
  after(() => {
    for (const server of servers) server.kill();
    devices.remove();
    rmSync(scratch, { recursive: true });
  });

  it('verify servers of either CA by openssl, as one PEM text and as two records', async () => {
    const abilities = ['libmbedtls', 'libssl'] as const;
    for (const library of abilities) {
      const how = { abilities: tlsAbilities(library, '2.2.1'), trust: [file('old.crt'), file('new.crt')] };
      const given = library === 'libssl' ? { ...how, trust: [file('new.crt')] } : how;
      const ca = library === 'libssl' ? { certificate: file('old.crt'), key: file('old.key') } : undefined;
      await writeCertificates({ name: peerName, bits: 2048 }, file(library), { ...given, ca });
      const records = decodeRecords(readFileSync(path.join(file(library), 'esp_ca_cert.bin')), '');
      assert.equal(records.length, library === 'libssl' ? 2 : 1);
      const texts = records.map(({ data }, index) => {
        if (Buffer.from(data).toString('latin1').startsWith('-----')) return Buffer.from(data).toString();
        writeFileSync(file(`record-${index}.der`), data);
        return openssl('x509', '-inform', 'DER', '-in', `record-${index}.der`);
      });
      writeFileSync(file('trusted.pem'), texts.join(''));
      for (const server of ['by-old', 'by-new'])
        assert.match(openssl('verify', '-CAfile', 'trusted.pem', `${server}.crt`), /: OK/, library);
    }
  });

  it('let a device with Mbed TLS visit servers of either CA, and no others', async () => {
    const folder = file('device');
    const abilities = tlsAbilities('libmbedtls', '3.0.6') ?? assert.fail();
    const only = await trustMore([file('old.crt')], folder, { abilities });
    assert.equal(only.subjects.length, 1);
    const record = () => readFileSync(path.join(folder, 'esp_ca_cert.bin'));
    const visit = async (server: string, caRecord: Uint8Array, expected: RegExp) => {
      const device = devices.visit(await serve(server), { caRecord });
      await device.until(String(expected), () => expected.test(device.printed));
      device.simulator.end();
    };
    const refused = /^TLS client: closed, error -9984$/m;
    await visit('by-new', record(), refused);
    await trustMore([file('new.crt')], folder, { abilities });
    for (const server of ['by-old', 'by-new']) await visit(server, record(), /^TLS client: connected, /m);
    make('stranger', `/CN=${peerName}`);
    await visit('stranger', record(), refused);
  });
});
