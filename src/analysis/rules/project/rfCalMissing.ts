import * as l10n from '@vscode/l10n';
import { flashMaps } from '../../../flash/maps';
import { areasOf } from '../../../flash/areas';
import { sectorSize } from '../../../flash/sectors';
import { beforeFunction, fixOf, functionLike } from '../fixes/edits';
import type { ProgramFunction } from '../../program/program';
import type { Rule } from '../rule';

export const ssl134: Rule = {
  id: 'SSL134',
  group: 'project',
  severity: 'warning',
  missing: true,
  title: () => l10n.t('No user_rf_cal_sector_set'),
  explanation: () =>
    l10n.t(
      'SDK 1.5.1 to 2.2 ask the firmware which sector stores the RF calibration. Without the function user_rf_cal_sector_set the firmware cannot be linked. SDK 3.x has a partition for it.',
    ),
  source: 'user_interface.h and the examples of SDK 2.2.0',
  example: {
    code: String.raw`+uint32 ICACHE_FLASH_ATTR user_rf_cal_sector_set(void)
+{
+    /* The fifth sector from the end, here of 4 MB. */
+    return 1024 - 5;
+}
+
void ICACHE_FLASH_ATTR user_init(void)
{
    os_printf("started\n");
}
`,
    target: { sdk: '2.2.1' },
  },
  *check({ program, build }) {
    const { sdk } = program.target;
    if (sdk === undefined || sdk >= '3') return;
    // It puts one into libmain.a (user_rf_cal_sector_set.c in its Makefile).
    if (build.makefiles.some(({ namesOpenSdk }) => namesOpenSdk)) return;
    const defined = (name: string) => program.functions.find(each => each.name === name);
    const init = defined('user_init');
    if (init === undefined || defined('user_rf_cal_sector_set') !== undefined) return;
    if (program.calls('system_partition_table_regist').length > 0) return;
    yield {
      at: program.place(init, init.facts.nameRange),
      message: l10n.t('SDK {0} needs a function user_rf_cal_sector_set.', sdk),
      fixes: fixOf(l10n.t('Insert {0}', 'user_rf_cal_sector_set'), [
        beforeFunction(init, init.facts.start, definition(init)),
      ]),
    };
  },
};

/** A function that knows the sector for every flash map. */
function definition(init: ProgramFunction): string[] {
  const cases = flashMaps.flatMap(map => {
    const area = areasOf(map, true).find(({ kind }) => kind === 'rf-cal');
    return area === undefined ? [] : [`case ${map.id}:`, `\treturn ${area.address / sectorSize};`];
  });
  return functionLike(init, 'uint32', 'user_rf_cal_sector_set(void)', [
    'switch (system_get_flash_size_map()) {',
    ...cases,
    'default:',
    '\treturn 0;',
    '}',
  ]);
}
