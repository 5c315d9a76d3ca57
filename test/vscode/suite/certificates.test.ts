import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
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
        'ca.cer',
        'ca.crt',
        'ca.key',
        'cert.h',
        'esp_ca_cert.bin',
        'esp_cert_private_key.bin',
        'private_key.h',
        'server.cer',
        'server.crt',
        'server.key',
        'server.key.der',
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

  it('keeps what was chosen in esp8266-ssl.json, beside what else is in it, and makes it again', async () => {
    const file = path.join(folder(), 'esp8266-ssl.json');
    const kept = readFileSync(file, 'utf8');
    assert.match(kept, /"name": "127\.0\.0\.1"/);
    const text =
      '{\n  // ours\n  "sdk": "2.1.0",\n  "mine": 1,\n  "certificates": { "name": "a.local" },\n}\n';
    writeFileSync(file, text);
    await vscode.commands.executeCommand('esp8266-ssl.generateAgain');
    const certificate = new X509Certificate(readFileSync(path.join(folder(), 'ssl', 'server.crt')));
    assert.equal(certificate.checkHost('a.local'), 'a.local');
    assert.equal(certificate.publicKey.asymmetricKeyDetails?.modulusLength, 1024);
    await vscode.commands.executeCommand('esp8266-ssl.generateCertificates', { name: 'b.local' });
    assert.equal(readFileSync(file, 'utf8'), text.replace('a.local', 'b.local'));
    writeFileSync(file, kept);
    await vscode.commands.executeCommand('esp8266-ssl.generateAgain');
  });

  it('writes a request and refuses a certificate for another key', async () => {
    const files = await vscode.commands.executeCommand<vscode.Uri[]>('esp8266-ssl.createCertificateRequest', {
      name: 'device.local',
    });
    assert.deepEqual(
      files.map(file => path.basename(file.fsPath)),
      ['device.csr', 'device.key'],
    );
    const before = readFileSync(path.join(folder(), 'ssl', 'cert.h'), 'utf8');
    const imported = await vscode.commands.executeCommand('esp8266-ssl.importCertificate', {
      files: [vscode.Uri.file(path.join(folder(), 'ssl', 'server.crt'))],
    });
    assert.equal(imported, undefined);
    assert.equal(readFileSync(path.join(folder(), 'ssl', 'cert.h'), 'utf8'), before);
  });

  it('signs with a CA that lies elsewhere, whose key is encrypted', async () => {
    const elsewhere = mkdtempSync(path.join(os.tmpdir(), 'ca-'));
    const project = path.join(elsewhere, 'project');
    mkdirSync(project);
    const ca = path.join(elsewhere, 'ca.pem');
    const key = createPrivateKey(readFileSync(path.join(folder(), 'ssl', 'ca.key')));
    const encrypted = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' });
    writeFileSync(ca, `${readFileSync(path.join(folder(), 'ssl', 'ca.crt'), 'utf8')}${String(encrypted)}`);
    const given = {
      folder: vscode.Uri.file(project),
      name: 'c.local',
      ca: { certificate: vscode.Uri.file(ca) },
      passphrase: 'x',
    };
    await vscode.commands.executeCommand('esp8266-ssl.signWithExistingCa', given);
    const made = readdirSync(path.join(project, 'ssl'));
    assert.ok(made.includes('server.crt') && !made.includes('ca.key'), made.join());
    const kept: unknown = JSON.parse(readFileSync(path.join(project, 'esp8266-ssl.json'), 'utf8'));
    // What lies outside of a project is not for its file to name.
    assert.deepEqual(kept, { certificates: { name: 'c.local' } });
    rmSync(elsewhere, { recursive: true });
  });

  it('lets the device trust another CA, and keeps that in esp8266-ssl.json', async () => {
    const project = mkdtempSync(path.join(os.tmpdir(), 'trust-'));
    const made = { folder: vscode.Uri.file(project), quiet: true };
    await vscode.commands.executeCommand('esp8266-ssl.generateCertificates', { ...made, name: 'd.local' });
    const other = path.join(project, 'next-ca.crt');
    writeFileSync(other, readFileSync(path.join(folder(), 'ssl', 'ca.crt')));
    const trust = { ...made, files: [vscode.Uri.file(other)] };
    const written = await vscode.commands.executeCommand<vscode.Uri[]>('esp8266-ssl.trustAnotherCa', trust);
    assert.deepEqual(
      written.map(file => path.relative(project, file.fsPath)),
      [path.join('ssl', 'esp_ca_cert.bin')],
    );
    const record = readFileSync(path.join(project, 'ssl', 'esp_ca_cert.bin'), 'latin1');
    assert.equal(record.split('-----BEGIN CERTIFICATE-----').length - 1, 2);
    await vscode.commands.executeCommand('esp8266-ssl.generateAgain', made);
    assert.equal(readFileSync(path.join(project, 'ssl', 'esp_ca_cert.bin'), 'latin1'), record);
    const kept: unknown = JSON.parse(readFileSync(path.join(project, 'esp8266-ssl.json'), 'utf8'));
    assert.deepEqual(kept, { certificates: { name: 'd.local', trust: ['next-ca.crt'] } });
    rmSync(project, { recursive: true });
  });
});

describe('esp8266-ssl.json in the editor', () => {
  let document: vscode.TextDocument;
  before(async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder.uri, 'esp8266-ssl.json');
    await vscode.workspace.fs.writeFile(
      file,
      Buffer.from('{\n  // a comment\n  "tlsLibrary": "axtls",\n  "simulator": { "adc": 1 },\n  \n}\n'),
    );
    document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document);
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(document.uri);
  });

  it('is JSON with comments, with one mistake', async () => {
    assert.equal(document.languageId, 'jsonc');
    const found = await until(
      () => vscode.languages.getDiagnostics(document.uri),
      each => each.length > 0,
    );
    assert.deepEqual(
      found.map(({ range, message }) => `${range.start.line}: ${message}`),
      ['2: Value is not accepted. Valid values: "libssl", "libmbedtls".'],
    );
  });

  it('has hovers and completion from the schema', async () => {
    const hovers = await until(
      () =>
        vscode.commands.executeCommand<vscode.Hover[]>(
          'vscode.executeHoverProvider',
          document.uri,
          new vscode.Position(3, 20),
        ),
      each => each.length > 0,
    );
    const texts = hovers
      .flatMap(({ contents }) => contents)
      .map(content => (content instanceof vscode.MarkdownString ? content.value : ''));
    // Markdown, in which VS Code escapes what is plain text.
    assert.match(texts.join().replaceAll('\\', ''), /system_adc_read/);
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      new vscode.Position(4, 2),
    );
    const labels = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    for (const label of ['sdk', 'certificates']) assert.ok(labels.includes(label), labels.join());
  });
});

/** What is asked for again and again until it is as it shall be: VS Code's JSON support works in a process of its own. */
async function until<T>(ask: () => T | Thenable<T>, isThere: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await ask();
    if (isThere(value)) return value;
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}

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
