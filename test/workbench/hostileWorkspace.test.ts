import assert from 'node:assert/strict';
import path from 'node:path';
import { type HostileWorkspace, hostileWorkspace } from '../hostileWorkspace';
import { openWorkbench, pressF5, type Workbench } from './workbench';

/** Milliseconds; a busy computer starts the extension slowly. */
const patience = 90_000;
/** What reorders the text around it, and what no font has. */
const acting = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

/** The repository is opened as VS Code opens what it does not know, then trusted; and trusted at once, as by who never asks. */
for (const trust of [false, true])
  describe(`a repository of attacks in VS Code, ${trust ? 'trusted' : 'in Restricted Mode'}`, function () {
    this.timeout(5 * patience);
    let workbench: Workbench;
    let hostile: HostileWorkspace;

    before(async () => {
      hostile = hostileWorkspace({ endless: false });
      workbench = await openWorkbench({ fill: () => undefined, trust });
      workbench.page.setDefaultTimeout(patience);
      await workbench.open(hostile.folder);
    });

    after(async () => {
      // VS Code loads itself again when the workspace that it shows is removed.
      await workbench.page.goto('about:blank');
      await workbench.close();
      hostile.remove();
    });

    afterEach(async function () {
      if (this.currentTest?.isFailed() === true)
        await workbench.screenshot(`hostile-failed-${String(trust)}`);
      assert.deepEqual(hostile.ran(), [], 'nothing of the repository runs');
      assert.deepEqual(hostile.changed(), [], 'nothing outside of the repository changes');
      for (const selector of ['.notification-toast', '.monaco-dialog-box']) {
        const shown = workbench.page.locator(selector);
        for (const text of await shown.allInnerTexts())
          assert.doesNotMatch(text.replaceAll('\n', ' '), acting);
        const links = await shown.locator('a[href^="command:"], a[data-href^="command:"]').count();
        assert.equal(links, 0, 'no link runs a command');
      }
    });

    const problems = () => workbench.page.locator('.markers-panel .monaco-list-rows');

    async function openFile(name: string): Promise<void> {
      const { page } = workbench;
      await page.keyboard.press('Control+P');
      await page.locator('.quick-input-widget input.input').fill(name);
      await page
        .locator('.quick-input-list .monaco-list-row')
        .filter({ hasText: path.basename(name) })
        .first()
        .click();
      await page.locator('.tab.active').getByText(path.basename(name)).waitFor();
    }

    /** Escape closes what is open over the workbench. */
    async function dismiss(): Promise<void> {
      await workbench.page.keyboard.press('Escape');
      await workbench.page.locator('.monaco-dialog-box').waitFor({ state: 'hidden' });
    }

    it('is read: findings show the names in it as they are', async () => {
      const { page } = workbench;
      await page.locator('.explorer-folders-view').getByText('esp8266-ssl.json').first().waitFor();
      await page
        .locator('.part.statusbar')
        .getByText('Restricted Mode')
        .waitFor({ state: trust ? 'hidden' : 'visible' });
      await workbench.command('Problems: Focus on Problems View');
      await problems().getByText('up/id_rsa lies outside of the project and is not used.').first().waitFor();
      await problems().getByText('\\u202egnp').first().waitFor();
      // Links of a repository are not followed.
      assert.equal(await problems().getByText('up/project').count(), 0);
      await workbench.screenshot(`hostile-problems-${String(trust)}`);
    });

    it('has its sources checked and explained', async () => {
      const { page } = workbench;
      await openFile('user/user_main.c');
      await page.locator('.view-line').getByText('espconn_secure_accept').first().hover();
      await page.locator('.monaco-hover:visible').filter({ hasText: 'SSL' }).first().waitFor();
      await workbench.screenshot(`hostile-hover-${String(trust)}`);
      await dismiss();
    });

    it('shows its flash layout without what leaves the project', async () => {
      const { page } = workbench;
      await workbench.command('ESP8266 SSL: Open Flash Layout');
      const frame = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
      await frame.getByText('Flash layout').first().waitFor();
      await frame.getByText('\\u202egnp').first().waitFor({ state: 'attached' });
      await workbench.screenshot(`hostile-flash-${String(trust)}`);
    });

    if (!trust) {
      it('offers nothing that writes keys, builds or flashes', async () => {
        const { page } = workbench;
        await page.keyboard.press('F1');
        await page.locator('.quick-input-widget input.input').fill('>ESP8266 SSL: ');
        const rows = page.locator('.quick-input-list .monaco-list-row');
        await rows.getByText('Open Flash Layout').waitFor();
        const offered = (await rows.allInnerTexts()).join('\n');
        assert.doesNotMatch(offered, /Generate|Regenerate|Sign with|Import|Flash…|Merge|clangd|Doctor/);
        await dismiss();
      });

      it('is asked about before its firmware runs', async () => {
        const { page } = workbench;
        await openFile('user/user_main.c');
        await pressF5(page);
        await page.locator('.monaco-dialog-box').getByText(/trust/i).first().waitFor();
        await workbench.screenshot('hostile-trust');
        await dismiss();
        assert.equal(await page.locator('.debug-toolbar').isVisible(), false);
      });

      it('can be trusted', async () => {
        const { page } = workbench;
        await workbench.command('Workspaces: Manage Workspace Trust');
        await page.locator('.workspace-trust-editor').getByText('Trust', { exact: true }).click();
        await page.locator('.part.statusbar').getByText('Restricted Mode').waitFor({ state: 'hidden' });
        // The page lies over the workbench and takes its keys.
        await page.locator('.modal-editor-part .modal-editor-header .codicon-close').click();
        await page.locator('.workspace-trust-editor').waitFor({ state: 'hidden' });
        await workbench.ready();
      });
    }

    it('is told where launch.json leaves it, and replaces nothing there', async () => {
      const { page } = workbench;
      await openFile('user/user_main.c');
      await pressF5(page);
      await page
        .locator('.notification-toast')
        .getByText('The launch configuration uses files outside of the folder')
        .first()
        .waitFor();
      await page
        .locator('.monaco-dialog-box, .notification-toast')
        .getByText(/flash image|certificate/i)
        .first()
        .waitFor();
      await workbench.screenshot(`hostile-launch-${String(trust)}`);
      await dismiss();
    });
  });
