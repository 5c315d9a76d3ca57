import type { Example as CertificateExample } from '../../certificates/inspect/rules/rule';
import type { Target } from '../../project/target';
import type { RuleGroup, Severity } from '../../project/ruleNames';
import type { Build } from '../project/build';
import type { Conditions } from '../program/conditions';
import type { Connections } from '../program/connections';
import type { Contexts } from '../program/contexts';
import type { Pointers } from '../program/pointers';
import type { Place, Program } from '../program/program';

export type { Severity };

/** All that rules may ask about a project in one configuration. */
export interface Facts {
  program: Program;
  pointers: Pointers;
  contexts: Contexts;
  conditions: Conditions;
  connections: Connections;
  build: Build;
  /** Whether macros that nothing in the project decides are as they are without any -D. */
  isDefault: boolean;
  /** Whether a place is compiled without any -D, in whichever configuration this is. */
  isUsual: (place: Place) => boolean;
}

/** A change of a file. */
export interface Edit extends Place {
  text: string;
}

export interface Fix {
  title: string;
  edits: readonly Edit[];
  /** Whether it may be made without looking at it: it changes nothing but what is wrong. */
  safe: boolean;
  /** What changes in the project's file, where that is no source and no edit can say it. */
  move?: RegionMove;
}

/** Another place for a region of the flash in a project's file. */
export interface RegionMove {
  /** The project's file. */
  file: string;
  /** As numbered there. */
  region: number;
  /** In bytes. */
  address: number;
}

/** What a rule found in one place. */
export interface Found {
  at: Place;
  message: string;
  related?: readonly { at: Place; message: string }[];
  fixes?: readonly Fix[];
  /** For code that has no effect. */
  unnecessary?: boolean;
  /** Where it is less certain than the rule's own. */
  severity?: Severity;
}

export type RuleId = `SSL${number}`;

/** An example for a firmware with a TLS library or SDK that matters. */
export interface Example extends CertificateExample {
  target?: Target;
}

/** What a rule is about. */
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

export interface Rule extends RuleInfo {
  /** Finds something missing: that counts only if it is missing in every configuration that has the place. */
  missing?: true;
  check: (facts: Facts) => Iterable<Found>;
}
