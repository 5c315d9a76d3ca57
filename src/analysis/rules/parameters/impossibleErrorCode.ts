import { decisions } from '../../source/functionFacts';
import * as l10n from '@vscode/l10n';
import { errors } from '../../../sdk/errors';
import { possibleAbilities } from '../../project/linkedSdk';
import { type Expression, parts } from '../../source/expression';
import type { ProgramFunction } from '../../program/program';
import type { Facts, Rule } from '../rule';
import type { Range } from '../../../findings/range';

/** Errors that libssl makes and libmbedtls never. */
const never: ReadonlyMap<number, string> = new Map(
  errors
    .filter(({ from }) => from.length === 1 && from[0] === 'libssl')
    .map(({ value, name }) => [value, name]),
);

export const ssl089: Rule = {
  id: 'SSL089',
  group: 'parameters',
  severity: 'warning',
  title: () => l10n.t('Error code that libmbedtls never returns'),
  explanation: () =>
    l10n.t(
      'ESPCONN_HANDSHAKE (-28), -29 and ESPCONN_SSL_INVALID_DATA (-61) come from libssl. libmbedtls passes its own errors to the reconnect callback, truncated to 8 bits: -39 for a certificate that does not verify, -114 for a record that is too large. Treat every value except 0 as failure.',
    ),
  source: 'espconn_mbedtls.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

static void ICACHE_FLASH_ATTR on_error(void *arg, sint8 error)
{
-    if (error == ESPCONN_HANDSHAKE)
-        os_printf("handshake failed\n");
+    os_printf("failed: %d\n", error);
}

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
    espconn_regist_reconcb(&client, on_error);
    (void)espconn_secure_connect(&client);
}
`,
    target: { tlsLibrary: 'libmbedtls' },
  },
  *check(facts) {
    if (!possibleAbilities(facts).every(({ library }) => library === 'libmbedtls')) return;
    const seen = new Set<ProgramFunction>();
    for (const { event, function: callback, connection, registeredIn } of facts.pointers.callbacks) {
      if (event !== 'reconnect' || seen.has(callback) || connection === undefined) continue;
      const secure = [...facts.pointers.of(connection, registeredIn)].every(object => {
        const found = facts.connections.all.get(object);
        return found !== undefined && facts.connections.opened(found, 'secure').length > 0;
      });
      if (!secure) continue;
      seen.add(callback);
      const compared = comparedWith(facts, callback);
      if (compared.length === 0 || !compared.every(({ value }) => value === 0 || never.has(value))) continue;
      for (const { value, at } of compared) {
        const name = never.get(value);
        if (name === undefined) continue;
        yield {
          at: facts.program.place(callback, at),
          message: l10n.t('libmbedtls never returns {0}: compare with ESPCONN_OK.', name),
        };
      }
    }
  },
};

/** The constants with which a reconnect callback compares its error, also as labels. */
function comparedWith({ program }: Facts, callback: ProgramFunction): { value: number; at: Range }[] {
  const error = callback.facts.parameters[1]?.name;
  if (error === undefined) return [];
  const isError = (expression: Expression) => expression.kind === 'name' && expression.name === error;
  const found: { value: number; at: Range }[] = [];
  const note = (expression: Expression) => {
    const value = program.constant(expression, callback);
    if (value !== undefined && !found.some(({ at }) => at.start === expression.start))
      found.push({ value, at: expression });
  };
  const visit = (expression: Expression) => {
    if (expression.kind === 'binary' && /^[=!]=$/.test(expression.operator)) {
      if (isError(expression.left)) note(expression.right);
      if (isError(expression.right)) note(expression.left);
    }
    for (const part of parts(expression)) visit(part);
  };
  for (const { test } of callback.facts.tests) visit(test);
  for (const event of callback.events)
    for (const { kind, test, label } of decisions(event.decision))
      if (kind === 'switch' && test !== undefined && isError(test) && label !== undefined) note(label);
  return found;
}
