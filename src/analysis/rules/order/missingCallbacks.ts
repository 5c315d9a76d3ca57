import * as l10n from '@vscode/l10n';
import { callbackMembers } from '../../../sdk/callbacks';
import {
  addedBefore,
  argumentText,
  beforeFunction,
  beforeStatement,
  fixOf,
  functionLike,
  nameFor,
} from '../fixes/edits';
import { type MemoryObject, rootOf } from '../../program/memoryObjects';
import type { CallSite } from '../../program/program';
import type { Facts } from '../rule';
import type { Fix, Found } from '../../../findings/finding';

const register = { reconnect: 'espconn_regist_reconcb', disconnect: 'espconn_regist_disconcb' } as const;

/** The calls that open TLS connections for which nothing registers a callback of this kind. */
export function* unregistered(
  facts: Facts,
  event: 'reconnect' | 'disconnect',
  message: () => string,
): Iterable<Found> {
  const { connections, program, pointers } = facts;
  const registered = new Set<MemoryObject>();
  for (const site of program.calls(register[event])) {
    const objects = connections.objects(site);
    // Somebody registers for a connection that is not known: it may be any.
    if (objects.size === 0) return;
    for (const object of objects) registered.add(rootOf(object));
  }
  for (const callback of pointers.callbacks)
    if (callback.event === event && callback.site === undefined && callback.connection !== undefined)
      for (const object of pointers.of(callback.connection, callback.registeredIn))
        registered.add(rootOf(object));
  if (setsMember(facts, event)) return;
  if ([...registered].some(({ kind }) => kind === 'unknown')) return;
  for (const connection of connections.all.values()) {
    // Of a struct that comes from elsewhere nobody knows what was registered there.
    if (registered.has(connection.object) || connection.object.kind === 'unknown') continue;
    const [first] = connections.opened(connection, 'secure');
    if (first === undefined) continue;
    yield { at: program.callPlace(first), message: message(), fixes: fix(facts, first, event) };
  }
}

/** Whether the struct's member is set directly to something that is not known. */
function setsMember({ program, pointers }: Facts, event: 'reconnect' | 'disconnect'): boolean {
  return program.functions.some(within =>
    within.events.some(
      each =>
        each.kind === 'assign' &&
        each.target.kind === 'member' &&
        callbackMembers.get(each.target.member) === event &&
        pointers.functionsOf(each.value, within).length === 0,
    ),
  );
}

function fix({ program }: Facts, site: CallSite, event: 'reconnect' | 'disconnect'): Fix[] {
  const connection = argumentText(program, site, 0);
  if (connection === undefined) return [];
  const { caller } = site;
  const suffix = `${event}ed`;
  const parameters = event === 'reconnect' ? 'void *arg, sint8 err' : 'void *arg';
  const print = event === 'reconnect' ? 'os_printf("TLS error %d\\n", err);' : 'os_printf("TLS closed\\n");';
  const count = parameters.split(',').length;
  const known = addedBefore(program, site, suffix, ({ facts }) => facts.parameters.length === count);
  const name = known?.name ?? nameFor(program, site, suffix);
  const registered = beforeStatement(site, [`${register[event]}(${connection}, ${name});`]);
  if (registered.length === 0) return [];
  const added = functionLike(caller, 'static void', `${name}(${parameters})`, [print]);
  return fixOf(l10n.t('Register a callback'), [
    ...(known === undefined ? [beforeFunction(caller, site.event.start, added)] : []),
    ...registered,
  ]);
}
