import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import { openWorkbench, pressF5 } from './workbench';

/** ms; a busy computer starts the extension and the device slowly. */
const patience = 90_000;

/** What a user presses and clicks at most, from the empty window to the page served. */
const maxActions = 4;

/** The sizes of small screens, and the languages with their words for what is pressed. */
const windows = [
  {
    locale: 'en-US',
    theme: undefined,
    size: { width: 1280, height: 800 },
    words: {
      debugger: 'ESP8266 (simulated)',
      generate: 'Generate and Run',
      serves: 'The simulated device serves https://127.0.0.1:8443/',
      open: 'Open in Browser',
    },
  },
  {
    locale: 'zh-CN',
    theme: 'Dark 2026',
    size: { width: 900, height: 600 },
    words: {
      debugger: 'ESP8266（模拟）',
      generate: '生成并运行',
      serves: '模拟设备正在提供 https://127.0.0.1:8443/',
      open: '在浏览器中打开',
    },
  },
];

/** The three steps of the README, from an empty folder, with nothing set up. */
/**
 * Waits for the page. On a busy machine Chromium now and then opens a connection in advance, which it does not use and which takes the
 * device's only TLS client: then the page is asked for again.
 */
async function loaded(page: Page): Promise<void> {
  const heading = page.getByRole('heading', { name: 'Hello from ESP8266' });
  for (let tries = 0; tries < 10; tries++) {
    try {
      await heading.waitFor({ timeout: 15_000 });
      return;
    } catch {
      await page.reload().catch(() => undefined);
    }
  }
  await heading.waitFor();
}

describe('the first hour', function () {
  this.timeout(4 * patience);

  for (const { locale, theme, size, words } of windows) {
    it(`is ${maxActions} actions from an empty folder to a page over TLS, ${size.width} × ${size.height}, ${locale}`, async () => {
      const look = { locale, size, ...(theme !== undefined && { theme }) };
      const workbench = await openWorkbench({ ...look, fill: () => undefined });
      const { page, folder } = workbench;
      const picture = (name: string) => workbench.screenshot(`first-hour-${name}-${locale}`);
      let actions = 0;
      const click = async (what: Locator) => {
        actions++;
        await what.click();
      };
      try {
        page.setDefaultTimeout(patience);
        await workbench.ready();

        actions++;
        await pressF5(page);
        const row = page.locator('.quick-input-list .monaco-list-row').getByText(words.debugger);
        await row.waitFor();
        await picture('debugger');
        await click(row);

        const generate = page.locator('.monaco-dialog-box').getByText(words.generate);
        await generate.waitFor();
        await picture('certificate');
        await click(generate);

        const toast = page.locator('.notification-toast');
        await toast.getByText(words.serves).waitFor();
        await picture('served');
        const opening = page.context().waitForEvent('page');
        await click(toast.getByText(words.open));
        const browser = await opening;
        await loaded(browser);
        assert.equal(browser.url(), 'https://127.0.0.1:8443/');
        assert.ok(actions <= maxActions, `${actions} actions`);
        await browser.close();

        const ca = path.join(folder, 'ssl', 'ca.crt');
        // While the browser still has the device for itself, nobody answers curl.
        const { stdout } = await promisify(execFile)('curl', [
          '-sS',
          '--max-time',
          '10',
          '--cacert',
          ca,
          '--retry',
          '60',
          '--retry-all-errors',
          'https://127.0.0.1:8443/',
        ]);
        assert.match(stdout, /<h1>Hello from ESP8266<\/h1>/);
        await page.bringToFront();
        await page
          .locator('.repl')
          .getByText(/request \d+ from 127\.0\.0\.1/)
          .last()
          .waitFor();
        await picture('page-served');
      } catch (error) {
        await picture('failed');
        throw error;
      } finally {
        await workbench.close();
      }
    });
  }
});
