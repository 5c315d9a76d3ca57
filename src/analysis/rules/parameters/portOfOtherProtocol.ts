import * as l10n from '@vscode/l10n';
import { sdkFunction } from '../../../sdk/functions';
import { portsOf } from '../../program/connectionPorts';
import { renameFix } from '../mixing/wrongCalls';
import type { CallSite } from '../../program/program';
import type { Rule } from '../rule';
import { evaluate } from '../../program/values';
import { openedHere } from '../relatedPlaces';

/** Ports of protocols with their TLS and plain forms: HTTP, its alternatives, and MQTT (IANA). */
const tlsPorts = new Set([443, 8443, 8883]);
const plainPorts = new Set([80, 8080, 1883]);
/** Functions of TLS libraries that an application puts above plain TCP itself: mbed TLS, wolfSSL, BearSSL, OpenSSL, axTLS, hostap. */
const ownTls =
  /^(?:mbedtls_ssl_|wolfSSL_|CyaSSL_|br_ssl|SSL_(?:new|connect|read|write|CTX_)|ssl_(?:ctx|client|server)_new|tls_(?:init|connection_))/;

export const ssl084: Rule = {
  id: 'SSL084',
  group: 'parameters',
  severity: 'warning',
  title: () => l10n.t('Port of the other protocol'),
  explanation: () =>
    l10n.t(
      'Ports 80, 8080 and 1883 are for plain HTTP and MQTT; 443, 8443 and 8883 are for HTTP and MQTT over TLS. A server speaks only one of the two on a port.',
    ),
  source: 'IANA Service Name and Transport Protocol Port Number Registry',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp;

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
-    tcp.remote_port = 80;
+    tcp.remote_port = 443;
    (void)espconn_secure_connect(&client);
}
`,
  },
  *check(facts) {
    const { connections, program } = facts;
    for (const connection of connections.all.values()) {
      const kind = connections.kindOf(connection);
      if (kind !== 'secure' && kind !== 'plain') continue;
      if (kind === 'plain' && [...program.calledNames].some(name => ownTls.test(name))) continue;
      const [opening] = connections.opened(connection, kind, 'client');
      if (opening === undefined) continue;
      // Sends of the other group say the same, and more.
      if (connection.uses.some(use => isSend(use, kind === 'secure' ? 'plain' : 'secure'))) continue;
      const wrong = kind === 'secure' ? plainPorts : tlsPorts;
      const values = portsOf(facts, connection, connections.memberValues(connection, 'proto.remote_port'));
      const ports = values.map(({ value, within }) => evaluate(facts, value, within));
      const [first] = values;
      const [port] = ports;
      if (first === undefined || port === undefined) continue;
      // Where one of several ports fits, or is not known, the program chooses.
      if (!ports.every(each => each !== undefined && wrong.has(each))) continue;
      yield {
        at: first.at,
        message:
          kind === 'secure'
            ? l10n.t('Port {0} is usually plain, but {1} connects with TLS.', port, opening.name ?? '')
            : l10n.t('Port {0} is usually TLS, but {1} connects without TLS.', port, opening.name ?? ''),
        related: [openedHere(program, opening)],
        fixes:
          kind === 'plain' &&
          connections.opened(connection, kind).length === 1 &&
          connection.uses.length === 1
            ? renameFix(facts, opening, 'espconn_secure_connect', false)
            : [],
      };
    }
  },
};

function isSend({ name = '' }: CallSite, group: 'plain' | 'secure'): boolean {
  return /_sen[td]$/.test(name) && sdkFunction(name)?.group === group;
}
