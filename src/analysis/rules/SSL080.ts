import * as l10n from '@vscode/l10n';
import { argumentConstants, levelsOf, numberText } from '../ranges';
import type { Rule } from '../rule';
import { constantPlace } from '../values';

export const ssl080: Rule = {
  id: 'SSL080',
  group: 'parameters',
  severity: 'warning',
  title: () => l10n.t('One sector for two certificate files'),
  explanation: () =>
    l10n.t(
      'espconn_secure_ca_enable reads esp_ca_cert.bin, espconn_secure_cert_req_enable reads esp_cert_private_key.bin. Two files need two sectors.',
    ),
  source: 'tools/makefile.sh of SDK 2.2.0; ESP8266 SSL manual 1.4',
  *check(facts) {
    const { program, conditions } = facts;
    for (const own of program.calls('espconn_secure_cert_req_enable')) {
      for (const ca of program.calls('espconn_secure_ca_enable')) {
        if (conditions.exclusive(own, ca) || (levelsOf(facts, own) & levelsOf(facts, ca)) === 0) continue;
        const sectors = argumentConstants(facts, ca, 'flash_sector');
        for (const constant of argumentConstants(facts, own, 'flash_sector')) {
          const same = sectors.find(({ value }) => value === constant.value && value !== 0);
          if (same === undefined) continue;
          yield {
            at: constantPlace(facts, constant),
            message: l10n.t('The CA certificates are read from sector {0}, too.', numberText(constant.value)),
            related: [
              { at: constantPlace(facts, same), message: l10n.t('The CA certificates are enabled here.') },
            ],
          };
        }
      }
    }
  },
};
