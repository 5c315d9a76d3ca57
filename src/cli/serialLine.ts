import * as l10n from '@vscode/l10n';
import { sentence } from '../problems';
import { saveFlashImage } from '../flash/saveImage';
import { readImage } from '../simulator/load';
import { SerialDevice, type SerialState } from '../simulator/serial/serialDevice';
import { portTerminal, pseudoTerminal } from '../simulator/serial/terminal';
import { eventPrinter } from './eventPrinter';
import type { Output } from './output';
import { exitCode } from './exitCode';
import type { SimulateOptions } from './simulate';

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
  device.onEvent = event => {
    if (json) output.out(JSON.stringify(event), 'json');
    else show(event);
  };
  device.onState = state => {
    output.out(
      json ? JSON.stringify({ kind: 'serial', state, port: terminal.name }) : stateText(state, terminal.name),
    );
  };
  device.onProblem = problem => {
    output.error(sentence(problem));
  };
  return new Promise((resolve, reject) => {
    let ended = false;
    const end = (code: number) => {
      if (ended) return;
      ended = true;
      device.close();
      terminal.close();
      const { flashImage } = launch;
      try {
        if (flashImage !== undefined && device.flashContents !== undefined)
          saveFlashImage(flashImage, device.flashContents);
        resolve(code);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    device.onEnd = reason => {
      end(exitCode(reason));
    };
    signal.addEventListener('abort', () => {
      end(exitCode('stopped'));
    });
    if (duration !== undefined) {
      setTimeout(() => {
        end(0);
      }, duration).unref();
    }
    device.start();
  });
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
