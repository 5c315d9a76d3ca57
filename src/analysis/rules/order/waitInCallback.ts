import { decisions } from '../../source/functionFacts';
import * as l10n from '@vscode/l10n';
import type { Context } from '../../program/contexts';
import { rootOf } from '../../program/memoryObjects';
import type { CallSite } from '../../program/program';
import type { Facts, Rule } from '../rule';
import { eventName, wayFrom } from '../relatedPlaces';

/** Microseconds that a callback may wait without harm to TLS. */
const most = 10_000;
/** Microseconds that come near to the watchdog's, whatever the connection. */
const maxOfAll = 1_000_000;

export const ssl034: Rule = {
  id: 'SSL034',
  group: 'order',
  severity: 'warning',
  title: () => l10n.t('Waiting in a callback'),
  explanation: () =>
    l10n.t(
      'Callbacks, network and TLS share one loop. While a callback waits, nothing is received or encrypted, and the watchdog resets the chip after a few seconds. Continue from a timer instead of os_delay_us.',
    ),
  source: 'ESP8266 NON-OS SDK API reference (2C)',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };
static os_timer_t next;

static void ICACHE_FLASH_ATTR go_on(void *arg)
{
    os_printf("and on\n");
}

static void ICACHE_FLASH_ATTR on_receive(void *arg, char *data, unsigned short length)
{
-    os_delay_us(50000);
-    go_on(NULL);
+    os_timer_disarm(&next);
+    os_timer_setfn(&next, (os_timer_func_t *)go_on, NULL);
+    os_timer_arm(&next, 50, 0);
}

static void ICACHE_FLASH_ATTR on_connect(void *arg)
{
    espconn_regist_recvcb(arg, on_receive);
}

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
    espconn_regist_connectcb(&client, on_connect);
    (void)espconn_secure_connect(&client);
}
`,
  },
  *check(facts) {
    for (const site of facts.program.calls('os_delay_us', 'ets_delay_us')) {
      const time = waited(facts, site);
      if (time === undefined || time <= most) continue;
      const way = facts.contexts
        .of(site.caller)
        .find(({ event }) => /^(?:connect|receive|sent|reconnect|disconnect|name found)$/.test(event));
      if (way === undefined) continue;
      if (time <= maxOfAll && !mayBeTls(facts, way)) continue;
      yield {
        at: facts.program.callPlace(site),
        message: l10n.t('This waits {0} ms in the {1}.', Math.round(time / 1000), eventName(way.event)),
        related: wayFrom(facts, way),
      };
    }
  },
};

/** Whether a callback's connection may be one of TLS. */
function mayBeTls({ connections, pointers, program }: Facts, { callback }: Context): boolean {
  if (program.calls('espconn_secure_connect', 'espconn_secure_accept').length === 0) return false;
  if (callback?.connection === undefined) return true;
  const own = [...pointers.of(callback.connection, callback.registeredIn)].map(object =>
    connections.all.get(rootOf(object)),
  );
  return (
    own.length === 0 ||
    own.some(each => each === undefined || !/^(?:plain|udp)$/.test(connections.kindOf(each) ?? ''))
  );
}

/** Microseconds, of all rounds of the loops around when these count to a constant. */
function waited({ program }: Facts, { arguments: [argument], event, caller }: CallSite): number | undefined {
  let time = argument && program.constant(argument, caller);
  for (const { kind, test } of decisions(event.decision)) {
    if (time === undefined) return undefined;
    if (kind !== 'loop' || test?.kind !== 'binary' || !/^[<>]=?$/.test(test.operator)) continue;
    const rounds = program.constant(test.operator.startsWith('<') ? test.right : test.left, caller);
    if (rounds !== undefined && rounds > 0) time *= rounds;
  }
  return time;
}
