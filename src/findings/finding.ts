import type { Place } from './range';
import type { RuleInfo } from './rule';
import type { Severity } from './severity';
import type { FileEdit } from './textEdit';

/** What a rule found in one place. */
export interface Found {
  at: Place;
  message: string;
  related?: readonly RelatedPlace[];
  fixes?: readonly Fix[];
  /** For code that has no effect. */
  unnecessary?: boolean;
  /** Where it differs from the rule's own. */
  severity?: Severity;
}

/** What a check reports. */
export interface Finding extends Found {
  rule: RuleInfo;
  severity: Severity;
}

/** Another place that a finding involves. */
export interface RelatedPlace {
  at: Place;
  message: string;
}

export interface Fix {
  title: string;
  edits: readonly FileEdit[];
  /** Whether it may be made without looking at it: it changes nothing but what is wrong. */
  safe: boolean;
  /** A region of the flash moves: the project's file is edited where it names the region. */
  move?: RegionMove;
}

/** Another address for a region of the flash in a project's file. */
export interface RegionMove {
  /** The project's file. */
  file: string;
  /** Its index there. */
  region: number;
  /** In bytes. */
  address: number;
}
