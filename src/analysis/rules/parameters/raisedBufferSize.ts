import * as l10n from '@vscode/l10n';
import { possibleAbilities } from '../../project/linkedSdk';
import { bufferSizes } from './bufferSizes';
import type { Rule } from '../rule';

export const ssl073: Rule = {
  id: 'SSL073',
  group: 'parameters',
  severity: 'hint',
  title: () => l10n.t('Buffer size that libmbedtls raises'),
  explanation: () =>
    l10n.t('libmbedtls of SDK 2.2 silently raises every smaller size to 4096. Reserve the heap for that.'),
  source: 'espconn_secure.c of SDK 2.2.x',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
-    (void)espconn_secure_set_size(ESPCONN_CLIENT, 3072);
+    (void)espconn_secure_set_size(ESPCONN_CLIENT, 4096);
    (void)espconn_secure_connect(&client);
}
`,
    target: { sdk: '2.2.1', tlsLibrary: 'libmbedtls' },
  },
  check(facts) {
    const raised = new Set(possibleAbilities(facts).map(({ buffer }) => buffer.raisedTo));
    const [to] = raised;
    return bufferSizes(facts, (size, [least]) =>
      raised.size === 1 && to !== undefined && size >= least && size < to
        ? { message: l10n.t('libmbedtls of this SDK raises it to {0}.', to), better: to }
        : undefined,
    );
  },
};
