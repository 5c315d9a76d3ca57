import type { DeviceEvent } from '../simulator/events';
import { eventText } from '../simulator/eventText';
import type { Output } from './output';

/** Shows events in a terminal: what the firmware prints as it comes, everything else on lines of its own with the time in seconds. */
export function eventPrinter(output: Output, trace = false): (event: DeviceEvent) => void {
  let atLineStart = true;
  return event => {
    if (event.kind === 'print') {
      output.write(event.text);
      atLineStart = event.text.endsWith('\n');
      return;
    }
    const text = eventText(event, trace);
    if (text === undefined) return;
    if (!atLineStart) output.write('\n');
    atLineStart = true;
    if (event.kind === 'problem') output.error(text);
    else output.out(`[${(event.time / 1e6).toFixed(3)}] ${text}`);
  };
}
