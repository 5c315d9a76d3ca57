import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
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

      it('has one row for one certificate, with its files beneath', async () => {
        const { page } = workbench;
        await page.locator('.activitybar .action-label[aria-label^="ESP8266 SSL"]').click();
        const rows = page
          .locator('.pane')
          .filter({ has: page.locator('.pane-header[aria-label="Certificates Section"]') })
          .locator('.monaco-list-row');
        const device = rows.filter({ hasText: '192.168.4.1' });
        await device.filter({ hasText: 'device · 19 days left' }).waitFor({ timeout: 60_000 });
        assert.equal(await rows.count(), 2);
        // By keyboard: the files, and the first of them.
        await device.click();
        await rows.filter({ hasText: 'cert.h' }).waitFor();
        for (const [file, held] of [
          ['cert.h', 'certificate · C source'],
          ['esp_cert_private_key.bin', 'certificate and key · flash records'],
          ['private_key.h', 'key · C source'],
        ] as const)
          await rows.filter({ hasText: file }).filter({ hasText: held }).waitFor();
        await workbench.screenshot(`seeing-tree-${name}`);
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Enter');
        await page.locator('.tab').filter({ hasText: 'cert.h' }).waitFor();
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

      it('mends the file from its page, which then shows it anew', async () => {
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
