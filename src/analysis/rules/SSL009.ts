import * as l10n from '@vscode/l10n';
import { misfits, story } from '../mixing';
import type { Rule } from '../rule';

export const ssl009: Rule = {
  id: 'SSL009',
  group: 'mixing',
  severity: 'error',
  title: () => l10n.t('Holding back data of a TLS connection'),
  explanation: () =>
    l10n.t(
      'espconn_recv_hold and espconn_recv_unhold work on plain TCP. On a TLS connection they are reported to reset the chip. Take the data in the receive callback, or let the peer wait by the protocol.',
    ),
  source: 'github.com/espressif/ESP8266_NONOS_SDK issue 51',
  *check(facts) {
    for (const { site, because } of misfits(facts, ['espconn_recv_hold', 'espconn_recv_unhold'], 'plain')) {
      yield {
        at: facts.program.callPlace(site),
        message: l10n.t('{0} on a TLS connection resets the chip.', site.name ?? ''),
        related: story(facts, site, because),
      };
    }
  },
};
