import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generateCertificates } from '../../src/certificates/generate';
import { openWorkbench, type Workbench } from './workbench';

const cli = path.join(__dirname, '..', '..', 'out', 'cli.js');

/** A program of the corpus with two faults: it closes the connection where it receives, and sends without TLS. */
const faulty = readFileSync(path.join(__dirname, '..', 'corpus', 'telemetry', 'user', 'broker.c'), 'utf8')
  .replace('      b->state = B_CLOSING;\n    } else', '      broker_hang_up(b);\n    } else')
  .replace('result = espconn_secure_send(', 'result = espconn_send(');

const languages = {
  'en-US': {
    page: 'To suppress a single line',
    offer: 'Change to espconn_secure_send',
    meaning: 'the sector of 4096 bytes',
  },
  'zh-CN': {
    page: '要忽略某一行',
    offer: '改为 espconn_secure_send',
    meaning: '4096 字节扇区号',
  },
} as const;

for (const [locale, words] of Object.entries(languages))
  describe(`findings in the editor, ${locale}`, function () {
    this.timeout(180_000);
    let workbench: Workbench;

    before(async () => {
      workbench = await openWorkbench({ locale });
      const folder = path.join(workbench.folder, 'user');
      mkdirSync(folder, { recursive: true });
      for (const name of ['broker.h', 'tls_levels.h'])
        writeFileSync(
          path.join(folder, name),
          readFileSync(path.join(__dirname, '..', 'corpus', 'telemetry', 'include', name)),
        );
      writeFileSync(path.join(folder, 'broker.c'), faulty);
      // Only the editor says that a file of the layout is missing: in the terminal it may not have been made yet.
      const { files } = await generateCertificates({ name: 'server.example' });
      mkdirSync(path.join(workbench.folder, 'ssl'), { recursive: true });
      for (const { name, bytes } of files)
        if (name === 'esp_ca_cert.bin') writeFileSync(path.join(workbench.folder, 'ssl', name), bytes);
      writeFileSync(
        path.join(workbench.folder, 'esp8266-ssl.json'),
        '{\n  "flash": { "map": 4, "regions": [{ "file": "ssl/esp_ca_cert.bin", "sector": "0x77" }] }\n}\n',
      );
    });

    after(async () => {
      await workbench.close();
    });

    /** Puts the cursor there; what is open in the editor closes. */
    const goTo = async (line: number, column = 1) => {
      const { page } = workbench;
      const box = page.locator('.quick-input-widget');
      // Until a box has gone, it takes the next keys; one that has just come may not take any yet.
      await box.waitFor({ state: 'hidden' });
      await page.keyboard.press('Control+G');
      await box.locator('input.input').fill(`:${line}:${column}`);
      for (let tries = 0; tries < 5 && (await box.isVisible()); tries++) {
        await page.keyboard.press('Enter');
        await box.waitFor({ state: 'hidden', timeout: 10_000 }).catch(() => undefined);
      }
      await box.waitFor({ state: 'hidden' });
    };

    it('are underlined, and explained under the mouse', async () => {
      const { page } = workbench;
      await page.locator('.explorer-folders-view').getByText('firmware.elf').waitFor();
      await page.keyboard.press('Control+P');
      await page.locator('.quick-input-widget input.input').fill('broker.c');
      await page
        .locator('.quick-input-list .monaco-list-row')
        .filter({ hasText: 'broker.c' })
        .first()
        .click();
      await goTo(34);
      await page.locator('.squiggly-error').first().waitFor({ timeout: 60_000 });
      const call = page.locator('.view-line').getByText('espconn_secure_disconnect').first();
      const hover = page.locator('.monaco-hover:visible').filter({ hasText: 'SSL031' });
      // A line that is laid out again under the mouse hides its hover: the mouse comes once more.
      for (let tries = 0; tries < 5 && !(await hover.isVisible()); tries++) {
        await page.mouse.move(0, 0);
        await call.hover();
        await hover.waitFor({ timeout: 15_000 }).catch(() => undefined);
      }
      await hover.waitFor();
      await workbench.screenshot(`diagnostics-${locale}`);
    });

    it('come with fixes', async () => {
      const { page } = workbench;
      await page.keyboard.press('Escape');
      await goTo(19, 16);
      const offer = page.locator('.action-widget').getByText(words.offer).first();
      // Keys that come while the list of lines closes are lost: the user presses them once more.
      for (let tries = 0; tries < 5 && !(await offer.isVisible()); tries++) {
        await page.keyboard.press('Escape');
        await page.keyboard.press('Control+.');
        await offer.waitFor({ timeout: 15_000 }).catch(() => undefined);
      }
      await offer.waitFor();
      await workbench.screenshot(`fixes-${locale}`);
      await page.keyboard.press('Escape');
    });

    it('come with what a function does and what lies in a sector', async () => {
      const { page } = workbench;
      await page.keyboard.press('Escape');
      await goTo(lineOf('espconn_secure_ca_enable('), 8);
      await page.keyboard.press('Control+K');
      await page.keyboard.press('Control+I');
      await page.locator('.monaco-hover:visible').filter({ hasText: words.meaning }).waitFor();
      await workbench.screenshot(`function-${locale}`);
      assert.match(await page.locator('.view-lines').first().innerText(), /→.0x77000.·.esp_ca_cert\.bin/);
      await page.keyboard.press('Escape');
    });

    it('are as many in the language status as in the list of problems and in the terminal', async () => {
      const { page } = workbench;
      await page.locator('.statusbar-item[id="status.languageStatus"]').click();
      const status = page.locator('.hover-language-status').filter({ hasText: /SSL/ }).first();
      await status.waitFor();
      await workbench.screenshot(`language-status-${locale}`);
      const said = await status.innerText();
      await page.keyboard.press('Escape');
      const { stderr } = spawnSync(process.execPath, [cli, 'check', workbench.folder], {
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: locale === 'zh-CN' ? 'zh_CN.UTF-8' : 'C' },
      });
      const counted = stderr.trim().split('\n').at(-1) ?? '';
      assert.ok(counted !== '' && said.includes(counted), `${said} instead of ${counted}`);
      // The panel leaves hints to the editor.
      const shown = counted.split(/[,，] ?/).filter(part => !/hint|提示/.test(part));
      const total = shown.reduce((sum, part) => sum + Number(/\d+/.exec(part)?.[0]), 0);
      await page.keyboard.press('Control+Shift+M');
      const rows = page.locator('.markers-panel .monaco-list-row').filter({ hasText: /SSL\d{3}/ });
      await rows.nth(total - 1).waitFor();
      assert.equal(await rows.count(), total);
      await page.keyboard.press('Control+Shift+M');
    });

    it('have severities that complete with the titles of their rules', async () => {
      const { page } = workbench;
      await workbench.command('Preferences: Open Settings (UI)');
      const search = page.locator('.settings-editor .suggest-input-container');
      await search.click();
      await page.keyboard.type('@ext:esp8266-ssl.esp8266-ssl');
      await page.locator('.settings-editor .setting-item-label').first().waitFor();
      await workbench.screenshot(`settings-${locale}`);
      const labels = await page.locator('.settings-editor .setting-item-label').allInnerTexts();
      assert.ok(labels.includes('Workspace Scan'), labels.join(', '));
      // The first one closes the suggestions of the search.
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await page.locator('.settings-editor').waitFor({ state: 'hidden' });
      mkdirSync(path.join(workbench.folder, '.vscode'), { recursive: true });
      const file = path.join(workbench.folder, '.vscode', 'settings.json');
      writeFileSync(file, '{\n  "esp8266-ssl.diagnostics.severity": {\n    "SSL999": "off",\n    \n  }\n}\n');
      await page.keyboard.press('Control+P');
      await page.locator('.quick-input-widget input.input').fill('.vscode/settings.json');
      await page
        .locator('.quick-input-list .monaco-list-row')
        .filter({ hasText: 'settings.json' })
        .first()
        .click();
      await page.locator('.squiggly-warning').first().waitFor();
      await goTo(4, 5);
      await page.keyboard.type('"SSL03');
      await page.keyboard.press('Control+Space');
      const suggestion = page
        .locator('.suggest-widget .monaco-list-row')
        .filter({ hasText: 'SSL031' })
        .first();
      await suggestion.waitFor();
      await workbench.screenshot(`rule-settings-${locale}`);
    });

    it('are in the list of problems, from where the page of the rule opens', async () => {
      const { page } = workbench;
      await page.keyboard.press('Control+Shift+M');
      const row = page.locator('.markers-panel .monaco-list-row').filter({ hasText: 'SSL031' }).first();
      await row.waitFor();
      await workbench.screenshot(`problems-${locale}`);
      await row
        .locator('a')
        .getByText('SSL031')
        .click({ modifiers: ['ControlOrMeta'] });
      const preview = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
      await preview.locator('h1').getByText('SSL031').waitFor({ timeout: 60_000 });
      await workbench.screenshot(`rule-${locale}`);
      assert.match(await preview.locator('body').innerText(), new RegExp(words.page));
    });
  });

function lineOf(text: string): number {
  return faulty.slice(0, faulty.indexOf(text)).split('\n').length;
}
