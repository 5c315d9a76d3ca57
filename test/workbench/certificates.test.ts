import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import axe from 'axe-core';
import type { Frame, Page } from 'playwright-core';
import { writeCertificates } from '../../src/certificates/writeFiles';
import { openWorkbench, themes, type Workbench } from './workbench';

describe('certificates in the workbench', function () {
  this.timeout(180_000);

  for (const [name, theme] of themes) {
    describe(`in ${name}`, () => {
      let workbench: Workbench;
      before(async () => {
        workbench = await openWorkbench({ theme });
        const ssl = path.join(workbench.folder, 'ssl');
        await writeCertificates({ name: '192.168.4.1', bits: 1024, days: 20 }, ssl);
        const own = path.join(ssl, 'esp_cert_private_key.bin');
        const records = readFileSync(own);
        // A record that the device does not look for, and zeros behind the last.
        records.write('mycertificate', 'latin1');
        writeFileSync(own, Buffer.concat([records, Buffer.alloc(40)]));
      });
      after(async () => {
        await workbench.close();
      });

      it('has a tree of all, earliest expiry first', async () => {
        const { page } = workbench;
        await page.locator('.activitybar .action-label[aria-label^="ESP8266 SSL"]').click();
        const rows = page.locator('.pane-body .monaco-list-row');
        await rows.filter({ hasText: '192.168.4.1' }).first().waitFor({ timeout: 60_000 });
        assert.ok((await rows.filter({ hasText: 'days left' }).count()) >= 4);
        await workbench.screenshot(`seeing-tree-${name}`);
      });

      it('has a lens over the array', async () => {
        const { page } = workbench;
        await openFile(page, 'cert.h');
        await page.locator('.codelens-decoration').getByText('RSA 1024').waitFor({ timeout: 60_000 });
        await workbench.screenshot(`seeing-lens-${name}`);
      });

      it('has a page of the records without faults of accessibility', async () => {
        const { page } = workbench;
        await openFile(page, 'esp_cert_private_key.bin');
        const frame = await pageFrame(page);
        await frame.getByRole('heading', { name: 'esp_cert_private_key.bin' }).waitFor();
        await frame.getByText('SSL110').first().waitFor();
        await frame.getByText('SSL113').first().waitFor();
        await workbench.screenshot(`seeing-page-${name}`);
        await frame.evaluate(axe.source);
        const { violations }: axe.AxeResults = await frame.evaluate('axe.run()');
        assert.deepEqual(
          violations.map(({ id, nodes }) => [id, nodes.map(node => `${node.html} ${node.failureSummary}`)]),
          [],
        );
      });

      it('exports a certificate, and offers nothing for a key', async () => {
        const { page, folder } = workbench;
        const frame = await pageFrame(page);
        for (const action of ['Place in Flash', 'Regenerate…', 'Copy Fingerprint', 'Copy PEM'])
          await frame.getByText(action, { exact: true }).waitFor();
        // One certificate and one key.
        assert.equal(await frame.getByText('Export…').count(), 1);
        await frame.getByText('Export…').click();
        const input = page.locator('.quick-input-widget input.input');
        await page.locator('.quick-input-title').getByText('Export Certificate').waitFor();
        await input.press('Enter');
        const exported = path.join(folder, 'ssl', 'esp_cert_private_key.crt');
        for (let tries = 0; tries < 100 && !existsSync(exported); tries++) await page.waitForTimeout(200);
        const text = readFileSync(exported, 'utf8');
        assert.doesNotMatch(text, /PRIVATE/);
        const server = readFileSync(path.join(folder, 'ssl', 'server.crt'));
        assert.equal(new X509Certificate(text).fingerprint256, new X509Certificate(server).fingerprint256);
      });

      it('can be read at 900 x 600', async () => {
        const { page } = workbench;
        const frame = await pageFrame(page);
        await page.setViewportSize({ width: 900, height: 600 });
        await page.waitForTimeout(500);
        await workbench.screenshot(`seeing-900-${name}`);
        const wide = await frame.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.ok(wide <= 1, `${wide} pixels are cut off`);
        await page.setViewportSize({ width: 1280, height: 800 });
      });

      it('mends the file from its page, which then shows it again', async () => {
        const frame = await pageFrame(workbench.page);
        await frame.getByText('Rename the record to “certificate”').click();
        await frame.getByText('SSL113').waitFor({ state: 'detached' });
        const own = readFileSync(path.join(workbench.folder, 'ssl', 'esp_cert_private_key.bin'));
        assert.equal(own.toString('latin1', 0, 32), 'certificate'.padEnd(32, '\0'));
        await frame.getByText('SSL110').first().waitFor();
      });
    });
  }
});

async function openFile(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+P');
  await page.locator('.quick-input-widget input.input').fill(name);
  await page.locator('.quick-input-list .monaco-list-row').getByText(name).first().click();
}

/** The document of the page, inside VS Code's two frames. */
async function pageFrame(page: Page): Promise<Frame> {
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    for (const frame of page.frames())
      if (
        (await frame
          .locator('main#page h1')
          .count()
          .catch(() => 0)) > 0
      )
        return frame;
    await page.waitForTimeout(200);
  }
  throw new Error('The page did not appear.');
}
