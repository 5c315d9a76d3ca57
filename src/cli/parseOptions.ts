import { parseArgs, type ParseArgsConfig } from 'node:util';
import { ProblemError } from '../problems';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Returns the values of a command's options. Throws a Problem for an option that is none and for one without its value. */
export function parseOptions<const T extends Options>(args: string[], options: T) {
  return asProblem(() => parseArgs<{ args: string[]; options: T }>({ args, options }).values);
}

/** The same with what stands on the command line besides options. */
export function parseArguments<const T extends Options>(args: string[], options: T) {
  return asProblem(() =>
    parseArgs<{ args: string[]; options: T; allowPositionals: true }>({
      args,
      options,
      allowPositionals: true,
    }),
  );
}

function asProblem<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error), error);
  }
}

/** The Problem of a command line that cannot be followed, in one sentence. */
export function usage(message: string, cause?: unknown): ProblemError {
  return new ProblemError({ kind: 'usage', message }, { cause });
}
