import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Locator } from 'playwright-core';
import { violations } from './pageFrame';
import { openWorkbench, type Workbench } from './workbench';

/** A view of the product, by its title. */
function view({ page }: Workbench, title: string): Locator {
  return page.locator('.pane').filter({ has: page.locator(`.pane-header[aria-label="${title} Section"]`) });
}

async function openViews(workbench: Workbench): Promise<void> {
  const start = view(workbench, 'Get Started');
  // A click on the icon of views that are open closes them.
  if (!(await start.isVisible()))
    await workbench.page.locator('.activitybar .action-label[aria-label^="ESP8266 SSL"]').click();
}

/** What a screen reader says of the rows of a view. */
async function spoken(rows: Locator): Promise<string[]> {
  const found: string[] = [];
  for (const row of await rows.all()) found.push((await row.getAttribute('aria-label')) ?? '');
  return found;
}

describe('the views of the product', function () {
  this.timeout(300_000);

  describe('in a folder with firmware', () => {
    let workbench: Workbench;
    before(async () => {
      workbench = await openWorkbench();
      // A constant that names another sector than the one that the certificates get.
      writeFileSync(
        path.join(workbench.folder, 'user', 'ca.c'),
        '#include "espconn.h"\n\nvoid trust(void)\n{\n    espconn_secure_ca_enable(0x01, 0x3B);\n}\n',
      );
    });
    after(async () => {
      await workbench.close();
    });

    it('are in the order of the work, each with a way on', async () => {
      const { page } = workbench;
      await openViews(workbench);
      await view(workbench, 'Devices').waitFor();
      assert.deepEqual(await page.locator('.sidebar .pane-header h3.title').allInnerTexts(), [
        'Get Started',
        'Certificates',
        'Flash',
        'Devices',
      ]);
      const steps = view(workbench, 'Get Started').locator('.monaco-list-row');
      await steps.filter({ hasText: 'Run Doctor' }).waitFor();
      await steps.first().and(page.locator('[aria-label^="New Firmware Project…, done"]')).waitFor();
      // It is closed at first: on small screens the steps need the room.
      await view(workbench, 'Flash').locator('.pane-header').click();
      for (const [title, button] of [
        ['Certificates', 'Generate Certificates…'],
        ['Flash', 'Place in Flash'],
        ['Devices', 'Run on Simulated Device'],
      ] as const)
        await view(workbench, title).locator('.welcome-view .monaco-button').getByText(button).waitFor();
      await workbench.screenshot('start-empty');
    });

    it('leads from one step to the next', async () => {
      const { page, folder } = workbench;
      const steps = view(workbench, 'Get Started').locator('.monaco-list-row');
      // By keyboard alone: the second step, and Enter at Use Defaults.
      await steps.first().click({ position: { x: 3, y: 3 }, modifiers: ['Control'] });
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.locator('.quick-input-list').getByText('Use Defaults').waitFor();
      await page.keyboard.press('Enter');
      const toasts = page.locator('.notification-toast');
      await toasts.getByText('CA and certificate for 127.0.0.1 written to ssl').waitFor({ timeout: 60_000 });
      await view(workbench, 'Certificates')
        .locator('.monaco-list-row')
        .filter({ hasText: '127.0.0.1' })
        .waitFor();
      await steps
        .filter({ hasText: 'Generate Certificates…' })
        .and(page.locator('[aria-label*="done"]'))
        .waitFor();

      await toasts.getByText('Place in Flash').click();
      const placed = toasts.filter({ hasText: 'Placed in the flash: ssl/esp_ca_cert.bin in sector 0x77' });
      await placed
        .getByText('ca.c:5 in espconn_secure_ca_enable uses sector 0x3B')
        .waitFor({ timeout: 60_000 });
      assert.deepEqual(await placed.locator('.monaco-button').allInnerTexts(), [
        'Correct ca.c',
        'Open Flash Layout',
        'Flash…',
      ]);
      await workbench.screenshot('start-placed');
      await placed.getByText('Correct ca.c').click();
      await toasts.getByText('ca.c names the sectors of the layout now. Build the firmware again.').waitFor();
      assert.match(readFileSync(path.join(folder, 'user', 'ca.c'), 'utf8'), /ca_enable\(0x01, 0x77\)/);
      const regions = view(workbench, 'Flash').locator('.monaco-list-row');
      await regions.filter({ hasText: 'esp_cert_private_key.bin' }).waitFor();
      assert.match((await spoken(regions))[0] ?? '', /^esp_ca_cert\.bin, 0x77 · 0\.\d KB · ssl, OK$/);
      await workbench.screenshot('start-corrected');
      await toasts.getByText('Open Flash Layout').click();
      await page.locator('.tab').filter({ hasText: 'esp8266-ssl.json' }).waitFor();
    });

    it('offers what can be placed, with where it would go', async () => {
      const { page, folder } = workbench;
      writeFileSync(path.join(folder, 'settings.bin'), Buffer.alloc(5000, 0x5a));
      writeFileSync(path.join(folder, 'esp8266-ssl.json'), '{ "certificates": { "name": "127.0.0.1" } }\n');
      const rows = page.locator('.quick-input-list .monaco-list-row');
      await workbench.command('Place in Flash');
      await rows.filter({ hasText: 'settings.bin' }).waitFor({ timeout: 60_000 });
      assert.deepEqual(await spoken(rows.filter({ hasText: '.bin' })), [
        'ssl/esp_ca_cert.bin, 0.8 KB, to sector 0x77 (address 0x77000), Certificates',
        'ssl/esp_cert_private_key.bin, 2.1 KB, to sector 0x78 (address 0x78000)',
        'settings.bin, 4.9 KB, from sector 0xFC (address 0xFC000) on, Other files',
      ]);
      // The certificates are selected: Enter places them.
      await page.locator('.quick-input-count').getByText('2 Selected').waitFor();
      await workbench.screenshot('start-offers');
      await page.keyboard.press('Enter');
      await page
        .locator('.notification-toast')
        .getByText('Placed in the flash: ssl/esp_ca_cert.bin in sector 0x77')
        .waitFor({ timeout: 60_000 });
      assert.doesNotMatch(readFileSync(path.join(folder, 'esp8266-ssl.json'), 'utf8'), /settings/);
    });

    it('show a running device with its address, and tick TLS off', async () => {
      const { page, folder } = workbench;
      await page.keyboard.press('F5');
      await page
        .locator('.repl')
        .getByText('Port 443 of the device is open at https://127.0.0.1:8443/')
        .waitFor({ timeout: 60_000 });
      await openViews(workbench);
      const devices = view(workbench, 'Devices').locator('.monaco-list-row');
      await devices
        .filter({ hasText: 'https://127.0.0.1:8443/' })
        .filter({ hasText: 'port 443 of the device' })
        .waitFor();
      const ca = path.join(folder, 'ssl', 'ca.crt');
      await promisify(execFile)('curl', ['-sS', '--cacert', ca, 'https://127.0.0.1:8443/']);
      const steps = view(workbench, 'Get Started').locator('.monaco-list-row');
      await steps
        .filter({ hasText: 'Run on Simulated Device' })
        .and(page.locator('[aria-label*="done"]'))
        .waitFor();
      await workbench.screenshot('start-running');
      const device = devices.first();
      await device.hover();
      await device.getByLabel('Stop Simulated Device').click();
      await view(workbench, 'Devices').locator('.welcome-view .monaco-button').waitFor();
    });

    it('has a walkthrough whose steps are ticked off by what was done', async () => {
      const { page } = workbench;
      const header = view(workbench, 'Get Started').locator('.pane-header');
      await header.hover();
      await header.getByLabel('Open Walkthrough').click();
      const steps = page.locator('.getting-started-step');
      await steps.first().waitFor();
      await page.locator('.getting-started-step .codicon-getting-started-step-checked').nth(3).waitFor();
      const ticked: [string, boolean][] = [];
      for (const step of await steps.all())
        ticked.push([
          await step.locator('.step-title').innerText(),
          (await step.locator('.codicon-getting-started-step-checked').count()) > 0,
        ]);
      assert.deepEqual(ticked, [
        ['Create a firmware project', true],
        ['Generate certificates', true],
        ['Run on a simulated device', true],
        ['Place the certificates in the flash', true],
        ['Flash a board', false],
      ]);
      await workbench.screenshot('start-walkthrough');
    });

    it('has no fault of accessibility in its views', async () => {
      await view(workbench, 'Get Started').waitFor();
      assert.deepEqual(await violations(workbench.page.mainFrame(), '.sidebar .pane-body'), []);
    });
  });

  for (const [name, options] of [
    ['small, dark', { size: { width: 900, height: 600 }, theme: 'Dark 2026' }],
    [
      'small, Chinese, high contrast',
      { size: { width: 900, height: 600 }, theme: 'Default High Contrast', locale: 'zh-CN' },
    ],
  ] as const)
    it(`can be read in an empty folder: ${name}`, async () => {
      const workbench = await openWorkbench({ ...options, fill: () => undefined });
      try {
        await openViews(workbench);
        const rows = workbench.page.locator('.pane-body .monaco-list-row');
        await rows.nth(4).waitFor({ timeout: 60_000 });
        await workbench.screenshot(`start-${name.replaceAll(/\W+/g, '-')}`);
        const panes = await workbench.page.locator('.sidebar .pane').all();
        const [steps, , , devices] = await Promise.all(panes.map(pane => pane.boundingBox()));
        const last = await rows.nth(5).boundingBox();
        const { y = 0, height = 0 } = steps ?? {};
        assert.ok(last !== null && last.y + last.height <= y + height, 'the last step is cut off');
        const button = await panes[3]?.locator('.monaco-button').boundingBox();
        assert.ok(devices && button && button.y + button.height <= 600 - 22, 'the last view is cut off');
        await rows.nth(1).click();
        await workbench.page.locator('.quick-input-list .monaco-list-row').first().waitFor();
        await workbench.screenshot(`start-defaults-${name.replaceAll(/\W+/g, '-')}`);
      } finally {
        await workbench.close();
      }
    });
});
