import * as l10n from '@vscode/l10n';
import { functions } from '../../../sdk/functions';
import type { Expression } from '../../source/expression';
import type { CallSite } from '../../program/program';
import { type Comparison, comparisons, replaceComparison } from '../comparisons';
import type { Facts, Rule } from '../rule';

const names = functions
  .filter(({ group, returnType }) => group === 'secure' && returnType === 'bool')
  .map(({ name }) => name);

export const ssl087: Rule = {
  id: 'SSL087',
  group: 'parameters',
  severity: 'warning',
  title: () => l10n.t('Boolean compared with an error code'),
  explanation: () =>
    l10n.t(
      'Functions that configure TLS return true (1) on success and false (0) on failure. Compared with ESPCONN_OK (0), success looks like failure, and a bool is never negative.',
    ),
  source: 'espconn.h of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
-    if (espconn_secure_set_size(ESPCONN_CLIENT, 4096) != ESPCONN_OK)
+    if (!espconn_secure_set_size(ESPCONN_CLIENT, 4096))
        return;
    (void)espconn_secure_connect(&client);
}
`,
  },
  *check(facts) {
    for (const site of facts.program.calls(...names)) {
      for (const comparison of comparisons(facts, site)) {
        const meant = meaning(facts, site, comparison);
        if (meant === undefined) continue;
        const text = `== ${String(meant)}`;
        yield {
          at: facts.program.place(site.caller, comparison.at),
          message: l10n.t('{0} returns true or false, not an error code.', site.name ?? ''),
          fixes: replaceComparison(facts, site, comparison, text).map(edit => ({
            title: l10n.t('Change to {0}', text),
            edits: [edit],
            safe: false,
          })),
        };
      }
    }
  },
};

/** Which answer a comparison that takes the result for an error code is meant to find; undefined for one that does not. */
function meaning({ program }: Facts, site: CallSite, comparison: Comparison): boolean | undefined {
  const { operator, with: other } = comparison;
  const value = program.constant(other, site.caller);
  if (value === undefined) return undefined;
  if (operator === '==' || operator === '!=') {
    if (value === 0 && isErrorName(other)) return operator === '==';
    return value < 0 ? operator === '!=' : undefined;
  }
  if (value !== 0) return undefined;
  return operator === '<' ? false : operator === '>=' ? true : undefined;
}

function isErrorName(expression: Expression): boolean {
  return expression.kind === 'name' && /^(?:ESPCONN_OK|OK)$/.test(expression.name);
}
