import * as l10n from '@vscode/l10n';
import { wrongCalls } from '../mixing';
import type { Rule } from '../rule';

export const ssl001: Rule = {
  id: 'SSL001',
  group: 'mixing',
  severity: 'error',
  title: () => l10n.t('Plain send on a TLS connection'),
  explanation: () =>
    l10n.t(
      'espconn_sent and espconn_send are for plain TCP and UDP. For a TLS connection they return -12 and nothing is sent. Send with espconn_secure_sent.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4; espconn.c of SDK 3.0.6',
  *check(facts) {
    yield* wrongCalls(facts, ['espconn_sent', 'espconn_send'], 'plain');
  },
};
