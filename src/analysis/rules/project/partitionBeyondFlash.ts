import * as l10n from '@vscode/l10n';
import { mapName } from '../../../flash/maps';
import { addressText } from '../../../flash/sectors';
import { mappedTables } from '../../project/registeredPartitions';
import type { Rule } from '../rule';

export const ssl140: Rule = {
  id: 'SSL140',
  group: 'project',
  severity: 'error',
  title: () => l10n.t('Partition beyond the flash'),
  explanation: () =>
    l10n.t(
      'system_partition_table_regist returns false when a partition ends beyond the flash of the map, and the firmware does not start. RF_CAL, PHY_DATA and SYSTEM_PARAMETER are the last five sectors of the flash.',
    ),
  source: 'Partition Table.md of SDK 3.0.6; enum flash_size_map in user_interface.h',
  example: {
    code: String.raw`static const partition_item_t partitions[] = {
    { SYSTEM_PARTITION_BOOTLOADER, 0x0, 0x1000 },
    { SYSTEM_PARTITION_OTA_1, 0x1000, 0x6A000 },
    { SYSTEM_PARTITION_OTA_2, 0x101000, 0x6A000 },
    { SYSTEM_PARTITION_RF_CAL, 0x1FB000, 0x1000 },
    { SYSTEM_PARTITION_PHY_DATA, 0x1FC000, 0x1000 },
-    { SYSTEM_PARTITION_SYSTEM_PARAMETER, 0x3FD000, 0x3000 },
+    { SYSTEM_PARTITION_SYSTEM_PARAMETER, 0x1FD000, 0x3000 },
};

void ICACHE_FLASH_ATTR user_pre_init(void)
{
    if (!system_partition_table_regist(partitions, sizeof(partitions) / sizeof(partitions[0]), 5))
        os_printf("wrong partitions\n");
}
`,
  },
  *check(facts) {
    for (const { rows, flashMap } of mappedTables(facts)) {
      if (flashMap === undefined) continue;
      const flash = flashMap.size * 1024;
      for (const { name, address, size, at } of rows) {
        if (address + size <= flash) continue;
        yield {
          at,
          message: l10n.t(
            '{0} ends at {1}, but the flash of map {2} ({3}) ends at {4}: system_partition_table_regist returns false.',
            name,
            addressText(address + size - 1),
            flashMap.id,
            mapName(flashMap),
            addressText(flash - 1),
          ),
        };
      }
    }
  },
};
