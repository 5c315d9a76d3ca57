import assert from 'node:assert/strict';
import { countsText } from '../../src/flash/counts';
import type { Severity } from '../../src/flash/severity';

describe('how many findings there are, in words', () => {
  const cases: [Severity[], string][] = [
    [[], ''],
    [['warning'], '1 warning'],
    [['hint', 'error', 'warning', 'error', 'hint'], '2 errors, 1 warning, 2 notes'],
  ];
  for (const [severities, text] of cases)
    it(text === '' ? 'is nothing without any' : text, () =>
      assert.equal(countsText(severities.map(severity => ({ severity }))), text),
    );
});
