import * as l10n from '@vscode/l10n';
import type { CallbackEvent } from '../../sdk/callbacks';
import type { Context } from '../program/contexts';
import type { CallSite, Program } from '../program/program';
import type { Facts } from './rule';
import type { Place } from '../../findings/range';

/** How a callback leads to a call: the registration, and the calls on the way. */
export function wayFrom(facts: Facts, { event, callback, path }: Context): { at: Place; message: string }[] {
  return [
    ...(callback === undefined
      ? []
      : [
          {
            at: callback.at,
            message: l10n.t('{0} is registered as {1} here.', callback.function.name, eventName(event)),
          },
        ]),
    ...path.map(site => ({
      at: facts.program.callPlace(site),
      message: l10n.t('{0} calls {1} here.', site.caller.name, site.name ?? ''),
    })),
  ];
}

/** Where a connection is opened, as a finding's related place. */
export function openedHere(program: Program, opening: CallSite): { at: Place; message: string } {
  const message = l10n.t('The connection is opened by {0} here.', opening.name ?? '');
  return { at: program.callPlace(opening), message };
}

/** What a callback is called. */
export function eventName(event: CallbackEvent | 'user_init' | 'user_pre_init'): string {
  switch (event) {
    case 'connect':
      return l10n.t('connect callback');
    case 'receive':
      return l10n.t('receive callback');
    case 'sent':
      return l10n.t('sent callback');
    case 'reconnect':
      return l10n.t('reconnect callback');
    case 'disconnect':
      return l10n.t('disconnect callback');
    case 'write finish':
      return l10n.t('write-finish callback');
    case 'name found':
      return l10n.t('DNS callback');
    case 'timer':
      return l10n.t('timer function');
    case 'task':
      return l10n.t('task');
    case 'start':
      return l10n.t('init-done callback');
    case 'wifi':
      return l10n.t('Wi-Fi callback');
    case 'interrupt':
      return l10n.t('interrupt handler');
    case 'user_init':
    case 'user_pre_init':
      return event;
  }
}
