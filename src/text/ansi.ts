/** How a piece of text looks in a terminal or a console that knows ANSI sequences. */
export type Style = keyof typeof codes;

/** SGR parameters of ECMA-48: begin and end. */
const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
  white: [37, 39],
} as const;

/** Returns the text in a style, or as it is where nobody sees colours. */
export type Paint = (style: Style, text: string) => string;

/** Text as it is. */
export const plain: Paint = (_style, text) => text;

/** Text between the sequences of its style. */
export const colored: Paint = (style, text) => {
  const [begin, end] = codes[style];
  return text === '' ? '' : `\u001b[${begin}m${text}\u001b[${end}m`;
};

/**
 * For VS Code's debug console, so that it can be read in every default theme. Dim text is a faint yellow there, its colour for warnings at
 * half opacity: white is grey in light themes. Red is left to the colour that the theme gives to errors.
 */
export const coloredInDebugConsole: Paint = (style, text) =>
  style === 'red' ? text : colored(style === 'dim' ? 'white' : style, text);

/** Whether a text is the sequence that begins or ends a style of ours. */
export function isStyle(text: string): 'begin' | 'end' | undefined {
  // eslint-disable-next-line no-control-regex -- SGR starts with ESC.
  const [, number] = /^\u001b\[(\d+)m$/.exec(text) ?? [];
  for (const [begin, end] of Object.values(codes)) {
    if (number === String(begin)) return 'begin';
    if (number === String(end)) return 'end';
  }
  return undefined;
}
