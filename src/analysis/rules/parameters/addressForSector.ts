import * as l10n from '@vscode/l10n';
import { atBorder, sectorSize, sectorText } from '../../../flash/sectors';
import { numberText, rangedArguments } from './ranges';
import type { Facts, Rule } from '../rule';
import { type Constant, constantPlace, constantText, replaceConstant } from '../../program/values';
import type { Fix } from '../../../findings/finding';

export const ssl075: Rule = {
  id: 'SSL075',
  group: 'parameters',
  severity: 'warning',
  title: () => l10n.t('Address instead of a sector'),
  explanation: () =>
    l10n.t(
      'The parameter is the number of a flash sector: 0x3B means the address 0x3B000. No ESP8266 flash has more than 4096 sectors.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4.2',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
-    (void)espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77000);
+    (void)espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77);
    (void)espconn_secure_connect(&client);
}
`,
  },
  *check(facts) {
    for (const { constant } of rangedArguments(facts, 'flash_sector')) {
      // Judged by the value alone: CA_CERT_FLASH_ADDRESS of the SDK's example is a sector.
      if (constant.value < sectorSize) continue;
      yield {
        at: constantPlace(facts, constant),
        message: atBorder(constant.value)
          ? l10n.t(
              '{0} is an address: its sector is {1}.',
              numberText(constant.value),
              sectorText(constant.value),
            )
          : l10n.t('{0} is not a valid sector number.', numberText(constant.value)),
        fixes: atBorder(constant.value) ? divideFix(facts, constant) : [],
      };
    }
  },
};

/** Another number for a number; a name is divided, so that it keeps its meaning elsewhere. */
function divideFix(facts: Facts, constant: Constant): Fix[] {
  const text = constantText(facts, constant);
  const sector = /^\w+$/.test(text) && /^\d/.test(text) ? sectorText(constant.value) : `(${text}) / 0x1000`;
  return replaceConstant(facts, constant, sector).map(edit => ({
    title: l10n.t('Change to {0}', sector),
    edits: [edit],
    safe: false,
  }));
}
