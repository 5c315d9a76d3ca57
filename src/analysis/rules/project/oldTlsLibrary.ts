import * as l10n from '@vscode/l10n';
import { librariesOf } from '../../../sdk/tls';
import type { Rule } from '../rule';

export const ssl132: Rule = {
  id: 'SSL132',
  group: 'project',
  severity: 'hint',
  title: () => l10n.t('libssl although libmbedtls is available'),
  explanation: () =>
    l10n.t(
      'libssl supports TLS 1.1 at most, needs the time before it connects and fails with large keys. Espressif recommends libmbedtls, available from SDK 2.2.0 on. libssl is smaller.',
    ),
  source: 'github.com/espressif/ESP8266_NONOS_SDK issue 51; libssl.a of SDK 2.0.0',
  example: {
    code: String.raw`-LIBS = -lmain -lnet80211 -lssl -lcrypto
+LIBS = -lmain -lnet80211 -lmbedtls -lcrypto
`,
    file: 'Makefile',
    others: {
      'user_main.c':
        'static struct espconn client;\n\nvoid dial(void)\n{\n    (void)espconn_secure_connect(&client);\n}\n',
    },
    target: { sdk: '2.2.1' },
  },
  *check({ build, program }) {
    const { sdk } = program.target;
    if (sdk === undefined || !librariesOf(sdk).includes('libmbedtls')) return;
    if (program.calls('espconn_secure_connect', 'espconn_secure_accept').length === 0) return;
    for (const { path, libraries } of build.makefiles) {
      if (libraries.some(({ name }) => name === 'mbedtls')) continue;
      const found = libraries.find(({ name }) => name === 'ssl');
      if (found === undefined) continue;
      const at = { file: path, start: found.start, end: found.end };
      const text = `${found.prefixed ? '' : '-l'}mbedtls`;
      yield {
        at,
        message: l10n.t('This is TLS 1.1 at most: the SDK also has libmbedtls.'),
        fixes: found.written
          ? [{ title: l10n.t('Change to {0}', text), edits: [{ ...at, text }], safe: false }]
          : [],
      };
    }
  },
};
