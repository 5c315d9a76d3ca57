/** How serious a finding is, the worst first. */
export const severities = ['error', 'warning', 'info', 'hint'] as const;
export type Severity = (typeof severities)[number];

/** Rules that are switched on and off together: the sections of the catalogue. */
export const ruleGroups = ['mixing', 'order', 'data', 'parameters', 'certificates', 'project'] as const;
export type RuleGroup = (typeof ruleGroups)[number];

/** Whether this names a rule or a group of rules, as far as its form tells. */
export function isRuleName(name: string): boolean {
  return new RegExp(ruleNamePattern).test(name);
}

/** What a rule or a group is called in settings. */
export const ruleNamePattern = `^(?:SSL\\d{3}|${ruleGroups.join('|')})$`;
