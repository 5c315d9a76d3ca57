import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { writeCertificates } from '../../src/certificates/writeFiles';
import { copySample, openWorkbench, pressF5, type Workbench } from './workbench';

const elf = path.join(__dirname, '..', '..', 'samples', 'https-server', 'firmware.elf');

/** ms; a busy computer starts the extension and the device slowly. */
const patience = 90_000;

/** F5 as a user presses it, without a launch.json: never silence. */
describe('F5 without launch.json', function () {
  this.timeout(4 * patience);
  let workbench: Workbench;
  let scratch = '';
  /** Keys and clicks of the user so far. */
  let actions = 0;

  before(async () => {
    workbench = await openWorkbench({ fill: () => undefined });
    workbench.page.setDefaultTimeout(patience);
  });
  after(() => workbench.close());
  beforeEach(() => {
    scratch = mkdtempSync(path.join(os.tmpdir(), 'start-debugging-'));
    actions = 0;
  });
  afterEach(async function () {
    if (this.currentTest?.isFailed() === true) await workbench.screenshot('f5-failed');
    await stop();
    // VS Code loads itself again when the workspace that it shows is removed.
    await workbench.page.goto('about:blank');
    rmSync(scratch, { recursive: true, force: true });
  });

  const dialog = () => workbench.page.locator('.monaco-dialog-box');
  const rows = () => workbench.page.locator('.quick-input-list .monaco-list-row');
  const served = () =>
    workbench.page
      .locator('.notification-toast')
      .getByText('The simulated device serves https://127.0.0.1:8443/');

  async function press(key: string): Promise<void> {
    actions++;
    if (key === 'F5') await pressF5(workbench.page);
    else await workbench.page.keyboard.press(key);
  }

  async function click(what: Locator): Promise<void> {
    actions++;
    await what.click();
  }

  /** The rows of the list that is open, after one that must be among them. */
  async function list(expected: string): Promise<string[]> {
    await rows().getByText(expected).first().waitFor();
    return (await rows().allInnerTexts()).map(text => text.replaceAll('\n', ' ').trim());
  }

  /** VS Code asks which debugger to use where no file says it; ours is there once. */
  async function chooseDebugger(): Promise<void> {
    const ours = (await list('ESP8266 (simulated)')).filter(row => row.includes('ESP8266'));
    assert.equal(ours.length, 1);
    await click(rows().getByText('ESP8266 (simulated)'));
  }

  async function running(): Promise<void> {
    await served().waitFor();
    await workbench.page.locator('.debug-toolbar').waitFor();
  }

  async function stop(): Promise<void> {
    const { page } = workbench;
    if (await page.locator('.debug-toolbar').isVisible()) await page.keyboard.press('Shift+F5');
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    await workbench.command('Notifications: Clear All Notifications');
  }

  /** A folder with certificates. */
  async function folder(name = 'project'): Promise<string> {
    const made = path.join(scratch, name);
    mkdirSync(made);
    await writeCertificates({ name: '127.0.0.1' }, path.join(made, 'ssl'));
    return made;
  }

  async function openFile(name: string): Promise<void> {
    const { page } = workbench;
    await page.keyboard.press('Control+P');
    await page.locator('.quick-input-widget input.input').fill(name);
    await rows().getByText(path.basename(name)).first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.tab').getByText(path.basename(name)).waitFor();
    await page.locator('.view-line').first().waitFor();
  }

  it('runs the only ELF; from its source, with one key', async () => {
    const project = await folder();
    copySample(project);
    rmSync(path.join(project, '.vscode'), { recursive: true });
    await writeCertificates({ name: '127.0.0.1' }, path.join(project, 'ssl'));
    await workbench.open(project);
    await workbench.ready();
    await openFile('user_main.c');
    await press('F5');
    await running();
    assert.equal(actions, 1);
    await stop();

    await workbench.command('View: Close Editor');
    await press('F5');
    await chooseDebugger();
    await running();
    assert.equal(actions, 3);
  });

  it('offers each of several ELFs once', async () => {
    const project = await folder();
    mkdirSync(path.join(project, 'build'));
    cpSync(elf, path.join(project, 'build', 'old.elf'));
    cpSync(elf, path.join(project, 'firmware.elf'));
    writeFileSync(path.join(project, 'a.out'), 'a program of this computer');
    writeFileSync(path.join(project, 'main.c'), 'void user_init(void) {}\n');
    await workbench.open(project);
    await workbench.ready();
    await openFile('main.c');
    await press('F5');
    assert.deepEqual((await list('old.elf')).sort(), ['build/old.elf', 'firmware.elf']);
    await workbench.screenshot('f5-several');
    await click(rows().getByText('build/old.elf'));
    await running();
    await workbench.page.locator('.repl').getByText('build/old.elf').waitFor();
    assert.equal(actions, 2);
  });

  it('says how to get on where sources have no ELF yet', async () => {
    const project = await folder();
    writeFileSync(path.join(project, 'main.c'), 'void user_init(void) {}\n');
    await workbench.open(project);
    await workbench.ready();
    await openFile('main.c');
    await press('F5');
    const offered = await list('A device with your certificates');
    assert.equal(offered.length, 3);
    await workbench.page.getByPlaceholder('There is no firmware ELF yet.').waitFor();
    await workbench.screenshot('f5-no-elf');
    await click(rows().getByText('A device with your certificates'));
    await running();
    assert.equal(actions, 2);
  });

  it('runs the sample in a window without a folder', async () => {
    await workbench.open();
    await workbench.ready();
    await press('F5');
    await chooseDebugger();
    await dialog().getByText('The simulated device has no certificate.').waitFor();
    await workbench.screenshot('f5-no-folder-certificates');
    await click(dialog().getByText('Generate and Run'));
    await running();
    await workbench.screenshot('f5-no-folder');
    assert.equal(actions, 3);
  });

  it('leads on from a C file without a folder', async () => {
    const file = path.join(scratch, 'loose.c');
    writeFileSync(file, 'int main(void) { return 0; }\n');
    await workbench.open(file);
    await workbench.ready();
    await workbench.page.locator('.view-line').getByText('main').click();
    await press('F5');
    await list('A device with your certificates');
    await workbench.screenshot('f5-loose-file');
    await click(rows().getByText('A device with your certificates'));
    // Certificates for windows without a folder are there since the last test.
    await running();
    assert.equal(actions, 2);
  });

  it('offers the ELFs of two folders, with the names of the folders', async () => {
    const folders = [await folder('one'), await folder('two')];
    for (const each of folders) cpSync(elf, path.join(each, 'firmware.elf'));
    const file = path.join(scratch, 'both.code-workspace');
    writeFileSync(file, JSON.stringify({ folders: folders.map(each => ({ path: each })) }));
    const roots = workbench.page.locator('.explorer-folders-view .monaco-list-row[aria-level="1"]');
    // VS Code in a browser now and then opens a workspace file without its folders, whatever is installed: then it is loaded again.
    for (let tries = 0; tries < 10 && (await roots.count()) < 2; tries++) {
      await workbench.open(file);
      await workbench.ready();
      await workbench.command('View: Show Explorer');
      await roots
        .nth(1)
        .waitFor({ timeout: 15_000 })
        .catch(() => undefined);
    }
    for (const name of ['one', 'two']) await roots.filter({ hasText: name }).first().waitFor();
    await roots.first().click();
    await press('F5');
    await chooseDebugger();
    assert.equal((await list('firmware.elf')).length, 2);
    for (const name of ['one', 'two']) assert.equal(await rows().filter({ hasText: name }).count(), 1);
    await workbench.screenshot('f5-two-folders');
    await click(rows().filter({ hasText: 'two' }));
    await running();
    await workbench.page.locator('.repl').getByText('two/ssl/esp_cert_private_key.bin').waitFor();
  });

  it('leaves the launch.json of another debugger to that; the command runs the device all the same', async () => {
    const project = await folder();
    cpSync(elf, path.join(project, 'firmware.elf'));
    mkdirSync(path.join(project, '.vscode'));
    const configurations = [{ type: 'cppdbg', request: 'launch', name: 'other', program: '/bin/true' }];
    writeFileSync(
      path.join(project, '.vscode', 'launch.json'),
      JSON.stringify({ version: '0.2.0', configurations }),
    );
    await workbench.open(project);
    await workbench.ready();
    await press('F5');
    await dialog().getByText("Configured debug type 'cppdbg' is not supported").waitFor();
    await click(dialog().getByText('Cancel'));
    await workbench.command('ESP8266 SSL: Run on Simulated Device');
    await running();
  });

  it('runs an ELF from the explorer, and a firmware from the title of its source', async () => {
    const project = await folder();
    copySample(project);
    rmSync(path.join(project, '.vscode'), { recursive: true });
    await writeCertificates({ name: '127.0.0.1' }, path.join(project, 'ssl'));
    await workbench.open(project);
    await workbench.ready();
    const { page } = workbench;
    await page.locator('.explorer-folders-view').getByText('firmware.elf').click({ button: 'right' });
    await workbench.screenshot('run-explorer');
    await page.locator('.monaco-menu').getByText('Run on Simulated Device').click();
    await running();
    await stop();
    await openFile('user_main.c');
    const run = page.locator('.editor-actions .action-label[aria-label^="Run on Simulated Device"]');
    await run.waitFor();
    await workbench.screenshot('run-title');
    await run.click();
    await running();
  });

  it('writes one configuration with the path of the ELF, which then runs', async () => {
    const project = await folder();
    mkdirSync(path.join(project, 'build'));
    cpSync(elf, path.join(project, 'build', 'app.elf'));
    await workbench.open(project);
    await workbench.ready();
    const { page } = workbench;
    const launchFile = path.join(project, '.vscode', 'launch.json');
    for (const create of ['the link', 'the command']) {
      rmSync(path.join(project, '.vscode'), { recursive: true, force: true });
      if (create === 'the link') {
        await page.keyboard.press('Control+Shift+D');
        await page.locator('.welcome-view').getByText('create a launch.json file').click();
      } else {
        // VS Code must have seen that the file is gone.
        await page.locator('.welcome-view').getByText('create a launch.json file').waitFor();
        await workbench.command('Debug: Add Configuration...');
      }
      await chooseDebugger();
      await page.locator('.tab').getByText('launch.json').waitFor();
      for (let tries = 0; tries < 600 && !existsSync(launchFile); tries++) await page.waitForTimeout(100);
      const { configurations } = JSON.parse(
        readFileSync(launchFile, 'utf8').replaceAll(/^\s*\/\/.*$/gm, ''),
      ) as { configurations: object[] };
      assert.deepEqual(configurations, [
        {
          type: 'esp8266-ssl',
          request: 'launch',
          name: 'app.elf on a simulated ESP8266',
          program: '${workspaceFolder}/build/app.elf',
        },
      ]);
      await workbench.screenshot(`launch-json-${create === 'the link' ? 'link' : 'command'}`);
      if (create === 'the link') await workbench.command('View: Close Editor');
    }
    await press('F5');
    await running();
  });

  it('leads on from a launch.json whose ELF is not there', async () => {
    const project = await folder();
    cpSync(elf, path.join(project, 'other.elf'));
    mkdirSync(path.join(project, '.vscode'));
    const program = '${workspaceFolder}/firmware.elf';
    const configurations = [{ type: 'esp8266-ssl', request: 'launch', name: 'device', program }];
    writeFileSync(
      path.join(project, '.vscode', 'launch.json'),
      JSON.stringify({ version: '0.2.0', configurations }),
    );
    await workbench.open(project);
    await workbench.ready();
    await press('F5');
    assert.equal((await list('other.elf')).length, 4);
    await workbench.page.getByPlaceholder(/firmware\.elf does not exist/).waitFor();
    await workbench.screenshot('f5-elf-missing');
    await click(rows().getByText('other.elf'));
    await running();
    assert.equal(actions, 2);
  });

  it('is a button after certificates were generated', async () => {
    const project = await folder();
    writeFileSync(path.join(project, 'esp8266-ssl.json'), '{ "certificates": { "name": "127.0.0.1" } }');
    await workbench.open(project);
    await workbench.command('Generate Certificates Again');
    const button = workbench.page.locator('.notification-toast').getByText('Run on Simulated Device');
    await button.waitFor();
    await workbench.screenshot('run-after-generating');
    await button.click();
    await running();
  });

  it('offers the page no more when the user does not want it', async () => {
    const { page } = workbench;
    await workbench.open(await folder());
    await workbench.command('ESP8266 SSL: Run on Simulated Device');
    await running();
    await page.locator('.notification-toast').getByText("Don't Show Again").click();
    await stop();
    await workbench.open(await folder('another'));
    await workbench.command('ESP8266 SSL: Run on Simulated Device');
    await page.locator('.repl').getByText('Port 443 of the device is open at').waitFor();
    await workbench.command('Notifications: Show Notifications');
    await page.locator('.notifications-center').waitFor();
    assert.equal(
      await page.locator('.notifications-center').getByText('The simulated device serves').count(),
      0,
    );
    await workbench.command('Notifications: Hide Notifications');
  });
});
