import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';

describe('Generate Certificates…', () => {
  const folder = () => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';

  it('writes all files into ssl/ of the workspace folder', async () => {
    const files = await vscode.commands.executeCommand<vscode.Uri[]>('esp8266-ssl.generateCertificates', {
      name: '127.0.0.1',
    });
    const names = files.map(file => path.relative(path.join(folder(), 'ssl'), file.fsPath)).sort();
    assert.deepEqual(names, [
      ...[
        'ca.crt',
        'ca.key',
        'cert.h',
        'esp_ca_cert.bin',
        'esp_cert_private_key.bin',
        'private_key.h',
        'server.crt',
        'server.key',
      ],
    ]);
    const read = (name: string) => readFileSync(path.join(folder(), 'ssl', name));
    const certificate = new X509Certificate(read('server.crt'));
    assert.equal(certificate.verify(new X509Certificate(read('ca.crt')).publicKey), true);
    assert.equal(certificate.checkIP('127.0.0.1'), '127.0.0.1');
    assert.match(read('cert.h').toString(), /^unsigned char default_certificate\[\] = \{\n {2}0x30, 0x82/);
    assert.equal(
      statSync(path.join(folder(), 'ssl', 'private_key.h')).mode & 0o077,
      0,
      'others may read the private key',
    );
  });

  it('keeps the CA when it runs again, so that clients go on trusting the device', async () => {
    const ca = readFileSync(path.join(folder(), 'ssl', 'ca.crt'), 'utf8');
    await vscode.commands.executeCommand('esp8266-ssl.generateCertificates', { name: 'device.local' });
    assert.equal(readFileSync(path.join(folder(), 'ssl', 'ca.crt'), 'utf8'), ca);
    const certificate = new X509Certificate(readFileSync(path.join(folder(), 'ssl', 'server.crt')));
    assert.equal(certificate.checkHost('device.local'), 'device.local');
    await vscode.commands.executeCommand('esp8266-ssl.generateCertificates', { name: '127.0.0.1' });
  });

  it('writes nothing for an empty name', async () => {
    const before = readFileSync(path.join(folder(), 'ssl', 'cert.h'), 'utf8');
    assert.equal(
      await vscode.commands.executeCommand('esp8266-ssl.generateCertificates', { name: ' ' }),
      undefined,
    );
    assert.equal(readFileSync(path.join(folder(), 'ssl', 'cert.h'), 'utf8'), before);
  });
});

describe('Generate Bad Certificates for Tests…', () => {
  it('writes a folder for each fault, once', async () => {
    const make = () =>
      vscode.commands.executeCommand<vscode.Uri | undefined>('esp8266-ssl.generateBadCertificates', {
        name: '127.0.0.1',
      });
    const readme = await make();
    assert.ok(readme);
    const folder = path.dirname(readme.fsPath);
    try {
      assert.equal(path.basename(folder), 'bad-certificates');
      const faults = readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory());
      assert.equal(faults.length, 12);
      for (const { name } of faults) {
        assert.ok(readFileSync(readme.fsPath, 'utf8').includes(`| ${name} |`), name);
        assert.equal(statSync(path.join(folder, name, 'private_key.h')).mode & 0o077, 0, name);
      }
      const ended = new X509Certificate(readFileSync(path.join(folder, 'expired', 'server.crt')));
      assert.ok(new Date(ended.validTo).getTime() < Date.now());
      assert.equal(await make(), undefined, 'it writes over what is there');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
