import * as l10n from '@vscode/l10n';
import { sameConnection, sequences } from '../order';
import type { CallSite } from '../program';
import type { Rule } from '../rule';

const connect = 'espconn_secure_connect';

export const ssl025: Rule = {
  id: 'SSL025',
  group: 'order',
  severity: 'warning',
  title: () => l10n.t('Two TLS clients at a time'),
  explanation: () =>
    l10n.t(
      'Two structs are connected by espconn_secure_connect one right after the other. There can be one TLS client connection: the second is refused. Connect it when the first one is disconnected.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4.6',
  *check(facts) {
    const { program, conditions } = facts;
    const told = new Set<CallSite>();
    for (const { earlier, later, between } of sequences(facts, [connect], [connect])) {
      if (told.has(later.site) || earlier.site === later.site) continue;
      if (sameConnection(facts, earlier.site, later.site)) continue;
      if (between.some(({ site }) => site.name === 'espconn_secure_disconnect')) continue;
      if (
        ![...earlier.path, earlier.site, ...later.path, later.site].every(site =>
          conditions.isUnconditional(site),
        )
      )
        continue;
      told.add(later.site);
      yield {
        at: program.callPlace(later.site),
        message: l10n.t('Another TLS client is connected right before: there can be one at a time.'),
        related: [
          {
            at: program.callPlace(earlier.site),
            message: l10n.t('The connection is opened by {0} here.', connect),
          },
        ],
      };
    }
  },
};
