import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { buildRamImage } from '../../../src/flash/appImage';
import { RomLoader } from '../../../src/simulator/serial/romLoader';
import { pseudoTerminal, type Terminal } from '../../../src/simulator/serial/terminal';

describe('Flash…', () => {
  let folder = '';
  let terminal: Terminal;
  let chip: RomLoader;
  const certificates = Buffer.from('records');

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-flash-'));
    mkdirSync(path.join(folder, 'ssl'));
    writeFileSync(path.join(folder, 'ssl', 'esp_ca_cert.bin'), certificates);
    const segments = [{ address: 0x40100000, bytes: Uint8Array.of(1, 2, 3, 4) }];
    writeFileSync(path.join(folder, 'boot.bin'), buildRamImage(0x40100000, segments));
    writeFileSync(
      path.join(folder, 'esp8266-ssl.json'),
      JSON.stringify({
        flash: {
          map: 2,
          files: { boot: 'boot.bin' },
          regions: [{ file: 'ssl/esp_ca_cert.bin', sector: '0x77' }],
        },
      }),
    );
    terminal = await pseudoTerminal();
    chip = new RomLoader(0x100000);
    chip.onSend = bytes => {
      terminal.send(bytes);
    };
    terminal.onData = bytes => {
      chip.receive(bytes);
    };
  });
  after(() => {
    chip.close();
    terminal.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (command: string, more: object = {}) =>
    vscode.commands.executeCommand<number | undefined>(`esp8266-ssl.${command}`, {
      folder: vscode.Uri.file(folder),
      port: terminal.name,
      ...more,
    });
  const flashed = (address: number, length: number) =>
    Buffer.from(chip.flash.contents.subarray(address, address + length));

  it('flashes certificates alone without a question, from inside of VS Code', async () => {
    assert.equal(await run('flashCertificates'), 1);
    assert.deepEqual(flashed(0x77000, certificates.length), certificates);
    assert.equal(flashed(0, 1)[0], 0xff);
  });

  it('flashes everything when the question is answered', async () => {
    assert.equal(await run('flash', { confirmed: true }), 2);
    assert.deepEqual([...flashed(0, 4)], [0xe9, 1, 0, 0x20]);
  });

  it('compares the device with the project, and says in which sectors it differs', async () => {
    assert.equal(await run('compareWithDevice'), 0);
    const file = path.join(folder, 'ssl', 'esp_ca_cert.bin');
    writeFileSync(file, Buffer.alloc(5000, 0x41));
    assert.equal(await run('compareWithDevice'), 1);
    const report = vscode.window.activeTextEditor?.document ?? assert.fail('no report');
    assert.equal(
      report.getText(),
      [
        `The board at ${terminal.name} differs from the project: 1 of 2 files differ.`,
        '',
        '0x0  boot.bin: the same',
        '0x77000  ssl/esp_ca_cert.bin: differs in 2 of 2 sectors: 0x77–0x78',
        '',
      ].join('\n'),
    );
    chip.flash.contents[0x10] = 0;
    assert.equal(await run('compareWithDevice'), 2);
    const boot = /^0x0 {2}boot\.bin: differs in 1 of 1 sectors: 0x0$/m;
    // The report that is open follows, some time after.
    for (let tries = 0; tries < 100 && !boot.test(report.getText()); tries++)
      await new Promise(resolve => setTimeout(resolve, 100));
    assert.match(report.getText(), boot);
    writeFileSync(file, certificates);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('merges everything into one image', async () => {
    const file = path.join(folder, 'flash.bin');
    assert.equal(await run('mergeImage', { file: vscode.Uri.file(file) }), 2);
    assert.equal(readFileSync(file).length, 0x100000);
  });

  it('copies the command of Python’s esptool', async () => {
    await run('copyEsptoolCommand', { port: 'COM3' });
    assert.match(
      await vscode.env.clipboard.readText(),
      /^esptool --chip esp8266 --port COM3 .* 0x0 boot\.bin 0x77000 ssl\/esp_ca_cert\.bin$/,
    );
  });

  it('offers tasks that do the same', async () => {
    const tasks = await vscode.tasks.fetchTasks({ type: 'esp8266-ssl' });
    assert.deepEqual(
      tasks.map(({ name }) => name),
      ['Build firmware', 'flash', 'flash certificates', 'merge'],
    );
    const [merge] = tasks.filter(({ name }) => name === 'merge');
    assert.ok(merge);
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    // Other tests have left a project there.
    const project = path.join(workspace, 'esp8266-ssl.json');
    const former = existsSync(project) ? readFileSync(project) : undefined;
    writeFileSync(
      project,
      '{ "flash": { "map": 2, "regions": [{ "file": "README.md", "sector": "0x77" }] } }',
    );
    const ended = new Promise<number | undefined>(resolve => {
      const listening = vscode.tasks.onDidEndTaskProcess(({ exitCode }) => {
        listening.dispose();
        resolve(exitCode);
      });
    });
    await vscode.tasks.executeTask(merge);
    const exitCode = await ended;
    if (former === undefined) rmSync(project);
    else writeFileSync(project, former);
    assert.equal(exitCode, 0);
    assert.equal(readFileSync(path.join(workspace, 'flash.bin')).length, 0x100000);
    rmSync(path.join(workspace, 'flash.bin'), { force: true });
  });
});
