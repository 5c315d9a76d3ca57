import * as l10n from '@vscode/l10n';
import type { Connection } from '../../program/connections';
import { decisions, type Decision } from '../../source/functionFacts';
import { portsOf } from '../../program/connectionPorts';
import { isDecided } from '../../program/passedArguments';
import { story } from './wrongCalls';
import type { CallSite } from '../../program/program';
import type { Facts, Rule } from '../rule';

export const ssl006: Rule = {
  id: 'SSL006',
  group: 'mixing',
  severity: 'error',
  title: () => l10n.t('A plain and a TLS server on one port'),
  explanation: () =>
    l10n.t(
      'espconn_accept and espconn_secure_accept use the same struct or port. Two servers cannot share a port, and the plain one would respond without encryption. Keep one of them, or use different ports.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4.3',
  example: {
    code: String.raw`static struct espconn page, secure_page;
static esp_tcp page_tcp, secure_tcp;

void ICACHE_FLASH_ATTR serve(void)
{
    page.type = secure_page.type = ESPCONN_TCP;
    page.proto.tcp = &page_tcp;
    page_tcp.local_port = 80;
    espconn_accept(&page);
    secure_page.proto.tcp = &secure_tcp;
-    secure_tcp.local_port = 80;
+    secure_tcp.local_port = 443;
    (void)espconn_secure_accept(&secure_page);
}
`,
  },
  *check(facts) {
    const { connections, program } = facts;
    const servers = [...connections.all.values()];
    for (const plain of servers) {
      for (const site of connections.opened(plain, 'plain', 'server')) {
        const other = conflicting(facts, plain, site, servers);
        if (other === undefined) continue;
        yield {
          at: program.callPlace(site),
          message: l10n.t('The TLS server of {0} uses the same struct or port.', other.name ?? ''),
          related: story(facts, site, other),
        };
      }
    }
  },
};

function conflicting(
  facts: Facts,
  plain: Connection,
  site: CallSite,
  servers: readonly Connection[],
): CallSite | undefined {
  const port = portOf(facts, plain);
  for (const server of servers) {
    const secure = facts.connections.opened(server, 'secure', 'server');
    if (server !== plain && (port === undefined || port !== portOf(facts, server))) continue;
    const other = secure.find(each => areBoth(facts, [server, each], [plain, site]));
    if (other !== undefined) return other;
  }
  return undefined;
}

/** Whether two servers are certainly started in one run of the program. */
function areBoth(facts: Facts, ...[a, b]: [[Connection, CallSite], [Connection, CallSite]]): boolean {
  const { conditions } = facts;
  const isChosen =
    ([{ object }, site]: [Connection, CallSite]) =>
    (decision: Decision) =>
      isDecided(facts, object, site, decision) === true;
  if (![a, b].every(each => conditions.isUnconditional(each[1], isChosen(each)))) return false;
  // Arms of one decision can both be taken when that is about something that each call gives.
  const given = [a, b].every(each => decisions(each[1].event.decision).some(isChosen(each)));
  return given || !conditions.exclusive(a[1], b[1]);
}

/** The local port, when all assignments agree on one. */
function portOf(facts: Facts, connection: Connection): number | undefined {
  const values = portsOf(facts, connection, facts.connections.memberValues(connection, 'proto.local_port'));
  const ports = values.map(({ value, within }) => facts.program.constant(value, within));
  const [first] = ports;
  return ports.every(port => port === first) ? first : undefined;
}
