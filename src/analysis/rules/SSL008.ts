import * as l10n from '@vscode/l10n';
import { misfits, story } from '../mixing';
import type { Rule } from '../rule';

const names = [
  'espconn_regist_write_finish',
  'espconn_set_opt',
  'espconn_clear_opt',
  'espconn_set_keepalive',
  'espconn_get_keepalive',
  'espconn_get_packet_info',
];

export const ssl008: Rule = {
  id: 'SSL008',
  group: 'mixing',
  severity: 'warning',
  title: () => l10n.t('TCP option without effect on TLS'),
  explanation: () =>
    l10n.t(
      'Options, keep-alive, packet information and the write-finish callback belong to plain TCP. For a TLS connection these calls return 0 and do nothing. Use the sent callback, and a timer of your own to notice a dead peer.',
    ),
  source: 'espconn.c and espconn_tcp.c of SDK 3.0.6',
  *check(facts) {
    for (const { site, because, inverted } of misfits(facts, names, 'plain')) {
      if (inverted) continue;
      yield {
        at: facts.program.callPlace(site),
        message: l10n.t('{0} has no effect on a TLS connection.', site.name ?? ''),
        related: story(facts, site, because),
        unnecessary: true,
      };
    }
  },
};
