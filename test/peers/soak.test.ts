import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildStackFirmware, type StackFirmware } from '../firmware-sources/stack/build';
import { soak } from '../soak/soak';

/** A share of what `npm run soak` does for an hour. */
describe('a firmware with its own lwIP and TLS among faults and bad clients', function () {
  this.timeout(600_000);
  let folder = '';
  let firmware: StackFirmware;

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-soak-'));
    firmware = await buildStackFirmware(folder);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('serves as before and leaves nothing on the computer', async () => {
    const report = await soak({ firmware, seed: 3, seconds: 60 });
    assert.notDeepEqual([report.visits, report.faults], [{}, {}]);
  });
});
