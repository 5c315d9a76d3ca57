import { visible } from './visible';

/** Returns a text for a place inside a line of Markdown: it is neither markup, nor a named link, nor HTML, nor the end of a table's cell. */
export function forMarkdown(text: string): string {
  return visible(text).replace(/[\\`*_[\]<>|~&]/g, String.raw`\$&`);
}
