import { LineIndex } from '../findings/range';
import { type ChosenSeverities, chosenSeverity } from '../findings/severity';
import { isSuppressed } from '../findings/suppression';
import type { FlashFinding } from '../flash/finding';
import { pathRanges, projectSuppressions } from './projectText';

/** The findings of the layout in the text of a project's file, as settings and the NOLINT marks in the text have them. */
export function reportedFindings(
  findings: readonly FlashFinding[],
  text: string,
  severities: ChosenSeverities,
): FlashFinding[] {
  const chosen = findings.flatMap((finding): FlashFinding[] => {
    const severity = chosenSeverity(severities, { id: finding.rule, group: 'flash' }) ?? finding.severity;
    return severity === 'off' ? [] : [{ ...finding, severity }];
  });
  const suppressions = projectSuppressions(text);
  if (suppressions.length === 0) return chosen;
  const lines = new LineIndex(text);
  const ranges = pathRanges(
    text,
    chosen.map(({ path }) => ['flash', ...path]),
  );
  return chosen.filter(
    ({ rule }, index) => !isSuppressed(suppressions, rule, lines.position(ranges[index]?.start ?? 0).line),
  );
}
