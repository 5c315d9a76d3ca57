import { registrations } from '../../../sdk/callbacks';
import { effectOf } from '../../../sdk/effects';
import { rootOf } from '../../program/memoryObjects';
import * as l10n from '@vscode/l10n';
import { type Expression, mentions, withoutCasts } from '../../source/expression';
import type { FunctionEvent } from '../../source/functionFacts';
import type { ProgramFunction } from '../../program/program';
import type { Facts, Rule } from '../rule';
import { readersOf, storageOf } from '../../program/storage';

export const ssl060: Rule = {
  id: 'SSL060',
  group: 'data',
  severity: 'warning',
  title: () => l10n.t('Pointer to received data kept'),
  explanation: () =>
    l10n.t(
      'The data belongs to the SDK, which reuses the buffer when the receive callback returns. Copy what you need later.',
    ),
  source: 'espconn_mbedtls.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };
-static char *last;
+static char last[64];

static void ICACHE_FLASH_ATTR on_tick(void *unused)
{
    os_printf("%s\n", last);
}

void ICACHE_FLASH_ATTR begin(void)
{
    static os_timer_t clock;

    os_timer_disarm(&clock);
    os_timer_setfn(&clock, (os_timer_func_t *)on_tick, NULL);
    os_timer_arm(&clock, 1000, 1);
}

static void ICACHE_FLASH_ATTR on_receive(void *arg, char *data, unsigned short length)
{
-    last = data;
+    uint16 kept = length < sizeof(last) ? length : sizeof(last) - 1;
+
+    os_memcpy(last, data, kept);
+    last[kept] = 0;
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
    const { program, contexts } = facts;
    for (const within of receivers(facts)) {
      const data = within.facts.parameters[1]?.name;
      if (data === undefined) continue;
      for (const event of within.events) {
        if (event.kind !== 'assign' || event.operator !== '=' || !isPartOf(event.value, data)) continue;
        const storage = lasting(facts, event.target, within);
        if (storage === undefined || isSetAgain(facts, within, storage, event.start)) continue;
        const reader = [...readersOf(facts, storage)].find(each =>
          contexts.of(each).some(({ event: begin }) => begin !== 'receive'),
        );
        if (reader === undefined) continue;
        yield {
          at: program.place(within, event.target),
          message: l10n.t('{0} reads this after the data is gone: copy it.', reader.name),
          related: [
            {
              at: program.place(reader, reader.facts.nameRange),
              message: l10n.t('{0} is not part of the receive callback.', reader.name),
            },
          ],
        };
      }
    }
  },
};

/** The receive callbacks of TLS connections. */
function receivers({ pointers, connections }: Facts): Set<ProgramFunction> {
  const found = new Set<ProgramFunction>();
  for (const { event, function: callback, connection, registeredIn } of pointers.callbacks) {
    if (event !== 'receive' || connection === undefined) continue;
    const isPlain = [...pointers.of(connection, registeredIn)].some(object => {
      const known = connections.all.get(rootOf(object));
      return known !== undefined && ['plain', 'udp'].includes(connections.kindOf(known) ?? '');
    });
    if (!isPlain) found.add(callback);
  }
  return found;
}

/** The data itself, or a place in it. */
function isPartOf(value: Expression, data: string): boolean {
  const inner = withoutCasts(value);
  if (inner.kind === 'binary' && /^[-+]$/.test(inner.operator)) return isPartOf(inner.left, data);
  if (inner.kind === 'unary' && inner.operator === '&' && inner.operand.kind === 'index')
    return isPartOf(inner.operand.base, data);
  return inner.kind === 'name' && inner.name === data;
}

function lasting(facts: Facts, target: Expression, within: ProgramFunction): string | undefined {
  if (target.kind === 'member')
    return isPassing(facts, target, within) ? undefined : storageOf(facts, target, within);
  if (target.kind !== 'name') return undefined;
  const found = facts.program.variable(target.name, within);
  if (found === undefined || (found.owner !== undefined && !found.variable.static)) return undefined;
  return found.variable.type.pointers > 0 ? found.key : undefined;
}

/** Whether a member is one of a struct that is made in this function, and that the function does not leave to anybody for later. */
function isPassing({ program }: Facts, member: Expression, within: ProgramFunction): boolean {
  let base = member;
  while (base.kind === 'member' || base.kind === 'index') base = withoutCasts(base.base);
  if (base.kind !== 'name') return false;
  const { name } = base;
  const found = program.variable(name, within);
  if (found?.owner !== within || found.variable.static) return false;
  if (found.variable.type.pointers === 0) return true;
  const isMade = within.events.some(
    event =>
      event.kind === 'assign' &&
      event.target.kind === 'name' &&
      event.target.name === name &&
      withoutCasts(event.value).kind === 'call',
  );
  return isMade && !within.events.some(event => leaves(program, event, name, within));
}

/** Whether an event keeps a pointer beyond the function: in a variable outside of it, for a task or for a timer. */
function leaves(
  program: Facts['program'],
  event: FunctionEvent,
  name: string,
  within: ProgramFunction,
): boolean {
  if (event.kind === 'return') return event.value !== undefined && mentions(event.value, name);
  if (event.kind === 'call') {
    const { callee, arguments: given } = event.call;
    return (
      callee.kind === 'name' &&
      (effectOf(callee.name) === 'posts event' || registrations.get(callee.name)?.event === 'timer') &&
      given.some(argument => mentions(argument, name))
    );
  }
  if (!isPartOf(event.value, name)) return false;
  return event.target.kind !== 'name' || program.variable(event.target.name, within)?.owner !== within;
}

/** Whether the callback itself gives it another value before it ends. */
function isSetAgain(facts: Facts, within: ProgramFunction, storage: string, after: number): boolean {
  return within.events.some(
    event =>
      event.kind === 'assign' && event.start > after && storageOf(facts, event.target, within) === storage,
  );
}
