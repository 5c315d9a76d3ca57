import type { RuleId } from '../findings/rule';
import type { Severity } from '../findings/severity';
import type { AreaKind } from './areas';
import type { ContentFault } from './contentFindings';
import type { Place } from './freePlaces';
import type { JsonPath } from '../text/jsonPath';

/** Something wrong with a layout, as data; `severity` where it differs from the rule's own. */
export type FlashFault = { path: JsonPath; proposal?: Place; severity?: Severity } & (
  | { kind: 'unreadable' }
  | { kind: 'no-address'; region: string }
  | { kind: 'overlap'; region: string; other: string; otherPath: JsonPath; from: number; to: number }
  | { kind: 'one-sector'; region: string; other: string; otherPath: JsonPath; sector: number }
  | { kind: 'in-area'; region: string; area: AreaKind }
  | { kind: 'slot-tail'; region: string; area: AreaKind; imageEnd: number | undefined }
  | { kind: 'beyond'; region: string; end: number; flash: number }
  | { kind: 'not-at-border'; region: string; address: number }
  | { kind: 'sector-zero'; region: string }
  | { kind: 'larger-than-read'; region: string; length: number; window: number }
  | { kind: 'end-not-erased'; region: string; other: string; sector: number }
  | { kind: 'file-missing'; file: string }
  /** It is not read. */
  | { kind: 'file-outside'; file: string }
  | { kind: 'file-too-large'; file: string; length: number; area: AreaKind; size: number }
  | { kind: 'no-area'; area: AreaKind }
  /** An erased chip does not start with what the layout has. */
  | { kind: 'init-data-missing'; address: number }
  | { kind: 'map-not-supported'; map: string; sdk: string }
  | { kind: 'map-not-in-3'; map: string; sdk: string }
  | ContentFault
);

/** The same as a finding of its rule. */
export type FlashFinding = FlashFault & { rule: RuleId; severity: Severity };
