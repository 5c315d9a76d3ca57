import assert from 'node:assert/strict';
import { countsText } from '../../src/findings/counts';
import type { Severity } from '../../src/findings/severity';

describe('how many findings there are, in words', () => {
  const cases: [Severity[], string][] = [
    [[], ''],
    [['warning'], '1 warning'],
    [['info', 'error', 'warning', 'error', 'info'], '2 errors, 1 warning, 2 notes'],
  ];
  for (const [severities, text] of cases)
    it(text === '' ? 'is nothing without any' : text, () =>
      assert.equal(countsText(severities.map(severity => ({ severity }))), text),
    );
});
