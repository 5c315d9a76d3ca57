import type { HaltReason } from './device/reset';
import type { RunState } from './recording/deviceState';

/** A firmware that ran for this long, in µs, before it failed has not failed in a row. */
const soundRun = 60e6;
/** After so many resets by exceptions or the watchdog in a row the device stays off: it will not get better. */
const maxFailures = 5;

/** Counts what resets the chip. False when it must not boot again: it fails again and again, or `maxResets` is reached. */
export function countReset(run: RunState, reason: HaltReason, now: number, maxResets = Infinity): boolean {
  const hasFailed = reason === 'exception' || reason === 'watchdog';
  if (!hasFailed) run.failures = 0;
  else run.failures = now - run.bootedAt > soundRun ? 1 : run.failures + 1;
  if (run.failures > maxFailures || run.resets >= maxResets) return false;
  run.resets++;
  return true;
}
