import * as l10n from '@vscode/l10n';
import { withoutCasts } from '../../source/expression';
import type { Rule } from '../rule';

export const ssl092: Rule = {
  id: 'SSL092',
  group: 'parameters',
  severity: 'error',
  title: () => l10n.t('Certificate in the mapped flash'),
  explanation: () =>
    l10n.t(
      'Mapped flash can only be read in words of 4 bytes. Before SDK 3.0, reading single bytes of it resets the device with exception 3, and the TLS library reads certificates byte by byte. Leave out ICACHE_RODATA_ATTR.',
    ),
  source: 'c_types.h and the changes of SDK 3.0.0; forum reports of exception 3',
  example: {
    code: String.raw`static struct espconn server;
static esp_tcp tcp = { .local_port = 443 };
-static const uint8 my_cert[] ICACHE_RODATA_ATTR = { 0x30, 0x82, 0x01, 0x02 };
+static const uint8 my_cert[] = { 0x30, 0x82, 0x01, 0x02 };

void ICACHE_FLASH_ATTR serve(void)
{
    server.type = ESPCONN_TCP;
    server.proto.tcp = &tcp;
    (void)espconn_secure_set_default_certificate(my_cert, sizeof(my_cert));
    (void)espconn_secure_accept(&server);
}
`,
    target: { sdk: '2.2.1' },
  },
  *check({ program }) {
    const { sdk } = program.target;
    if (sdk === undefined || sdk >= '3') return;
    for (const site of program.calls(
      'espconn_secure_set_default_certificate',
      'espconn_secure_set_default_private_key',
    )) {
      const [argument] = site.arguments;
      const inner = argument && withoutCasts(argument);
      const found = inner?.kind === 'name' ? program.variable(inner.name, site.caller) : undefined;
      if (argument === undefined || found === undefined) continue;
      const { unit, base, variable } = found;
      const declaration = /^[^=;]*/.exec(unit.text.slice(base + variable.declaration))?.[0] ?? '';
      const attribute = /\bICACHE_RODATA_ATTR\b|"\.irom[\w.]*"/.exec(declaration);
      if (attribute === null) continue;
      const start = base + variable.declaration + attribute.index;
      yield {
        at: program.place(site.caller, argument),
        message: l10n.t(
          '{0} is in the mapped flash, which SDK {1} cannot read byte by byte.',
          variable.name,
          sdk,
        ),
        related: [
          {
            at: { file: unit.path, start, end: start + attribute[0].length },
            message: l10n.t('This puts it there.'),
          },
        ],
        fixes: attribute[0].startsWith('"')
          ? []
          : [
              {
                title: l10n.t('Remove {0}', attribute[0]),
                edits: [{ file: unit.path, start, end: start + attribute[0].length + 1, text: '' }],
                safe: false,
              },
            ],
      };
    }
  },
};
