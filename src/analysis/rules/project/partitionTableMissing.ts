import * as l10n from '@vscode/l10n';
import { sdkFunction } from '../../../sdk/functions';
import { flashMap, mapFault, mapName } from '../../../flash/maps';
import { chosenMap, isRtos } from '../../project/linkedSdk';
import { registeredMap } from '../../project/partitionTable';
import type { Facts, Rule } from '../rule';
import type { Found } from '../../../findings/finding';

export const ssl133: Rule = {
  id: 'SSL133',
  group: 'project',
  severity: 'error',
  missing: true,
  title: () => l10n.t('No partition table, or for the wrong flash map'),
  explanation: () =>
    l10n.t(
      'SDK 3.x needs a function user_pre_init that registers a partition table with system_partition_table_regist, for the map that the firmware is built and flashed for. Otherwise it does not start.',
    ),
  source: 'README.md and Partition Table.md of SDK 3.0.6',
  example: {
    code: String.raw`+static const partition_item_t partitions[] = {
+    { SYSTEM_PARTITION_BOOTLOADER, 0x0, 0x1000 },
+    { SYSTEM_PARTITION_OTA_1, 0x1000, 0x6A000 },
+    { SYSTEM_PARTITION_OTA_2, 0x81000, 0x6A000 },
+    { SYSTEM_PARTITION_RF_CAL, 0x3FB000, 0x1000 },
+    { SYSTEM_PARTITION_PHY_DATA, 0x3FC000, 0x1000 },
+    { SYSTEM_PARTITION_SYSTEM_PARAMETER, 0x3FD000, 0x3000 },
+};
+
+void ICACHE_FLASH_ATTR user_pre_init(void)
+{
+    if (!system_partition_table_regist(partitions, sizeof(partitions) / sizeof(partitions[0]), 4))
+        os_printf("wrong partitions\n");
+}
+
void ICACHE_FLASH_ATTR user_init(void)
{
    os_printf("started\n");
}
`,
    target: { sdk: '3.0.6' },
  },
  *check(facts) {
    const { contexts, program } = facts;
    if (isRtos(facts)) return;
    const isInTime = program
      .calls('system_partition_table_regist')
      .some(({ caller }) => contexts.of(caller).some(({ event }) => event === 'user_pre_init'));
    if (!isInTime) yield* unregistered(facts);
    yield* otherMaps(facts);
  },
};

function* unregistered({ program }: Facts): Iterable<Found> {
  const pre = program.functions.find(({ name }) => name === 'user_pre_init');
  // Who has it, and not what it took the place of, means SDK 3.x; what it calls elsewhere may register the table.
  const isKnown =
    pre !== undefined &&
    !program.functions.some(({ name }) => name === 'user_rf_cal_sector_set') &&
    program.sitesIn(pre).every(({ name = '' }) => sdkFunction(name) !== undefined);
  const sdk = program.target.sdk ?? (isKnown ? '3.x' : '');
  if (sdk < '3') return;
  const init = program.functions.find(({ name }) => name === 'user_init');
  // Without user_init this is not the whole program.
  const at = pre ?? init;
  if (init === undefined || at === undefined) return;
  yield {
    at: program.place(at, at.facts.nameRange),
    message:
      pre === undefined
        ? l10n.t('SDK {0} needs a function user_pre_init that registers a partition table.', sdk)
        : l10n.t('SDK {0} needs a partition table, but none is registered.', sdk),
  };
}

function* otherMaps(facts: Facts): Iterable<Found> {
  const chosen = chosenMap(facts);
  if (chosen === undefined) return;
  for (const site of facts.program.calls('system_partition_table_regist')) {
    const id = registeredMap(facts, site);
    const map = id === undefined ? undefined : flashMap(id);
    const [, , argument] = site.arguments;
    if (map === undefined || argument === undefined || map.id === chosen.id) continue;
    // Of a map that no SDK 3.x has another rule tells.
    if (mapFault(map, facts.program.target.sdk ?? '3.0.0') === 'not-in-3') continue;
    yield {
      at: facts.program.place(site.caller, argument),
      message: l10n.t(
        'This is map {0} ({1}), but the project is built for {2} ({3}).',
        map.id,
        mapName(map),
        chosen.id,
        mapName(chosen),
      ),
    };
  }
}
