import assert from 'node:assert/strict';
import { Memo, RecentMemo, WeakMemo } from '../../../src/analysis/engine/memo';

describe('what the analysis remembers', () => {
  /** Counts how often each key is worked out. */
  const counting = () => {
    const made: string[] = [];
    return { made, make: (key: string) => () => (made.push(key), `${key} ${made.length}`) };
  };

  it('is made once for each key, also where it is undefined', () => {
    const memo = new Memo<string, string | undefined>();
    let times = 0;
    const nothing = () => {
      times++;
      return undefined;
    };
    assert.deepEqual([memo.get('a', nothing), memo.get('a', nothing), times], [undefined, undefined, 1]);
    memo.get('b', nothing);
    assert.equal(times, 2);
  });

  it('holds as long as each of its sources is what it was', () => {
    const memo = new WeakMemo<object, string>();
    const { made, make } = counting();
    const [file, header] = [{}, {}];
    const get = (...sources: unknown[]) => memo.get(file, make('file'), () => sources);
    assert.equal(get(header, 'text'), 'file 1');
    assert.equal(get(header, 'text'), 'file 1');
    assert.equal(get({}, 'text'), 'file 2');
    assert.equal(get(header, 'other text'), 'file 3');
    assert.equal(get(header, 'other text', undefined), 'file 4');
    assert.equal(made.length, 4);
  });

  it('may say itself which sources it has met', () => {
    const memo = new RecentMemo<readonly string[]>();
    const headers = new Map([
      ['a.h', {}],
      ['b.h', {}],
    ]);
    let times = 0;
    const get = () =>
      memo.get(
        'main.c',
        () => (times++, ['a.h']),
        read => read.map(name => headers.get(name)),
      );
    get();
    headers.set('b.h', {});
    get();
    assert.equal(times, 1);
    headers.set('a.h', {});
    get();
    assert.equal(times, 2);
  });

  it('has no more than it may have', () => {
    const memo = new Memo<string, string>(2);
    const { made, make } = counting();
    for (const key of ['a', 'b', 'a', 'c', 'a']) memo.get(key, make(key));
    assert.deepEqual(made, ['a', 'b', 'c', 'a']);
  });

  it('is forgotten when nobody asks for it in as many runs', () => {
    for (const runs of [1, 3]) {
      const memo = new RecentMemo<string>(runs);
      const { made, make } = counting();
      for (let run = 0; run < 10 * runs; run++) {
        memo.next();
        memo.get('each run', make('each run'));
        if (run % runs === 0) memo.get('now and then', make('now and then'));
      }
      assert.deepEqual(made, ['each run', 'now and then']);
      for (let run = 0; run < 2 * runs; run++) memo.next();
      memo.get('each run', make('each run'));
      assert.deepEqual(made.slice(2), ['each run']);
      memo.clear();
      memo.get('each run', make('each run'));
      assert.equal(made.length, 4);
    }
  });
});
