// Runs in a worker: checks projects one after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { useLanguage } from '../../language';
import type { Question } from './checkProject';
import type { Project } from '../project/readProjects';

export interface WorkerData {
  question: Question;
  locale: string | undefined;
}

const { question, locale } = workerData as WorkerData;
useLanguage(locale);
const loading = import('./checkProject').then(({ projectChecker }) => projectChecker(question));

parentPort?.on('message', (project: Project) => {
  // What goes wrong ends the worker, and is heard of where it was started.
  void loading.then(check => check(project)).then(answer => parentPort?.postMessage(answer));
});
