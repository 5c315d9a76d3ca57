import * as l10n from '@vscode/l10n';
import { story } from '../mixing';
import { connectedAgain, sameConnection } from '../order';
import type { Rule } from '../rule';

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
    const { program } = facts;
    for (const { first, second } of connectedAgain(facts)) {
      if (sameConnection(facts, first, second)) continue;
      yield {
        at: program.callPlace(second),
        message: l10n.t('Another TLS client is connected right before: there can be one at a time.'),
        related: story(facts, second, first),
      };
    }
  },
};
