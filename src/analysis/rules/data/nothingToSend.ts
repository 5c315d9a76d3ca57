import * as l10n from '@vscode/l10n';
import { withoutCasts } from '../../source/expression';
import { argumentConstants } from '../parameters/ranges';
import type { Rule } from '../rule';
import { sends } from './sends';
import { constantPlace } from '../../program/values';

export const ssl053: Rule = {
  id: 'SSL053',
  group: 'data',
  severity: 'error',
  title: () => l10n.t('Empty send'),
  explanation: () =>
    l10n.t(
      'With NULL or length 0 nothing is sent and no sent callback runs, but libssl, and apparently libmbedtls, treat the connection as busy from then on: every later call returns -5. Send only when there is data.',
    ),
  source: 'libssl.a of SDK 2.0.0; espconn_mbedtls.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };
static uint8 answer[100];

static void ICACHE_FLASH_ATTR on_connect(void *arg)
{
-    (void)espconn_secure_sent(arg, answer, 0);
+    (void)espconn_secure_sent(arg, answer, sizeof(answer));
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
    const { program } = facts;
    for (const site of program.calls(...sends)) {
      const data = site.arguments[1];
      if (data !== undefined && program.constant(withoutCasts(data), site.caller) === 0) {
        yield {
          at: program.place(site.caller, data),
          message: l10n.t('There is no data: the connection stays busy, and later data returns -5.'),
        };
        continue;
      }
      for (const constant of argumentConstants(facts, site, 'length')) {
        if (constant.value !== 0) continue;
        yield {
          at: constantPlace(facts, constant),
          message: l10n.t('The length is 0: the connection stays busy, and later data returns -5.'),
        };
      }
    }
  },
};
