import type { RuleInfo } from '../../../findings/rule';
import type { Severity } from '../../../findings/severity';
import type { Device } from '../obstacles';
import type { Content, FileForm, Inspection, Item, Span } from '../model';

/** A rule over the certificates of a project. */
export interface Rule extends RuleInfo {
  group: 'certificates';
  check: (subject: Subject) => Report[];
}

/** A file, and what is known around it. */
export interface Subject {
  inspection: Inspection;
  /** The other inspected files of the project. */
  others: readonly Inspection[];
  device: Device;
  project: ProjectFacts;
  /** Milliseconds. */
  now: number;
}

/** What is known of a project beyond its files; each part undefined where it is not known. */
export interface ProjectFacts {
  /** Some source calls espconn_secure_ca_enable. */
  caEnabled?: boolean;
  /** Some source is a TLS server: only then the other end compares the certificate's name. */
  servesTls?: boolean;
  /** Whether git has a file in its index. */
  isTracked?: (file: string) => boolean;
  /** The programs that would run the SDK's scripts here, by their versions. */
  tools?: { python?: string; openssl?: string };
}

/** What a rule has found in the subject's file. */
export interface Report {
  /** Undefined where it concerns the whole file. */
  range?: Span;
  message: string;
  /** Where it is not the rule's own. */
  severity?: Severity;
  fix?: Fix;
}

/** What can be done about it without asking. Items are given by their place in the inspection. */
export type Fix =
  | { kind: 'regenerate' }
  | { kind: 'to PKCS#1'; item: number }
  | { kind: 'rename record'; item: number; name: string }
  | { kind: 'correct length'; item: number }
  | { kind: 'replace'; range: Span; text: string };

export interface Finding extends Report {
  rule: Rule['id'];
  severity: Severity;
}

/** Every content of a file with the item that it is in. */
export function contentsOf({ items }: Inspection): { content: Content; item: Item; index: number }[] {
  return items.flatMap((item, index) => item.contents.map(content => ({ content, item, index })));
}

/** Forms that other programs read: what goes to the device is made of them. */
const forPrograms: ReadonlySet<FileForm> = new Set(['pem', 'base64', 'foreign', 'esp-at']);

/** Whether a file is for other programs, not for the device. */
export function isForPrograms({ form }: Inspection): boolean {
  return forPrograms.has(form);
}

const firmware: ReadonlySet<FileForm> = new Set(['firmware', 'dump', 'elf', 'library', 'binary']);

/** Whether a file holds certificates among much else, and is made by a build or read from a board. */
export function isFirmware({ form }: Inspection): boolean {
  return firmware.has(form);
}

/** Where to show a finding about an item: its name, or all of it where it has none. */
export function placeOf(item: Item): Span {
  return item.nameRange ?? item.range;
}
