import * as l10n from '@vscode/l10n';
import { wrongCalls } from '../mixing';
import type { Rule } from '../rule';

export const ssl004: Rule = {
  id: 'SSL004',
  group: 'mixing',
  severity: 'error',
  title: () => l10n.t('TLS disconnect of a plain connection'),
  explanation: () =>
    l10n.t(
      'espconn_secure_disconnect needs the TLS state of the connection. A plain one has none: the SDK dereferences a NULL pointer, and the chip restarts. Close it with espconn_disconnect.',
    ),
  source: 'espconn_mbedtls.c of SDK 3.0.6',
  *check(facts) {
    yield* wrongCalls(facts, ['espconn_secure_disconnect'], 'secure');
  },
};
