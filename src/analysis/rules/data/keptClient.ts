import { affects } from '../../../sdk/effects';
import * as l10n from '@vscode/l10n';
import { connectionOf } from '../../program/callbacks';
import { rootOf } from '../../program/memoryObjects';
import type { ProgramFunction } from '../../program/program';
import type { Facts, Rule } from '../rule';
import { wayFrom } from '../relatedPlaces';
import { storageOf } from '../../program/storage';
import { withoutCasts } from '../../source/expression';
import type { Expression } from '../../source/expression';

export const ssl056: Rule = {
  id: 'SSL056',
  group: 'data',
  severity: 'warning',
  title: () => l10n.t('TLS client kept after its connection ends'),
  explanation: () =>
    l10n.t(
      'The SDK creates a struct espconn for each client of a TLS server, and frees it when the disconnect or reconnect callback runs. If you keep its address, set it to NULL in both callbacks.',
    ),
  source: 'espconn_mbedtls.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn server;
static esp_tcp tcp;
static struct espconn *client;
static os_timer_t clock;
static uint8 tick[1];

static void ICACHE_FLASH_ATTR on_tick(void *unused)
{
    if (client != NULL)
        (void)espconn_secure_sent(client, tick, sizeof(tick));
}

+static void ICACHE_FLASH_ATTR on_close(void *arg)
+{
+    client = NULL;
+}
+
+static void ICACHE_FLASH_ATTR on_error(void *arg, sint8 error)
+{
+    client = NULL;
+}
+
static void ICACHE_FLASH_ATTR on_connect(void *arg)
{
    client = (struct espconn *)arg;
+    espconn_regist_disconcb(client, on_close);
+    espconn_regist_reconcb(client, on_error);
    os_timer_disarm(&clock);
    os_timer_setfn(&clock, (os_timer_func_t *)on_tick, NULL);
    os_timer_arm(&clock, 1000, 1);
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
    const { program, connections, pointers, contexts } = facts;
    for (const within of program.functions) {
      for (const event of within.events) {
        if (event.kind !== 'assign' || event.operator !== '=') continue;
        const storage = lasting(facts, event.target, within);
        if (storage === undefined) continue;
        const objects = [...pointers.of(event.value, within)];
        if (objects.length === 0 || !objects.every(({ kind }) => kind === 'link')) continue;
        const isTls = objects.every(object => {
          const server = connections.all.get(rootOf(object));
          return server !== undefined && connections.kindOf(server) === 'secure';
        });
        if (!isTls || isCleared(facts, storage, event.target)) continue;
        const later = usedLater(facts, storage);
        if (later === undefined) continue;
        const [way] = contexts.of(later.caller);
        yield {
          at: program.place(within, event.target),
          message: l10n.t(
            'The address of this client is kept after its connection ends, and {0} uses it.',
            later.caller.name,
          ),
          related: [
            { at: program.callPlace(later), message: l10n.t('It is used here.') },
            ...(way === undefined ? [] : wayFrom(facts, way)),
          ],
        };
      }
    }
  },
};

/** A variable outside of functions, a static one or a member; nothing that ends with its function. */
function lasting(facts: Facts, target: Expression, within: ProgramFunction): string | undefined {
  if (target.kind === 'name') {
    const found = facts.program.variable(target.name, within);
    return found !== undefined && (found.owner === undefined || found.variable.static)
      ? found.key
      : undefined;
  }
  // What the SDK's own struct holds ends with it.
  if (target.kind !== 'member' || connectionOf(target) !== target.base) return undefined;
  const struct = facts.program.typeOf(target.base, within)?.name ?? '';
  return facts.program.structName(struct) === 'espconn' ? undefined : storageOf(facts, target, within);
}

/** Whether something that runs at the end of a connection sets it, or the whole that it is part of. */
function isCleared({ program, contexts, ...rest }: Facts, storage: string, target: Expression): boolean {
  const facts = { program, contexts, ...rest };
  return program.functions.some(
    each =>
      contexts.of(each).some(({ event }) => event === 'disconnect' || event === 'reconnect') &&
      each.events.some(event =>
        event.kind === 'assign'
          ? storageOf(facts, event.target, each) === storage
          : event.kind === 'call' && target.kind === 'member' && /memset|bzero|free$/.test(event.name ?? ''),
      ),
  );
}

/** A call with it as its connection that is not made in a callback while the connection is there. */
function usedLater(facts: Facts, storage: string) {
  const { program, contexts } = facts;
  for (const name of program.calledNames) {
    if (!affects(name, 'secure', 'sends', 'closes')) continue;
    for (const site of program.calls(name)) {
      const connection = site.arguments[0] && withoutCasts(site.arguments[0]);
      if (connection === undefined || storageOf(facts, connection, site.caller) !== storage) continue;
      const ways = contexts.of(site.caller);
      if (ways.some(({ event }) => event === 'timer' || event === 'task' || event === 'wifi')) return site;
    }
  }
  return undefined;
}
