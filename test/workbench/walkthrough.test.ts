import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { pageFrame } from './pageFrame';
import { openWorkbench, type Workbench } from './workbench';

const root = path.join(__dirname, '..', '..');
const shipped = path.join(root, 'media', 'walkthrough');
/** `npm run generate:walkthrough` replaces the pictures that ship; else they are only taken, for people to look at. */
const target = process.env['WALKTHROUGH_PICTURES'] ?? path.join(root, 'out', 'screenshots', 'walkthrough');
/** Bytes of all pictures together. */
const largest = 450_000;

const themes = [
  ['light', 'Light 2026'],
  ['dark', 'Dark 2026'],
] as const;

describe('the pictures of the walkthrough', function () {
  this.timeout(300_000);

  for (const [name, theme] of themes)
    it(`are taken from the steps themselves: ${name}`, async () => {
      const workbench = await openWorkbench({ theme, size: { width: 800, height: 560 } });
      try {
        await takePictures(workbench, step => path.join(target, `${step}-${name}.jpg`));
      } finally {
        await workbench.close();
      }
    });

  it('ship for every step, small enough', () => {
    const manifest = readFileSync(path.join(root, 'package.json'), 'utf8');
    const named = new Set(
      [...manifest.matchAll(/media\/walkthrough\/([\w-]+\.jpg)/g)].map(match => match[1]),
    );
    assert.deepEqual(readdirSync(shipped).sort(), [...named].sort());
    const sizes = readdirSync(shipped).map(file => statSync(path.join(shipped, file)).size);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(total < largest, `${total} bytes`);
  });
});

/** Does the five steps, and takes a picture at each. */
async function takePictures(workbench: Workbench, fileOf: (step: string) => string): Promise<void> {
  const { page } = workbench;
  mkdirSync(target, { recursive: true });
  const take = async (step: string) => {
    // Where nothing is that would say what it is.
    await page.mouse.move(250, 8);
    await page.waitForTimeout(1000);
    await page.screenshot({
      path: fileOf(step),
      type: 'jpeg',
      quality: 50,
      clip: { x: 0, y: 30, width: 800, height: 500 },
    });
  };
  const pane = (title: string) =>
    page.locator('.pane').filter({ has: page.locator(`.pane-header[aria-label="${title} Section"]`) });
  const toasts = page.locator('.notification-toast');
  const dismiss = async () => {
    await workbench.command('Notifications: Clear All Notifications');
    await toasts.first().waitFor({ state: 'detached' });
  };

  await page.locator('.explorer-folders-view').getByText('firmware.elf').waitFor({ timeout: 60_000 });
  await page.keyboard.press('Control+P');
  await page.locator('.quick-input-widget input.input').fill('user_main.c');
  await page.locator('.quick-input-list .monaco-list-row').getByText('user_main.c').first().waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.activitybar .action-label[aria-label^="ESP8266 SSL"]').click();
  await pane('Get Started')
    .locator('.monaco-list-row')
    .first()
    .and(page.locator('[aria-label*="done"]'))
    .waitFor();
  await take('project');

  await workbench.command('Generate Certificates…');
  await page.locator('.quick-input-list').getByText('Use Defaults').waitFor();
  await take('certificates');
  await page.keyboard.press('Enter');
  await toasts.getByText('CA and certificate for 127.0.0.1 written to ssl').waitFor({ timeout: 60_000 });
  await dismiss();

  await page.keyboard.press('F5');
  const address = 'https://127.0.0.1:8443/';
  await page.locator('.repl').getByText(address).waitFor({ timeout: 60_000 });
  if (!(await pane('Devices').isVisible()))
    await page.locator('.activitybar .action-label[aria-label^="ESP8266 SSL"]').click();
  for (const title of ['Get Started', 'Certificates']) await pane(title).locator('.pane-header').click();
  await pane('Devices').locator('.monaco-list-row').filter({ hasText: address }).waitFor();
  await take('run');
  await page.keyboard.press('Shift+F5');
  await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
  await workbench.command('View: Hide Panel');
  await dismiss();

  await workbench.command('Place in Flash');
  await page.locator('.quick-input-list').getByText('esp_ca_cert.bin').waitFor();
  await page.keyboard.press('Enter');
  const placed = toasts.filter({ hasText: 'Placed in the flash' });
  await placed.waitFor({ timeout: 60_000 });
  await placed.getByText('Open Flash Layout').click();
  await placed.waitFor({ state: 'detached' });
  await page.locator('.tab').filter({ hasText: 'esp8266-ssl.json' }).waitFor();
  const layout = await pageFrame(page, 'table[role="grid"]');
  await layout.locator('table tbody tr').filter({ hasText: 'esp_ca_cert.bin' }).first().waitFor();
  await take('place');

  await pane('Flash').locator('.pane-header').click();
  await pane('Flash').locator('.monaco-list-row').first().waitFor();
  await pane('Flash').locator('.monaco-list-row').first().hover();
  await pane('Flash')
    .locator('.pane-header')
    .getByLabel('Views and More Actions')
    .or(pane('Flash').locator('.pane-header .codicon-toolbar-more'))
    .first()
    .click();
  await page.locator('.context-view .monaco-menu').waitFor();
  await take('flash');
}
