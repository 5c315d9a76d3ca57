import * as l10n from '@vscode/l10n';
import type { DeviceEvent } from '../simulator/events';
import { eventText } from '../simulator/eventText';
import type { Output } from './output';

/** A timer that fires again and again, some every few milliseconds, would hide all else in a trace. */
const mostTimerCalls = 3;

/** Shows events in a terminal: what the firmware prints as it comes, everything else on lines of its own with the time in seconds. */
export function eventPrinter(output: Output, trace = false): (event: DeviceEvent) => void {
  let atLineStart = true;
  const timerCalls = new Map<string, number>();
  return event => {
    if (event.kind === 'print') {
      output.write(event.text);
      atLineStart = event.text.endsWith('\n');
      return;
    }
    let text = eventText(event, trace);
    if (text === undefined) return;
    if (event.kind === 'callback' && event.callback === 'timer') {
      const calls = (timerCalls.get(event.function) ?? 0) + 1;
      timerCalls.set(event.function, calls);
      if (calls > mostTimerCalls) return;
      if (calls === mostTimerCalls) text = l10n.t('{0}; it is not shown again', text);
    }
    if (!atLineStart) output.write('\n');
    atLineStart = true;
    if (event.kind === 'problem') output.error(text);
    else output.out(`[${(event.time / 1e6).toFixed(3)}] ${text}`);
  };
}
