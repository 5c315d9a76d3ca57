/** How serious a finding is, the worst first. */
export const severities = ['error', 'warning', 'info', 'hint'] as const;
export type Severity = (typeof severities)[number];

/** Severities from settings, by rule and group. */
export type ChosenSeverities = ReadonlyMap<string, Severity | 'off'>;

/** What settings choose for a rule; undefined where they say nothing. A rule comes before its group. */
export function chosenSeverity(
  chosen: ChosenSeverities,
  { id, group }: { id: string; group: string },
): Severity | 'off' | undefined {
  return chosen.get(id) ?? chosen.get(group);
}
