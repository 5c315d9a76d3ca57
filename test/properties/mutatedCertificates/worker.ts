import { parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { parseCredentials } from '../../../src/certificates/credentials';
import { ProblemError } from '../../../src/problems';

/** What the worker is to do. */
export interface Work {
  files: Uint8Array[];
  passphrase: string;
  runs: number;
  seed: number;
}

/** How it went: one each time a mutant begins, one at the end. */
export type Report = { kind: 'begin' } | { kind: 'end'; external: number; read: number; failure?: string };

interface Edit {
  what: 'set' | 'insert' | 'remove' | 'repeat' | 'cut';
  at: number;
  length: number;
  value: number;
}

const edit: fc.Arbitrary<Edit> = fc.record(
  {
    what: fc.constantFrom('set', 'set', 'set', 'insert', 'remove', 'repeat', 'cut'),
    at: fc.nat(),
    length: fc.integer({ min: 1, max: 40 }),
    // Lengths, tags and signs of ASN.1 sit at the edges.
    value: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 0x7f, 0x80, 0x84, 0xff, 0x30, 0x02)),
  },
  { noNullPrototype: true },
);

function mutated(bytes: Uint8Array, edits: readonly Edit[]): Buffer {
  let current = Buffer.from(bytes);
  for (const { what, at: place, length, value } of edits) {
    const at = place % (current.length + 1);
    const [before, rest] = [current.subarray(0, at), current.subarray(at)];
    switch (what) {
      case 'set':
        if (rest.length > 0) rest[0] = value;
        break;
      case 'insert':
        current = Buffer.concat([before, Buffer.alloc(length, value), rest]);
        break;
      case 'remove':
        current = Buffer.concat([before, rest.subarray(length)]);
        break;
      case 'repeat':
        current = Buffer.concat([before, rest.subarray(0, length), rest]);
        break;
      case 'cut':
        current = before;
    }
  }
  return current;
}

/** In PEM, half of the mutants keep their base64 whole: what is mutated is inside it. */
function mutant(bytes: Uint8Array, edits: readonly Edit[], inside: boolean): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  if (!inside || !text.startsWith('-----BEGIN ')) return mutated(bytes, edits);
  return Buffer.from(
    text.replace(
      /(-----BEGIN [^-]+-----\n(?:[\w-]+: .*\n|\n)*)([A-Za-z0-9+/=\n]+)/,
      (_all, head: string, body: string) => {
        const lines = mutated(Buffer.from(body, 'base64'), edits)
          .toString('base64')
          .match(/.{1,64}/g);
        return `${head}${(lines ?? []).join('\n')}\n`;
      },
    ),
    'latin1',
  );
}

const { files, passphrase, runs, seed } = workerData as Work;
let [external, read] = [0, 0];
const post = (report: Report) => parentPort?.postMessage(report);
const property = fc.property(
  fc.nat({ max: files.length - 1 }),
  fc.array(edit, { minLength: 1, maxLength: 5 }),
  fc.boolean(),
  (index, edits, inside) => {
    const bytes = mutant(files[index] ?? new Uint8Array(), edits, inside);
    post({ kind: 'begin' });
    try {
      parseCredentials(bytes, 'mutant', passphrase);
      read++;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
    }
    external = Math.max(external, process.memoryUsage().external);
  },
);
const result = fc.check(property, { numRuns: runs, seed });
post({
  kind: 'end',
  external,
  read,
  ...(result.failed && { failure: fc.defaultReportMessage(result) ?? 'failed' }),
});
