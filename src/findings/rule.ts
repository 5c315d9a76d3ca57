import type { Severity } from './severity';

/** Never changes: settings, suppressions and baselines name it. */
export type RuleId = `SSL${number}`;

/** Groups of rules can be configured together; they are the sections of the catalogue. */
export const ruleGroups = [
  'mixing',
  'order',
  'data',
  'parameters',
  'certificates',
  'project',
  'flash',
  'server',
] as const;
export type RuleGroup = (typeof ruleGroups)[number];

/** What a rule is about; its page shows all of it. */
export interface RuleInfo {
  id: RuleId;
  group: RuleGroup;
  severity: Severity;
  /** What is wrong, in a few words. */
  title: () => string;
  /** Why it is wrong and what to do, in a few sentences. */
  explanation: () => string;
  /** Where the fact comes from: manual, header, library. */
  source: string;
  example: Example;
}

/**
 * Text that breaks a rule, and the same text corrected: lines with `-` in front are in the former only, lines with `+` in the latter.
 * Includes, and what the rest of a program has, are left out.
 */
export interface Example {
  code: string;
  /** The name of the file; default: user_main.c. */
  file?: string;
  /** Other files of the project, by name. */
  others?: Readonly<Record<string, string>>;
  /** The code is commands for a terminal, not a file. The last one inspects what the others made. */
  isCommands?: true;
}
