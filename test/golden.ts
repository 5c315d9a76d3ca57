import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Compares a text with the golden one in `file` (`….golden.txt`). A missing golden file fails: only UPDATE_GOLDEN=1 writes it. What
 * differs is left beside it as `….actual`.
 */
export function expectGolden(
  file: string,
  actual: string,
  update = process.env['UPDATE_GOLDEN'] === '1',
): void {
  const actualFile = file.replace(/\.golden\.txt$/, '.actual');
  rmSync(actualFile, { force: true });
  if (update) writeFileSync(file, actual);
  const expected = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (actual !== expected) writeFileSync(actualFile, actual);
  assert.ok(expected !== undefined, `${file} is missing: UPDATE_GOLDEN=1 writes it`);
  assert.equal(actual, expected, `differs from ${file}: UPDATE_GOLDEN=1 writes it; read the difference`);
}
