import * as l10n from '@vscode/l10n';
import { flashMap, mapFault, mapName } from '../../flash/maps';
import { chosenMap, isSdk3 } from '../build';
import { registeredMap } from '../partitionTable';
import type { Rule } from '../rule';

export const ssl137: Rule = {
  id: 'SSL137',
  group: 'project',
  severity: 'warning',
  title: () => l10n.t('Flash too small for SDK 3.x'),
  explanation: () =>
    l10n.t(
      'The maps 0 and 1 (512 KB and 256 KB) have no room for firmware of SDK 3.x; its examples stop with an error. Take a map of 1 MB or more.',
    ),
  source: 'user_main.c of the examples of SDK 3.0.6',
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
        message: l10n.t('SDK 3.x does not support the map {0} ({1}).', map.id, mapName(map)),
      };
    }
  },
};
