import { effectOf } from '../../../sdk/effects';
import * as l10n from '@vscode/l10n';
import { sequences } from '../../program/order';
import type { CallSite } from '../../program/program';
import type { Rule } from '../rule';

export const ssl029: Rule = {
  id: 'SSL029',
  group: 'order',
  severity: 'warning',
  title: () => l10n.t('TLS server restarted without its certificate'),
  explanation: () =>
    l10n.t(
      'espconn_secure_delete of libmbedtls frees the default certificate and private key. Set both again before the next espconn_secure_accept.',
    ),
  source: 'espconn_mbedtls.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn server;
static esp_tcp tcp;

void ICACHE_FLASH_ATTR restart(void)
{
    if (espconn_secure_delete(&server) != ESPCONN_OK)
        return;
+    espconn_secure_set_default_certificate(default_certificate, default_certificate_len);
+    espconn_secure_set_default_private_key(default_private_key, default_private_key_len);
    (void)espconn_secure_accept(&server);
}
`,
  },
  *check(facts) {
    const told = new Set<CallSite>();
    if (facts.program.target.tlsLibrary === 'libssl') return;
    for (const { earlier, later, between } of sequences(
      facts,
      ['espconn_secure_delete'],
      ['espconn_secure_accept'],
    )) {
      if (told.has(later.site)) continue;
      if (between.some(({ site }) => effectOf(site.name) === 'sets certificate')) continue;
      told.add(later.site);
      yield {
        at: facts.program.callPlace(later.site),
        message: l10n.t(
          'espconn_secure_delete freed certificate and key (libmbedtls): set them again first.',
        ),
        related: [
          { at: facts.program.callPlace(earlier.site), message: l10n.t('The TLS server is stopped here.') },
        ],
      };
    }
  },
};
