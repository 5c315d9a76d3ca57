import * as l10n from '@vscode/l10n';
import { addressText, atBorder } from '../../../flash/sectors';
import { mappedTables } from '../../project/registeredPartitions';
import type { Rule } from '../rule';

export const ssl144: Rule = {
  id: 'SSL144',
  group: 'project',
  severity: 'error',
  title: () => l10n.t('Partition inside a sector'),
  explanation: () =>
    l10n.t(
      'The flash is erased in sectors of 0x1000 bytes: a partition that starts inside a sector is erased together with the one before it. Use a multiple of 0x1000.',
    ),
  source: 'ESP8266 Technical Reference, SPI flash: one erase clears 4096 bytes',
  example: {
    code: String.raw`static const partition_item_t partitions[] = {
    { SYSTEM_PARTITION_BOOTLOADER, 0x0, 0x1000 },
    { SYSTEM_PARTITION_OTA_1, 0x1000, 0x6A000 },
-    { SYSTEM_PARTITION_SSL_CLIENT_CA, 0x77800, 0x1000 },
+    { SYSTEM_PARTITION_SSL_CLIENT_CA, 0x77000, 0x1000 },
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
    for (const { rows } of mappedTables(facts))
      for (const { name, address, at } of rows)
        if (!atBorder(address))
          yield { at, message: l10n.t('{0} starts at {1}, inside a sector.', name, addressText(address)) };
  },
};
