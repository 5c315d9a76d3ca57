import { affects } from '../../../sdk/effects';
import { type MemoryObject, rootOf } from '../../program/memoryObjects';
import { decisions } from '../../source/functionFacts';
import * as l10n from '@vscode/l10n';
import { argumentText } from '../fixes/edits';
import { type Expression, mentions } from '../../source/expression';
import { type Step, sequences, parting } from '../../program/order';
import type { CallSite } from '../../program/program';
import type { Facts, Rule } from '../rule';
import { isLocal, meansSuccess, sends } from './sends';

export const ssl050: Rule = {
  id: 'SSL050',
  group: 'data',
  severity: 'warning',
  title: () => l10n.t('Send while data is pending'),
  explanation: () =>
    l10n.t(
      'A TLS connection sends one block at a time. Until the sent callback runs, espconn_secure_sent returns -5, and the data is lost. Send both as one block, or the second from the sent callback.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4.6; espconn_secure.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };
static uint8 head[20], body[100];

+static void ICACHE_FLASH_ATTR on_sent(void *arg)
+{
+    espconn_regist_sentcb(arg, NULL);
+    (void)espconn_secure_sent(arg, body, sizeof(body));
+}
+
static void ICACHE_FLASH_ATTR on_connect(void *arg)
{
+    espconn_regist_sentcb(arg, on_sent);
    (void)espconn_secure_sent(arg, head, sizeof(head));
-    (void)espconn_secure_sent(arg, body, sizeof(body));
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
    const told = new Set<CallSite>();
    const wanted = (earlier: Step, later: Step) =>
      !told.has(later.site) && isSame(facts, earlier, later) && follows(facts, earlier, later);
    for (const { earlier, later, between } of sequences(facts, sends, sends, wanted)) {
      if (between.some(({ site }) => affects(site.name, 'secure', 'opens client', 'closes'))) continue;
      told.add(later.site);
      yield {
        at: facts.program.callPlace(later.site),
        message: l10n.t('This returns -5: the previous data is still pending.'),
        related: [
          { at: facts.program.callPlace(earlier.site), message: l10n.t('The previous data is sent here.') },
        ],
      };
    }
  },
};

/** Whether two calls certainly mean the same connection. */
function isSame(facts: Facts, { site: a, path: pathA }: Step, { site: b, path: pathB }: Step): boolean {
  const [one, other] = [facts.connections.objects(a), facts.connections.objects(b)];
  const [object] = one;
  if (object !== undefined && one.size === 1 && other.size === 1 && other.has(object) && isOne(facts, object))
    return true;
  // The same words in the same run of a function.
  if (
    a.caller !== b.caller ||
    pathA.length !== pathB.length ||
    !pathA.every((site, at) => site === pathB[at])
  )
    return false;
  const [connection] = a.arguments;
  if (connection === undefined || argumentText(facts.program, a, 0) !== argumentText(facts.program, b, 0))
    return false;
  return !a.caller.events
    .slice(a.index, b.index)
    .some(
      event =>
        event.kind === 'assign' && event.target.kind === 'name' && mentions(connection, event.target.name),
    );
}

/** Whether an object is one struct: a variable, not an element, a member or one of many that are allocated. */
function isOne({ program }: Facts, object: MemoryObject): boolean {
  const root = rootOf(object);
  return (
    root.kind === 'variable' &&
    !program.globals.some(({ key, variable }) => key === root.key && variable.type.array)
  );
}

/** Whether the earlier step has certainly happened where the later one is reached. */
function follows(facts: Facts, earlier: Step, later: Step): boolean {
  const { first, second } = parting(earlier, later, facts) ?? {};
  if (first === undefined || second === undefined) return false;
  const before = decisions(first.event.decision);
  const after = decisions(second.event.decision);
  if (!before.every(({ id, arm }) => after.some(each => each.id === id && each.arm === arm))) return false;
  // What else decides about the later one must not know that the earlier one is done.
  return after
    .filter(({ id, arm }) => !before.some(each => each.id === id && each.arm === arm))
    .every(decision => {
      const { test } = decision;
      if (test === undefined) return decision.kind === 'loop';
      const { start, end } = first.event;
      if (first === earlier.site && start >= test.start && end <= test.end)
        return meansSuccess(facts, first, decision);
      return decision.kind !== 'switch' && isLocal(facts, test, second.caller) && !readsResult(first, test);
    });
}

function readsResult({ event: { use } }: CallSite, test: Expression): boolean {
  return use.kind === 'assigned' && use.target.kind === 'name' && mentions(test, use.target.name);
}
