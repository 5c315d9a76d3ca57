import * as l10n from '@vscode/l10n';
import { ProblemError, sentence } from '../problems';
import { saveFlashImage } from '../flash/saveImage';
import { readImage } from '../simulator/load';
import { SerialDevice, type SerialState } from '../simulator/serial/serialDevice';
import { portTerminal, pseudoTerminal } from '../simulator/serial/terminal';
import { eventPrinter } from './eventPrinter';
import type { Output } from './output';
import { endAtExit } from './endAtExit';
import { exitCode } from './exitCode';
import { exitCodes } from './exitCodes';
import { noteKeyFiles } from './gitNotes';
import type { SimulateOptions } from './simulateOptions';

/** Runs `esp8266-ssl simulate --serial` until it is interrupted; resolves to the exit code. */
export async function simulateAtSerialLine(
  { launch, json, trace, duration, port }: SimulateOptions & { port: string },
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const device = new SerialDevice({ ...launch, ...(await readImage(launch.flashImage)) });
  const terminal = port === '' ? await pseudoTerminal() : await portTerminal(port);
  terminal.onData = bytes => {
    device.receive(bytes);
  };
  device.onSend = bytes => {
    terminal.send(bytes);
  };
  const show = eventPrinter(output, trace);
  device.onState = state => {
    output.out(
      json ? JSON.stringify({ kind: 'serial', state, port: terminal.name }) : stateText(state, terminal.name),
    );
  };
  device.onProblem = problem => {
    output.error(sentence(problem, 'terminal'));
  };
  const keyFiles = new Set<string>();
  device.onEvent = event => {
    if (event.kind === 'key-saved') keyFiles.add(event.file);
    if (json) output.out(JSON.stringify(event), 'json');
    else show(event);
  };
  let failed = false;
  const save = () => {
    const { flashImage } = launch;
    if (flashImage === undefined || device.flashContents === undefined) return;
    try {
      if (saveFlashImage(flashImage, device.flashContents)) keyFiles.add(flashImage);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      failed = true;
      output.error(sentence(error.problem, 'terminal'));
    }
  };
  let finish: (code: number) => void = () => undefined;
  const finished = new Promise<number>(resolve => (finish = resolve));
  let ended = false;
  const end = (code: number) => {
    if (!ended) {
      ended = true;
      device.close();
      terminal.close();
      save();
      failed ||= device.failedToSave;
      finish(failed ? exitCodes.badInput : code);
    }
    return !failed;
  };
  const takeBack = endAtExit(signal, () => end(exitCode('stopped')));
  device.onEnd = reason => {
    end(exitCode(reason));
  };
  if (duration !== undefined) {
    setTimeout(() => {
      end(exitCodes.done);
    }, duration).unref();
  }
  device.start();
  const code = await finished;
  takeBack();
  await noteKeyFiles([...keyFiles], output);
  return code;
}

function stateText(state: SerialState, port: string): string {
  switch (state) {
    case 'loader':
      return l10n.t('The board waits for flashing at {0}.', port);
    case 'booting':
      return l10n.t('The chip leaves its loader.');
    case 'running':
      return l10n.t('It boots the flashed firmware.');
  }
}
