import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openWorkbench, type Workbench } from './workbench';

describe('the button that solves a problem', function () {
  this.timeout(240_000);
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench();
  });
  after(async () => {
    await workbench.close();
  });

  const file = (...parts: string[]) => path.join(workbench.folder, ...parts);
  const read = (...parts: string[]) => readFileSync(file(...parts), 'utf8');

  /** Presses a button of the question with a text; resolves to the whole text. */
  async function press(question: RegExp, button: string): Promise<string> {
    const dialog = workbench.page.locator('.monaco-dialog-box').filter({ hasText: question });
    await dialog.waitFor();
    const text = await dialog.innerText();
    await workbench.screenshot(`remedy-${button.replaceAll(' ', '-')}`);
    await dialog.locator('.monaco-button').filter({ hasText: button }).click();
    await dialog.waitFor({ state: 'detached' });
    return text;
  }

  const toast = (text: string) => workbench.page.locator('.notification-toast').filter({ hasText: text });

  it('generates the certificates that are to be flashed', async () => {
    const { page } = workbench;
    await workbench.ready();
    await workbench.command('Flash Certificates Only…');
    const nothing = toast('There is nothing to flash in');
    await nothing.locator('.monaco-button').filter({ hasText: 'Generate Certificates…' }).click();
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Use Defaults' }).click();
    await toast('CA and certificate for 127.0.0.1 written to ssl').waitFor({ timeout: 120_000 });
    assert.match(read('ssl', 'ca.crt'), /BEGIN CERTIFICATE/);
  });

  it('makes a new CA in the place of one that cannot sign', async () => {
    const { page } = workbench;
    const old = read('ssl', 'ca.crt');
    await workbench.command('Notifications: Clear All Notifications');
    await page.locator('.notification-toast').waitFor({ state: 'detached' });
    rmSync(file('ssl', 'ca.key'));
    await workbench.command('Generate Certificates…');
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Use Defaults' }).click();
    const said = await press(/cannot sign: the certificate or its key is missing/, 'Create New CA');
    assert.match(said, /If you create a new CA, clients must trust it\./);
    assert.doesNotMatch(said, /--/);
    await press(/These files already exist\. Replace them/, 'Replace');
    await toast('CA and certificate for 127.0.0.1 written to ssl').waitFor({ timeout: 120_000 });
    const ca = new X509Certificate(read('ssl', 'ca.crt'));
    assert.notEqual(ca.fingerprint256, new X509Certificate(old).fingerprint256);
    assert.equal(new X509Certificate(read('ssl', 'server.crt')).verify(ca.publicKey), true);
  });

  it('adds the settings for clangd to a file of others', async () => {
    writeFileSync(file('.clangd'), 'Diagnostics:\n  UnusedIncludes: Strict\n');
    await workbench.command('Set Up clangd');
    const said = await press(/\.clangd already exists\./, 'Add Settings');
    assert.match(said, /everything else in it stays\./);
    await toast('clangd').waitFor();
    assert.match(read('.clangd'), /^Diagnostics:\n {2}UnusedIncludes: Strict\n---\n/);
    assert.match(read('.clangd'), /mlongcalls/);
  });
});
