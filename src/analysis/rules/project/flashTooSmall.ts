import * as l10n from '@vscode/l10n';
import { flashMap, mapFault, mapName } from '../../../flash/maps';
import { chosenMap, isSdk3 } from '../../project/linkedSdk';
import { registeredMap } from '../../project/partitionTable';
import type { Rule } from '../rule';

export const ssl137: Rule = {
  id: 'SSL137',
  group: 'project',
  severity: 'warning',
  title: () => l10n.t('Flash too small for SDK 3.x'),
  explanation: () =>
    l10n.t(
      'Maps 0 and 1 (512 KB and 256 KB) have no room for firmware of SDK 3.x; its examples stop with an error. Use a map of 1 MB or more.',
    ),
  source: 'user_main.c of the examples of SDK 3.0.6',
  example: {
    code: String.raw`static const partition_item_t partitions[] = {
    { SYSTEM_PARTITION_BOOTLOADER, 0x0, 0x1000 },
    { SYSTEM_PARTITION_OTA_1, 0x1000, 0x6A000 },
    { SYSTEM_PARTITION_OTA_2, 0x81000, 0x6A000 },
    { SYSTEM_PARTITION_RF_CAL, 0x3FB000, 0x1000 },
    { SYSTEM_PARTITION_PHY_DATA, 0x3FC000, 0x1000 },
    { SYSTEM_PARTITION_SYSTEM_PARAMETER, 0x3FD000, 0x3000 },
};

void ICACHE_FLASH_ATTR user_pre_init(void)
{
-    if (!system_partition_table_regist(partitions, sizeof(partitions) / sizeof(partitions[0]), FLASH_SIZE_4M_MAP_256_256))
+    if (!system_partition_table_regist(partitions, sizeof(partitions) / sizeof(partitions[0]), FLASH_SIZE_32M_MAP_512_512))
        os_printf("wrong partitions\n");
}
`,
  },
  *check(facts) {
    const { program } = facts;
    if (!isSdk3(facts)) return;
    const sdk = program.target.sdk ?? '3.0.0';
    for (const site of program.calls('system_partition_table_regist')) {
      const id = registeredMap(facts, site);
      const map = id === undefined ? chosenMap(facts) : flashMap(id);
      if (map === undefined || mapFault(map, sdk) !== 'not-in-3') continue;
      const [, , argument] = site.arguments;
      yield {
        at: argument === undefined ? program.callPlace(site) : program.place(site.caller, argument),
        message: l10n.t('SDK 3.x does not support map {0} ({1}).', map.id, mapName(map)),
      };
    }
  },
};
