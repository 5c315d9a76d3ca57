import type { Severity } from '../../findings/severity';
import type { Part, PartField } from '../../flash/picture';

/** What the editor and the page of a flash layout say to each other. The page shares these types, and code that needs no Node. */
export type MessageToPage =
  | { type: 'show'; view: FlashView }
  /** A choice would break the layout: what it would bring. */
  | { type: 'ask'; choice: Choice; value: string; label: string; brings: string[] }
  /** What would be wrong where a part is being dragged; nothing where it could lie. */
  | { type: 'dragged'; part: string; address: number; severity?: Severity; text: string }
  /** Something to read out: why a place was chosen, or why nothing has happened. */
  | { type: 'said'; text: string };

export const choiceNames = ['sdk', 'map', 'fota'] as const;
export type Choice = (typeof choiceNames)[number];

export type MessageFromPage =
  | { type: 'ready' }
  /** A place as it was typed. */
  | { type: 'type'; part: string; place: string }
  /** A byte address, from dragging. */
  | { type: 'move'; part: string; address: number }
  /** The part is over this address, and not yet dropped. */
  | { type: 'drag'; part: string; address: number }
  | { type: 'step'; part: string; sectors: number }
  | { type: 'fit'; part: string }
  | { type: 'remove'; part: string }
  /** Something is to be placed at a free address. */
  | { type: 'place'; address: number }
  | { type: 'drop'; address: number; uris: string }
  | { type: 'choose'; choice: Choice; value: string; sure: boolean }
  /** Do what a button of a note says, both by their index. */
  | { type: 'fix'; note: number; button: number }
  | { type: 'showText'; part: string }
  | { type: 'showProblem' };

/** Something to know about the layout. */
export interface Note {
  severity: Severity;
  text: string;
  /** The part that it is about. */
  part?: string;
  /** What of that part is wrong, or which choice. */
  field?: PartField | Choice;
  /** What its buttons are called: what can be done at once. */
  fixes: string[];
}

/** What can be chosen: each option with its text. */
export interface Options {
  value: string;
  options: { value: string; text: string }[];
}

/** All that a page shows. */
export interface FlashView {
  title: string;
  /** Lines below the title. */
  facts: string[];
  /** Bytes of the flash. */
  flash: number;
  parts: Part[];
  notes: Note[];
  /** How many findings there are of which severity, in words; empty without any. */
  counts: string;
  /** How many notes there are that are not shown, in a sentence. */
  moreNotes?: string;
  /** Missing where nothing can be chosen. */
  choices?: Record<Choice, Options>;
  readOnly: boolean;
  /** Why the text cannot be read; the rest is then the last that could be. */
  problem?: string;
  texts: PageTexts;
}

/** Texts of the page itself, in the language in use. {0}, {1} are filled in by the page. */
export interface PageTexts {
  map: string;
  fota: string;
  sdk: string;
  wholeFlash: string;
  enlarged: string;
  wider: string;
  closer: string;
  table: string;
  name: string;
  address: string;
  sector: string;
  size: string;
  used: string;
  file: string;
  state: string;
  free: string;
  erased: string;
  fine: string;
  error: string;
  warning: string;
  info: string;
  hint: string;
  firmware: string;
  system: string;
  own: string;
  noPlace: string;
  place: string;
  placeHint: string;
  move: string;
  fit: string;
  remove: string;
  showText: string;
  placeHere: string;
  showProblem: string;
  notes: string;
  showNotes: string;
  noNotes: string;
  brings: string;
  apply: string;
  cancel: string;
  region: string;
  dropHint: string;
}
