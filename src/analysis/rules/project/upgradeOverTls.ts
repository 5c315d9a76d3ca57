import * as l10n from '@vscode/l10n';
import type { Rule } from '../rule';

export const ssl136: Rule = {
  id: 'SSL136',
  group: 'project',
  severity: 'warning',
  title: () => l10n.t('Upgrade over TLS'),
  explanation: () =>
    l10n.t(
      'upgrade.h marks system_upgrade_start_ssl as not supported. Upgrade with system_upgrade_start, and verify the image with a signature of your own.',
    ),
  source: 'upgrade.h of SDK 2.0.0 to 3.0.6',
  example: {
    code: String.raw`/* As upgrade.h declares it. */
bool system_upgrade_start_ssl(struct upgrade_server_info *server);

void ICACHE_FLASH_ATTR upgrade(struct upgrade_server_info *server)
{
-    system_upgrade_start_ssl(server);
+    system_upgrade_start(server);
}
`,
  },
  *check({ program, isDefault }) {
    // The SDK's example has it behind a macro that it does not define.
    if (!isDefault) return;
    for (const site of program.calls('system_upgrade_start_ssl')) {
      yield {
        at: program.callPlace(site),
        message: l10n.t('The SDK does not support upgrades over TLS.'),
      };
    }
  },
};
