import type { Readable } from 'node:stream';
import type { Simulator } from '../simulator/simulator';

/** How often a firmware that still initialises itself is looked at, in ms. */
const untilStarted = 10;

/**
 * Passes what is typed, or comes through a pipe, to UART0 of the device. What comes before user_init has returned waits for that, so a
 * driver can set itself up first. Returns a function that ends it.
 */
export function typeIntoUart(simulator: Simulator, input: Readable & { unref?: () => void }): () => void {
  const waiting: Buffer[] = [];
  const flush = () => {
    if (simulator.hasStarted) for (const bytes of waiting.splice(0)) simulator.input(bytes);
  };
  const timer = setInterval(flush, untilStarted);
  timer.unref();
  const onData = (bytes: Buffer) => {
    waiting.push(bytes);
    flush();
  };
  // A program in the background of a terminal cannot read there; the device runs without input then.
  const ignore = () => undefined;
  if (process.platform !== 'win32') process.on('SIGTTIN', ignore);
  input.on('data', onData);
  input.on('error', ignore);
  // An input that stays open does not keep the program alive.
  input.unref?.();
  return () => {
    clearInterval(timer);
    input.off('data', onData);
    input.pause();
    process.off('SIGTTIN', ignore);
  };
}
