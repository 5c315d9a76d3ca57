import { decisions } from '../../source/functionFacts';
import * as l10n from '@vscode/l10n';
import { rootOf } from '../../program/memoryObjects';
import type { CallSite } from '../../program/program';
import type { Facts, Rule } from '../rule';

const names = ['espconn_regist_connectcb', 'espconn_regist_reconcb', 'espconn_regist_disconcb'];

export const ssl040: Rule = {
  id: 'SSL040',
  group: 'order',
  severity: 'warning',
  title: () => l10n.t('Callback registered before proto.tcp is set'),
  explanation: () =>
    l10n.t(
      'espconn_regist_connectcb, _reconcb and _disconcb write through proto.tcp without a check for NULL. Point proto.tcp to an esp_tcp first.',
    ),
  source: 'espconn.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

static void ICACHE_FLASH_ATTR on_connect(void *arg)
{
    os_printf("connected\n");
}

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
-    espconn_regist_connectcb(&client, on_connect);
    client.proto.tcp = &tcp;
+    espconn_regist_connectcb(&client, on_connect);
    (void)espconn_secure_connect(&client);
}
`,
  },
  *check(facts) {
    const { connections, program } = facts;
    for (const site of program.calls(...names)) {
      const assignments = connections.of(site).flatMap(each => connections.memberValues(each, 'proto'));
      if (assignments.length === 0) continue;
      const later = assignments.every(
        ({ within, event }) =>
          within === site.caller && event !== undefined && event.start > site.event.start,
      );
      const [first] = assignments;
      if (!later || first?.event === undefined || hasInitializer(facts, site)) continue;
      // In different arms of a decision neither comes before the other.
      const arms = new Map(decisions(first.event.decision).map(({ id, arm }) => [id, arm]));
      if (decisions(site.event.decision).some(({ id, arm }) => arms.has(id) && arms.get(id) !== arm))
        continue;
      if (decisions(site.event.decision).some(({ kind }) => kind === 'loop')) continue;
      yield {
        at: program.callPlace(site),
        message: l10n.t('proto.tcp is set only later: this writes through a NULL pointer.'),
        related: [
          { at: program.place(first.within, first.event), message: l10n.t('proto.tcp is set here.') },
        ],
      };
    }
  },
};

function hasInitializer({ connections, program }: Facts, site: CallSite): boolean {
  const roots = [...connections.objects(site)].map(rootOf);
  const keys = new Set(roots.flatMap(object => (object.kind === 'variable' ? [object.key] : [])));
  return [...program.globals].some(
    ({ key, variable }) => keys.has(key) && variable.initializer !== undefined,
  );
}
