import * as l10n from '@vscode/l10n';
import { partitionTypes, requiredPartitions } from '../../../flash/partitions';
import { addressText } from '../../../flash/sectors';
import { mappedTables } from '../../project/registeredPartitions';
import type { PartitionRow } from '../../project/partitionTable';
import type { Found } from '../../../findings/finding';
import type { Rule } from '../rule';

export const ssl143: Rule = {
  id: 'SSL143',
  group: 'project',
  severity: 'error',
  title: () => l10n.t('Partition of the SDK twice or with another size'),
  explanation: () =>
    l10n.t(
      'The SDK uses one sector (0x1000) for RF_CAL, one for PHY_DATA and three (0x3000) for SYSTEM_PARAMETER, and looks for one partition of each of its types. With less it writes into the next partition.',
    ),
  source: 'Partition Table.md, user_interface.h and the examples of SDK 3.0.6',
  example: {
    code: String.raw`static const partition_item_t partitions[] = {
    { SYSTEM_PARTITION_BOOTLOADER, 0x0, 0x1000 },
    { SYSTEM_PARTITION_OTA_1, 0x1000, 0x6A000 },
    { SYSTEM_PARTITION_OTA_2, 0x101000, 0x6A000 },
    { SYSTEM_PARTITION_RF_CAL, 0x3FB000, 0x1000 },
    { SYSTEM_PARTITION_PHY_DATA, 0x3FC000, 0x1000 },
-    { SYSTEM_PARTITION_SYSTEM_PARAMETER, 0x3FD000, 0x1000 },
+    { SYSTEM_PARTITION_SYSTEM_PARAMETER, 0x3FD000, 0x3000 },
};

void ICACHE_FLASH_ATTR user_pre_init(void)
{
    if (!system_partition_table_regist(partitions, sizeof(partitions) / sizeof(partitions[0]), 6))
        os_printf("wrong partitions\n");
}
`,
  },
  *check(facts) {
    for (const { rows } of mappedTables(facts)) {
      for (const [index, row] of rows.entries()) {
        yield* twice(row, rows.slice(0, index));
        yield* otherSize(row);
      }
    }
  },
};

/** Types of the firmware's own may be as many as it likes. */
function* twice({ type, name, at }: PartitionRow, before: readonly PartitionRow[]): Iterable<Found> {
  if (type === undefined || type >= partitionTypes.CUSTOMER_BEGIN) return;
  const first = before.find(row => row.type === type);
  if (first === undefined) return;
  yield {
    at,
    message: l10n.t('{0} is registered twice.', name),
    related: [{ at: first.at, message: l10n.t('{0} is registered here.', first.name) }],
  };
}

function* otherSize({ type, name, size, at }: PartitionRow): Iterable<Found> {
  const required = requiredPartitions(undefined).find(each => partitionTypes[each.name] === type);
  if (required === undefined || size === required.size) return;
  const sizes = [addressText(size), addressText(required.size)] as const;
  yield size < required.size
    ? { at, message: l10n.t('{0} has {1}, but the SDK writes {2}.', name, ...sizes) }
    : {
        at,
        severity: 'warning',
        message: l10n.t('{0} has {1}, but the SDK uses only {2}.', name, ...sizes),
      };
}
