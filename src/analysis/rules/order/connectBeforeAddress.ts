import * as l10n from '@vscode/l10n';
import { isCertain } from '../../program/order';
import { sdkConstant } from '../../program/program';
import type { Facts, Rule } from '../rule';
import { wayFrom } from '../relatedPlaces';

export const ssl035: Rule = {
  id: 'SSL035',
  group: 'order',
  severity: 'error',
  title: () => l10n.t('TLS connect before the device has an address'),
  explanation: () =>
    l10n.t(
      'In user_init the device is not connected to Wi-Fi yet: espconn_secure_connect returns -4. Connect when the station has its IP address, from the Wi-Fi event handler or a timer that checks wifi_station_get_connect_status.',
    ),
  source: 'espconn_secure.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

+static void ICACHE_FLASH_ATTR on_wifi(System_Event_t *event)
+{
+    if (event->event == EVENT_STAMODE_GOT_IP)
+        (void)espconn_secure_connect(&client);
+}
+
void ICACHE_FLASH_ATTR user_init(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
-    (void)espconn_secure_connect(&client);
+    wifi_set_event_handler_cb(on_wifi);
}
`,
  },
  *check(facts) {
    if (isAccessPointOnly(facts)) return;
    for (const site of facts.program.calls('espconn_secure_connect')) {
      const ways = facts.contexts.of(site.caller);
      const atStart = ways.filter(way => way.event === 'user_init' && isCertain(facts, way, site));
      const [way] = atStart;
      if (way === undefined) continue;
      // What connects at other times, too, may try again then.
      if (atStart.length < ways.length && site.event.use.kind !== 'ignored') continue;
      yield {
        at: facts.program.callPlace(site),
        message: l10n.t('This runs in user_init, before the device has an IP address: it returns -4.'),
        related: wayFrom(facts, way),
      };
    }
  },
};

/** As an access point the device has its address from the start. */
function isAccessPointOnly({ program }: Facts): boolean {
  const modes = program
    .calls('wifi_set_opmode', 'wifi_set_opmode_current')
    .map(({ arguments: [mode], caller }) => mode && program.constant(mode, caller));
  return modes.length > 0 && modes.every(mode => mode === sdkConstant('SOFTAP_MODE'));
}
