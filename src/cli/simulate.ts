import { loadSimulator } from '../simulator/load';
import { eventPrinter } from './eventPrinter';
import { endAtExit } from './endAtExit';
import { exitCode } from './exitCode';
import { exitCodes } from './exitCodes';
import { noteKeyFiles } from './gitNotes';
import type { Output } from './output';
import { simulateAtSerialLine } from './serialLine';
import { simulateOptions } from './simulateOptions';
import { typeIntoUart } from './uartInput';

/** Runs `esp8266-ssl simulate`; resolves to the exit code. */
export async function simulate(args: string[], output: Output, signal: AbortSignal): Promise<number> {
  const options = await simulateOptions(args);
  if (options.serial !== undefined) {
    return simulateAtSerialLine({ ...options, port: options.serial }, output, signal);
  }
  const simulator = await loadSimulator(options.launch);
  simulator.events.listen(
    options.json
      ? event => {
          output.out(JSON.stringify(event), 'json');
        }
      : eventPrinter(output, options.trace),
  );
  const keyFiles: string[] = [];
  simulator.events.listen(event => {
    if (event.kind === 'key-saved') keyFiles.push(event.file);
  });
  let finished = false;
  const ended = new Promise<number>(resolve => {
    simulator.onEnd = reason => {
      resolve(finished && reason !== 'problem' ? exitCodes.done : exitCode(reason));
    };
  });
  const takeBack = endAtExit(signal, () => {
    simulator.end();
    return !simulator.failedToSave;
  });
  if (options.duration !== undefined) {
    setTimeout(() => {
      finished = true;
      simulator.end();
    }, options.duration).unref();
  }
  const stopTyping = typeIntoUart(simulator, process.stdin);
  simulator.start();
  const code = await ended;
  stopTyping();
  takeBack();
  await noteKeyFiles(keyFiles, output);
  return code;
}
