import * as l10n from '@vscode/l10n';
import { levelsOf } from '../ranges';
import { sdkConstant } from '../program';
import type { Rule } from '../rule';

export const ssl082: Rule = {
  id: 'SSL082',
  group: 'parameters',
  severity: 'hint',
  missing: true,
  title: () => l10n.t('TLS client that verifies nothing'),
  explanation: () =>
    l10n.t(
      'Without espconn_secure_ca_enable the connection is encrypted, but any server is accepted. Burn the CA certificate to a sector and enable it before connecting.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 3',
  *check(facts) {
    const { program } = facts;
    const client = sdkConstant('ESPCONN_CLIENT') ?? 0;
    if (program.calls('espconn_secure_ca_enable').some(site => (levelsOf(facts, site) & client) !== 0))
      return;
    for (const site of program.calls('espconn_secure_connect')) {
      yield {
        at: program.callPlace(site),
        message: l10n.t('Nothing calls espconn_secure_ca_enable: any server is accepted here.'),
      };
    }
  },
};
