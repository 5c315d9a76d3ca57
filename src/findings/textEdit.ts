import type { Range } from './range';

/** Other text in the place of a range. */
export interface TextEdit extends Range {
  text: string;
}

/** A change of a file. */
export interface FileEdit extends TextEdit {
  file: string;
}
