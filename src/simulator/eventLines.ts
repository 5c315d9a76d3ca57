import * as l10n from '@vscode/l10n';
import type { Paint } from '../text/ansi';
import type { Door } from '../text/remedies';
import type { DeviceEvent, EventDetail } from './events';
import { eventText } from './eventText';

/** A line of the simulator about what happens on the device. */
export interface EventLine {
  text: string;
  tone: 'message' | 'failure';
}

/** Events that mean that something of the firmware's work came to nothing. */
const failures: ReadonlySet<EventDetail['kind']> = new Set([
  'exception',
  'watchdog',
  'not-offered',
  'problem',
  'tls-failed',
  'certificate-refused',
  'image-damaged',
  'bad-free',
  'events-lost',
  'print-cut',
  'outbound-denied',
  'reach-wish',
]);

/** A timer that fires again and again, some every few milliseconds, would hide all else in a trace. */
const maxTimerCalls = 3;

/** Makes lines of the events of one device; with a trace, also of the ones that only explain how it works. */
export class EventLines {
  readonly #trace: boolean;
  readonly #door: Door;
  readonly #timerCalls = new Map<string, number>();

  constructor(trace: boolean, door: Door) {
    this.#trace = trace;
    this.#door = door;
  }

  /** The line of an event; undefined where there is none, as for what the firmware prints itself. */
  line(event: DeviceEvent): EventLine | undefined {
    const text = eventText(event, this.#trace, this.#door);
    if (text === undefined) return undefined;
    if (event.kind === 'callback' && event.callback === 'timer') {
      const calls = (this.#timerCalls.get(event.function) ?? 0) + 1;
      this.#timerCalls.set(event.function, calls);
      if (calls > maxTimerCalls) return undefined;
      if (calls === maxTimerCalls)
        return { text: l10n.t('{0}; further ones are not shown', text), tone: 'message' };
    }
    return { text, tone: isFailure(event) ? 'failure' : 'message' };
  }
}

function isFailure(event: DeviceEvent): boolean {
  if (event.kind === 'tls-failed' && event.cause.id === 'left-before-hello') return false;
  return failures.has(event.kind);
}

/** A line as it looks beside what the firmware prints, which is as it is: the simulator's own dim, failures red. */
export function painted({ text, tone }: EventLine, paint: Paint): string {
  return paint(tone === 'failure' ? 'red' : 'dim', text);
}
