import type { ChosenSeverities } from '../../findings/severity';
import { ProblemError } from '../../problems';
import type { StopReason } from '../problems';
import { AnalysisThread, type ThreadOptions, ThreadStopped } from './analysisThread';
import type { QuestionKind, Questions } from './messages';

/** Tells that the thread has ended by itself, why, and whether another one continues. */
export type OnStop = (reason: StopReason, goesOn: boolean) => void;

/**
 * The analysis of C for an editor: one thread, started when it is first asked. When it ends by itself, another one takes over all that
 * was asked, with the same texts. When that ends, too, it stays so until `restart`.
 */
export class AnalysisService {
  readonly #options: ThreadOptions;
  readonly #onStop: OnStop;
  readonly #texts = new Map<string, string>();
  #severities: ChosenSeverities = new Map();
  #thread: AnalysisThread | undefined;
  #isSecond = false;
  #stopped: StopReason | undefined;

  constructor(options: ThreadOptions, onStop: OnStop) {
    this.#options = options;
    this.#onStop = onStop;
  }

  /** Throws the Problem that the thread finds, or one that says why it has stopped. */
  async ask<Kind extends QuestionKind>(
    kind: Kind,
    asked: Questions[Kind]['asked'],
  ): Promise<Questions[Kind]['returned']> {
    for (;;) {
      if (this.#stopped !== undefined)
        throw new ProblemError({ kind: 'analysis-stopped', reason: this.#stopped });
      const thread = (this.#thread ??= this.#start());
      try {
        return await thread.ask(kind, asked);
      } catch (error) {
        if (!(error instanceof ThreadStopped)) throw error;
        this.#hasStopped(thread, error.reason);
      }
    }
  }

  /** Path of a source → its text in an editor; undefined when it is as on the disk. */
  setTexts(texts: ReadonlyMap<string, string | undefined>): void {
    if (texts.size === 0) return;
    for (const [file, text] of texts)
      if (text === undefined) this.#texts.delete(file);
      else this.#texts.set(file, text);
    this.#thread?.tell({ kind: 'texts', texts });
  }

  setSeverities(severities: ChosenSeverities): void {
    this.#severities = severities;
    this.#thread?.tell({ kind: 'severities', severities });
  }

  /** What was read of a root is no longer so; `isClosed` when nobody needs it any more. */
  forget(root: string, isClosed = false): void {
    this.#thread?.tell({ kind: 'forget', root, isClosed });
  }

  /** Lets the next question start a thread again. */
  restart(): void {
    this.#stopped = undefined;
    this.#isSecond = false;
  }

  async end(): Promise<void> {
    await this.#thread?.end();
  }

  #start(): AnalysisThread {
    const thread = new AnalysisThread(this.#options);
    thread.tell({ kind: 'severities', severities: this.#severities });
    thread.tell({ kind: 'texts', texts: this.#texts });
    return thread;
  }

  /** Each question that a thread leaves says so; the first one counts. */
  #hasStopped(thread: AnalysisThread, reason: StopReason): void {
    if (this.#thread !== thread) return;
    this.#thread = undefined;
    if (this.#isSecond) this.#stopped = reason;
    this.#isSecond = true;
    this.#onStop(reason, this.#stopped === undefined);
  }
}
