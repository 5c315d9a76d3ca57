import * as l10n from '@vscode/l10n';
import { flashRules } from '../../flash/rules';
import { rules as certificateRules } from '../../certificates/inspect/findings';
import { serverRules } from '../../certificates/server/rules';
import { rules } from './rules';
import { type RuleInfo, type RuleGroup, ruleGroups } from '../../findings/rule';

/** What all rules are about, by id: those over sources and projects, over certificates, flash layouts and servers. */
export const ruleInfos: readonly RuleInfo[] = [
  ...rules,
  ...certificateRules,
  ...flashRules,
  ...serverRules,
].sort((a, b) => (a.id < b.id ? -1 : 1));

/** What a group of rules is about, in a few words. */
export function groupTitle(group: RuleGroup): string {
  switch (group) {
    case 'mixing':
      return l10n.t('Secure and plain functions mixed');
    case 'order':
      return l10n.t('Order and lifecycle');
    case 'data':
      return l10n.t('Data');
    case 'parameters':
      return l10n.t('Parameters');
    case 'certificates':
      return l10n.t('Certificates');
    case 'project':
      return l10n.t('Project');
    case 'flash':
      return l10n.t('Flash layout');
    case 'server':
      return l10n.t('Servers');
  }
}

/** The titles of rules and groups by the names that settings have for them, in the language in use. */
export function ruleTitles(): Map<string, string> {
  return new Map<string, string>([
    ...ruleInfos.map(({ id, title }): [string, string] => [id, title()]),
    ...ruleGroups.map((group): [string, string] => [group, groupTitle(group)]),
  ]);
}
