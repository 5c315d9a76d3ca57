import { exitCodes } from './exitCodes';
import type { EndReason } from '../simulator/simulatorOptions';

/** The exit code of a simulation that ended so. */
export function exitCode(reason: EndReason): number {
  switch (reason) {
    case 'stopped':
      return exitCodes.interrupted;
    case 'restart':
    case 'deep-sleep':
      return exitCodes.done;
    case 'problem':
      return exitCodes.badInput;
    case 'exception':
    case 'watchdog':
    case 'not-offered':
      return exitCodes.failed;
  }
}
