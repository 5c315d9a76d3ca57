import * as l10n from '@vscode/l10n';
import type { CallSite } from '../../program/program';
import type { Facts, Rule } from '../rule';
import { sends } from './sends';
import { openedHere } from '../relatedPlaces';
import type { Fix } from '../../../findings/finding';

export const ssl055: Rule = {
  id: 'SSL055',
  group: 'data',
  severity: 'warning',
  title: () => l10n.t('Send to the listening struct'),
  explanation: () =>
    l10n.t(
      'The struct passed to espconn_secure_accept only listens. For each client the SDK creates another one and passes it to the connect, receive and sent callbacks: send to that. The listening struct returns -12.',
    ),
  source: 'espconn_mbedtls.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn server;
static esp_tcp tcp;
static uint8 hello[5];

static void ICACHE_FLASH_ATTR on_connect(void *arg)
{
-    (void)espconn_secure_sent(&server, hello, sizeof(hello));
+    (void)espconn_secure_sent(arg, hello, sizeof(hello));
}

void ICACHE_FLASH_ATTR serve(void)
{
    server.type = ESPCONN_TCP;
    server.proto.tcp = &tcp;
    tcp.local_port = 443;
    espconn_regist_connectcb(&server, on_connect);
    (void)espconn_secure_accept(&server);
}
`,
  },
  *check(facts) {
    const { connections, program } = facts;
    for (const site of program.calls(...sends)) {
      const objects = [...connections.objects(site)];
      const [listener] = objects;
      const connection = listener === undefined ? undefined : connections.all.get(listener);
      if (connection === undefined || objects.length > 1) continue;
      if (!connection.openings.every(({ kind, role }) => kind === 'secure' && role === 'server')) continue;
      const [opening] = connections.opened(connection, 'secure', 'server');
      if (opening === undefined) continue;
      yield {
        at: program.callPlace(site),
        message: l10n.t('This struct only listens: send to the argument of the callback.'),
        related: [openedHere(program, opening)],
        fixes: argumentFix(facts, site),
      };
    }
  },
};

/** Sends to the callback's own argument instead. */
function argumentFix({ contexts, program }: Facts, site: CallSite): Fix[] {
  const { caller } = site;
  const [given] = caller.facts.parameters;
  const [connection] = site.arguments;
  const isCallback = contexts
    .registrations(caller)
    .some(({ event }) => event === 'connect' || event === 'receive' || event === 'sent');
  if (!isCallback || given === undefined || connection === undefined || caller.expanded !== undefined)
    return [];
  return [
    {
      title: l10n.t('Change to {0}', given.name),
      edits: [{ ...program.place(caller, connection), text: given.name }],
      safe: false,
    },
  ];
}
