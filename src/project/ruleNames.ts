import { ruleIds } from './ruleIds';

/** How serious a finding is, the worst first. */
export const severities = ['error', 'warning', 'info', 'hint'] as const;
export type Severity = (typeof severities)[number];

/** Rules that are switched on and off together: the sections of the catalogue. */
export const ruleGroups = ['mixing', 'order', 'data', 'parameters', 'certificates', 'project'] as const;
export type RuleGroup = (typeof ruleGroups)[number];

/** Whether settings may name this: a rule, or a group of rules. */
export function isRuleName(name: string): boolean {
  return ruleNames.some(each => each === name);
}

/** What settings may name: the rules, and the groups of rules. */
export const ruleNames: readonly string[] = [...ruleIds, ...ruleGroups];
