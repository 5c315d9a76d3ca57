import * as l10n from '@vscode/l10n';
import { atBorder, sectorSize, sectorText } from '../../../flash/sectors';
import { numberText, sectorArguments } from './ranges';
import type { Facts, Rule } from '../rule';
import { withoutCasts } from '../../source/expression';
import { parameterIndex } from '../../program/passedArguments';
import { type Constant, constantPlace, constants, constantText, replaceConstant } from '../../program/values';
import type { Fix, Found } from '../../../findings/finding';

export const ssl075: Rule = {
  id: 'SSL075',
  group: 'parameters',
  severity: 'warning',
  title: () => l10n.t('Address instead of a sector'),
  explanation: () =>
    l10n.t(
      'The parameter is the number of a flash sector: 0x3B means the address 0x3B000. No ESP8266 flash has more than 4096 sectors.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4.2; spi_flash.h and user_interface.h of SDK 3.0.6',
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
    for (const { constant } of sectorArguments(facts)) {
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
    yield* alsoAddresses(facts);
  },
};

/** What is an address whatever its variables are: multiplied by the size of a sector, or given as an address right beside. */
function* alsoAddresses(facts: Facts): Iterable<Found> {
  const { program } = facts;
  for (const site of program.calls('spi_flash_erase_sector')) {
    const [argument] = site.arguments;
    if (argument === undefined || constants(facts, argument, site).length > 0) continue;
    const inner = withoutCasts(argument);
    const at = program.place(site.caller, argument);
    if (inner.kind === 'binary') {
      const by = program.constant(inner.right, site.caller);
      const isAddress =
        (inner.operator === '*' && [by, program.constant(inner.left, site.caller)].includes(sectorSize)) ||
        (inner.operator === '<<' && by === 12);
      if (isAddress)
        yield { at, message: l10n.t('This is an address, but the number of a sector is wanted.') };
    } else if (inner.kind === 'name' && parameterIndex(site.caller, inner.name) >= 0) {
      const other = program
        .calls('spi_flash_write', 'spi_flash_read')
        .find(({ caller, arguments: [address] }) => {
          const given = address && withoutCasts(address);
          return caller === site.caller && given?.kind === 'name' && given.name === inner.name;
        });
      if (other !== undefined)
        yield {
          at,
          message: l10n.t('{0} is a sector here, but an address for {1}.', inner.name, other.name ?? ''),
          related: [{ at: program.callPlace(other), message: l10n.t('Here it is an address.') }],
        };
    }
  }
}

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
