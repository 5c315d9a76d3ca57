import type { FileReport } from '../../certificates/inspect/fileReport';

/** What the editor and the page of a record file say to each other. The page shares these types and no code. */
export type MessageToPage = { type: 'show'; page: PageContent } | { type: 'failed'; message: string };

export type MessageFromPage =
  | { type: 'ready' }
  /** Apply the fix of the finding with this index. */
  | { type: 'fix'; finding: number }
  | { type: 'copy'; text: string };

export interface PageContent {
  report: FileReport;
  /** The library and SDK that the findings are for. */
  device: string;
  /** The title of the fix of each finding; null where there is none to offer. */
  fixes: (string | null)[];
  texts: PageTexts;
}

/** Texts of the page itself, in the language in use. */
export interface PageTexts {
  findings: string;
  noFindings: string;
  contents: string;
  record: string;
  offset: string;
  data: string;
  size: string;
  copy: string;
  judgedFor: string;
  noContents: string;
  takesIt: string;
  error: string;
  warning: string;
  information: string;
}
