import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import * as vscode from 'vscode';
import { decodeRecords } from '../../../src/certificates/flashRecords';
import { generateCertificates } from '../../../src/certificates/generate';

interface Result {
  verdict: string;
  report: vscode.Uri;
  file?: vscode.Uri;
}

describe('Get CA Certificate from Server…', () => {
  let server: tls.Server;
  let port = 0;
  let ca: X509Certificate;
  /** What lay there: other tests made it. */
  let formerFile: Buffer | undefined;
  const folder = () => vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('/');
  const file = () => path.join(folder().fsPath, 'ssl', 'esp_ca_cert.bin');

  beforeEach(async () => {
    const set = await generateCertificates({ name: 'server.example' });
    const pem = new Map(set.files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]));
    ca = new X509Certificate(set.ca.certificate);
    server = tls.createServer({
      cert: `${pem.get('server.crt')}${pem.get('ca.crt')}`,
      key: pem.get('server.key'),
      ciphers: 'AES128-SHA',
      maxVersion: 'TLSv1.2',
    });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      formerFile = readFileSync(file());
    } catch {
      formerFile = undefined;
    }
  });
  afterEach(() => {
    server.close();
    if (formerFile !== undefined) writeFileSync(file(), formerFile);
    else rmSync(file(), { force: true });
  });

  const run = (given: object) =>
    vscode.commands.executeCommand<Result | undefined>('esp8266-ssl.caFromServer', {
      folder: folder(),
      ...given,
    });

  it('writes the CA of a server and reports what it found', async () => {
    const result = await run({ server: `127.0.0.1:${port}`, buffer: 4096, write: true });
    assert.equal(result?.verdict, 'yes');
    assert.equal(result.file?.fsPath, vscode.Uri.file(file()).fsPath);
    const [record] = decodeRecords(readFileSync(file()), file());
    assert.deepEqual(Buffer.from(record?.data ?? []), ca.raw);
    const text = (await vscode.workspace.openTextDocument(result.report)).getText();
    assert.match(text, /^\*\*A device with libmbedtls of SDK 3\\?\.0\\?\.6 .* can talk to 127/m);
    assert.match(text, /TLS\\_RSA\\_WITH\\_AES\\_128\\_CBC\\_SHA/);
    assert.match(text, /ESP8266 CA/);
  });

  it('shows the report as a page, and writes nothing unless told to', async () => {
    const result = await run({ server: `127.0.0.1:${port}`, buffer: 2048, write: false });
    assert.equal(result?.file, undefined);
    await vscode.commands.executeCommand('markdown.showPreview', result?.report);
    const labels = () => vscode.window.tabGroups.all.flatMap(group => group.tabs.map(tab => tab.label));
    // The tab comes some time after the command has ended.
    for (let tries = 0; tries < 100 && !labels().some(label => label.includes(`127.0.0.1:${port}`)); tries++)
      await new Promise(resolve => setTimeout(resolve, 100));
    assert.match(labels().join(), new RegExp(`127\\.0\\.0\\.1:${port}`));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('writes no CA that the device cannot use, unless told to', async () => {
    const weak = await generateCertificates({ name: 'server.example', bits: 1024 });
    const pem = new Map(weak.files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]));
    server.setSecureContext({
      cert: `${pem.get('server.crt')}${pem.get('ca.crt')}`,
      key: pem.get('server.key'),
      ciphers: 'AES128-SHA:@SECLEVEL=0',
    });
    rmSync(file(), { force: true });
    const given = { server: `127.0.0.1:${port}`, buffer: 4096, write: true };
    const refused = await run(given);
    assert.ok(refused);
    assert.deepEqual([refused.verdict, refused.file], ['unverified', undefined]);
    assert.equal(existsSync(file()), false);
    const text = (await vscode.workspace.openTextDocument(refused.report)).getText();
    assert.match(text, /No CA certificate fits: the device cannot use ESP8266 CA/);
    assert.match(text, /SSL411/);
    assert.equal((await run({ ...given, force: true }))?.file?.fsPath, vscode.Uri.file(file()).fsPath);
    assert.equal(existsSync(file()), true);
  });

  it('says what is wrong with a server that speaks no TLS', async () => {
    const plain = net.createServer(socket => socket.end('220 hello\r\n')).listen(0, '127.0.0.1');
    await new Promise(resolve => plain.once('listening', resolve));
    const address = plain.address();
    const plainPort = typeof address === 'object' && address !== null ? address.port : 0;
    assert.equal(await run({ server: `127.0.0.1:${plainPort}`, buffer: 2048, write: true }), undefined);
    plain.close();
  });
});
