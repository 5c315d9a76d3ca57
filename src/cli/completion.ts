import { completionDescription, shells } from './commands/own';
import { bashScript } from './commandLine/bashCompletion';
import { parse } from './commandLine/parse';
import { zshScript } from './commandLine/zshCompletion';
import type { Description } from './commandLine/description';
import { exitCodes } from './exitCodes';
import type { Output } from './output';

/** The script for each of {@link shells}. */
const scripts: Readonly<Record<(typeof shells)[number], (commands: readonly Description[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
};

/** Runs `esp8266-ssl completion`, which completes these commands; resolves to the exit code. */
export function completion(
  commands: readonly Description[],
  args: string[],
  output: Output,
): Promise<number> {
  const [given] = parse(completionDescription, args).operands;
  for (const shell of shells) if (shell === given) output.write(scripts[shell](commands));
  return Promise.resolve(exitCodes.done);
}
