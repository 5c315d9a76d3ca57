import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
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

  it('generates with the defaults in one step, or asks what the answers leave open, with back', async () => {
    const { page, folder } = workbench;
    // The extension host takes some seconds to know the command.
    await page.locator('.explorer-folders-view').getByText('firmware.elf').waitFor();
    await workbench.command('Generate Certificates…');
    const input = page.locator('.quick-input-widget input.input');
    const title = page.locator('.quick-input-titlebar');
    const focused = page.locator('.quick-input-list .monaco-list-row.focused');
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await focused.getByText('Use Defaults').waitFor();
    await focused
      .getByText('Server at 127.0.0.1, RSA 2048, SHA-256, valid for 825 days, libmbedtls of SDK 3.0.6')
      .waitFor();
    await workbench.screenshot('certificates-defaults');
    await rows.getByText('Customize…').click();

    // One size suits this library: it is not asked for.
    await title.getByText('Generate Certificates (1/8)').waitFor();
    await focused.getByText('mbed TLS 2.2.1').waitFor();
    await workbench.screenshot('certificates-library');
    await input.press('Enter');
    await title.getByText('(2/8)').waitFor();
    await focused.getByText('SDK 3.0.6').waitFor();
    await focused
      .getByText('RSA 2048 (fewer bits are rejected), SHA-256, PKCS#1 key, one CA record')
      .waitFor();
    await title.getByLabel('Back').click();
    await title.getByText('(1/8)').waitFor();
    await title.getByLabel('Back').click();
    await focused.getByText('Use Defaults').waitFor();
    await rows.getByText('Customize…').click();
    await title.getByText('(1/8)').waitFor();
    await rows.getByText('axTLS').click();
    await title.getByText('(2/9)').waitFor();
    for (const step of [2, 3, 4]) {
      await title.getByText(`(${step}/9)`).waitFor();
      if (step === 4) {
        assert.equal(await input.inputValue(), '127.0.0.1');
        await input.fill('not a name');
        await page
          .locator('.quick-input-message')
          .getByText('is neither an IPv4 address nor a host name')
          .waitFor();
        await workbench.screenshot('certificates-name');
        await input.fill('127.0.0.1');
      }
      await input.press('Enter');
    }
    await title.getByText('(5/9)').waitFor();
    await focused.getByText('RSA 1024').waitFor();
    await workbench.screenshot('certificates-bits');
    for (const step of [5, 4, 3, 2]) {
      await title.getByText(`(${step}/9)`).waitFor();
      await title.getByLabel('Back').click();
    }
    await title.getByText('(1/9)').waitFor();
    await focused.getByText('axTLS').waitFor();
    await rows.getByText('mbed TLS 2.2.1').click();
    for (const step of [2, 3, 4, 5, 6, 7, 8]) {
      await title.getByText(`(${step}/8)`).waitFor();
      if (step === 5) await focused.getByText('SHA-256', { exact: true }).waitFor();
      await input.press('Enter');
    }
    // The progress may still be in a toast of its own.
    const toasts = page
      .locator('.notification-toast')
      .filter({ hasText: 'CA and certificate for 127.0.0.1 written to ssl' });
    await toasts.waitFor({ timeout: 60_000 });
    assert.deepEqual(await toasts.locator('.monaco-button').allInnerTexts(), [
      'Run on Simulated Device',
      'Place in Flash',
      'Show Files',
    ]);
    await toasts.getByText('Show Files').click();
    await page.locator('.tab').getByText('cert.h').waitFor();
    await page.locator('.view-line').getByText('default_certificate[]').waitFor();
    await workbench.screenshot('certificates-files');
    assert.ok(existsSync(path.join(folder, 'ssl', 'esp_cert_private_key.bin')));
    const kept = readFileSync(path.join(folder, 'esp8266-ssl.json'), 'utf8');
    assert.match(kept, /"sdk": "3\.0\.6",\s+"tlsLibrary": "libmbedtls"/);
    // What was chosen is the default now.
    await workbench.command('Generate Certificates…');
    await focused.getByText('with the values in esp8266-ssl.json').waitFor();
    await page.keyboard.press('Escape');
  });

  it('asks before it replaces a file of other origin', async () => {
    const { page, folder } = workbench;
    const header = path.join(folder, 'ssl', 'cert.h');
    writeFileSync(header, '// mine\n');
    await workbench.command('Generate Certificates Again');
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.getByText('cert.h').waitFor({ timeout: 60_000 });
    await workbench.screenshot('certificates-replace');
    await dialog.getByText('Cancel').click();
    await dialog.waitFor({ state: 'hidden' });
    assert.equal(readFileSync(header, 'utf8'), '// mine\n');
    await workbench.command('Generate Certificates Again');
    await dialog.getByText('Replace', { exact: true }).click();
    await page
      .locator('.notification-toast')
      .getByText('signed by the existing CA')
      .waitFor({ timeout: 60_000 });
    assert.match(readFileSync(header, 'utf8'), /default_certificate/);
  });

  it('offers to hide private keys from git, and warns when git has one', async () => {
    const { page, folder } = workbench;
    execFileSync('git', ['init', '-q'], { cwd: folder });
    // VS Code holds toasts back that come too close to others; here is everything that was said.
    await workbench.command('Notifications: Show Notifications');
    const messages = page.locator('.notifications-center');
    await messages.waitFor();
    await workbench.command('Generate Certificates Again');
    const add = messages.getByText('Add Keys to .gitignore');
    await add.waitFor({ timeout: 60_000 });
    await workbench.screenshot('certificates-gitignore');
    await add.click();
    const ignored = path.join(folder, '.gitignore');
    for (let tries = 0; tries < 600 && !existsSync(ignored); tries++) await page.waitForTimeout(100);
    assert.match(readFileSync(ignored, 'utf8'), /^\/ssl\/ca\.key\n(\/ssl\/.*\n)*\/ssl\/server\.key\.der\n$/);
    execFileSync('git', ['add', '-f', 'ssl/ca.key'], { cwd: folder });
    await workbench.command('Generate Certificates Again');
    await messages.getByText('git tracks private keys: ca.key').waitFor();
    await workbench.screenshot('certificates-tracked');
    await workbench.command('Notifications: Hide Notifications');
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
      .waitFor({ timeout: 60_000 });

    const ca = path.join(folder, 'ssl', 'ca.crt');
    const asked = promisify(execFile)('curl', ['-sS', '--cacert', ca, 'https://127.0.0.1:8443/']);
    await page.locator('.debug-top-stack-frame-line').waitFor({ timeout: 60_000 });
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

  it('offers to hide the image of a flash that holds the private key from git', async () => {
    const { page, folder } = workbench;
    const project = path.join(folder, 'esp8266-ssl.json');
    const settings: unknown = JSON.parse(readFileSync(project, 'utf8'));
    assert.ok(typeof settings === 'object');
    writeFileSync(project, JSON.stringify({ ...settings, simulator: { flashImage: 'flash.bin' } }));
    await page.keyboard.press('F5');
    await page.locator('.debug-toolbar').waitFor({ timeout: 60_000 });
    await page.locator('.repl').getByText('HTTPS server at port 443').last().waitFor({ timeout: 60_000 });
    await page.keyboard.press('Shift+F5');
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    await workbench.command('Notifications: Show Notifications');
    const messages = page.locator('.notifications-center');
    await messages.getByText('flash.bin holds a private key, and git would add it.').waitFor();
    await workbench.screenshot('flash-image-gitignore');
    await messages.getByText('Add to .gitignore').click();
    const ignored = path.join(folder, '.gitignore');
    const has = () => readFileSync(ignored, 'utf8').endsWith('\n/flash.bin\n');
    for (let tries = 0; tries < 600 && !has(); tries++) await page.waitForTimeout(100);
    assert.ok(has());
    assert.equal(statSync(path.join(folder, 'flash.bin')).mode & 0o777, 0o600);
  });
});
