import type { Found } from '../../findings/finding';
import type { Place } from '../../findings/range';
import type { Example, RuleInfo } from '../../findings/rule';
import type { Target } from '../../project/target';
import type { Build } from '../project/build';
import type { Conditions } from '../program/conditions';
import type { Connections } from '../program/connections';
import type { Contexts } from '../program/contexts';
import type { Pointers } from '../program/pointers';
import type { Program } from '../program/program';

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

export interface Rule extends RuleInfo {
  /** `target`: the firmware's TLS library or SDK, where that matters. */
  example: Example & { target?: Target };
  /** Finds something missing: that counts only if it is missing in every configuration that has the place. */
  missing?: true;
  check: (facts: Facts) => Iterable<Found>;
}
