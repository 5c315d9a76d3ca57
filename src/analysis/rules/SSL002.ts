import * as l10n from '@vscode/l10n';
import { wrongCalls } from '../mixing';
import type { Rule } from '../rule';

export const ssl002: Rule = {
  id: 'SSL002',
  group: 'mixing',
  severity: 'error',
  title: () => l10n.t('Plain disconnect of a TLS connection'),
  explanation: () =>
    l10n.t(
      'espconn_disconnect and espconn_abort close plain TCP. A TLS connection has no plain control block: the SDK dereferences a NULL pointer. Close it with espconn_secure_disconnect.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4; espconn_tcp.c of SDK 3.0.6',
  *check(facts) {
    yield* wrongCalls(facts, ['espconn_disconnect', 'espconn_abort'], 'plain');
  },
};
