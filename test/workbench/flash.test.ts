import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { encodeRecords } from '../../src/certificates/flashRecords';
import { buildImage, buildRamImage } from '../../src/flash/appImage';
import { pageFrame, violations } from './pageFrame';
import { contrast, difference, parseColour } from './colours';
import { openWorkbench, themes, type Workbench } from './workbench';

const project = `{
  // what is where
  "sdk": "2.2.1",
  "mine": [1],
  "flash": {
    "map": 4,
    "files": { "boot": "bin/boot.bin", "user1": "bin/user1.bin" },
    "regions": [
      { "file": "ssl/esp_ca_cert.bin", "sector": "0x100" },
      { "file": "ssl/esp_cert_private_key.bin", "sector": "0x101" },
      { "name": "settings", "address": "0x103000", "size": "8 KB" },
    ]
  }
}
`;

describe('the flash layout in the workbench', function () {
  this.timeout(240_000);

  for (const [name, theme] of themes) {
    describe(`in ${name}`, () => {
      let workbench: Workbench;
      let frame: Frame;
      before(async () => {
        workbench = await openWorkbench({ theme });
        const { folder } = workbench;
        const segments = [{ address: 0x40100000, bytes: Buffer.alloc(4000, 0x5a) }];
        for (const [file, bytes] of [
          ['bin/boot.bin', buildRamImage(0x40100000, segments)],
          ['bin/user1.bin', buildImage(1, 0x40100000, Buffer.alloc(296_000, 0x5a), segments)],
          ['ssl/esp_ca_cert.bin', Buffer.alloc(1309, 0x5a)],
          ['ssl/esp_cert_private_key.bin', Buffer.alloc(2000, 0x5a)],
        ] as const) {
          mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
          writeFileSync(path.join(folder, file), bytes);
        }
        writeFileSync(path.join(folder, 'esp8266-ssl.json'), project);
      });
      after(async () => {
        await workbench.close();
      });

      /** The row of the table that says this. */
      const row = (text: string) => frame.locator('table tbody tr').filter({ hasText: text }).first();

      it('shows all parts on a map and in a table, without faults of accessibility', async () => {
        await workbench.command('Open Flash Layout');
        frame = await pageFrame(workbench.page, 'table[role="grid"]');
        await row('ssl/esp_ca_cert.bin').getByText('0x100000').waitFor();
        await row('RF calibration').getByText('0x3FB000').waitFor();
        const width = await frame.evaluate<number>(
          "document.querySelector('.enlarged .block.region').getBoundingClientRect().width",
        );
        assert.ok(width > 10, `a sector is ${width} pixels wide`);
        for (const title of ['Flash…', 'Compare with the Device…'])
          await workbench.page.locator(`.editor-actions [aria-label^="${title}"]`).waitFor();
        await workbench.screenshot(`flash-layout-${name}`);
        assert.deepEqual(await violations(frame), []);
      });

      it('has colours by use that differ, and names that can be read', async () => {
        const colours = await frame.evaluate<Record<string, string>>(`Object.fromEntries(
          ['firmware', 'system', 'own'].map(use => [
            use,
            getComputedStyle(document.querySelector('.legend .' + use), '::before').borderTopColor,
          ]).concat([['page', getComputedStyle(document.body).backgroundColor]]))`);
        const { page = '', ...uses } = colours;
        const parsed = Object.entries(uses).map(([use, text]) => [use, parseColour(text)] as const);
        assert.equal(parsed.length, 3);
        for (const [use, colour] of parsed) {
          const ratio = contrast(colour, parseColour(page));
          assert.ok(ratio >= 3, `${use} on the page: ${ratio}`);
          for (const [other, second] of parsed) {
            const distance = difference(colour, second);
            assert.ok(use === other || distance > 25, `${use} and ${other}: ${distance}`);
          }
        }
        for (const [kind, use] of [
          ['area', 'system'],
          ['region', 'own'],
        ] as const) {
          const drawn = await frame.evaluate<string>(
            `getComputedStyle(document.querySelector('.whole .block.${kind}.${use}')).borderTopColor`,
          );
          assert.equal(drawn, uses[use]);
        }
        for (const map of ['.whole', '.strip'])
          await frame.locator(`${map} .flag`).getByText('esp_ca_cert.bin').waitFor();
      });

      it('shows the table without scrolling at 1280 x 800', async () => {
        const seen = await frame.evaluate<number>(
          `[...document.querySelectorAll('tbody tr')].filter(row =>
            row.getBoundingClientRect().bottom <= window.innerHeight).length`,
        );
        assert.ok(seen >= 5, `${seen} rows`);
      });

      it('moves what is dragged, which is one step to undo', async () => {
        const { page } = workbench;
        await row('settings').click();
        const block = frame.locator('.enlarged .block.region.selected');
        await block.scrollIntoViewIfNeeded();
        const box = (await block.boundingBox()) ?? assert.fail('the block is not shown');
        const lane = (await frame.locator('.enlarged .lane.project').boundingBox()) ?? assert.fail('no lane');
        const sector = lane.width / 32;
        await page.mouse.move(box.x + 8, box.y + 8);
        await page.mouse.down();
        await page.mouse.move(box.x + 8 - sector * 2, box.y + 8, { steps: 4 });
        await frame.getByRole('status').getByText('both occupy').waitFor();
        await frame.locator('.block.dragged.error').waitFor();
        await workbench.screenshot(`flash-dragging-${name}`);
        await page.mouse.move(box.x + 8 + sector * 4, box.y + 8, { steps: 4 });
        await frame.locator('.block.dragged:not(.error)').waitFor();
        await page.mouse.up();
        await row('settings').getByText('0x107000').waitFor();
        await frame.locator('h1').click();
        await page.keyboard.press('Control+Z');
        await row('settings').getByText('0x103000').waitFor();
      });

      it('moves by keys, sector by sector, as fast as they are pressed', async () => {
        const { page } = workbench;
        await row('settings').click();
        await frame.locator('.enlarged .block.region.selected').focus();
        for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'PageUp'])
          await page.keyboard.press(key);
        await row('settings').getByText('0x115000').waitFor();
        const focused = await frame.evaluate('document.activeElement.getAttribute("aria-label")');
        assert.equal(focused, 'settings');
        await page.keyboard.press('PageDown');
        await row('settings').getByText('0x105000').waitFor();
      });

      it('takes a typed place, says what is wrong with it, and puts it where it fits', async () => {
        const { page } = workbench;
        await row('settings').click();
        await row('settings').press('Enter');
        assert.equal(await frame.evaluate('document.activeElement.localName'), 'input');
        // Not Control+A and keys: VS Code selects all once more a moment later, which is too late for a machine that types.
        await frame.locator('.details input').fill('1024 KB');
        await page.keyboard.press('Enter');
        await frame.locator('tr.finding').getByText('both occupy').first().waitFor();
        assert.match(await frame.locator('[role="status"]').innerText(), /both occupy/);
        await frame
          .locator('.counts')
          .getByText(/^\d errors?/)
          .waitFor();
        // The cell and the field are marked as wrong, and say by what.
        for (const wrong of [row('settings').getByText('0x100000'), frame.locator('.details input')]) {
          assert.equal(await wrong.getAttribute('aria-invalid'), 'true');
          const [id = ''] = ((await wrong.getAttribute('aria-describedby')) ?? '').split(' ');
          assert.match(await frame.locator(`#${id}`).innerText(), /both occupy/);
        }
        await workbench.screenshot(`flash-overlap-${name}`);
        assert.deepEqual(await violations(frame), []);
        await frame.locator('.details').getByText('Move to a Free Sector').click();
        await frame.locator('[role="status"]').getByText('Not used by firmware').waitFor();
        await row('settings').getByText('OK').waitFor();
      });

      it('asks before a map that would break the layout', async () => {
        await frame.locator('vscode-dropdown[aria-label="Flash map"]').click();
        await frame.locator('vscode-option', { hasText: '2: 1 MB' }).click();
        const question = frame.getByRole('alertdialog');
        await question.getByText('beyond the flash').first().waitFor();
        await workbench.screenshot(`flash-question-${name}`);
        assert.deepEqual(await violations(frame), []);
        await question.getByText('Cancel').click();
        await question.waitFor({ state: 'detached' });
        await row('RF calibration').getByText('0x3FB000').waitFor();
      });

      it('can be used in a narrow panel at 200 %', async () => {
        const { page } = workbench;
        await page.setViewportSize({ width: 640, height: 800 });
        await page.waitForTimeout(500);
        await workbench.screenshot(`flash-narrow-${name}`);
        const wide = await frame.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.ok(wide <= 1, `${wide} pixels are cut off`);
        await page.setViewportSize({ width: 900, height: 600 });
        await page.waitForTimeout(500);
        await workbench.screenshot(`flash-900-${name}`);
        assert.deepEqual(await violations(frame), []);
        await page.setViewportSize({ width: 1280, height: 800 });
      });

      it('shows a dump of a whole flash, and in what it differs from the project', async () => {
        const { page, folder } = workbench;
        const dump = Buffer.alloc(4 << 20, 0xff);
        encodeRecords([{ name: 'ca.cer', data: Buffer.from([0x30, 0x82, ...Buffer.alloc(600)]) }]).forEach(
          (byte, index) => (dump[0x200000 + index] = byte),
        );
        writeFileSync(path.join(folder, 'dump.bin'), dump);
        await workbench.command('Open Flash Dump');
        // What is typed here gets lost: the palette is the same box, and the question writes the folder into it when that is read.
        await page.locator('.quick-input-list .monaco-list-row').getByText('dump.bin').click();
        const other = await pageFrame(page, 'h1:text-is("dump.bin")');
        await other.locator('table').getByText('Certificates: ca.cer').waitFor();
        await other.locator('tr.finding').getByText('that the project does not mention').waitFor();
        await workbench.screenshot(`flash-dump-${name}`);
        assert.deepEqual(await violations(other), []);
      });
    });
  }
});
