import * as l10n from '@vscode/l10n';
import { wrongCalls } from '../mixing';
import type { Rule } from '../rule';

export const ssl003: Rule = {
  id: 'SSL003',
  group: 'mixing',
  severity: 'error',
  title: () => l10n.t('TLS send on a plain connection'),
  explanation: () =>
    l10n.t(
      'espconn_secure_sent and espconn_secure_send need the TLS state of the connection. A plain one has none: the SDK dereferences a NULL pointer, and the chip restarts. Send with espconn_sent.',
    ),
  source: 'espconn_mbedtls.c of SDK 3.0.6',
  *check(facts) {
    yield* wrongCalls(facts, ['espconn_secure_sent', 'espconn_secure_send'], 'secure');
  },
};
