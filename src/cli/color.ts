/** How a piece of text looks in a terminal. */
export type Style = keyof typeof codes;

/** SGR parameters of ECMA-48: begin and end. */
const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/** Returns the text in a style, or as it is where nobody sees colours. */
export type Paint = (style: Style, text: string) => string;

/** When a person asks for colours: --color. */
export const colorChoices = ['auto', 'always', 'never'] as const;
export type ColorChoice = (typeof colorChoices)[number];

/** Text as it is. */
export const plain: Paint = (_style, text) => text;

/** Returns the paint for a stream. */
export function paintFor(
  stream: { isTTY?: boolean },
  environment: NodeJS.ProcessEnv,
  choice: ColorChoice = 'auto',
): Paint {
  return hasColors(stream, environment, choice) ? colored : plain;
}

const colored: Paint = (style, text) => {
  const [begin, end] = codes[style];
  return text === '' ? '' : `\u001b[${begin}m${text}\u001b[${end}m`;
};

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
