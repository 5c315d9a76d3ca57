import assert from 'node:assert/strict';
import { eventPrinter } from '../../src/cli/eventPrinter';
import { colored } from '../../src/text/ansi';

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
    print({ time: 6000, kind: 'callback', callback: 'receive', function: 'blink', value: 4 });
    assert.deepEqual(text.trimEnd().split('\n'), [
      '[0.000] callback timer: blink',
      '[0.001] callback timer: blink',
      '[0.002] callback timer: blink; further ones are not shown',
      '[0.005] callback timer: check',
      '[0.006] callback receive: blink, 4',
    ]);
  });

  it('leaves what the firmware prints as it is; its own lines are dim, failures red', () => {
    let text = '';
    const print = eventPrinter({
      write: part => void (text += part),
      out: line => void (text += `${line}\n`),
      error: line => void (text += `! ${line}\n`),
      paint: colored,
      paintError: colored,
    });
    print({ time: 0, kind: 'print', text: 'hello' });
    print({ time: 1000, kind: 'got-ip', ip: '192.168.4.2' });
    print({ time: 2000, kind: 'events-lost' });
    print({ time: 3000, kind: 'problem', problem: { kind: 'port-refused', port: 1, reason: 'EACCES' } });
    const lines = text.trimEnd().replaceAll('\u001b', '^').split('\n');
    assert.deepEqual(
      lines.map(line => line.slice(0, 24)),
      ['hello', '^[2m[0.001] Wi-Fi: got I', '^[31m[0.002] The firmwar', '! ^[31mPort 1 of this co'],
    );
    assert.deepEqual(
      lines.map(line => /\^\[\d+m$/.exec(line)?.[0]),
      [undefined, '^[22m', '^[39m', '^[39m'],
    );
  });
});
