import * as l10n from '@vscode/l10n';
import { argumentConstants } from '../parameters/ranges';
import type { Rule } from '../rule';
import { sends } from './sends';
import { constantPlace } from '../../program/values';

export const ssl057: Rule = {
  id: 'SSL057',
  group: 'data',
  severity: 'info',
  title: () => l10n.t('Truncated length'),
  explanation: () =>
    l10n.t(
      'The length is a uint16: only the lower 16 bits of a larger number are used, and the rest is not sent. Send in blocks, each from the sent callback of the previous one.',
    ),
  source: 'espconn.h of SDK 3.0.6',
  example: {
    code: String.raw`static const uint8 image[70000];

+/* The sent callback sends the next piece. */
static void ICACHE_FLASH_ATTR send_image(struct espconn *client, uint32 from)
{
-    (void)espconn_secure_sent(client, (uint8 *)image, 70000);
+    (void)espconn_secure_sent(client, (uint8 *)image + from, 1400);
}
`,
  },
  *check(facts) {
    for (const site of facts.program.calls(...sends)) {
      for (const constant of argumentConstants(facts, site, 'length')) {
        if (constant.value <= 0xffff) continue;
        yield {
          at: constantPlace(facts, constant),
          message: l10n.t(
            '{0} does not fit into 16 bits: it is truncated to {1}.',
            constant.value,
            constant.value & 0xffff,
          ),
        };
      }
    }
  },
};
