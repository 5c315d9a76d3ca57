import { parseArgs, type ParseArgsConfig } from 'node:util';
import { ProblemError } from '../problems';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Returns the values of a command's options. Throws a Problem for an option that is none and for one without its value. */
export function parseOptions<const T extends Options>(args: string[], options: T) {
  try {
    return parseArgs<{ args: string[]; options: T }>({ args, options }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ProblemError({ kind: 'usage', message }, { cause: error });
  }
}
