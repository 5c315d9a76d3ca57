/**
 * A long run of a firmware with its own lwIP and TLS under random faults: `npm run soak -- --seed 7 --hours 1`. Without a seed it takes
 * one of its own and prints it.
 */
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildStackFirmware } from '../test/firmware-sources/stack/build';
import { soak } from '../test/soak/soak';

void main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { seed: { type: 'string' }, hours: { type: 'string', default: '1' } },
  });
  const seed = Number(values.seed ?? randomInt(1_000_000));
  const seconds = Number(values.hours) * 3600;
  if (!Number.isInteger(seed) || !(seconds > 0))
    throw new Error('usage: npm run soak -- [--seed NUMBER] [--hours NUMBER]');
  console.log(`seed ${seed}`);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-soak-'));
  const start = performance.now();
  try {
    const firmware = await buildStackFirmware(folder);
    const report = await soak({
      firmware,
      seed,
      seconds,
      onProgress: text => {
        console.log(text);
      },
    });
    console.log(JSON.stringify(report, undefined, 2));
    console.log(
      `nothing left after ${((performance.now() - start) / 1000).toFixed(0)} s of this computer's time`,
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
