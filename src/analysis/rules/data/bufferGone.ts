import { effectOf } from '../../../sdk/effects';
import { decisions } from '../../source/functionFacts';
import * as l10n from '@vscode/l10n';
import { possibleAbilities } from '../../project/linkedSdk';
import { withoutCasts } from '../../source/expression';
import { inDifferentArms } from '../../program/conditions';
import { makeStatic } from '../fixes/edits';
import type { CallSite, ProgramVariable } from '../../program/program';
import { argumentConstants } from '../parameters/ranges';
import type { Facts, Rule } from '../rule';
import { sends } from './sends';

export const ssl052: Rule = {
  id: 'SSL052',
  group: 'data',
  severity: 'error',
  title: () => l10n.t('Buffer released before it is sent'),
  explanation: () =>
    l10n.t(
      'espconn_secure_sent copies the first 1024 (libssl) or 1460 bytes (libmbedtls) and reads the rest from the same buffer later. Keep a longer buffer until the sent callback: make it static, or free it there.',
    ),
  source: 'espconn_mbedtls.c of SDK 3.0.6; libssl.a of SDK 2.0.0',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

static void ICACHE_FLASH_ATTR on_connect(void *arg)
{
-    uint8 page[2048];
+    static uint8 page[2048];

    os_memset(page, ' ', sizeof(page));
    (void)espconn_secure_sent(arg, page, sizeof(page));
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
    const copied = Math.max(...possibleAbilities(facts).map(abilities => abilities.copied));
    for (const site of facts.program.calls(...sends)) {
      const length = Math.max(...argumentConstants(facts, site, 'length').map(({ value }) => value));
      if (!(length > copied)) continue;
      const freed = freedAfter(facts, site);
      const local = freed === undefined ? localBuffer(facts, site) : undefined;
      if (freed === undefined && local === undefined) continue;
      yield {
        at: facts.program.callPlace(site),
        message:
          freed === undefined
            ? l10n.t(
                'Only {0} of {1} bytes are copied at once: {2} is gone when the rest is read.',
                copied,
                length,
                local?.variable.name ?? '',
              )
            : l10n.t(
                'Only {0} of {1} bytes are copied at once: the rest is read after it is freed.',
                copied,
                length,
              ),
        related:
          freed === undefined
            ? []
            : [{ at: facts.program.callPlace(freed), message: l10n.t('The buffer is freed here.') }],
        fixes: local === undefined ? [] : makeStatic(local),
      };
    }
  },
};

/** The call that frees the buffer later in the same function. */
function freedAfter({ program }: Facts, site: CallSite): CallSite | undefined {
  const buffer = site.arguments[1] && withoutCasts(site.arguments[1]);
  if (buffer?.kind !== 'name') return undefined;
  return program.sitesIn(site.caller).find(other => {
    if (other.index < site.index || effectOf(other.name) !== 'frees' || inDifferentArms(site, other))
      return false;
    // Freed because it could not be sent.
    const failed = decisions(other.event.decision).some(
      ({ test }) => test !== undefined && site.event.start >= test.start && site.event.end <= test.end,
    );
    const freed = other.arguments[0] && withoutCasts(other.arguments[0]);
    return !failed && freed?.kind === 'name' && freed.name === buffer.name;
  });
}

/** The array on the stack that is sent. */
function localBuffer({ program }: Facts, site: CallSite): ProgramVariable | undefined {
  let buffer = site.arguments[1] && withoutCasts(site.arguments[1]);
  if (buffer?.kind === 'unary' && buffer.operator === '&') buffer = buffer.operand;
  if (buffer?.kind === 'index') buffer = buffer.base;
  if (buffer?.kind !== 'name') return undefined;
  const found = program.variable(buffer.name, site.caller);
  return found?.owner !== undefined && found.variable.type.array && !found.variable.static
    ? found
    : undefined;
}
