import assert from 'node:assert/strict';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { compileFirmware, compileObject, linkFirmware } from '../peers/compileFirmware';
import type { Report, Work } from './mutatedElf/worker';

const sample = path.join(__dirname, '..', '..', 'samples', 'https-server', 'firmware.elf');
const workerFile = path.join(__dirname, 'mutatedElf', 'worker.ts');

/** ELF_MUTATIONS=10000 (npm run fuzz:elf) runs more; ELF_SEED=n runs the case n alone. */
const single = process.env['ELF_SEED'];
const from = Number(single ?? 0);
const cases = single === undefined ? Number(process.env['ELF_MUTATIONS'] ?? 300) : 1;

/** ms until a case that does not end is given up. */
const patience = 60_000;
/** Values and characters that all questions together may read, for each byte of the ELF. */
const maxReadings = 10;
const largest = 500;

interface Outcome {
  failures: string[];
  maxRead: number;
  answered: number;
}

/** Runs the cases in workers, where neither one that hangs nor one that takes all memory stops the others. */
async function runAll(files: readonly string[]): Promise<Outcome> {
  const outcome: Outcome = { failures: [], maxRead: 0, answered: 0 };
  let next = from;
  while (next < from + cases) next = await runSome({ files, from: next, to: from + cases }, outcome);
  return outcome;
}

/** Runs cases up to the end or up to one that a worker does not survive; returns which is next. */
function runSome(work: Work, outcome: Outcome): Promise<number> {
  const worker = new Worker(`require('tsx/cjs'); require(${JSON.stringify(workerFile)});`, {
    eval: true,
    workerData: work,
    resourceLimits: { maxOldGenerationSizeMb: largest },
  });
  return new Promise(resolve => {
    let seed = work.from;
    let watch: NodeJS.Timeout | undefined;
    const lost = (why: string): void => {
      clearTimeout(watch);
      outcome.failures.push(`ELF_SEED=${seed}: ${why}`);
      void worker.terminate().then(() => {
        resolve(seed + 1);
      });
    };
    worker.on('message', (report: Report) => {
      clearTimeout(watch);
      seed = report.seed;
      switch (report.kind) {
        case 'begin':
          watch = setTimeout(lost, patience, 'no end');
          return;
        case 'error':
          outcome.failures.push(`ELF_SEED=${seed}: ${report.stack}`);
          return;
        case 'end':
          outcome.maxRead = Math.max(outcome.maxRead, report.readings);
          if (report.answers > 0) outcome.answered++;
          if (report.readings > maxReadings * report.size + 10_000)
            outcome.failures.push(`ELF_SEED=${seed}: ${report.readings} values read of ${report.size} bytes`);
          if (report.buffers > largest * 2 ** 20)
            outcome.failures.push(`ELF_SEED=${seed}: ${report.buffers} bytes`);
      }
    });
    worker.on('error', error => {
      lost(error.message);
    });
    worker.on('exit', code => {
      clearTimeout(watch);
      if (code === 0) resolve(work.to);
    });
  });
}

describe('a mutated ELF', function () {
  this.timeout(60_000 + 1000 * cases);

  it(`is refused with a Problem or explored, within ${maxReadings} values a byte and ${largest} MB (${cases} cases)`, async () => {
    const builds = [
      ['-O2', '-gdwarf-5'],
      ['-Og', '-gdwarf-2'],
    ].map(options => compileFirmware('values.c', ...options).file);
    const compressed = linkFirmware([compileObject('values.c', '-O2', '-gdwarf-4')], '-gz').file;
    const { failures, maxRead, answered } = await runAll([sample, ...builds, compressed]);
    assert.deepEqual(failures, []);
    // Mutations that only ever break the ELF header would prove nothing.
    if (cases > 1) assert.ok(answered > cases / 4, `${answered} of ${cases} have been explored`);
    if (cases > 300) console.log(`      at most ${maxRead} values read, ${answered} explored`);
  });
});
