import * as l10n from '@vscode/l10n';
import { lateSettings } from '../lateSettings';
import type { Rule } from '../rule';

export const ssl021: Rule = {
  id: 'SSL021',
  group: 'order',
  severity: 'warning',
  title: () => l10n.t('CA verification set after the connection'),
  explanation: () =>
    l10n.t(
      'Whether the peer is verified is decided in the handshake. Call espconn_secure_ca_enable and espconn_secure_ca_disable before espconn_secure_connect or espconn_secure_accept.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4',
  check: facts => lateSettings(facts, ['espconn_secure_ca_enable', 'espconn_secure_ca_disable']),
};
