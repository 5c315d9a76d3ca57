import * as l10n from '@vscode/l10n';
import { sdkFunction } from '../../../sdk/functions';
import { fixOf, replaceStatement } from '../fixes/edits';
import type { CallSite } from '../../program/program';
import type { Facts, Rule } from '../rule';
import type { Fix } from '../../../findings/finding';

export const ssl051: Rule = {
  id: 'SSL051',
  group: 'data',
  // Examples of the vendor never look at results.
  severity: 'hint',
  title: () => l10n.t('Result ignored'),
  explanation: () =>
    l10n.t(
      'These functions can fail at once: out of memory (-1), no IP address (-4), data still pending (-5), no such connection (-12), already connected (-15), time not set (-16); functions that configure TLS return false. No callback runs then. Write (void) before the call to ignore the result on purpose.',
    ),
  source: 'espconn_secure.c of SDK 3.0.6; libssl.a of SDK 2.0.0',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };
static uint8 hello[5];

static void ICACHE_FLASH_ATTR on_connect(void *arg)
{
-    espconn_secure_sent(arg, hello, sizeof(hello));
+    if (espconn_secure_sent(arg, hello, sizeof(hello)) != ESPCONN_OK)
+        os_printf("not sent\n");
}

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
    espconn_regist_connectcb(&client, on_connect);
    (void)espconn_secure_connect(&client);
}
`,
  },
  *check(facts) {
    for (const site of facts.program.calls(
      'espconn_secure_sent',
      'espconn_secure_send',
      'espconn_secure_connect',
      'espconn_secure_accept',
      'espconn_secure_set_size',
      'espconn_secure_ca_enable',
    )) {
      if (site.event.use.kind !== 'ignored') continue;
      yield {
        at: facts.program.callPlace(site),
        message: l10n.t('{0} may fail, but its result is not checked.', site.name ?? ''),
        fixes: checkFix(facts, site),
      };
    }
  },
};

function checkFix({ program }: Facts, site: CallSite): Fix[] {
  const { file, start, end } = program.place(site.caller, site.event);
  const call = program.textOf(file)?.slice(start, end) ?? '';
  const test = sdkFunction(site.name ?? '')?.returnType === 'bool' ? `!${call}` : `${call} != ESPCONN_OK`;
  const report = `os_printf("${site.name ?? ''} failed\\n");`;
  return fixOf(l10n.t('Check the result'), replaceStatement(site, [`if (${test})`, `\t${report}`]));
}
