import * as l10n from '@vscode/l10n';
import { exceptionCauses } from '../sdk/exceptionCauses';
import { eventText } from '../simulator/eventText';
import type { Failure, StopReason } from '../simulator/stopReason';
import { visible } from '../text/visible';

/** A stop in the words of the Debug Adapter Protocol, in the language in use. */
export interface StopText {
  /** As the protocol calls it; its clients show exceptions in a box of their own. */
  reason: 'entry' | 'breakpoint' | 'step' | 'pause' | 'exception';
  /** For the call stack: why the device is stopped. */
  description: string;
  /** Of an exception: the name, and the sentence that the console has. */
  exception?: { id: string; text: string };
}

/** Words for every reason to stop. */
export function stopText(reason: StopReason): StopText {
  switch (reason.kind) {
    case 'entry':
      return { reason: 'entry', description: l10n.t('Paused at the start of user_init') };
    case 'breakpoint':
      return { reason: 'breakpoint', description: l10n.t('Paused on breakpoint') };
    case 'step':
      return { reason: 'step', description: l10n.t('Paused after step') };
    case 'pause':
      return { reason: 'pause', description: l10n.t('Paused') };
    case 'exception':
    case 'watchdog':
    case 'not-offered': {
      const id = visible(failureName(reason));
      return {
        reason: 'exception',
        description: l10n.t('Stopped: {0}', id),
        exception: { id, text: visible(eventText({ time: 0, ...reason }) ?? id) },
      };
    }
  }
}

function failureName(failure: Failure): string {
  switch (failure.kind) {
    case 'exception':
      if (failure.stack !== undefined) return l10n.t('stack overflow');
      return exceptionCauses.get(failure.cause)?.name ?? l10n.t('exception {0}', failure.cause);
    case 'watchdog':
      return failure.watchdog === 'software' ? l10n.t('software watchdog') : l10n.t('hardware watchdog');
    case 'not-offered':
      return l10n.t('{0} is not implemented', failure.function);
  }
}
