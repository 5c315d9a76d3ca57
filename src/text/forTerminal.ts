import { isStyle } from './ansi';
import { visible } from './visible';

/**
 * Returns a line for a terminal or the log of a CI service. Nothing in it acts but our own styles, and these only with `colors`; the line
 * ends without one. Programs that read logs for commands (https://docs.github.com/actions/reference/workflow-commands-for-github-actions)
 * find none: neither “::” at its start nor “##[” anywhere.
 */
export function forTerminal(line: string, colors = false): string {
  const parts = colors ? line.split(sequence) : [line];
  const shown = parts.map(part => (colors && isStyle(part) ? part : visible(part, '\t'))).join('');
  const styled = colors && parts.some(isStyle);
  return withoutCommands(shown) + (styled && !shown.endsWith(reset) && !closes(parts) ? reset : '');
}

/** With a group: split keeps what it matches. */
// eslint-disable-next-line no-control-regex -- SGR starts with ESC.
const sequence = /(\u001b\[\d{1,2}m)/;
const reset = '\u001b[0m';

/** Whether the styles that are begun also end, as those of a Paint do. */
function closes(parts: readonly string[]): boolean {
  const last = parts.findLast(isStyle);
  return last !== undefined && isStyle(last) === 'end';
}

function withoutCommands(line: string): string {
  // eslint-disable-next-line no-control-regex -- The styles before it count for nothing.
  return line.replace(/^((?:\s|\u001b\[\d{1,2}m)*)::/, '$1\\x3a:').replaceAll('##[', '##\\x5b');
}

/** Returns lines of our own making for a terminal: line breaks stay. */
export function linesForTerminal(text: string, colors = false): string {
  return text
    .split('\n')
    .map(line => forTerminal(line, colors))
    .join('\n');
}
