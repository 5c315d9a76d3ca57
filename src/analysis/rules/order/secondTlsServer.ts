import { affects } from '../../../sdk/effects';
import { decisions } from '../../source/functionFacts';
import * as l10n from '@vscode/l10n';
import { sequences, starts, type Step, steps } from '../../program/order';
import type { CallSite } from '../../program/program';
import { guarded, repeats } from './repetition';
import type { Facts, Rule } from '../rule';
import { eventName, wayFrom } from '../relatedPlaces';
import type { Found } from '../../../findings/finding';

const accept = 'espconn_secure_accept';

export const ssl023: Rule = {
  id: 'SSL023',
  group: 'order',
  severity: 'error',
  title: () => l10n.t('TLS server started more than once'),
  explanation: () =>
    l10n.t(
      'The SDK supports one TLS server: call espconn_secure_accept once. A second call returns -5 with libmbedtls; libssl forgets the first listener. Start the server once, or stop it with espconn_secure_delete first.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4.3; espconn_secure.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn server;
static esp_tcp tcp;

void ICACHE_FLASH_ATTR serve(void)
{
    server.type = ESPCONN_TCP;
    server.proto.tcp = &tcp;
    tcp.local_port = 443;
    (void)espconn_secure_accept(&server);
-    tcp.local_port = 8443;
-    (void)espconn_secure_accept(&server);
}
`,
  },
  *check(facts) {
    const told = new Set<CallSite>();
    for (const { earlier, later, between } of sequences(facts, [accept], [accept])) {
      if (told.has(later.site)) continue;
      if (between.some(({ site }) => affects(site.name, 'secure', 'ends server'))) continue;
      if (earlier.site !== later.site) {
        told.add(later.site);
        yield second(facts, later.site, earlier.site);
        continue;
      }
      // The function around is called twice.
      const [first, again] = apartFrom(earlier, later);
      if (first === undefined || again === undefined || told.has(again)) continue;
      const way = [...earlier.path, ...later.path, later.site];
      if (way.some(site => guarded(facts, site) || !facts.conditions.isUnconditional(site))) continue;
      told.add(again);
      yield second(facts, again, first);
    }
    for (const site of facts.program.calls(accept)) {
      const repeated = told.has(site) ? undefined : repeatedly(facts, site);
      if (repeated === undefined) continue;
      told.add(site);
      yield repeated;
    }
    yield* apart(facts, told);
  },
};

/** The calls by which two steps come to be different ones. */
function apartFrom(a: Step, b: Step): [CallSite | undefined, CallSite | undefined] {
  const at = a.path.findIndex((site, index) => site !== b.path[index]);
  return [a.path[at], b.path[at]];
}

function second(facts: Facts, site: CallSite, first: CallSite): Found {
  return {
    at: facts.program.callPlace(site),
    message: l10n.t('A TLS server is already running: only one is possible.'),
    related: [{ at: facts.program.callPlace(first), message: l10n.t('It is first started here.') }],
  };
}

/** Calls in functions that do not call each other, when nothing ends the server. */
function* apart(facts: Facts, told: Set<CallSite>): Iterable<Found> {
  const { program, contexts, conditions } = facts;
  if (program.calls('espconn_secure_delete').length > 0) return;
  const sites = program
    .calls(accept)
    .filter(
      site =>
        !told.has(site) &&
        contexts.of(site.caller).length > 0 &&
        conditions.isUnconditional(site) &&
        !guarded(facts, site),
    );
  for (const [index, later] of sites.entries()) {
    const first = sites.slice(0, index).find(site => !conditions.exclusive(site, later));
    if (first === undefined || told.has(later)) continue;
    // In one course they were told already, or exclude each other.
    if (together(facts, first, later)) continue;
    told.add(later);
    yield second(facts, later, first);
  }
}

function together(facts: Facts, a: CallSite, b: CallSite): boolean {
  for (const start of starts(facts, accept)) {
    const course = steps(facts, start);
    const [one, other] = [course.find(({ site }) => site === a), course.find(({ site }) => site === b)];
    if (one !== undefined && other !== undefined) return true;
  }
  return false;
}

function repeatedly(facts: Facts, site: CallSite): Found | undefined {
  const at = facts.program.callPlace(site);
  if (guarded(facts, site)) return undefined;
  const loop = decisions(site.event.decision).find(({ kind }) => kind === 'loop');
  if (loop !== undefined && site.event.use.kind === 'ignored')
    return { at, message: l10n.t('This loop starts the TLS server repeatedly.') };
  const ends = facts.program.calls('espconn_secure_delete').length > 0;
  for (const context of facts.contexts.of(site.caller)) {
    // With its client the server may have been ended.
    if (ends && /^(?:dis|re)connect$/.test(context.event)) continue;
    if (context.path.some(step => guarded(facts, step)) || !repeats(facts, context)) continue;
    return {
      at,
      message: l10n.t(
        'This {0} can run more than once; each run starts another TLS server.',
        eventName(context.event),
      ),
      related: wayFrom(facts, context),
    };
  }
  return undefined;
}
