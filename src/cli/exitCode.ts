import type { EndReason } from '../simulator/simulator';

/** Exit code of a run that the firmware itself ended: exception, missing function. */
const failed = 1;
const badInput = 2;
/** As shells report a program that was interrupted. */
const interrupted = 130;

/** The exit code of a simulation that ended so. */
export function exitCode(reason: EndReason): number {
  switch (reason) {
    case 'stopped':
      return interrupted;
    case 'restart':
    case 'deep-sleep':
      return 0;
    case 'problem':
      return badInput;
    case 'exception':
    case 'watchdog':
    case 'not-offered':
      return failed;
  }
}
