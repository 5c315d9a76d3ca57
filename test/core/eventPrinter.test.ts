import assert from 'node:assert/strict';
import { eventPrinter } from '../../src/cli/eventPrinter';

describe('the event printer', () => {
  it('shows a timer that fires for ever three times, and others still', () => {
    let text = '';
    const output = {
      write: (part: string) => void (text += part),
      out: (line: string) => void (text += `${line}\n`),
      error: (line: string) => void (text += `${line}\n`),
    };
    const print = eventPrinter(output, true);
    for (let time = 0; time < 5000; time += 1000)
      print({ time, kind: 'callback', callback: 'timer', function: 'blink' });
    print({ time: 5000, kind: 'callback', callback: 'timer', function: 'check' });
    print({ time: 6000, kind: 'callback', callback: 'recv', function: 'blink', value: 4 });
    assert.deepEqual(text.trimEnd().split('\n'), [
      '[0.000] callback timer: blink',
      '[0.001] callback timer: blink',
      '[0.002] callback timer: blink; it is not shown again',
      '[0.005] callback timer: check',
      '[0.006] callback recv: blink, 4',
    ]);
  });
});
