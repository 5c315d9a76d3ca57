import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { pageFrame, violations } from './pageFrame';
import { openWorkbench, type Workbench } from './workbench';

describe('the flash layout of a project that has none yet', function () {
  this.timeout(240_000);
  let workbench: Workbench;
  let frame: Frame;
  before(async () => {
    workbench = await openWorkbench();
    rmSync(file('esp8266-ssl.json'), { force: true });
    writeFileSync(file('drop.bin'), Buffer.alloc(5000, 0x5a));
  });
  after(async () => {
    await workbench.close();
  });

  const file = (...parts: string[]) => path.join(workbench.folder, ...parts);
  const answer = async (question: string, button: string) => {
    const dialog = workbench.page.locator('.monaco-dialog-box').filter({ hasText: question });
    await dialog.locator('.monaco-button').filter({ hasText: button }).click();
    await dialog.waitFor({ state: 'detached' });
  };

  it('gets a file after a question', async () => {
    const { page } = workbench;
    await workbench.command('Open Flash Layout');
    const question = page
      .locator('.monaco-dialog-box')
      .filter({ hasText: 'esp8266-ssl.json does not exist' });
    await question.waitFor();
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    assert.equal(existsSync(file('esp8266-ssl.json')), false);
    await workbench.command('Open Flash Layout');
    await answer('esp8266-ssl.json does not exist', 'Create');
    frame = await pageFrame(page, 'table[role="grid"]');
    await frame.locator('tbody tr').filter({ hasText: 'ssl/esp_ca_cert.bin' }).getByText('0x77000').waitFor();
    assert.deepEqual(JSON.parse(readFileSync(file('esp8266-ssl.json'), 'utf8')), { flash: {} });
    assert.deepEqual(await violations(frame), []);
  });

  it('takes a file that is dragged from the explorer', async () => {
    const { page } = workbench;
    const row = page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: 'drop.bin' });
    const from = (await row.boundingBox()) ?? assert.fail('the file is not shown');
    const lane = (await frame.locator('.enlarged .lane.project').boundingBox()) ?? assert.fail('no lane');
    await page.mouse.move(from.x + 40, from.y + 8);
    await page.mouse.down();
    // Pages get what is dragged only while Shift is held.
    await page.keyboard.down('Shift');
    for (const share of [0.2, 0.6, 0.9, 1])
      await page.mouse.move(
        from.x + (lane.x + lane.width - 20 - from.x) * share,
        from.y + (lane.y + 10 - from.y) * share,
        { steps: 3 },
      );
    await frame.locator('.lane.target').waitFor();
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await frame.locator('tbody tr').filter({ hasText: 'drop.bin' }).getByText('4.9 KB').waitFor();
  });

  it('becomes a partition table in C, which replaces another only after a question', async () => {
    const { page } = workbench;
    const table = file('user', 'user_partitions.c');
    await workbench.command('Generate Partition Table');
    await page.locator('.tab').filter({ hasText: 'user_partitions.c' }).waitFor();
    const generated = readFileSync(table, 'utf8');
    assert.match(generated, /SYSTEM_PARTITION_SSL_CLIENT_CA, 0x77000/);
    assert.match(generated, /drop\.bin/);
    writeFileSync(table, 'mine\n');
    await workbench.command('Generate Partition Table');
    await answer('user_partitions.c already exists', 'Cancel');
    assert.equal(readFileSync(table, 'utf8'), 'mine\n');
    await workbench.command('Generate Partition Table');
    await answer('user_partitions.c already exists', 'Write');
    await page.locator('.view-line').filter({ hasText: 'SYSTEM_PARTITION_BOOTLOADER' }).first().waitFor();
    assert.equal(readFileSync(table, 'utf8'), generated);
  });
});
