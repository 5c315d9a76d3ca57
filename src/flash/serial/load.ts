import { ProblemError } from '../../problems';

/**
 * Loads what speaks with boards: esptool-js and, with a native part, serialport. Throws a Problem where that has none for this
 * computer.
 */
export async function loadSerial() {
  try {
    return await import('./board');
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new ProblemError({ kind: 'serial-unavailable', reason }, { cause: error });
  }
}
