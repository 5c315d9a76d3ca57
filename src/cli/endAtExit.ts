import { exitCodes } from './exitCodes';

/**
 * Has `end` called at the first signal, and however else the program exits: the reader of its output may leave, for example. `end` returns
 * whether all that had to be saved was; it may be called again. Returns how to take that back when the run is over.
 */
export function endAtExit(signal: AbortSignal, end: () => boolean): () => void {
  const abort = () => void end();
  const exit = () => {
    if (!end()) process.exitCode = exitCodes.badInput;
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', abort, { once: true });
  process.once('exit', exit);
  return () => {
    signal.removeEventListener('abort', abort);
    process.off('exit', exit);
  };
}
