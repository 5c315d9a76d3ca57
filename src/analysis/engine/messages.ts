// What the editor and `esp8266-ssl check` ask of the thread that analyzes C, and what it returns: data alone, with its check.
import { createHash } from 'node:crypto';
import type { Problem } from '../../problems';
import type { RegionMove } from '../../findings/finding';
import type { RuleId } from '../../findings/rule';
import type { ChosenSeverities, Severity } from '../../findings/severity';
import type { FlashInSources } from '../project/flashInSources';
import type { Project } from '../project/readProjects';
import type { Notice } from './sources';
import type { Answer, Question } from './checkProject';
import type { Hint } from './numberHints';

/** Larger files in an editor's workspace are not analyzed, in characters: nobody writes them by hand. */
export const maxLength = 512 * 1024;

/** What all threads are given at their start. */
export interface WorkerData {
  /** The language of what they find. */
  locale: string | undefined;
}

/** Each question by its kind. A Problem is thrown where it is asked. */
export interface Questions {
  /** What is in a folder, or in a file alone; read from the disk once, until it is forgotten. */
  read: { asked: { root: string }; returned: RootRead };
  /** The findings of a firmware; undefined when the same was asked again with other texts, or the firmware is gone. */
  check: { asked: FirmwareName; returned: Checked | undefined };
  /** What numbers in a file mean, as of the last check of its firmware. */
  hints: { asked: FirmwareName & { file: string }; returned: LocatedHints };
  /** What the sources in a folder say of the flash when they are built for a map. */
  flash: { asked: { folder: string; map: number }; returned: FlashInSources };
  /** The findings of a project that was read where it is asked, certificates included. */
  project: { asked: { project: Project; question: Question }; returned: Answer };
}

export type QuestionKind = keyof Questions;

export type Asked = {
  [Kind in QuestionKind]: { kind: Kind; id: number } & Questions[Kind]['asked'];
}[QuestionKind];

/** What the thread is told without being asked anything. */
export type Told =
  /** Path of a source → its text in an editor; undefined when it is as on the disk. */
  | { kind: 'texts'; texts: ReadonlyMap<string, string | undefined> }
  | { kind: 'severities'; severities: ChosenSeverities }
  /** What was read of a root is no longer so; `isClosed` when nobody needs it any more. */
  | { kind: 'forget'; root: string; isClosed: boolean };

export type ToWorker =
  | Asked
  | Told
  /** The thread returns a sign of life. */
  | { kind: 'ping' };

export type FromWorker =
  | { kind: 'returned'; id: number; value: unknown }
  | { kind: 'problem'; id: number; problem: Problem }
  | { kind: 'alive' };

/** A firmware by the root that it was read from and its part of that. */
export interface FirmwareName {
  root: string;
  part: string;
}

export interface RootRead {
  firmwares: readonly FirmwareRead[];
  /** What is wrong with the settings of its projects' files; they count as not said. */
  faults: readonly Problem[];
}

/** A firmware as it was read from the disk. */
export interface FirmwareRead {
  /** The part of the root that is its own. */
  part: string;
  /** The folder that the names of files are relative to. */
  folder: string;
  /** Its sources and headers. */
  files: readonly string[];
  /** Headers among them that count only where they are included. */
  elsewhere: ReadonlySet<string>;
  /** Its Makefiles, each with the digest of its text. */
  makefiles: ReadonlyMap<string, string>;
  /** Whether it uses the SDK: other C is none of ours. */
  usesSdk: boolean;
}

/** What a check of a firmware gave. */
export interface Checked {
  findings: readonly LocatedFinding[];
  notices: readonly Notice[];
}

interface Position {
  line: number;
  character: number;
}

/** A range in a file of a firmware, as lines and characters from 0. */
export interface Location {
  file: string;
  start: Position;
  end: Position;
}

export interface LocatedFinding {
  rule: RuleId;
  severity: Severity;
  message: string;
  at: Location;
  related: readonly { at: Location; message: string }[];
  fixes: readonly LocatedFix[];
  unnecessary: boolean;
}

export interface LocatedFix {
  title: string;
  edits: readonly LocatedEdit[];
  safe: boolean;
  move: RegionMove | undefined;
}

export interface LocatedEdit extends Location {
  text: string;
}

export type LocatedHint = Located<Hint>;
type LocatedHints = readonly LocatedHint[];
type Located<Placed> = Placed extends unknown ? Omit<Placed, 'at'> & { at: Location } : never;

/** What tells one text from another. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

type Field = 'string' | 'number' | 'boolean' | 'object';

const questionFields: Record<QuestionKind, Record<string, Field>> = {
  read: { root: 'string' },
  check: { root: 'string', part: 'string' },
  hints: { root: 'string', part: 'string', file: 'string' },
  flash: { folder: 'string', map: 'number' },
  project: { project: 'object', question: 'object' },
};

const toWorkerFields: Record<Exclude<ToWorker['kind'], QuestionKind>, Record<string, Field>> = {
  texts: { texts: 'object' },
  severities: { severities: 'object' },
  forget: { root: 'string', isClosed: 'boolean' },
  ping: {},
};

const fromWorkerFields: Record<FromWorker['kind'], Record<string, Field>> = {
  returned: { id: 'number' },
  problem: { id: 'number', problem: 'object' },
  alive: {},
};

const returnedChecks: {
  [Kind in QuestionKind]: (value: unknown) => value is Questions[Kind]['returned'];
} = {
  read: (value): value is RootRead => hasFields(value, { firmwares: 'object', faults: 'object' }),
  check: (value): value is Checked | undefined =>
    value === undefined || hasFields(value, { findings: 'object', notices: 'object' }),
  hints: (value): value is LocatedHints => Array.isArray(value),
  flash: (value): value is FlashInSources =>
    hasFields(value, { files: 'object', sectors: 'object', rows: 'object' }),
  project: (value): value is Answer =>
    hasFields(value, { findings: 'object', notices: 'object', texts: 'object' }),
};

/** Whether this is a question with its fields. */
export function isAsked(message: ToWorker): message is Asked {
  return Object.hasOwn(questionFields, message.kind);
}

/** Whether a message is one to the thread. */
export function isToWorker(message: unknown): message is ToWorker {
  return (
    hasKindAndFields(message, toWorkerFields) || hasKindAndFields(message, questionFields, { id: 'number' })
  );
}

/** Whether a message is one from the thread. */
export function isFromWorker(message: unknown): message is FromWorker {
  return hasKindAndFields(message, fromWorkerFields);
}

/** Whether a value is what a question of this kind returns. */
export function isReturned<Kind extends QuestionKind>(
  kind: Kind,
  value: unknown,
): value is Questions[Kind]['returned'] {
  return returnedChecks[kind](value);
}

function hasKindAndFields(
  message: unknown,
  known: Record<string, Record<string, Field>>,
  further: Record<string, Field> = {},
): boolean {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  const { kind } = message;
  if (typeof kind !== 'string' || !Object.hasOwn(known, kind)) return false;
  return hasFields(message, { ...known[kind], ...further });
}

function hasFields(value: unknown, fields: Record<string, Field>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const given = new Map<string, unknown>(Object.entries(value));
  return Object.entries(fields).every(([name, type]) => {
    const field = given.get(name);
    return typeof field === type && field !== null;
  });
}
