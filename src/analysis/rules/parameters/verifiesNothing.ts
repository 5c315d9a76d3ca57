import * as l10n from '@vscode/l10n';
import type { Connection } from '../../program/connections';
import { sentCredential } from './credentials';
import { type CallSite, sdkConstant } from '../../program/program';
import { levelsOf } from './ranges';
import type { Facts, Rule } from '../rule';
import type { Place } from '../../../findings/range';
import type { Found } from '../../../findings/finding';

export const ssl082: Rule = {
  id: 'SSL082',
  group: 'parameters',
  severity: 'warning',
  missing: true,
  title: () => l10n.t('TLS client that verifies nothing'),
  explanation: () =>
    l10n.t(
      'Without espconn_secure_ca_enable the connection is encrypted, but any server is accepted. Write the CA certificate to a sector and enable it before connecting. The finding is a warning for clients that send credentials or look up their server by name, and a hint for all others.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 3',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };
static ip_addr_t address;

static void ICACHE_FLASH_ATTR on_found(const char *name, ip_addr_t *ip, void *arg)
{
    if (ip == NULL)
        return;
    os_memcpy(tcp.remote_ip, &ip->addr, 4);
    (void)espconn_secure_connect(&client);
}

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
+    if (!espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77))
+        return;
    espconn_gethostbyname(&client, "example.com", &address, on_found);
}
`,
  },
  *check(facts) {
    const { connections, program } = facts;
    const client = sdkConstant('ESPCONN_CLIENT') ?? 0;
    const isForClient = (site: CallSite) => (levelsOf(facts, site) & client) !== 0;
    const enabled = program.calls('espconn_secure_ca_enable');
    if (enabled.some(isForClient)) return;
    // Of a level that is the server's SSL081 says it, of a client with a certificate of its own SSL083.
    if (enabled.length > 0 && program.calls('espconn_secure_accept').length === 0) return;
    if (program.calls('espconn_secure_cert_req_enable').some(isForClient)) return;
    const told = new Set<Connection>();
    for (const site of program.calls('espconn_secure_connect')) {
      const opened = connections.of(site);
      if (opened.length > 0 && opened.every(each => told.has(each))) continue;
      for (const each of opened) told.add(each);
      yield { at: program.callPlace(site), ...reasonFor(facts, site, opened) };
    }
  },
};

/** Why it matters who the server is. */
function reasonFor(
  facts: Facts,
  site: CallSite,
  opened: readonly Connection[],
): Pick<Found, 'message' | 'related' | 'severity'> {
  for (const connection of opened) {
    const sent = sentCredential(facts, connection);
    if (sent !== undefined)
      return {
        message: l10n.t(
          'Nothing calls espconn_secure_ca_enable: any server is accepted here and receives “{0}”.',
          sent.name,
        ),
        related: [{ at: sent.at, message: l10n.t('“{0}” is sent from here.', sent.name) }],
      };
  }
  const lookup = lookUpFor(facts, site, opened);
  if (lookup === undefined)
    return {
      message: l10n.t('Nothing calls espconn_secure_ca_enable: any server is accepted here.'),
      severity: 'info',
    };
  return {
    message: l10n.t(
      'Nothing calls espconn_secure_ca_enable: any host that the server’s name resolves to is accepted here.',
    ),
    related: [{ at: lookup, message: l10n.t('The name is looked up here.') }],
  };
}

/** Where the address of a connection comes from a name. */
function lookUpFor(
  { contexts, program }: Facts,
  { caller }: CallSite,
  opened: readonly Connection[],
): Place | undefined {
  const isLookup = ({ name = '' }: CallSite) => name.includes('gethostbyname');
  const [use] = opened.flatMap(({ uses }) => uses.filter(isLookup));
  if (use !== undefined) return program.callPlace(use);
  const way = contexts.of(caller).find(({ event }) => event === 'name found');
  return way?.callback?.at;
}
