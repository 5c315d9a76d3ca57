import * as l10n from '@vscode/l10n';

/** A phrase, such as a line of help, as a sentence that others may follow. */
export function asSentence(phrase: string): string {
  return `${capitalized(phrase)}${l10n.t('. ')}`;
}

/** A phrase as a question or a heading. */
export function capitalized(phrase: string): string {
  return phrase.charAt(0).toUpperCase() + phrase.slice(1);
}
