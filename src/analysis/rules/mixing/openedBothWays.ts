import { affects } from '../../../sdk/effects';
import * as l10n from '@vscode/l10n';
import type { Connection } from '../../program/connections';
import { decisions, type Decision } from '../../source/functionFacts';
import { functionsOfOtherGroup } from './otherGroup';
import { renameFix, story } from './wrongCalls';
import type { CallSite } from '../../program/program';
import type { Facts, Rule } from '../rule';
import { meansSuccess } from '../data/sends';
import type { Found } from '../../../findings/finding';

export const ssl005: Rule = {
  id: 'SSL005',
  group: 'mixing',
  severity: 'error',
  title: () => l10n.t('One connection opened both as plain TCP and as TLS'),
  explanation: () =>
    l10n.t(
      'The same struct espconn is passed to espconn_connect and to espconn_secure_connect, and no condition separates the two. All calls for one connection must belong to one group.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

static void ICACHE_FLASH_ATTR again(void *arg)
{
-    espconn_connect(&client);
+    (void)espconn_secure_connect(&client);
}

static void ICACHE_FLASH_ATTR report(uint8 *data, uint16 length)
{
    (void)espconn_secure_sent(&client, data, length);
}

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
    if (espconn_secure_connect(&client) != ESPCONN_OK)
        os_printf("not connected\n");
}
`,
  },
  *check(facts) {
    for (const connection of facts.connections.all.values()) yield* mixed(facts, connection);
  },
};

function* mixed(facts: Facts, connection: Connection): Iterable<Found> {
  const { connections, conditions } = facts;
  const secure = connections.opened(connection, 'secure', 'client');
  const plain = connections.opened(connection, 'plain', 'client');
  for (const one of secure) {
    const other = plain.find(each => !conditions.exclusive(one, each));
    if (other === undefined) continue;
    const areBoth = [one, other].every(site => conditions.isUnconditional(site));
    if (!areBoth && !succeeded(facts, one, other) && !succeeded(facts, other, one)) continue;
    // The odd one is the call whose group nothing else of the connection has.
    const wrong = odd(connection);
    if (wrong === undefined && one.caller !== other.caller) continue;
    const [at, because] = wrong === 'secure' ? [one, other] : [other, one];
    const counterpart = functionsOfOtherGroup.get(at.name ?? '') ?? '';
    yield {
      at: facts.program.callPlace(at),
      message: l10n.t(
        '{0} and {1} are called for the same connection: it can be only one of them.',
        at.name ?? '',
        because.name ?? '',
      ),
      related: story(facts, at, because),
      fixes: wrong === undefined ? [] : renameFix(facts, at, counterpart, false),
    };
  }
}

/** Whether a call comes where the other one has succeeded, and else nothing decides about it. */
function succeeded(facts: Facts, first: CallSite, later: CallSite): boolean {
  const { start, end } = first.event;
  const isSuccess = (decision: Decision) =>
    decision.test !== undefined &&
    start >= decision.test.start &&
    end <= decision.test.end &&
    meansSuccess(facts, first, decision);
  return (
    first.caller === later.caller &&
    decisions(later.event.decision).some(isSuccess) &&
    facts.conditions.isUnconditional(later, isSuccess)
  );
}

/** The group of the two that sends and closes nothing, when the other does. */
function odd({ uses }: Connection): 'secure' | 'plain' | undefined {
  const handles = (group: 'secure' | 'plain') => uses.some(use => isHandling(use, group));
  const [secure, plain] = [handles('secure'), handles('plain')];
  if (secure === plain) return undefined;
  return secure ? 'plain' : 'secure';
}

function isHandling({ name }: CallSite, group: 'secure' | 'plain'): boolean {
  return affects(name, group, 'sends', 'closes');
}
