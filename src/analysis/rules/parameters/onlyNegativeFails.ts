import * as l10n from '@vscode/l10n';
import type { CallSite } from '../../program/program';
import { sdkConstant } from '../../program/program';
import { type Comparison, comparisons, replaceComparison } from '../comparisons';
import type { Facts, Rule } from '../rule';

export const ssl088: Rule = {
  id: 'SSL088',
  group: 'parameters',
  severity: 'warning',
  title: () => l10n.t('Only negative results treated as failure'),
  explanation: () =>
    l10n.t(
      'In STATIONAP_MODE, espconn_secure_connect may return the Wi-Fi status, a positive number from 1 to 4, when it cannot connect. Only 0 is success.',
    ),
  source: 'espconn_secure.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
-    if (espconn_secure_connect(&client) < 0)
+    if (espconn_secure_connect(&client) != ESPCONN_OK)
        os_printf("not connected\n");
}
`,
  },
  *check(facts) {
    if (hasOneMode(facts)) return;
    for (const site of facts.program.calls('espconn_secure_connect')) {
      const all = comparisons(facts, site);
      if (all.some(comparison => !isSign(facts, site, comparison))) continue;
      for (const comparison of all) {
        const text = comparison.operator === '<' ? '!= ESPCONN_OK' : '== ESPCONN_OK';
        yield {
          at: facts.program.place(site.caller, comparison.at),
          message: l10n.t('espconn_secure_connect may fail with a positive number: compare with ESPCONN_OK.'),
          fixes: replaceComparison(facts, site, comparison, text).map(edit => ({
            title: l10n.t('Change to {0}', text),
            edits: [edit],
            safe: true,
          })),
        };
      }
    }
  },
};

function isSign({ program }: Facts, site: CallSite, { operator, with: other }: Comparison): boolean {
  return (operator === '<' || operator === '>=') && program.constant(other, site.caller) === 0;
}

/** Whether the program sets a mode, and never the one for both. */
function hasOneMode({ program }: Facts): boolean {
  const modes = program
    .calls('wifi_set_opmode', 'wifi_set_opmode_current')
    .map(({ arguments: [mode], caller }) => mode && program.constant(mode, caller));
  return (
    modes.length > 0 && modes.every(mode => mode !== undefined && mode !== sdkConstant('STATIONAP_MODE'))
  );
}
