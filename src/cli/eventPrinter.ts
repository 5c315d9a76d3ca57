import type { DeviceEvent } from '../simulator/events';
import { EventLines, painted } from '../simulator/eventLines';
import { FirmwareOutput } from '../text/firmwareOutput';
import { plain } from './color';
import type { Output } from './output';

/** Shows events in a terminal: what the firmware prints as it comes, everything else on lines of its own with the time in seconds. */
export function eventPrinter(output: Output, trace = false): (event: DeviceEvent) => void {
  const lines = new EventLines(trace, 'terminal');
  const { paint = plain, paintError = plain } = output;
  const firmware = new FirmwareOutput(process.env['GITHUB_ACTIONS'] !== undefined);
  let atLineStart = true;
  return event => {
    if (event.kind === 'print') {
      const text = firmware.next(event.text);
      output.write(text);
      if (text !== '') atLineStart = text.endsWith('\n');
      return;
    }
    const line = lines.line(event);
    if (line === undefined) return;
    output.write(`${firmware.pause()}${atLineStart ? '' : '\n'}`);
    atLineStart = true;
    if (event.kind === 'problem') output.error(painted(line, paintError));
    else {
      const time = (event.time / 1e6).toFixed(3);
      output.out(painted({ ...line, text: `[${time}] ${line.text}` }, paint));
    }
  };
}
