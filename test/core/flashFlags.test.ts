import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Flag, placeFlags } from '../../webview/placeFlags';

describe('names below a map', () => {
  const width = 600;
  const flag = fc.record({
    text: fc.constant('name'),
    x: fc.nat({ max: width }),
    width: fc.integer({ min: 5, max: 200 }),
  });
  const extent = ({ x, width: own }: Flag, isLeft: boolean) =>
    isLeft ? ([Math.max(0, x - 4 - own), x - 4] as const) : ([x + 4, x + 4 + own] as const);

  it('cover neither each other nor the lines of others', () => {
    fc.assert(
      fc.property(fc.array(flag, { maxLength: 12 }), flags => {
        const placed = placeFlags(flags, width, 3);
        for (const one of placed) {
          const [from, to] = extent(one.flag, one.isLeft);
          assert.ok(from >= 0 && to <= width + 200);
          for (const other of placed) {
            if (other === one) continue;
            const [otherFrom, otherTo] = extent(other.flag, other.isLeft);
            if (other.row === one.row) assert.ok(to < otherFrom || otherTo < from);
            // A line goes down to its own row, through those above.
            if (other.row > one.row) assert.ok(other.flag.x < from || other.flag.x > to);
          }
        }
      }),
    );
  });

  it('stand in rows of their own where blocks lie side by side', () => {
    const flags = [100, 104, 108].map(x => ({ text: 'name', x, width: 80 }));
    assert.deepEqual(
      placeFlags(flags, width, 3)
        .sort((a, b) => a.flag.x - b.flag.x)
        .map(({ row, isLeft }) => [row, isLeft]),
      [
        [2, false],
        [1, false],
        [0, false],
      ],
    );
  });

  it('stand left of their lines at the right end', () => {
    assert.deepEqual(
      placeFlags([{ text: 'name', x: 590, width: 80 }], width, 3).map(({ isLeft }) => isLeft),
      [true],
    );
  });
});
