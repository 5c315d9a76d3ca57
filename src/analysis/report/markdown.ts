/** Text as Markdown: names of C as code, in the rest no markup. */
export function asMarkdown(text: string): string {
  return text
    .split(/(\b\w*_\w*(?:\.[ch]\b)?)/)
    .map((part, place) => (place % 2 === 1 ? `\`${part}\`` : part.replace(/[\\`*<>[\]#]/g, String.raw`\$&`)))
    .join('');
}
