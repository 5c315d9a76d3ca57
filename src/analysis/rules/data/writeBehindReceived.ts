import * as l10n from '@vscode/l10n';
import { type Expression, withoutCasts } from '../../source/expression';
import type { ProgramFunction } from '../../program/program';
import type { Facts, Rule } from '../rule';

export const ssl061: Rule = {
  id: 'SSL061',
  group: 'data',
  severity: 'warning',
  title: () => l10n.t('Write beyond the received data'),
  explanation: () =>
    l10n.t(
      'One spare zero byte follows the received data. The memory after it belongs to something else. Copy the data to extend it.',
    ),
  source: 'espconn_mbedtls.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

static void ICACHE_FLASH_ATTR on_receive(void *arg, char *data, unsigned short length)
{
-    data[length + 1] = 0;
+    data[length] = 0;
    os_printf("%s\n", data);
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
    for (const within of program.functions) {
      if (!contexts.registrations(within).some(({ event }) => event === 'receive')) continue;
      const [, data, length] = within.facts.parameters;
      if (data === undefined || length === undefined) continue;
      for (const event of within.events) {
        if (event.kind !== 'assign' || event.target.kind !== 'index') continue;
        const base = withoutCasts(event.target.base);
        if (base.kind !== 'name' || base.name !== data.name) continue;
        if (!isBehind(facts, event.target.index, length.name, within)) continue;
        yield {
          at: program.place(within, event.target),
          message: l10n.t('Only {0}[{1}] may be written after the data.', data.name, length.name),
        };
      }
    }
  },
};

/** `length + 1` and beyond. */
function isBehind({ program }: Facts, index: Expression, length: string, within: ProgramFunction): boolean {
  const inner = withoutCasts(index);
  if (inner.kind !== 'binary' || inner.operator !== '+') return false;
  const [left, right] = [withoutCasts(inner.left), withoutCasts(inner.right)];
  const [name, other] = left.kind === 'name' && left.name === length ? [left, right] : [right, left];
  if (name.kind !== 'name' || name.name !== length) return false;
  return (program.constant(other, within) ?? 0) >= 1;
}
