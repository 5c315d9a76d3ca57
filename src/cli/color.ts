import { colored, type Paint, plain, type Style } from '../text/ansi';

export { colored, type Paint, plain, type Style };

/** When a person asks for colours: --color. */
export const colorChoices = ['auto', 'always', 'never'] as const;
export type ColorChoice = (typeof colorChoices)[number];

/** Returns the paint for a stream. */
export function paintFor(
  stream: { isTTY?: boolean },
  environment: NodeJS.ProcessEnv,
  choice: ColorChoice = 'auto',
): Paint {
  return hasColors(stream, environment, choice) ? colored : plain;
}

/** The option first, then the variables in Node's order (https://force-color.org, https://no-color.org), then the stream. */
function hasColors(
  { isTTY = false }: { isTTY?: boolean },
  { FORCE_COLOR: force, NO_COLOR: none, TERM: terminal }: NodeJS.ProcessEnv,
  choice: ColorChoice,
): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if (none !== undefined && none !== '') return false;
  return isTTY && terminal !== 'dumb';
}
