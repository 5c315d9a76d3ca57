import type { Severity } from '../../findings/severity';
import type { TlsLibrary } from '../../sdk/tls';

/*
 * All that is shown of a file, in the language in use: the same for the terminal and for the page in the editor. Types of plain
 * data only, so that the page can share them.
 */

export interface FileReport {
  file: string;
  form: string;
  size: number;
  /** The parts of a flash. */
  regions: { name: string; offset: number; length: number }[];
  items: ItemReport[];
  /** Says so where it holds nothing. */
  empty?: string;
  /** Says so where not all items are listed. */
  more?: string;
  findings: FindingReport[];
}

/** A place that holds certificates or keys; offsets as in the file. */
export interface ItemReport {
  name: string;
  offset: number;
  /** In the memory of the device, of its data. */
  address?: number;
  dataOffset: number;
  size: number;
  contents: ContentReport[];
}

export interface ContentReport {
  lines: Line[];
  verdicts: Verdict[];
}

/** A fact with its name. */
export interface Line {
  label: string;
  value: string;
}

/** What one library makes of a certificate or key. */
export interface Verdict {
  library: TlsLibrary;
  /** Empty where nothing is in the way. */
  obstacles: string[];
}

export interface FindingReport {
  rule: string;
  severity: Severity;
  title: string;
  message: string;
  explanation: string;
  /** Undefined where it concerns the whole file. */
  offset?: number;
}
