import assert from 'node:assert/strict';
import { Analyzer } from '../../../src/analysis/engine/analyzer';
import { cooperate } from '../../../src/analysis/engine/cooperate';
import { readPrograms } from '../../corpus/programs';

describe('checks in turns', function () {
  it('find the same, while others get their turn', async () => {
    const [project = assert.fail()] = (await readPrograms()).values();
    const analyzer = await Analyzer.create();
    let turns = 0;
    let isUnderWay = true;
    const takeTurn = () => {
      turns++;
      if (isUnderWay) setImmediate(takeTurn);
    };
    setImmediate(takeTurn);
    const found = await cooperate(analyzer.checking(project), () => true, 0);
    isUnderWay = false;
    assert.ok(turns > 1);
    assert.deepEqual(found, (await Analyzer.create()).check(project));
  });

  it('end when nobody wants them any more, and leave the analyzer sound', async () => {
    const [project = assert.fail(), other = assert.fail()] = (await readPrograms()).values();
    const analyzer = await Analyzer.create();
    assert.equal(await cooperate(analyzer.checking(project), () => false, 0), undefined);
    const [one, two] = await Promise.all([
      cooperate(analyzer.checking(project), () => true, 0),
      cooperate(analyzer.checking(other), () => true, 0),
    ]);
    const fresh = await Analyzer.create();
    assert.deepEqual([one, two], [fresh.check(project), fresh.check(other)]);
  });
});
