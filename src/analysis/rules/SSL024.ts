import * as l10n from '@vscode/l10n';
import { isCertain, sameConnection, sequences } from '../order';
import type { CallSite } from '../program';
import { guarded, repeats } from '../repetition';
import type { Rule } from '../rule';
import { wayFrom } from '../stories';

const connect = 'espconn_secure_connect';

export const ssl024: Rule = {
  id: 'SSL024',
  group: 'order',
  severity: 'warning',
  title: () => l10n.t('TLS client connected twice'),
  explanation: () =>
    l10n.t(
      'A TLS client has one connection at a time. Connecting again answers -15 with libssl; libmbedtls lets a second connection fail later. Disconnect first, and connect again after the disconnect or reconnect callback, by a timer.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4.6',
  *check(facts) {
    const { program, conditions, contexts } = facts;
    const told = new Set<CallSite>();
    for (const { earlier, later, between } of sequences(facts, [connect], [connect])) {
      if (told.has(later.site) || earlier.site === later.site) continue;
      if (!sameConnection(facts, earlier.site, later.site)) continue;
      if (between.some(({ site }) => /^espconn_(?:secure_)?(?:disconnect|abort)$/.test(site.name ?? '')))
        continue;
      if (
        ![...earlier.path, earlier.site, ...later.path, later.site].every(site =>
          conditions.isUnconditional(site),
        )
      )
        continue;
      told.add(later.site);
      yield {
        at: program.callPlace(later.site),
        message: l10n.t('This struct is connected already: disconnect first.'),
        related: [
          {
            at: program.callPlace(earlier.site),
            message: l10n.t('The connection is opened by {0} here.', connect),
          },
        ],
      };
    }
    for (const site of program.calls(connect)) {
      if (told.has(site) || guarded(facts, site)) continue;
      const ways = contexts.of(site.caller);
      const [way] = ways;
      if (way?.event !== 'timer' || ways.length > 1) continue;
      if (!repeats(facts, way) || !isCertain(facts, way, site)) continue;
      yield {
        at: program.callPlace(site),
        message: l10n.t('This timer repeats, and connects again whether or not the connection is there.'),
        related: wayFrom(facts, way),
      };
    }
  },
};
