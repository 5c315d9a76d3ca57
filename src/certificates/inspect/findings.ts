import type { Inspection } from './model';
import { certificateRules } from './rules/certificateRules';
import { keyRules } from './rules/keyRules';
import { recordRules } from './rules/recordRules';
import { type Finding, isFirmware, type Rule, type Subject } from './rules/rule';
import { sourceRules } from './rules/sourceRules';

/** All rules over certificates, by their ids. */
export const rules: readonly Rule[] = [...certificateRules, ...keyRules, ...recordRules, ...sourceRules].sort(
  (a, b) => (a.id < b.id ? -1 : 1),
);

/** Returns what the rules find in the subject's file, in the order of their places. */
export function findingsOf(subject: Subject): Finding[] {
  // Firmware is built again; nothing is changed in it.
  const isFixed = !isFirmware(subject.inspection);
  return rules
    .flatMap(rule =>
      rule.check(subject).map(({ fix, ...report }) => ({
        rule: rule.id,
        severity: rule.severity,
        ...report,
        ...(isFixed && fix && { fix }),
      })),
    )
    .sort((a, b) => (a.range?.offset ?? 0) - (b.range?.offset ?? 0));
}

/** The same for each of several files of one project. */
export function findingsOfAll(
  inspections: readonly Inspection[],
  around: Omit<Subject, 'inspection' | 'others'>,
): Map<string, Finding[]> {
  const worthwhile = inspections.filter(
    ({ form, items, calls, wantedBits }) =>
      items.length > 0 ||
      calls.length > 0 ||
      wantedBits !== undefined ||
      form === 'records' ||
      form === 'esp-at' ||
      form === 'script',
  );
  return new Map(
    worthwhile.map(inspection => [
      inspection.file,
      findingsOf({
        ...around,
        inspection,
        others: inspections.filter(other => other !== inspection),
      }),
    ]),
  );
}
