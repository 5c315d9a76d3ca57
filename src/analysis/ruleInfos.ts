import type { Severity as CertificateSeverity } from '../certificates/inspect/fileReport';
import { rules as certificateRules } from '../certificates/inspect/findings';
import type { RuleInfo, Severity } from './rule';
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

/** A severity of the rules over certificates, as all others say it. */
export function asSeverity(severity: CertificateSeverity): Severity {
  return severity === 'information' ? 'info' : severity;
}
