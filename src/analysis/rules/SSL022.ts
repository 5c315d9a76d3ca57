import * as l10n from '@vscode/l10n';
import { lateSettings } from '../lateSettings';
import type { Rule } from '../rule';

export const ssl022: Rule = {
  id: 'SSL022',
  group: 'order',
  severity: 'warning',
  title: () => l10n.t('Own certificate set after the connection'),
  explanation: () =>
    l10n.t(
      'The own certificate is sent in the handshake. Call espconn_secure_cert_req_enable and espconn_secure_cert_req_disable before espconn_secure_connect.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4',
  check: facts => lateSettings(facts, ['espconn_secure_cert_req_enable', 'espconn_secure_cert_req_disable']),
};
