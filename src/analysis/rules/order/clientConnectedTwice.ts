import * as l10n from '@vscode/l10n';
import { story } from '../mixing/wrongCalls';
import { connectedAgain, isCertain, sameConnection } from '../../program/order';
import type { CallSite } from '../../program/program';
import { guarded, repeats } from './repetition';
import type { Rule } from '../rule';
import { wayFrom } from '../relatedPlaces';

const connect = 'espconn_secure_connect';

export const ssl024: Rule = {
  id: 'SSL024',
  group: 'order',
  severity: 'warning',
  title: () => l10n.t('TLS client connected twice'),
  explanation: () =>
    l10n.t(
      'A TLS client has one connection at a time. Connecting again returns -15 with libssl; with libmbedtls a second connection fails later. Disconnect first, and connect again from a timer after the disconnect or reconnect callback.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };
static os_timer_t again;

static void ICACHE_FLASH_ATTR connect_again(void *arg)
{
    (void)espconn_secure_connect(&client);
}

static void ICACHE_FLASH_ATTR on_error(void *arg, sint8 error)
{
    os_timer_disarm(&again);
    os_timer_setfn(&again, (os_timer_func_t *)connect_again, NULL);
    os_timer_arm(&again, 1000, 0);
}

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
    espconn_regist_reconcb(&client, on_error);
    (void)espconn_secure_connect(&client);
-    (void)espconn_secure_connect(&client);
}
`,
  },
  *check(facts) {
    const { program, contexts } = facts;
    const told = new Set<CallSite>();
    for (const { first, second } of connectedAgain(facts)) {
      if (!sameConnection(facts, first, second)) continue;
      told.add(second);
      yield {
        at: program.callPlace(second),
        message: l10n.t('This struct is already connected: disconnect first.'),
        related: story(facts, second, first),
      };
    }
    for (const site of program.calls(connect)) {
      if (told.has(site) || guarded(facts, site)) continue;
      const ways = contexts.of(site.caller);
      const [way] = ways;
      if (way?.event !== 'timer' || ways.length > 1) continue;
      if (!repeats(facts, way) || !isCertain(facts, way, site)) continue;
      yield {
        at: program.callPlace(site),
        message: l10n.t('This timer repeats and connects again, even while the connection is open.'),
        related: wayFrom(facts, way),
      };
    }
  },
};
