import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { openWorkbench, type Workbench } from './workbench';

describe('the sample in the workbench', function () {
  this.timeout(180_000);
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench();
  });

  after(async () => {
    await workbench.close();
  });

  it('asks for the device and writes its certificates', async () => {
    const { page, folder } = workbench;
    // The extension host takes some seconds to know the command.
    await page.locator('.explorer-folders-view').getByText('firmware.elf').waitFor();
    await workbench.command('Generate Certificates');
    const input = page.locator('.quick-input-widget input.input');
    await page.locator('.quick-input-title').getByText('Generate Certificates').waitFor();
    assert.equal(await input.inputValue(), '127.0.0.1');
    await input.fill('not a name');
    await page
      .locator('.quick-input-message')
      .getByText('is neither an IPv4 address nor a host name')
      .waitFor();
    await workbench.screenshot('certificates-name');
    await input.fill('127.0.0.1');
    await input.press('Enter');
    const toast = page
      .locator('.notification-toast')
      .getByText('CA and certificate for 127.0.0.1 written to ssl');
    await toast.waitFor({ timeout: 30_000 });
    await page.locator('.notification-toast').getByText('Show Files').click();
    await page.locator('.tab').getByText('cert.h').waitFor();
    await page.locator('.view-line').getByText('default_certificate[]').waitFor();
    await workbench.screenshot('certificates-files');
    assert.ok(existsSync(path.join(folder, 'ssl', 'esp_cert_private_key.bin')));
  });

  it('stops at a breakpoint in the receive callback when curl asks for a page', async () => {
    const { page, folder } = workbench;
    const lines = readFileSync(path.join(folder, 'user', 'user_main.c'), 'utf8').split('\n');
    const line = lines.findIndex(text => text.includes('request_count++')) + 1;
    await page.keyboard.press('Control+P');
    await page.locator('.quick-input-widget input.input').fill(`user_main.c:${line}`);
    await page.locator('.quick-input-list .monaco-list-row').getByText('user_main.c').first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.view-line').getByText('request_count++').waitFor();
    await page.keyboard.press('F9');
    await page.locator('.codicon-debug-breakpoint').first().waitFor();
    await page.keyboard.press('F5');
    const console = page.locator('.repl');
    await console
      .getByText('Port 443 of the device is open at https://127.0.0.1:8443/')
      .waitFor({ timeout: 30_000 });

    const ca = path.join(folder, 'ssl', 'ca.crt');
    const asked = promisify(execFile)('curl', ['-sS', '--cacert', ca, 'https://127.0.0.1:8443/']);
    await page.locator('.debug-top-stack-frame-line').waitFor({ timeout: 30_000 });
    await page.locator('.debug-call-stack').getByText('webserver_recv').waitFor();
    const variables = page.locator('.debug-variables');
    await variables
      .locator('.monaco-list-row')
      .filter({ hasText: 'Locals' })
      .locator('.monaco-tl-twistie')
      .click();
    await variables.getByText('pdata').waitFor();
    await variables
      .locator('.monaco-list-row')
      .filter({ hasText: 'client' })
      .locator('.monaco-tl-twistie')
      .click();
    await variables.getByText('recv_callback').waitFor();
    await workbench.screenshot('breakpoint');

    await page.keyboard.press('F10');
    await page.waitForTimeout(500);
    await page.keyboard.press('F5');
    assert.match((await asked).stdout, /Hello from ESP8266/);
    await console.getByText('request 1 from 127.0.0.1').waitFor();
    await workbench.screenshot('console');
    await page.keyboard.press('Shift+F5');
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
  });
});
