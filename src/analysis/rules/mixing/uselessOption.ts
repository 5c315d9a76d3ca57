import * as l10n from '@vscode/l10n';
import { misfits, story } from './wrongCalls';
import type { Rule } from '../rule';

const names = [
  'espconn_regist_write_finish',
  'espconn_set_opt',
  'espconn_clear_opt',
  'espconn_set_keepalive',
  'espconn_get_keepalive',
  'espconn_get_packet_info',
];

export const ssl008: Rule = {
  id: 'SSL008',
  group: 'mixing',
  severity: 'warning',
  title: () => l10n.t('TCP option without effect on TLS'),
  explanation: () =>
    l10n.t(
      'Options, keep-alive, packet information and the write-finish callback belong to plain TCP. For a TLS connection these calls return 0 and do nothing. Use the sent callback, and your own timer to detect a dead peer.',
    ),
  source: 'espconn.c and espconn_tcp.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };
static os_timer_t quiet;

static void ICACHE_FLASH_ATTR on_quiet(void *arg)
{
    espconn_secure_disconnect(&client);
}

static void ICACHE_FLASH_ATTR on_connect(void *arg)
{
-    espconn_set_opt(&client, ESPCONN_KEEPALIVE);
+    os_timer_disarm(&quiet);
+    os_timer_setfn(&quiet, (os_timer_func_t *)on_quiet, NULL);
+    os_timer_arm(&quiet, 60000, 0);
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
    for (const { site, because, inverted } of misfits(facts, names, 'plain')) {
      if (inverted) continue;
      yield {
        at: facts.program.callPlace(site),
        message: l10n.t('{0} has no effect on a TLS connection.', site.name ?? ''),
        related: story(facts, site, because),
        unnecessary: true,
      };
    }
  },
};
