import { decisions } from '../../source/functionFacts';
import * as l10n from '@vscode/l10n';
import type { CallSite } from '../../program/program';
import type { Facts, Rule } from '../rule';
import { changesIn, loopText, sends } from './sends';

export const ssl054: Rule = {
  id: 'SSL054',
  group: 'data',
  severity: 'warning',
  title: () => l10n.t('Sending in a loop'),
  explanation: () =>
    l10n.t(
      'The sent callback cannot run while a loop does, so from the second iteration on espconn_secure_sent returns -5. Send the next block from the sent callback.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4.6; espconn_secure.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };
static uint8 page[5120];
static uint32 done;

+static void ICACHE_FLASH_ATTR on_sent(void *arg)
+{
+    if (done < sizeof(page) && espconn_secure_sent(arg, page + done, 512) == ESPCONN_OK)
+        done += 512;
+}
+
static void ICACHE_FLASH_ATTR on_connect(void *arg)
{
-    for (done = 0; done < sizeof(page); done += 512)
-        (void)espconn_secure_sent(arg, page + done, 512);
+    done = 0;
+    espconn_regist_sentcb(arg, on_sent);
+    on_sent(arg);
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
    for (const site of facts.program.calls(...sends)) {
      if (!repeats(facts, site)) continue;
      yield {
        at: facts.program.callPlace(site),
        message: l10n.t(
          'From the second iteration on this returns -5: the sent callback cannot run during a loop.',
        ),
      };
    }
  },
};

/** Whether a call is made again for the same connection by the loop around, with no way out in between. */
function repeats(facts: Facts, site: CallSite): boolean {
  const [connection] = site.arguments;
  const loop = decisions(site.event.decision).find(({ kind }) => kind === 'loop');
  if (loop === undefined || connection === undefined) return false;
  if (changesIn(connection, site.caller, loop)) return false;
  const around = loopText(facts, site.caller, loop);
  if (around === undefined) return false;
  const { file, end } = facts.program.place(site.caller, site.event);
  // As part of the loop's own condition it is called until that ends the loop.
  const rest = facts.program.textOf(file)?.slice(end, around.end) ?? '';
  return !/\b(?:break|return|goto)\b/.test(rest);
}
