// Runs in a thread of its own: analyzes C for the editor and for `esp8266-ssl check`.
import { parentPort, workerData } from 'node:worker_threads';
import { useLanguage } from '../../language';
import { ProblemError } from '../../problems';
import {
  type Asked,
  type FromWorker,
  isAsked,
  isToWorker,
  type QuestionKind,
  type Questions,
  type Told,
  type WorkerData,
} from './messages';

const { locale } = workerData as WorkerData;
useLanguage(locale);

const loading = import('./analysisEntry').then(({ flashInSources, OpenFirmwares, projectChecker }) => ({
  flashInSources,
  firmwares: new OpenFirmwares(),
  checking: projectChecker(),
}));

parentPort?.on('message', (message: unknown) => {
  if (!isToWorker(message)) throw new Error('The analysis got a message that it does not know.');
  // What goes wrong ends the thread, and is heard of where it was started.
  if (isAsked(message)) void returnAnswer(message);
  else if (message.kind === 'ping') post({ kind: 'alive' });
  else void take(message);
});

async function returnAnswer(asked: Asked): Promise<void> {
  const { id } = asked;
  try {
    post({ kind: 'returned', id, value: await answer(asked) });
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    post({ kind: 'problem', id, problem: error.problem });
  }
}

async function answer(asked: Asked): Promise<Questions[QuestionKind]['returned']> {
  const { checking, firmwares, flashInSources } = await loading;
  switch (asked.kind) {
    case 'read':
      return firmwares.read(asked.root);
    case 'check':
      return firmwares.check(asked);
    case 'hints':
      return firmwares.hints(asked);
    case 'flash':
      return flashInSources(asked.folder, asked.map);
    case 'project':
      return (await checking)(asked.project, asked.question);
  }
}

async function take(told: Told): Promise<void> {
  const { firmwares } = await loading;
  switch (told.kind) {
    case 'texts':
      firmwares.setTexts(told.texts);
      break;
    case 'severities':
      firmwares.setSeverities(told.severities);
      break;
    case 'forget':
      firmwares.forget(told.root, told.isClosed);
  }
}

function post(message: FromWorker): void {
  parentPort?.postMessage(message);
}
