import path from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { ProblemError } from '../../problems';
import type { StopReason } from '../problems';
import {
  isFromWorker,
  isReturned,
  type QuestionKind,
  type Questions,
  type Told,
  type ToWorker,
  type WorkerData,
} from './messages';

/** Built beside the programs: see scripts/lib/bundle.mjs. */
export const workerFile = path.join(__dirname, 'analysisWorker.js');

export interface ThreadOptions extends Pick<WorkerOptions, 'execArgv' | 'resourceLimits'> {
  /** The language of what it finds. */
  locale: string | undefined;
  /** Milliseconds without a sign of life, while something is asked, after which it is ended; without end unless given. */
  patience?: number;
  file?: string;
}

/** What is asked of a thread that has ended by itself. */
export class ThreadStopped extends Error {
  constructor(readonly reason: StopReason) {
    super(typeof reason === 'string' ? reason : reason.fault);
    this.name = 'ThreadStopped';
  }
}

interface Pending {
  returned(value: unknown): void;
  failed(error: Error): void;
}

/** The analysis of C in a thread of its own. */
export class AnalysisThread {
  readonly #worker: Worker;
  readonly #patience: number | undefined;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #stopped: StopReason | undefined;
  #isSilent = false;
  #timer: NodeJS.Timeout | undefined;

  constructor({ locale, patience, file = workerFile, ...options }: ThreadOptions) {
    this.#patience = patience;
    const workerData: WorkerData = { locale };
    this.#worker = new Worker(file, { ...options, workerData });
    this.#worker.on('message', (message: unknown) => this.#receive(message));
    this.#worker.on('error', (error: unknown) => this.#stop(reasonOf(error)));
    this.#worker.on('exit', code => this.#stop({ fault: `exit code ${code}` }));
  }

  /** Throws the Problem that the thread finds, and ThreadStopped when it ends before it returns anything. */
  ask<Kind extends QuestionKind>(
    kind: Kind,
    asked: Questions[Kind]['asked'],
  ): Promise<Questions[Kind]['returned']> {
    if (this.#stopped !== undefined) return Promise.reject(new ThreadStopped(this.#stopped));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, {
        returned(value) {
          if (isReturned(kind, value)) resolve(value);
          else reject(new Error(`The analysis returned something else than “${kind}” has.`));
        },
        failed: reject,
      });
      this.#worker.postMessage({ ...asked, kind, id });
      this.#watch();
    });
  }

  tell(told: Told): void {
    this.#post(told);
  }

  /** What is asked then has no end. */
  async end(): Promise<void> {
    this.#pending.clear();
    clearTimeout(this.#timer);
    await this.#worker.terminate();
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #receive(message: unknown): void {
    this.#isSilent = false;
    if (!isFromWorker(message)) {
      this.#stop({ fault: 'unknown message' });
      return;
    }
    if (message.kind === 'alive') return;
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.kind === 'returned') pending?.returned(message.value);
    else pending?.failed(new ProblemError(message.problem));
  }

  /** Asks for signs of life while something else is asked. */
  #watch(): void {
    if (this.#patience === undefined || this.#timer !== undefined || this.#pending.size === 0) return;
    this.#isSilent = true;
    this.#post({ kind: 'ping' });
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#isSilent) this.#stop('silence');
      else this.#watch();
    }, this.#patience);
  }

  #stop(reason: StopReason): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = reason;
    const pending = [...this.#pending.values()];
    void this.end();
    for (const each of pending) each.failed(new ThreadStopped(reason));
  }
}

function reasonOf(error: unknown): StopReason {
  if (!(error instanceof Error)) return { fault: String(error) };
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : { fault: error.message };
}
