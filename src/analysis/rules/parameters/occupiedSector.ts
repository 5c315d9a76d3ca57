import * as l10n from '@vscode/l10n';
import { type AreaKind, areaName, areasOf } from '../../../flash/areas';
import { partitionTypes } from '../../../flash/partitions';
import { codeAround, codeAroundText } from '../../../flash/codeAround';
import { sectorSize, wholeSectors } from '../../../flash/sectors';
import { chosenMap } from '../../project/linkedSdk';
import { partitionTables } from '../../project/partitionTable';
import { numberText, rangedArguments } from './ranges';
import type { Facts, Rule } from '../rule';
import { type Constant, constantPlace } from '../../program/values';
import type { Found } from '../../../findings/finding';
import type { Place } from '../../../findings/range';

export const ssl078: Rule = {
  id: 'SSL078',
  group: 'parameters',
  severity: 'error',
  title: () => l10n.t('Certificates in an occupied sector'),
  explanation: () =>
    l10n.t(
      'The sector belongs to the boot loader, the firmware or the SDK’s own data: one overwrites the other. The end of a firmware slot is free while the image does not reach it.',
    ),
  source: 'Makefile and user_rf_cal_sector_set of the SDK’s examples; Partition Table.md of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
-    (void)espconn_secure_ca_enable(ESPCONN_CLIENT, 0x3B);
+    (void)espconn_secure_ca_enable(ESPCONN_CLIENT, 0x300);
    (void)espconn_secure_connect(&client);
}

static const partition_item_t partitions[] = {
    { SYSTEM_PARTITION_BOOTLOADER, 0x0, 0x1000 },
    { SYSTEM_PARTITION_OTA_1, 0x1000, 0x6A000 },
    { SYSTEM_PARTITION_OTA_2, 0x81000, 0x6A000 },
    { SYSTEM_PARTITION_SSL_CLIENT_CA, 0x300000, 0x1000 },
    { SYSTEM_PARTITION_RF_CAL, 0x3FB000, 0x1000 },
    { SYSTEM_PARTITION_PHY_DATA, 0x3FC000, 0x1000 },
    { SYSTEM_PARTITION_SYSTEM_PARAMETER, 0x3FD000, 0x3000 },
};

void ICACHE_FLASH_ATTR user_pre_init(void)
{
    if (!system_partition_table_regist(partitions, sizeof(partitions) / sizeof(partitions[0]), 4))
        os_printf("wrong partitions\n");
}
`,
  },
  *check(facts) {
    const taken = occupied(facts);
    for (const { constant } of rangedArguments(facts, 'flash_sector')) {
      const address = constant.value * sectorSize;
      // Address 0 and what is beyond every flash are told by other rules.
      if (constant.value === 0 || constant.value >= sectorSize) continue;
      const owner = taken.find(({ from, to }) => address >= from && address < to);
      if (owner === undefined) {
        yield* inSlot(facts, constant);
        continue;
      }
      yield {
        at: constantPlace(facts, constant),
        message: l10n.t('Sector {0} is in: {1}.', numberText(constant.value), owner.name),
        related: owner.at === undefined ? [] : [{ at: owner.at, message: l10n.t('It is registered here.') }],
      };
    }
  },
};

/** A sector among the code of a firmware whose image is not known: where no region is, which other findings tell of. */
function* inSlot(facts: Facts, constant: Constant): Iterable<Found> {
  const { flash } = facts.build;
  if (flash === undefined || partitionTables(facts).length > 0) return;
  const { layout, sizes } = flash;
  const address = constant.value * sectorSize;
  if (layout.regions.some(region => region.address === address)) return;
  const found = codeAround(layout, sizes, address);
  if (found !== undefined)
    yield { at: constantPlace(facts, constant), severity: 'warning', message: codeAroundText(found) };
}

/** A range of the flash that is in use. */
export interface Occupied {
  name: string;
  from: number;
  to: number;
  at?: Place;
}

/** Types of partitions in which no certificates can lie, as numbers. */
const foreign = new Set<number | undefined>(
  (['BOOTLOADER', 'OTA_1', 'OTA_2', 'RF_CAL', 'PHY_DATA', 'SYSTEM_PARAMETER', 'AT_PARAMETER'] as const).map(
    name => partitionTypes[name],
  ),
);

/** Areas that the SDK uses whatever the firmware. */
const fixed: ReadonlySet<AreaKind> = new Set(['boot', 'rf-cal', 'init-data', 'system-parameters']);

/** What is known to be in use. A slot for firmware is so as far as its image reaches, or the firmware registers it. */
export function occupied(facts: Facts): Occupied[] {
  const tables = partitionTables(facts);
  if (tables.length > 0) {
    return tables
      .flatMap(({ rows }) => rows)
      .filter(({ type }) => foreign.has(type))
      .map(({ name, address, size, at }) => ({ name, from: address, to: address + size, at }));
  }
  const map = chosenMap(facts);
  if (map === undefined) return [];
  const { flash } = facts.build;
  const areas = flash?.layout.areas ?? areasOf(map, true);
  return areas.flatMap(({ kind, address, size }): Occupied[] => {
    if (fixed.has(kind)) return [{ name: areaName(kind), from: address, to: address + size }];
    const image = flash?.layout.images.find(each => each.kind === kind);
    const length = image && flash?.sizes.get(image.file);
    return length === undefined
      ? []
      : [{ name: areaName(kind), from: address, to: wholeSectors(address + length) }];
  });
}
