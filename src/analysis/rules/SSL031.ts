import * as l10n from '@vscode/l10n';
import { argumentText, beforeFunction, freshName, replaceStatement } from '../edits';
import { isOwnCallback } from '../order';
import type { CallSite } from '../program';
import type { Facts, Fix, Rule } from '../rule';
import { eventName, wayFrom } from '../stories';

export const ssl031: Rule = {
  id: 'SSL031',
  group: 'order',
  severity: 'error',
  title: () => l10n.t('TLS disconnect inside of a callback of the connection'),
  explanation: () =>
    l10n.t(
      'espconn_secure_disconnect closes the socket at once, while the library goes on reading and writing behind the callback. Disconnect from a timer or a task: the callback arms it, and ends first.',
    ),
  source: 'ESP8266 NON-OS SDK API reference (2C), espconn_secure_disconnect; espconn_mbedtls.c of SDK 3.0.6',
  *check(facts) {
    for (const site of facts.program.calls('espconn_secure_disconnect')) {
      const way = facts.contexts
        .of(site.caller)
        .find(
          context =>
            /^(?:connect|receive|sent)$/.test(context.event) &&
            isOwnCallback(facts, context, site) &&
            !facts.connections
              .of(site)
              .every(connection => facts.connections.kindOf(connection) === 'plain') &&
            isPossible(facts, context.path, site),
        );
      if (way === undefined) continue;
      yield {
        at: facts.program.callPlace(site),
        message: l10n.t(
          'espconn_secure_disconnect runs inside of the {0} here: do it from a timer or task.',
          eventName(way.event),
        ),
        related: wayFrom(facts, way),
        fixes: laterFix(facts, site),
      };
    }
  },
};

/** Whether no condition on the way contradicts that of the call. */
function isPossible({ conditions }: Facts, path: readonly CallSite[], site: CallSite): boolean {
  return path.every(step => conditions.disagreement(step, site).length === 0);
}

/** Disconnects from a timer of its own. */
function laterFix({ program }: Facts, site: CallSite): Fix[] {
  const connection = argumentText(program, site, 0);
  const { caller } = site;
  const timer = freshName(program, caller, `${caller.name}_close_timer`);
  const later = freshName(program, caller, `${caller.name}_close`);
  const replaced = replaceStatement(
    program,
    site,
    `{ os_timer_disarm(&${timer}); os_timer_setfn(&${timer}, (os_timer_func_t *)${later}, ${connection}); os_timer_arm(&${timer}, 10, 0); }`,
  );
  if (connection === undefined || replaced === undefined) return [];
  const added = [
    `static os_timer_t ${timer};`,
    '',
    `static void ICACHE_FLASH_ATTR ${later}(void *arg)`,
    '{',
    '    espconn_secure_disconnect((struct espconn *)arg);',
    '}',
    '',
    '',
  ].join('\n');
  return [
    {
      title: l10n.t('Disconnect from a timer'),
      edits: [beforeFunction(program, caller, added), replaced],
      safe: false,
    },
  ];
}
