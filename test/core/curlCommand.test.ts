import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { certificatesBeside } from '../../src/certificates/certificatesBeside';
import { layouts } from '../../src/certificates/layouts';
import { writeCertificates } from '../../src/certificates/writeFiles';
import { portOpened, readPortOpened } from '../../src/debugger/portOpened';
import { curlCommand } from '../../src/editor/debugging/curlCommand';
import { namedRecordFolder } from '../../src/project/recordFolder';

const port = { protocol: 'tls', devicePort: 443, host: '127.0.0.1', port: 8443 } as const;
const url = 'https://127.0.0.1:8443/';

describe('what a client is told of a port', function () {
  this.timeout(120_000);
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-port-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const layout of layouts) {
    it(`names the CA among the files of ${layout}`, async () => {
      await writeCertificates({ name: '127.0.0.1', files: layout, bits: 1024 }, path.join(folder, 'ssl'));
      const records = path.join(folder, namedRecordFolder({ files: layout }));
      const files = certificatesBeside(records);
      assert.ok(files);
      assert.match(files.ca, /ca(_x509)?\.(crt|pem)$/);
      const told = portOpened({ kind: 'listening', time: 0, ...port }, records);
      assert.deepEqual(told, { ...port, url, caCertificate: files.ca });
    });
  }

  it('says which name the certificate is for, when that is not the address of the port', async () => {
    await writeCertificates({ name: 'lamp.example' }, folder);
    const told = portOpened({ kind: 'listening', time: 0, ...port }, folder);
    assert.equal(told.serverName, 'lamp.example');
  });

  it('knows no CA where there is none, and no address for other protocols', () => {
    assert.deepEqual(portOpened({ kind: 'listening', time: 0, ...port }, folder), { ...port, url });
    assert.deepEqual(portOpened({ kind: 'listening', time: 0, ...port }, undefined), { ...port, url });
    const udp = { ...port, protocol: 'udp', devicePort: 53 } as const;
    assert.deepEqual(portOpened({ kind: 'listening', time: 0, ...udp }, folder), udp);
  });

  it('is read as it was sent, and nothing else is', () => {
    const told = { ...port, url, caCertificate: '/a/ca.crt', serverName: 'lamp.example' };
    assert.deepEqual(readPortOpened(JSON.parse(JSON.stringify(told))), told);
    for (const other of [
      undefined,
      null,
      'tls',
      {},
      { ...told, port: '8443' },
      { ...told, protocol: 'http' },
      { ...told, host: '127.0.0.1`id`' },
      { ...told, url: 'command:workbench.action.quit' },
      { ...told, serverName: 'lamp.example$(id)' },
    ])
      assert.equal(readPortOpened(other), undefined);
    const { url: address, ...rest } = told;
    assert.equal(address, url);
    assert.deepEqual(readPortOpened({ ...rest, url: 7 }), rest);
  });
});

describe('the curl command', () => {
  const told = { ...port, url, caCertificate: '/home/me/my lamp/ca.crt' };

  it('trusts the CA, with the path as the shell takes it', () => {
    assert.equal(
      curlCommand(told, 'linux'),
      "curl --cacert '/home/me/my lamp/ca.crt' https://127.0.0.1:8443/",
    );
    assert.equal(
      curlCommand({ ...told, caCertificate: "/it's/ca.crt" }, 'darwin'),
      `curl --cacert '/it'\\''s/ca.crt' ${url}`,
    );
    assert.equal(
      curlCommand({ ...told, caCertificate: 'C:\\my lamp\\ca.crt' }, 'win32'),
      'curl.exe --ssl-no-revoke --cacert "C:\\my lamp\\ca.crt" https://127.0.0.1:8443/',
    );
    assert.equal(
      curlCommand({ ...told, caCertificate: '/a/ca.crt' }, 'linux'),
      `curl --cacert /a/ca.crt ${url}`,
    );
  });

  it('asks for the name in the certificate at the port of this computer', () => {
    assert.equal(
      curlCommand({ ...told, caCertificate: '/a/ca.crt', serverName: 'lamp.example' }, 'linux'),
      'curl --cacert /a/ca.crt --connect-to lamp.example:443:127.0.0.1:8443 https://lamp.example/',
    );
  });

  it('trusts anybody where no CA is known', () => {
    assert.equal(curlCommand({ ...port, url }, 'linux'), `curl --insecure ${url}`);
  });
});
