import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { interpreterFile, interpreterSource } from '../../scripts/generateInterpreter';
import { type InstructionRow, instructions } from '../../src/simulator/cpu/instructions';

/** Each encoding of each instruction: its name and its bits. */
const encodings = Object.entries<InstructionRow>(instructions).flatMap(([mnemonic, row]) =>
  row.encodings.map(([drawn]) => ({ mnemonic, drawn, bits: drawn.replaceAll(' ', '') })),
);

/** Whether a bit that matters to both is another in each; the lowest is at the end. */
function differs(first: string, second: string): boolean {
  for (let at = 1; at <= Math.min(first.length, second.length); at++) {
    const pair = `${first.at(-at)}${second.at(-at)}`;
    if (pair === '01' || pair === '10') return true;
  }
  return false;
}

describe('the table of instructions', () => {
  it('is what the interpreter executes', () => {
    assert.equal(
      readFileSync(interpreterFile, 'utf8'),
      interpreterSource(),
      'run npm run generate:interpreter',
    );
  });

  it('draws instructions of two or three bytes, each part of them in one piece', () => {
    for (const { mnemonic, drawn, bits } of encodings) {
      assert.match(bits, /^[01rstiIkK.]+$/, mnemonic);
      assert.equal(bits.length, /1...$/.test(bits) ? 16 : 24, `${mnemonic}: ${drawn}`);
      for (const letter of 'rstiIkK')
        assert.match(bits, new RegExp(`^[^${letter}]*${letter}*[^${letter}]*$`), drawn);
    }
  });

  it('gives no bytes to two instructions', () => {
    for (const [index, first] of encodings.entries()) {
      for (const second of encodings.slice(index + 1)) {
        assert.ok(differs(first.bits, second.bits), `${first.mnemonic} and ${second.mnemonic}`);
      }
    }
  });
});
