import type { FileReport } from '../../certificates/inspect/fileReport';

/** What the editor and the page of a record file say to each other. The page shares these types, and code that needs no Node. */
export type MessageToPage = { type: 'show'; page: PageContent } | { type: 'failed'; message: string };

export type MessageFromPage =
  | { type: 'ready' }
  /** Apply the fix of the finding with this index. */
  | { type: 'fix'; finding: number }
  | { type: 'regenerate' }
  | { type: 'place' }
  /** Something to do with the certificate of this fingerprint. */
  | { type: CertificateAction; fingerprint: string };

export const certificateActions = ['copyFingerprint', 'copyPem', 'export'] as const;
export type CertificateAction = (typeof certificateActions)[number];

export interface PageContent {
  report: FileReport;
  /** The library and SDK that the findings are for. */
  device: string;
  /** The title of the fix of each finding; null where there is none to offer. */
  fixes: (string | null)[];
  /** For each content of each item the fingerprint of its certificate; null for what is none, as private keys. */
  fingerprints: (string | null)[][];
  /** What can be done with the file. */
  actions: { regenerate: boolean; place: boolean };
  texts: PageTexts;
}

/** Texts of the page itself, in the language in use. */
export interface PageTexts {
  findings: string;
  noFindings: string;
  contents: string;
  /** “at {0}, data at {1}, {2} bytes” */
  position: string;
  copyFingerprint: string;
  copyPem: string;
  export: string;
  regenerate: string;
  place: string;
  judgedFor: string;
  noContents: string;
  takesIt: string;
  error: string;
  warning: string;
  info: string;
  hint: string;
}
