import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expectGolden } from '../golden';

describe('golden files', () => {
  it('are written only on demand: a missing one fails', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'golden-'));
    try {
      const file = path.join(folder, 'a.golden.txt');
      assert.throws(() => {
        expectGolden(file, 'text', false);
      }, /is missing/);
      assert.ok(!existsSync(file));
      expectGolden(file, 'text', true);
      expectGolden(file, 'text', false);
      assert.throws(() => {
        expectGolden(file, 'other', false);
      }, /differs from/);
      assert.equal(readFileSync(file, 'utf8'), 'text');
      assert.equal(readFileSync(path.join(folder, 'a.actual'), 'utf8'), 'other');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
