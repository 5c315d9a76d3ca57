import { rules as certificateRules } from '../certificates/inspect/findings';
import { asSeverity } from './certificateSeverity';
import type { RuleInfo } from './rule';
import { rules } from './rules';

/** What all rules are about, by id: those over sources and projects, and those over certificates. */
export const ruleInfos: readonly RuleInfo[] = [
  ...rules,
  ...certificateRules.map((rule): RuleInfo => ({
    ...rule,
    group: 'certificates',
    severity: asSeverity(rule.severity),
  })),
].sort((a, b) => (a.id < b.id ? -1 : 1));
