import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { pageFrame } from './pageFrame';
import { openWorkbench, type Workbench } from './workbench';

describe('a new project in the workbench', function () {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({ fill: () => undefined });
  });
  after(async () => {
    await workbench.close();
  });

  afterEach(async function () {
    if (this.currentTest?.isFailed() === true) await workbench.screenshot('new-project-failed');
  });

  it('is made in the open empty folder, and shows where to begin', async () => {
    const { page, folder } = workbench;
    assert.deepEqual(readdirSync(folder), []);
    await workbench.command('New Firmware Project…');
    const row = page.locator('.quick-input-list .monaco-list-row');
    await row.getByText('HTTPS server', { exact: true }).first().waitFor();
    await workbench.screenshot('new-project-templates');
    await page.locator('.quick-input-widget input.input').press('Enter');
    await page.locator('.tab').getByText('user_main.c').waitFor();
    await page.locator('.view-line').getByText('Set a breakpoint here').waitFor();
    await page.locator('.notification-toast').getByText('The project is ready').waitFor();
    await workbench.screenshot('new-project');
    for (const file of ['Makefile', 'firmware.elf', 'device-sdk/esp8266.ld', '.vscode/tasks.json'])
      assert.ok(existsSync(path.join(folder, file)), file);
    await workbench.command('Notifications: Clear All Notifications');
  });

  it('refuses to make another one over it', async () => {
    const { page, folder } = workbench;
    const before = readFileSync(path.join(folder, 'Makefile'), 'utf8');
    await workbench.command('New Firmware Project…');
    await page.locator('.quick-input-list .monaco-list-row').getByText('UART bridge').first().waitFor();
    const input = page.locator('.quick-input-widget input.input');
    await input.fill('UART');
    await input.press('Enter');
    // The folder is not empty any more, so a name is asked for.
    await page.locator('.quick-input-message').getByText('Name of the project').waitFor();
    assert.equal(await input.inputValue(), 'uart-bridge');
    await input.fill('not a name');
    await page.locator('.quick-input-message').getByText('cannot be the name of a project').waitFor();
    await workbench.screenshot('new-project-name');
    await page.keyboard.press('Escape');
    assert.equal(readFileSync(path.join(folder, 'Makefile'), 'utf8'), before);
  });

  it('stops at a breakpoint in its own source, though its firmware was built elsewhere', async () => {
    const { page, folder } = workbench;
    const cli = path.join(__dirname, '..', '..', 'out', 'cli.js');
    await promisify(execFile)(process.execPath, [cli, 'certs', '--name', '127.0.0.1'], { cwd: folder });
    await page.keyboard.press('Control+P');
    const source = readFileSync(path.join(folder, 'user', 'user_main.c'), 'utf8').split('\n');
    const line = source.findIndex(text => text.includes('request_count++')) + 1;
    await page.locator('.quick-input-widget input.input').fill(`user_main.c:${line}`);
    await page.locator('.quick-input-list .monaco-list-row').getByText('user_main.c').first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.view-line').getByText('request_count++').waitFor();
    await page.keyboard.press('F9');
    await page.locator('.codicon-debug-breakpoint').first().waitFor();
    await page.keyboard.press('F5');
    await page
      .locator('.repl')
      .getByText('Port 443 of the device is open at https://127.0.0.1:8443/')
      .waitFor({ timeout: 120_000 });
    const ca = path.join(folder, 'ssl', 'ca.crt');
    const asked = promisify(execFile)('curl', ['-sS', '--cacert', ca, 'https://127.0.0.1:8443/']);
    await page.locator('.debug-top-stack-frame-line').waitFor({ timeout: 120_000 });
    await page.locator('.debug-call-stack').getByText('webserver_recv').waitFor();
    await workbench.screenshot('new-project-breakpoint');
    await workbench.command('Debug: Toggle Breakpoint');
    await page.locator('.codicon-debug-breakpoint').first().waitFor({ state: 'hidden' });
    await page.keyboard.press('F5');
    assert.match((await asked).stdout, /Hello from ESP8266/);
    await page.keyboard.press('Shift+F5');
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
  });

  it('says that the firmware is older than its sources, and builds it', async () => {
    const { page, folder } = workbench;
    const http = path.join(folder, 'user', 'http.c');
    await page.waitForTimeout(2500);
    writeFileSync(http, readFileSync(http, 'utf8').replace('Hello from ESP8266', 'Built anew'));
    await page.keyboard.press('F5');
    const toast = page
      .locator('.notification-toast')
      .filter({ hasText: 'has changed since firmware.elf was built' });
    await toast.waitFor({ timeout: 120_000 });
    await workbench.screenshot('stale-firmware');
    await toast.getByText('Build and Restart').click();
    const ca = path.join(folder, 'ssl', 'ca.crt');
    let answer = '';
    for (let tries = 0; tries < 100 && !answer.includes('Built anew'); tries++) {
      await page.waitForTimeout(500);
      answer = await promisify(execFile)('curl', [
        '-sS',
        '-m',
        '5',
        '--cacert',
        ca,
        'https://127.0.0.1:8443/',
      ]).then(
        ({ stdout }) => stdout,
        () => '',
      );
    }
    assert.match(answer, /Built anew/);
    await workbench.screenshot('built-firmware');
    await page.keyboard.press('Shift+F5');
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
  });

  it('shows mistakes that the compiler finds as problems', async () => {
    const { page, folder } = workbench;
    const http = path.join(folder, 'user', 'http.c');
    writeFileSync(http, `${readFileSync(http, 'utf8')}\nint broken(void) { return nowhere; }\n`);
    await workbench.command('Tasks: Run Build Task');
    // The terminal of the task comes to the front when it starts.
    await page.locator('.terminal-tabs-entry, .single-terminal-tab').getByText('Build firmware').waitFor();
    await page
      .locator('.statusbar-item[id="status.problems"]')
      .filter({ hasText: /^\s*[1-9]/ })
      .waitFor({ timeout: 120_000 });
    await workbench.command('Problems: Focus on Problems View');
    await page
      .locator('.markers-panel')
      .getByText("'nowhere' undeclared")
      .first()
      .waitFor({ timeout: 60_000 });
    await workbench.screenshot('build-problems');
  });

  it('is examined by the doctor, whose report can be copied', async () => {
    const { page } = workbench;
    await workbench.command('ESP8266 SSL: Doctor');
    await pageFrame(page, 'h2:has-text("Compiler")');
    await workbench.screenshot('doctor');
    await page.locator('.title-actions, .editor-actions').getByLabel('Copy Report').first().waitFor();
  });
});
