import * as l10n from '@vscode/l10n';
import { argumentText, beforeFunction, freshName, replaceStatement } from '../edits';
import { isOwnCallback } from '../order';
import type { CallSite } from '../program';
import type { Facts, Fix, Rule } from '../rule';
import { eventName, wayFrom } from '../stories';

export const ssl033: Rule = {
  id: 'SSL033',
  group: 'order',
  severity: 'warning',
  title: () => l10n.t('TLS connect inside of the disconnect or reconnect callback'),
  explanation: () =>
    l10n.t(
      'Connecting again right in the callback repeats as fast as it fails, deep in the stack of the library that is still giving the old connection up. Connect again from a timer, a second later.',
    ),
  source: 'espconn_mbedtls.c of SDK 3.0.6; IoT_Demo of SDK 2.0.0',
  *check(facts) {
    for (const site of facts.program.calls('espconn_secure_connect')) {
      const way = facts.contexts
        .of(site.caller)
        .find(
          context => /^(?:reconnect|disconnect)$/.test(context.event) && isOwnCallback(facts, context, site),
        );
      if (way === undefined) continue;
      yield {
        at: facts.program.callPlace(site),
        message: l10n.t('This connects right inside of the {0}: do it from a timer.', eventName(way.event)),
        related: wayFrom(facts, way),
        fixes: laterFix(facts, site),
      };
    }
  },
};

function laterFix({ program }: Facts, site: CallSite): Fix[] {
  const connection = argumentText(program, site, 0);
  const { caller } = site;
  const timer = freshName(program, caller, `${caller.name}_connect_timer`);
  const later = freshName(program, caller, `${caller.name}_connect_again`);
  const replaced = replaceStatement(
    program,
    site,
    `{ os_timer_disarm(&${timer}); os_timer_setfn(&${timer}, (os_timer_func_t *)${later}, ${connection}); os_timer_arm(&${timer}, 1000, 0); }`,
  );
  if (connection === undefined || replaced === undefined) return [];
  const added = [
    `static os_timer_t ${timer};`,
    '',
    `static void ICACHE_FLASH_ATTR ${later}(void *arg)`,
    '{',
    '    espconn_secure_connect((struct espconn *)arg);',
    '}',
    '',
    '',
  ].join('\n');
  return [
    {
      title: l10n.t('Connect from a timer'),
      edits: [beforeFunction(program, caller, added), replaced],
      safe: false,
    },
  ];
}
