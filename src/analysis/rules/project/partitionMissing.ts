import * as l10n from '@vscode/l10n';
import { partitionTypes, requiredPartitions } from '../../../flash/partitions';
import { mappedTables } from '../../project/registeredPartitions';
import type { Rule } from '../rule';

export const ssl142: Rule = {
  id: 'SSL142',
  group: 'project',
  severity: 'error',
  missing: true,
  title: () => l10n.t('Partition that the SDK needs is missing'),
  explanation: () =>
    l10n.t(
      'RF_CAL, PHY_DATA and SYSTEM_PARAMETER must be in every partition table: the SDK keeps the calibration of the radio, its data and its own settings there.',
    ),
  source: 'Partition Table.md and user_interface.h of SDK 3.0.6 (“user must define this partition”)',
  example: {
    code: String.raw`static const partition_item_t partitions[] = {
    { SYSTEM_PARTITION_BOOTLOADER, 0x0, 0x1000 },
    { SYSTEM_PARTITION_OTA_1, 0x1000, 0x6A000 },
    { SYSTEM_PARTITION_OTA_2, 0x101000, 0x6A000 },
+    { SYSTEM_PARTITION_RF_CAL, 0x3FB000, 0x1000 },
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
    for (const { rows, isComplete, flashMap, site } of mappedTables(facts)) {
      if (!isComplete) continue;
      for (const { name, row } of requiredPartitions(flashMap)) {
        if (rows.some(({ type }) => type === partitionTypes[name])) continue;
        yield {
          at: facts.program.callPlace(site),
          message:
            row === undefined
              ? l10n.t('The partition table has no {0}, which every firmware must define.', name)
              : l10n.t('The partition table has no {0}, which every firmware must define: {1}.', name, row),
        };
      }
    }
  },
};
