import * as l10n from '@vscode/l10n';
import { isCertain } from '../../program/order';
import { type CallSite, sdkConstant } from '../../program/program';
import type { Found } from '../../../findings/finding';
import type { Facts, Rule } from '../rule';
import { wayFrom } from '../relatedPlaces';

export const ssl035: Rule = {
  id: 'SSL035',
  group: 'order',
  severity: 'error',
  title: () => l10n.t('TLS connect before the device has an address'),
  explanation: () =>
    l10n.t(
      'In user_init the device is not connected to Wi-Fi yet, at EVENT_STAMODE_CONNECTED it has no IP address: espconn_secure_connect returns -4. Connect when the station has its IP address, from the Wi-Fi event handler or a timer that checks wifi_station_get_connect_status.',
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
    yield* atAssociation(facts);
  },
};

/** Connects of which a condition says that the station has no address yet. */
function* atAssociation(facts: Facts): Iterable<Found> {
  // An address that is set needs no DHCP.
  if (facts.program.calls('wifi_set_ip_info', 'wifi_station_dhcpc_stop').length > 0) return;
  for (const site of facts.program.calls('espconn_secure_connect')) {
    const state = earlyState(facts, site);
    const [way] = facts.contexts.of(site.caller);
    if (state === undefined || way === undefined) continue;
    yield {
      at: facts.program.callPlace(site),
      message: l10n.t('This runs at {0}, before the device has an IP address: it returns -4.', state),
      related: wayFrom(facts, way),
    };
  }
}

/** The state without an address in which a call is made, whichever way leads to it. */
function earlyState(facts: Facts, site: CallSite, depth = 0): string | undefined {
  const own = stateWithoutAddress(facts, site);
  if (own !== undefined || depth > 8 || facts.contexts.registrations(site.caller).length > 0) return own;
  const states = facts.contexts.callers(site.caller).map(caller => earlyState(facts, caller, depth + 1));
  return states.every(state => state !== undefined) ? states[0] : undefined;
}

/** The state in which a call is made, where its conditions say that it is one without an address. */
function stateWithoutAddress({ conditions }: Facts, site: CallSite): string | undefined {
  const known = conditions.facts(site);
  const is = (key: RegExp, constant: string) => {
    const value = sdkConstant(constant);
    return known.some(
      fact =>
        key.test(fact.key) &&
        (value === 0 ? fact.relation === 'false' : fact.relation === 'is' && fact.value === value),
    );
  };
  if (is(/^(?:System_Event_t|_esp_event)\.event$/, 'EVENT_STAMODE_CONNECTED'))
    return 'EVENT_STAMODE_CONNECTED';
  return is(/^wifi_station_get_connect_status\(\)$/, 'STATION_CONNECTING') ? 'STATION_CONNECTING' : undefined;
}

/** As an access point the device has its address from the start. */
function isAccessPointOnly({ program }: Facts): boolean {
  const modes = program
    .calls('wifi_set_opmode', 'wifi_set_opmode_current')
    .map(({ arguments: [mode], caller }) => mode && program.constant(mode, caller));
  return modes.length > 0 && modes.every(mode => mode === sdkConstant('SOFTAP_MODE'));
}
