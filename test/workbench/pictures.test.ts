import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { scenes } from './pictures/scenes';
import { openWorkbench, type Workbench } from './workbench';

const folder = path.join(__dirname, '..', '..', 'out', 'screenshots');
/** Bytes; a README that loads for long is left. */
const largest = 1_000_000;

describe('the pictures of the README', function () {
  this.timeout(300_000);
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench();
  });
  after(() => workbench.close());

  for (const { file, make } of scenes) {
    it(`can be made: ${file}`, async () => {
      const picture = await make(workbench);
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, file), picture);
      assert.ok(picture.length > 20_000 && picture.length < largest, `${picture.length} bytes`);
    });
  }
});
