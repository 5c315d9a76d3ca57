import * as l10n from '@vscode/l10n';
import { firstImage, type FlashMap, flashMaps, mapFault, mapName, secondImageOf } from '../../../flash/maps';
import { partitionTypes } from '../../../flash/partitions';
import { addressText } from '../../../flash/sectors';
import { mappedTables } from '../../project/registeredPartitions';
import type { Rule } from '../rule';

export const ssl141: Rule = {
  id: 'SSL141',
  group: 'project',
  severity: 'warning',
  title: () => l10n.t('Boot loader or slot at another address'),
  explanation: () =>
    l10n.t(
      'The addresses of BOOTLOADER, OTA_1 and OTA_2 are fixed: boot.bin must be at 0x0, user1.bin at 0x1000, user2.bin at 0x81000 (512+512) or 0x101000 (1024+1024). The images are linked for these addresses, and the boot loader starts them there.',
    ),
  source: 'Partition Table.md (“MUST”) and README.md of SDK 3.0.6',
  example: {
    code: String.raw`static const partition_item_t partitions[] = {
    { SYSTEM_PARTITION_BOOTLOADER, 0x0, 0x1000 },
-    { SYSTEM_PARTITION_OTA_1, 0x2000, 0x69000 },
+    { SYSTEM_PARTITION_OTA_1, 0x1000, 0x6A000 },
    { SYSTEM_PARTITION_OTA_2, 0x101000, 0x6A000 },
    { SYSTEM_PARTITION_RF_CAL, 0x3FB000, 0x1000 },
    { SYSTEM_PARTITION_PHY_DATA, 0x3FC000, 0x1000 },
    { SYSTEM_PARTITION_SYSTEM_PARAMETER, 0x3FD000, 0x3000 },
};

void ICACHE_FLASH_ATTR user_pre_init(void)
{
    if (!system_partition_table_regist(partitions, sizeof(partitions) / sizeof(partitions[0]), 6))
        os_printf("wrong partitions\n");
}
`,
  },
  *check(facts) {
    for (const { rows, flashMap } of mappedTables(facts)) {
      for (const { type, name, address, at } of rows) {
        const allowed = addressesOf(type, flashMap);
        if (allowed.length === 0 || allowed.includes(address)) continue;
        const wanted = allowed.map(addressText).join(l10n.t(' or '));
        yield {
          at,
          message:
            flashMap === undefined || type !== partitionTypes.OTA_2
              ? l10n.t('{0} is at {1}, but must be at {2}.', name, addressText(address), wanted)
              : l10n.t(
                  '{0} is at {1}, but with map {2} ({3}) it must be at {4}.',
                  name,
                  addressText(address),
                  flashMap.id,
                  mapName(flashMap),
                  wanted,
                ),
        };
      }
    }
  },
};

/** Where a partition may be, by its type: everything that a map of SDK 3.x has, where the map is not known; none for types that may be anywhere. */
function addressesOf(type: number | undefined, map: FlashMap | undefined): number[] {
  switch (type) {
    case partitionTypes.BOOTLOADER:
      return [0];
    case partitionTypes.OTA_1:
      return [firstImage];
    case partitionTypes.OTA_2: {
      const maps =
        map === undefined ? flashMaps.filter(each => mapFault(each, '3.0.0') === undefined) : [map];
      return [...new Set(maps.flatMap(each => secondImageOf(each) ?? []))];
    }
    default:
      return [];
  }
}
