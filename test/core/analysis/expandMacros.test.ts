import assert from 'node:assert/strict';
import { expandMacros } from '../../../src/analysis/source/expandMacros';
import type { Macro } from '../../../src/analysis/source/preprocess';

describe('macros of a table', () => {
  const calling = (body: string): Macro => ({ parameters: [], body });

  it('are put in, several in one another', () => {
    const macros = new Map([
      ['ROW', { parameters: ['type', 'at'], body: '{ SYSTEM_##type, at, SIZE }' }],
      ['SIZE', { parameters: undefined, body: '0x1000' }],
    ]);
    assert.equal(
      expandMacros('ROW(RF_CAL, 0x3FB000), /* SIZE */', macros),
      '{ SYSTEM_RF_CAL, 0x3FB000, 0x1000 }, /* SIZE */',
    );
  });

  it('have an end where they use each other so often that none is in sight', () => {
    const macros = new Map([
      ['NOTHING', calling('')],
      ['MANY', calling('NOTHING()'.repeat(100))],
      ['MORE', calling('MANY()'.repeat(100))],
      ['ALL', calling('MORE()'.repeat(100))],
    ]);
    assert.equal(expandMacros('MANY()', macros), '');
    assert.equal(expandMacros('ALL()', macros), undefined);
  });
});
