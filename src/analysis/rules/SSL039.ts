import * as l10n from '@vscode/l10n';
import { unregistered } from '../missingCallbacks';
import type { Rule } from '../rule';

export const ssl039: Rule = {
  id: 'SSL039',
  group: 'order',
  severity: 'hint',
  missing: true,
  title: () => l10n.t('TLS connection without disconnect callback'),
  explanation: () =>
    l10n.t(
      'When the peer closes the connection in order, the disconnect callback comes, not the reconnect callback. Without one the program does not notice.',
    ),
  source: 'espconn_mbedtls.c of SDK 3.0.6',
  check: facts =>
    unregistered(facts, 'disconnect', () =>
      l10n.t('No disconnect callback is registered for this connection: a clean close goes unnoticed.'),
    ),
};
