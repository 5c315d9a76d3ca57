import * as l10n from '@vscode/l10n';
import type { Rule } from '../rule';

export const ssl030: Rule = {
  id: 'SSL030',
  group: 'order',
  severity: 'hint',
  title: () => l10n.t('Result of espconn_secure_delete ignored'),
  explanation: () =>
    l10n.t(
      'espconn_secure_delete returns -5 while a client is connected, and the server keeps running. Check the result, or disconnect the client first.',
    ),
  source: 'espconn_secure.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn server;
static esp_tcp tcp;

void ICACHE_FLASH_ATTR stop(void)
{
-    espconn_secure_delete(&server);
+    if (espconn_secure_delete(&server) != ESPCONN_OK)
+        os_printf("a client is connected\n");
}
`,
  },
  *check({ program }) {
    for (const site of program.calls('espconn_secure_delete')) {
      if (site.event.use.kind !== 'ignored') continue;
      yield {
        at: program.callPlace(site),
        message: l10n.t('While a client is connected this returns -5, and the server keeps running.'),
      };
    }
  },
};
