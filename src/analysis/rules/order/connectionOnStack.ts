import * as l10n from '@vscode/l10n';
import type { MemberValue } from '../../program/connections';
import { makeStatic } from '../fixes/edits';
import type { Expression } from '../../source/expression';
import type { ProgramFunction, ProgramVariable } from '../../program/program';
import type { Facts, Rule } from '../rule';
import type { Found } from '../../../findings/finding';

export const ssl041: Rule = {
  id: 'SSL041',
  group: 'order',
  severity: 'warning',
  title: () => l10n.t('Connection on the stack'),
  explanation: () =>
    l10n.t(
      'The SDK keeps the pointers to struct espconn and esp_tcp for the life of the connection or server. A local variable is gone when its function returns. Make it static, or allocate it with os_zalloc.',
    ),
  source: 'espconn_secure.c of SDK 3.0.6',
  example: {
    code: String.raw`void ICACHE_FLASH_ATTR dial(void)
{
-    struct espconn client;
+    static struct espconn client;
    static esp_tcp tcp = { .remote_port = 8443 };

    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
    (void)espconn_secure_connect(&client);
}
`,
  },
  *check(facts) {
    const told = new Set<string>();
    const { connections, program } = facts;
    const locals = automaticObjects(facts);
    for (const site of program.calls('espconn_secure_connect', 'espconn_secure_accept')) {
      const [argument] = site.arguments;
      const found = [
        ...(argument === undefined ? [] : [automatic(facts, argument, site.caller)]),
        ...connections
          .of(site)
          .map(({ object }) => (object.kind === 'variable' ? locals.get(object.key) : undefined)),
        ...connections
          .of(site)
          .flatMap(each => connections.memberValues(each, 'proto'))
          .map(({ value, within }: MemberValue) => automatic(facts, value, within)),
      ];
      for (const variable of found) {
        if (variable === undefined || told.has(variable.key)) continue;
        told.add(variable.key);
        yield finding(facts, variable, program.callPlace(site));
      }
    }
  },
};

/** The local variables whose address is given to functions, by their keys. */
function automaticObjects(facts: Facts): Map<string, ProgramVariable> {
  const found = new Map<string, ProgramVariable>();
  for (const within of facts.program.functions)
    for (const { arguments: given } of facts.program.sitesIn(within))
      for (const argument of given) {
        const variable = automatic(facts, argument, within);
        if (variable !== undefined) found.set(variable.key, variable);
      }
  return found;
}

/** The local variable whose address this is. */
function automatic(
  { program }: Facts,
  value: Expression,
  within: ProgramFunction,
): ProgramVariable | undefined {
  let inner = value;
  while (inner.kind === 'cast') inner = inner.operand;
  if (inner.kind !== 'unary' || inner.operator !== '&' || inner.operand.kind !== 'name') return undefined;
  const found = program.variable(inner.operand.name, within);
  if (found?.owner === undefined || found.variable.static || found.variable.type.pointers > 0)
    return undefined;
  return found.owner.facts.locals.has(found.variable.name) ? found : undefined;
}

function finding({ program }: Facts, found: ProgramVariable, used: Found['at']): Found {
  const { variable, owner, unit } = found;
  const at = owner === undefined ? used : program.place(owner, variable.nameRange);
  return {
    at,
    message: l10n.t('{0} is on the stack, but the SDK keeps its address.', variable.name),
    related: [{ at: used, message: l10n.t('It is passed to the SDK here.') }],
    fixes: unit.path === at.file ? makeStatic(found) : [],
  };
}
