import { functionsThat } from '../../../sdk/effects';
import { rootOf } from '../../program/memoryObjects';
import * as l10n from '@vscode/l10n';
import { fixOf, moveBefore } from '../fixes/edits';
import type { Context } from '../../program/contexts';
import { sequences, type Step } from '../../program/order';
import type { CallSite } from '../../program/program';
import { sdkConstant } from '../../program/program';
import type { Facts } from '../rule';
import { eventName, wayFrom } from '../relatedPlaces';
import type { Found } from '../../../findings/finding';

const openers = functionsThat(['opens client', 'opens server'], ['secure']);

/**
 * Settings of the TLS library that come when the connection they are meant for is there already: after the call that opens it, or in
 * one of its callbacks, with none opened later.
 */
export function* lateSettings(facts: Facts, names: readonly string[]): Iterable<Found> {
  const told = new Set<CallSite>();
  for (const { earlier, later, after } of sequences(facts, openers, names)) {
    const setting = later.site;
    if (told.has(setting) || !concerns(facts, setting, earlier.site)) continue;
    if (after.some(step => concernsStep(facts, setting, step))) continue;
    told.add(setting);
    const opener = earlier.site.name ?? '';
    yield {
      at: facts.program.callPlace(setting),
      message: l10n.t(
        '{0} has no effect on a connection that {1} has already opened: call it first.',
        setting.name ?? '',
        opener,
      ),
      related: [
        {
          at: facts.program.callPlace(earlier.site),
          message: l10n.t('The connection is opened by {0} here.', opener),
        },
      ],
      fixes: fixOf(l10n.t('Move before {0}', opener), moveBefore(setting, earlier.site), true),
    };
  }
  for (const setting of facts.program.calls(...names)) {
    if (told.has(setting)) continue;
    const contexts = facts.contexts.of(setting.caller);
    const ways = contexts.filter(
      ({ event }) => event === 'connect' || event === 'receive' || event === 'sent',
    );
    const [way] = ways;
    // Where other ways lead here, too, one of them may come in time.
    if (way === undefined || ways.length < contexts.length) continue;
    if (!ways.every(each => isOfSecure(facts, each, setting))) continue;
    if (opensLater(facts, setting)) continue;
    yield {
      at: facts.program.callPlace(setting),
      message: l10n.t(
        '{0} in a {1} is too late: the connection is already open.',
        setting.name ?? '',
        eventName(way.event),
      ),
      related: wayFrom(facts, way),
    };
  }
}

/** Whether a setting's level is that of a call that opens a connection. Unknown levels may be. */
function concerns(facts: Facts, setting: CallSite, opener: CallSite): boolean {
  const role = opener.name === 'espconn_secure_accept' ? 'ESPCONN_SERVER' : 'ESPCONN_CLIENT';
  if (!openers.some(name => name === opener.name)) return false;
  // The default certificate and key are the server's.
  if (setting.name?.includes('_set_default_')) return role === 'ESPCONN_SERVER';
  const [level] = setting.arguments;
  const value = level && facts.program.constant(level, setting.caller);
  return value === undefined || (value & (sdkConstant(role) ?? 0)) !== 0;
}

function concernsStep(facts: Facts, setting: CallSite, { site }: Step): boolean {
  return concerns(facts, setting, site);
}

/** Whether a callback belongs to a TLS connection of the setting's level. */
function isOfSecure(facts: Facts, context: Context, setting: CallSite): boolean {
  const { callback } = context;
  if (callback?.connection === undefined) return false;
  const { connections, pointers } = facts;
  const own = [...pointers.of(callback.connection, callback.registeredIn)];
  return own.some(object => {
    const connection = connections.all.get(rootOf(object));
    return (
      connection !== undefined &&
      connections.opened(connection, 'secure').some(opener => concerns(facts, setting, opener))
    );
  });
}

/** Whether the same function, or what leads to it, opens a connection afterwards. */
function opensLater(facts: Facts, setting: CallSite): boolean {
  const names = setting.name === undefined ? [] : [setting.name];
  for (const { earlier, later } of sequences(facts, names, openers))
    if (earlier.site === setting && concerns(facts, setting, later.site)) return true;
  return false;
}
