import assert from 'node:assert/strict';
import { Scheduler } from '../../src/simulator/device/scheduler';
import type { Step } from '../../src/simulator/device/steps';

const nothing: Step = { kind: 'wifiEvent', data: { event: 0, info: new Uint8Array() } };

describe('the work that waits for the device', () => {
  it('is bounded: who posts too much is told each time, the user once', () => {
    const scheduler = new Scheduler();
    scheduler.handle('wifiEvent', () => undefined);
    let told = 0;
    scheduler.onOverflow = () => told++;
    const taken = Array.from({ length: 10_010 }, () => scheduler.post(nothing)).filter(each => each).length;
    assert.equal(taken, 10_000);
    assert.equal(told, 1);
    assert.equal(scheduler.next(), undefined);
    assert.ok(scheduler.post(nothing), 'there is room again');
  });
});
