import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openWorkbench, type Workbench } from './workbench';

/** A program of the corpus with one fault: it closes the connection where it receives. */
const broker = readFileSync(
  path.join(__dirname, '..', 'corpus', 'telemetry', 'user', 'broker.c'),
  'utf8',
).replace('      b->state = B_CLOSING;\n    } else', '      broker_hang_up(b);\n    } else');

describe('findings in the editor', function () {
  this.timeout(180_000);
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench();
    const folder = path.join(workbench.folder, 'user');
    mkdirSync(folder, { recursive: true });
    for (const name of ['broker.h', 'tls_levels.h'])
      writeFileSync(
        path.join(folder, name),
        readFileSync(path.join(__dirname, '..', 'corpus', 'telemetry', 'include', name)),
      );
    writeFileSync(path.join(folder, 'broker.c'), broker);
  });

  after(async () => {
    await workbench.close();
  });

  it('are underlined, and explained under the mouse', async () => {
    const { page } = workbench;
    await page.locator('.explorer-folders-view').getByText('firmware.elf').waitFor();
    await page.keyboard.press('Control+P');
    await page.locator('.quick-input-widget input.input').fill('broker.c');
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'broker.c' }).first().click();
    await page.keyboard.press('Control+G');
    await page.locator('.quick-input-widget input.input').fill(':34');
    await page.keyboard.press('Enter');
    await page.locator('.squiggly-error').first().waitFor({ timeout: 60_000 });
    await page.locator('.view-line').getByText('espconn_secure_disconnect').first().hover();
    const hover = page.locator('.monaco-hover:visible').filter({ hasText: 'SSL031' });
    await hover.waitFor();
    await workbench.screenshot('diagnostics');
    await hover.locator('a').getByText('SSL031').first().click();
    const preview = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
    await preview.locator('h1').getByText('SSL031').waitFor({ timeout: 30_000 });
    await workbench.screenshot('rule');
    assert.match(await preview.locator('body').innerText(), /NOLINT/);
  });
});
