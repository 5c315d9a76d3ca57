import { effectOf } from '../../../sdk/effects';
import * as l10n from '@vscode/l10n';
import type { Context } from '../../program/contexts';
import { isOwnCallback, sequences, type Step } from '../../program/order';
import { type MemoryObject, rootOf } from '../../program/memoryObjects';
import type { CallSite } from '../../program/program';
import type { Facts, Rule } from '../rule';
import { eventName, wayFrom } from '../relatedPlaces';

const using = [
  'espconn_secure_connect',
  'espconn_secure_accept',
  'espconn_secure_sent',
  'espconn_secure_send',
  'espconn_secure_disconnect',
];

export const ssl042: Rule = {
  id: 'SSL042',
  group: 'order',
  severity: 'error',
  title: () => l10n.t('Connection freed while it is in use'),
  explanation: () =>
    l10n.t(
      'The SDK uses the struct espconn and its esp_tcp until the disconnect or reconnect callback runs, even after espconn_secure_disconnect. Free them in these callbacks or later.',
    ),
  source: 'espconn_mbedtls.c of SDK 3.0.6',
  example: {
    code: String.raw`+static void ICACHE_FLASH_ATTR on_close(void *arg)
+{
+    struct espconn *client = (struct espconn *)arg;
+
+    os_free(client->proto.tcp);
+    os_free(client);
+}
+
void ICACHE_FLASH_ATTR dial(void)
{
    struct espconn *client = (struct espconn *)os_zalloc(sizeof(struct espconn));

    client->type = ESPCONN_TCP;
    client->proto.tcp = (esp_tcp *)os_zalloc(sizeof(esp_tcp));
    client->proto.tcp->remote_port = 8443;
+    espconn_regist_disconcb(client, on_close);
    (void)espconn_secure_connect(client);
-    os_free(client->proto.tcp);
-    os_free(client);
}
`,
  },
  *check(facts) {
    const told = new Set<CallSite>();
    // Others are given up because they could not be opened.
    const used = new Set(
      facts.program
        .calls(...using)
        .filter(site => /^(?:ignored|discarded)$/.test(site.event.use.kind) && isSecure(facts, site)),
    );
    const free = [...facts.program.calledNames].filter(name => effectOf(name) === 'frees');
    const freed = new Map(facts.program.calls(...free).map(site => [site, freedObjects(facts, site)]));
    const wanted = ({ site: use }: Step, { site }: Step) =>
      !told.has(site) &&
      used.has(use) &&
      [...facts.connections.objects(use)].some(object => freed.get(site)?.has(rootOf(object)) === true);
    for (const { earlier, later } of sequences(facts, using, free, wanted)) {
      told.add(later.site);
      yield {
        at: facts.program.callPlace(later.site),
        message: l10n.t(
          'The SDK still uses this struct after {0}: free it in the disconnect callback.',
          earlier.site.name ?? '',
        ),
        related: [
          {
            at: facts.program.callPlace(earlier.site),
            message: l10n.t('{0} is called here for the same connection.', earlier.site.name ?? ''),
          },
        ],
      };
    }
    for (const site of facts.program.calls(...free)) {
      if (told.has(site)) continue;
      const way = facts.contexts
        .of(site.caller)
        .find(context => /^(?:connect|receive|sent)$/.test(context.event) && isOwn(facts, context, site));
      if (way === undefined || !facts.conditions.isUnconditional(site)) continue;
      yield {
        at: facts.program.callPlace(site),
        message: l10n.t('The SDK uses this struct again after the {0}.', eventName(way.event)),
        related: wayFrom(facts, way),
      };
    }
  },
};

/** Whether all that a call may mean are opened as TLS connections, at least where the program chooses so. */
function isSecure({ connections }: Facts, site: CallSite): boolean {
  const reached = connections.of(site);
  return reached.length > 0 && reached.every(each => connections.opened(each, 'secure').length > 0);
}

function freedObjects({ pointers }: Facts, { arguments: [argument], caller }: CallSite): Set<MemoryObject> {
  return new Set(argument === undefined ? [] : [...pointers.of(argument, caller)].map(rootOf));
}

function isOwn(facts: Facts, context: Context, site: CallSite): boolean {
  const { connections } = facts;
  return (
    isOwnCallback(facts, context, site) &&
    [...freedObjects(facts, site)].every(object => {
      const connection = connections.all.get(object);
      return connection !== undefined && connections.kindOf(connection) === 'secure';
    })
  );
}
