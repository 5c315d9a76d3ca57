import * as l10n from '@vscode/l10n';
import { misfits, story } from './wrongCalls';
import type { Rule } from '../rule';

export const ssl010: Rule = {
  id: 'SSL010',
  group: 'mixing',
  severity: 'warning',
  title: () => l10n.t('Limit of plain servers set for a TLS server'),
  explanation: () =>
    l10n.t(
      'espconn_regist_time and espconn_tcp_set_max_con_allow return -12 for a TLS server: it has one client and no idle timeout. Close idle clients with your own timer.',
    ),
  source: 'espconn.c of SDK 3.0.6; ESP8266 SSL manual 1.0, chapter 4.3',
  example: {
    code: String.raw`static struct espconn server;
static esp_tcp tcp;
static os_timer_t idle;

static void ICACHE_FLASH_ATTR on_idle(void *arg)
{
    espconn_secure_disconnect((struct espconn *)arg);
}

static void ICACHE_FLASH_ATTR on_connect(void *arg)
{
    os_timer_disarm(&idle);
    os_timer_setfn(&idle, (os_timer_func_t *)on_idle, arg);
    os_timer_arm(&idle, 30000, 0);
}

void ICACHE_FLASH_ATTR serve(void)
{
    server.type = ESPCONN_TCP;
    server.proto.tcp = &tcp;
    tcp.local_port = 443;
    espconn_regist_connectcb(&server, on_connect);
    (void)espconn_secure_accept(&server);
-    espconn_regist_time(&server, 30, 0);
}
`,
  },
  *check(facts) {
    const names = ['espconn_regist_time', 'espconn_tcp_set_max_con_allow', 'espconn_tcp_get_max_con_allow'];
    for (const { site, because } of misfits(facts, names, 'plain')) {
      yield {
        at: facts.program.callPlace(site),
        message: l10n.t('{0} returns -12 for a TLS server.', site.name ?? ''),
        related: story(facts, site, because),
      };
    }
  },
};
