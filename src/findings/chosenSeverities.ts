import { isRuleName } from './ruleNames';
import { type ChosenSeverities, severities, type Severity } from './severity';

/** Reads severities as a person wrote them, by rule and group; `wrong` has the entries that name no rule or no severity. */
export function chosenSeverities(given: unknown): { chosen: ChosenSeverities; wrong: string[] } {
  const chosen = new Map<string, Severity | 'off'>();
  const wrong: string[] = [];
  for (const [name, value] of Object.entries(typeof given === 'object' && given !== null ? given : {})) {
    const severity = [...severities, 'off' as const].find(each => each === value);
    if (severity !== undefined && isRuleName(name)) chosen.set(name, severity);
    else wrong.push(name);
  }
  return { chosen, wrong };
}
