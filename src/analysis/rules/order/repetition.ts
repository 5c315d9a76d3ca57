import { decisions } from '../../source/functionFacts';
import type { Context } from '../../program/contexts';
import { type Expression, parts } from '../../source/expression';
import type { CallSite, ProgramFunction } from '../../program/program';
import type { Facts } from '../rule';

/** Events of Wi-Fi that come whenever the connection to the access point comes back. */
const wifiStates = /GOT_IP|EVENT_|CONNECT|IDLE|STAMODE|SOFTAPMODE/;

/**
 * Whether a call depends on something that lasts, such as a flag `started` or a state: then the program may know that it does it once.
 * Checks for an event of Wi-Fi or for an address are none of these.
 */
export function guarded(facts: Facts, { event, caller }: CallSite): boolean {
  return decisions(event.decision).some(
    ({ kind, test, label }) =>
      kind !== 'loop' &&
      test !== undefined &&
      (label === undefined || !isWifiCheck(label, facts, caller)) &&
      readsState(facts, test, caller),
  );
}

function readsState(facts: Facts, test: Expression, within: ProgramFunction): boolean {
  if (isWifiCheck(test, facts, within)) return false;
  switch (test.kind) {
    case 'name': {
      const found = facts.program.variable(test.name, within);
      return found !== undefined && (found.owner === undefined || found.variable.static);
    }
    case 'member':
      return true;
    case 'call':
      return (
        test.callee.kind === 'name' && facts.program.functionsNamed(test.callee.name, within.unit).length > 0
      );
    default:
      return parts(test).some(part => readsState(facts, part, within));
  }
}

/** `status == STATION_GOT_IP`, `ip.addr != 0` and the like. */
function isWifiCheck(test: Expression, { program }: Facts, within: ProgramFunction): boolean {
  if (test.kind === 'binary' && /^(?:&&|\|\|)$/.test(test.operator)) return false;
  const place = program.place(within, test);
  const text = program.textOf(place.file)?.slice(place.start, place.end) ?? '';
  return wifiStates.test(text) || /\bip\w*(?:\.|->)addr\b|\baddr\b/.test(text);
}

/** Whether what begins this way into a function happens again and again, with nothing on the way that ends that. */
export function repeats(facts: Facts, context: Context): boolean {
  const { event, callback, path } = context;
  switch (event) {
    case 'wifi':
      // Only the handler of events comes again by itself.
      return callback?.site?.name === 'wifi_set_event_handler_cb';
    case 'connect':
    case 'receive':
    case 'sent':
    case 'disconnect':
    case 'reconnect':
      return true;
    case 'timer':
      return (
        callback !== undefined &&
        isPeriodic(facts, context) &&
        !stops(facts, [callback.function, ...path.map(({ caller }) => caller)])
      );
    default:
      return false;
  }
}

/** Whether a timer is armed to repeat, and never as a single shot. */
function isPeriodic({ program, pointers }: Facts, { callback }: Context): boolean {
  const [timer] = callback?.site?.arguments ?? [];
  if (callback === undefined || timer === undefined) return false;
  const own = pointers.of(timer, callback.registeredIn);
  const arms = program
    .calls('os_timer_arm', 'ets_timer_arm_new', 'os_timer_arm_us')
    .filter(({ arguments: [armed], caller }) =>
      armed === undefined ? false : [...pointers.of(armed, caller)].some(object => own.has(object)),
    );
  return (
    arms.length > 0 &&
    arms.every(({ arguments: [, , repeat], caller }) => {
      const value = repeat && program.constant(repeat, caller);
      return value !== undefined && value !== 0;
    })
  );
}

/** Whether one of these functions disarms a timer. */
function stops({ program }: Facts, functions: readonly ProgramFunction[]): boolean {
  return functions.some(each =>
    program.sitesIn(each).some(({ name }) => name === 'os_timer_disarm' || name === 'ets_timer_disarm'),
  );
}
