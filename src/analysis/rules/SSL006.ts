import * as l10n from '@vscode/l10n';
import type { Connection } from '../connections';
import { story } from '../mixing';
import type { CallSite } from '../program';
import type { Facts, Rule } from '../rule';

export const ssl006: Rule = {
  id: 'SSL006',
  group: 'mixing',
  severity: 'error',
  title: () => l10n.t('A plain and a TLS server on one port'),
  explanation: () =>
    l10n.t(
      'espconn_accept and espconn_secure_accept get the same struct or the same port. Two servers cannot share a port, and the plain one would answer without encryption. Keep one of them, or give them different ports.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4.3',
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
  const { connections, conditions } = facts;
  const port = portOf(facts, plain);
  for (const server of servers) {
    const secure = connections.opened(server, 'secure', 'server');
    if (secure.length === 0) continue;
    if (server !== plain && (port === undefined || port !== portOf(facts, server))) continue;
    const other = secure.find(each => !conditions.exclusive(each, site));
    if (other !== undefined && conditions.isUnconditional(other) && conditions.isUnconditional(site))
      return other;
  }
  return undefined;
}

/** The local port, when all assignments agree on one. */
function portOf({ connections, program }: Facts, connection: Connection): number | undefined {
  const values = connections
    .memberValues(connection, 'proto.local_port')
    .map(({ value, within }) => program.constant(value, within));
  const [first] = values;
  return values.every(value => value === first) ? first : undefined;
}
