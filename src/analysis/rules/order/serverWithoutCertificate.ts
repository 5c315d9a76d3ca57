import * as l10n from '@vscode/l10n';
import { mayBeSdk1 } from '../../project/linkedSdk';
import { beforeStatement, fixOf } from '../fixes/edits';
import type { CallSite } from '../../program/program';
import { evaluate } from '../../program/values';
import type { Rule } from '../rule';

const certificate = 'espconn_secure_set_default_certificate';
const key = 'espconn_secure_set_default_private_key';

export const ssl027: Rule = {
  id: 'SSL027',
  group: 'order',
  severity: 'error',
  missing: true,
  title: () => l10n.t('TLS server without certificate or private key'),
  explanation: () =>
    l10n.t(
      'A TLS server needs its certificate and private key before the first client connects: without them libmbedtls dereferences a NULL pointer, and libssl has nothing to present. Call espconn_secure_set_default_certificate and espconn_secure_set_default_private_key before espconn_secure_accept.',
    ),
  source: 'espconn_mbedtls.c of SDK 3.0.6; ESP8266 SSL manual 1.4',
  example: {
    code: String.raw`static struct espconn server;
static esp_tcp tcp;

void ICACHE_FLASH_ATTR serve(void)
{
    server.type = ESPCONN_TCP;
    server.proto.tcp = &tcp;
    tcp.local_port = 443;
+    espconn_secure_set_default_certificate(default_certificate, default_certificate_len);
+    espconn_secure_set_default_private_key(default_private_key, default_private_key_len);
    (void)espconn_secure_accept(&server);
}
`,
  },
  *check(facts) {
    const { program } = facts;
    if (program.calls('espconn_secure_obj_load').length > 0) return;
    // The first SDKs take both from variables of these names.
    if (mayBeSdk1(facts)) return;
    const servers = program.calls('espconn_secure_accept');
    for (const name of servers.length > 0 ? [certificate, key] : []) {
      const sites = program.calls(name);
      const isNull = ({ arguments: [data], caller }: CallSite) =>
        data !== undefined && evaluate(facts, data, caller) === 0;
      // One that gives nothing may take back what another one gave.
      if (!sites.every(isNull)) continue;
      for (const site of sites)
        yield {
          at: program.callPlace(site),
          message: l10n.t('{0} gets NULL here and nothing else: the first client fails.', name),
        };
    }
    const missing = [certificate, key].filter(name => program.calls(name).length === 0);
    if (missing.length === 0) return;
    const calls = missing.map(name =>
      name === certificate
        ? `${certificate}(default_certificate, default_certificate_len);`
        : `${key}(default_private_key, default_private_key_len);`,
    );
    for (const site of servers) {
      yield {
        at: program.callPlace(site),
        message: l10n.t('Nothing in the project calls {0}: the first client fails.', missing.join(', ')),
        fixes: fixOf(l10n.t('Insert {0}', missing.join(', ')), beforeStatement(site, calls)),
      };
    }
  },
};
