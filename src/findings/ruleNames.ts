import { ruleGroups } from './rule';
import { ruleIds } from './ruleIds';

/** What settings may name: the rules, and the groups of rules. */
export const ruleNames: readonly string[] = [...ruleIds, ...ruleGroups];

/** Whether settings may name this: a rule, or a group of rules. */
export function isRuleName(name: string): boolean {
  return ruleNames.includes(name);
}
