import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { readings } from '../../../src/simulator/firmware/byteReader';
import { loadFirmware } from '../../../src/simulator/firmware/firmware';
import { exploreElf } from './exploreElf';
import { mutate, randomFrom } from './mutate';

/** Which cases a worker runs. The case of a seed is the same in every run. */
export interface Work {
  files: readonly string[];
  from: number;
  to: number;
}

/** A case begins; a case has ended, with what it took. */
export type Report =
  | { kind: 'begin'; seed: number }
  | { kind: 'end'; seed: number; readings: number; size: number; buffers: number; answers: number }
  | { kind: 'error'; seed: number; stack: string };

run(workerData as Work, report => parentPort?.postMessage(report));

function run({ files, from, to }: Work, report: (report: Report) => void): void {
  const originals = files.map(file => {
    const bytes = readFileSync(file);
    const { symbols } = loadFirmware(bytes, file);
    const functions = [...symbols.all()].filter(({ kind, size }) => kind === 'function' && size > 0);
    const step = Math.max(1, Math.floor(functions.length / 12));
    const addresses = functions
      .filter((_, index) => index % step === 0)
      .flatMap(({ address, size }) => [address, address + (size >> 1)]);
    return { bytes, addresses };
  });
  for (let seed = from; seed < to; seed++) {
    const original = originals[seed % originals.length];
    if (original === undefined) return;
    report({ kind: 'begin', seed });
    const mutated = mutate(original.bytes, randomFrom(seed));
    const before = readings.count;
    try {
      const answers = exploreElf(mutated, original.addresses);
      const { arrayBuffers: buffers } = process.memoryUsage();
      report({
        kind: 'end',
        seed,
        readings: readings.count - before,
        size: mutated.length,
        buffers,
        answers,
      });
    } catch (error) {
      report({ kind: 'error', seed, stack: error instanceof Error ? `${error.stack}` : String(error) });
    }
  }
}
