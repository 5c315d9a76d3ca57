import { completionDescription, shells } from './commands/own';
import { bashScript } from './commandLine/bashCompletion';
import { parse } from './commandLine/parse';
import { zshScript } from './commandLine/zshCompletion';
import { descriptions } from './commands';
import { exitCodes } from './exitCodes';
import type { Output } from './output';

/** The script for each of {@link shells}. */
const scripts: Readonly<Record<(typeof shells)[number], () => string>> = {
  bash: () => bashScript(descriptions),
  zsh: () => zshScript(descriptions),
};

/** Runs `esp8266-ssl completion`; resolves to the exit code. */
export function completion(args: string[], output: Output): Promise<number> {
  const [given] = parse(completionDescription, args).operands;
  for (const shell of shells) if (shell === given) output.write(scripts[shell]());
  return Promise.resolve(exitCodes.done);
}
