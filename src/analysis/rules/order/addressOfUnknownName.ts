import * as l10n from '@vscode/l10n';
import { type Expression, parts, withoutCasts } from '../../source/expression';
import type { ProgramFunction } from '../../program/program';
import type { Rule } from '../rule';

/** Functions that read what they are given. */
const reading = /^(?:os_|ets_)?(?:memcpy|memmove|memcmp|strcpy|strcmp)$/;

export const ssl043: Rule = {
  id: 'SSL043',
  group: 'order',
  severity: 'warning',
  title: () => l10n.t('Address of an unknown name'),
  explanation: () =>
    l10n.t(
      'When a name is not found, its callback gets NULL for the address. Reading from NULL resets the device with exception 28. Check the pointer first.',
    ),
  source: 'ESP8266 NON-OS SDK API reference, espconn_gethostbyname; dns.c of lwIP 1.4',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };
static ip_addr_t found;

static void ICACHE_FLASH_ATTR on_name(const char *name, ip_addr_t *address, void *arg)
{
+    if (address == NULL)
+        return;
    os_memcpy(tcp.remote_ip, &address->addr, 4);
    (void)espconn_secure_connect(&client);
}

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
    (void)espconn_gethostbyname(&client, "example.com", &found, on_name);
}
`,
  },
  *check({ program, pointers }) {
    for (const { function: callback, event } of pointers.callbacks) {
      if (event !== 'name found') continue;
      const name = callback.facts.parameters[1]?.name;
      if (name === undefined || name === '') continue;
      const reads = expressionsOf(callback).map(expression => readsThrough(expression, name));
      // Who compares, keeps or passes the pointer itself may have looked whether it is NULL.
      if (reads.includes('itself')) continue;
      const [first] = reads
        .flatMap(read => (read === undefined || read === 'itself' ? [] : [read]))
        .sort((a, b) => a.start - b.start);
      if (first === undefined) continue;
      yield {
        at: program.place(callback, first),
        message: l10n.t('{0} is NULL when the name is not found: exception 28.', name),
      };
    }
  },
};

/** All that a function evaluates, in order. */
function expressionsOf({ events, facts }: ProgramFunction): Expression[] {
  return [
    ...events.flatMap((event): Expression[] => {
      if (event.kind === 'call') return [event.call];
      if (event.kind === 'assign') return [event.value, event.target];
      return event.value === undefined ? [] : [event.value];
    }),
    ...facts.tests.map(({ test }) => test),
  ];
}

/** Where an expression first reads through a pointer; `itself` where it uses the pointer for something else. */
function readsThrough(expression: Expression, name: string): Expression | 'itself' | undefined {
  if (expression.kind === 'name') return expression.name === name ? 'itself' : undefined;
  if (pointerOf(expression)?.name === name) return expression;
  let first: Expression | undefined;
  for (const part of parts(expression)) {
    const isRead = expression.kind === 'call' && isReadBy(expression, part, name);
    const found = isRead ? part : readsThrough(part, name);
    if (found === 'itself') return found;
    first ??= found;
  }
  return first;
}

/** The variable that is dereferenced, if it is one. */
function pointerOf(expression: Expression): Extract<Expression, { kind: 'name' }> | undefined {
  const base =
    expression.kind === 'member' || expression.kind === 'index'
      ? expression.base
      : expression.kind === 'unary' && expression.operator === '*'
        ? expression.operand
        : undefined;
  const inner = base && withoutCasts(base);
  return inner?.kind === 'name' ? inner : undefined;
}

function isReadBy(
  { callee }: Extract<Expression, { kind: 'call' }>,
  part: Expression,
  name: string,
): boolean {
  const inner = withoutCasts(part);
  return callee.kind === 'name' && reading.test(callee.name) && inner.kind === 'name' && inner.name === name;
}
