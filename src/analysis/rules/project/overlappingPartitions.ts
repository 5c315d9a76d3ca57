import * as l10n from '@vscode/l10n';
import { addressText } from '../../../flash/sectors';
import { partitionTables } from '../../project/partitionTable';
import type { Rule } from '../rule';

export const ssl135: Rule = {
  id: 'SSL135',
  group: 'project',
  severity: 'warning',
  title: () => l10n.t('Overlapping partitions'),
  explanation: () =>
    l10n.t(
      'system_partition_table_regist returns false when partitions overlap, and the firmware does not start. Certificates need partitions of their own.',
    ),
  source: 'Partition Table.md of SDK 3.0.6',
  example: {
    code: String.raw`static const partition_item_t partitions[] = {
    { SYSTEM_PARTITION_BOOTLOADER, 0x0, 0x1000 },
    { SYSTEM_PARTITION_OTA_1, 0x1000, 0x6A000 },
    { SYSTEM_PARTITION_OTA_2, 0x81000, 0x6A000 },
-    { SYSTEM_PARTITION_SSL_CLIENT_CA, 0xEA000, 0x1000 },
+    { SYSTEM_PARTITION_SSL_CLIENT_CA, 0xEB000, 0x1000 },
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
    for (const { rows } of partitionTables(facts)) {
      for (const [index, row] of rows.entries()) {
        const end = row.address + row.size;
        const other = rows
          .slice(0, index)
          .find(({ address, size }) => row.address < address + size && address < end);
        if (other === undefined) continue;
        yield {
          at: row.at,
          message: l10n.t(
            '{0} ({1} to {2}) overlaps {3} ({4} to {5}).',
            row.name,
            addressText(row.address),
            addressText(end - 1),
            other.name,
            addressText(other.address),
            addressText(other.address + other.size - 1),
          ),
          related: [{ at: other.at, message: l10n.t('{0} is registered here.', other.name) }],
        };
      }
    }
  },
};
