import { eventText } from '../../src/simulator/eventText';
import type { DeviceEvent } from '../../src/simulator/events';
import { Simulator } from '../../src/simulator/simulator';
import type { EndReason, SimulatorOptions } from '../../src/simulator/simulatorOptions';

/** What a device has done until it ended. */
export interface Run {
  /** What the firmware has printed. */
  text: string;
  /** What the console shows besides. */
  log: string;
  reason: EndReason;
  events: DeviceEvent[];
  simulator: Simulator;
}

/** Runs a firmware, in virtual time when nothing else is said, until it ends. */
export async function runToEnd(
  options: SimulatorOptions,
  prepare: (simulator: Simulator) => void = () => undefined,
): Promise<Run> {
  const simulator = new Simulator({ clock: 'virtual', ...options });
  const events: DeviceEvent[] = [];
  simulator.events.listen(event => events.push(event));
  prepare(simulator);
  const reason = await new Promise<EndReason>(resolve => {
    simulator.onEnd = resolve;
    simulator.start();
  });
  const text = events.map(event => (event.kind === 'print' ? event.text : '')).join('');
  const log = events.map(event => eventText(event) ?? '').join('\n');
  return { text, log, reason, events, simulator };
}
