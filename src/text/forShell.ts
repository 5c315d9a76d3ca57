import { visible } from './visible';

/**
 * Returns a word of a command that the user pastes into a shell of this system: a POSIX shell; on Windows PowerShell and cmd alike.
 * Undefined for a word that cannot be quoted there. A control character ends the line or the paste. Both shells of Windows know only
 * double quotes; in these PowerShell runs “$(…)” and takes “ for a quote, and cmd replaces %NAME%.
 */
export function forShell(word: string, platform: NodeJS.Platform = process.platform): string | undefined {
  if (visible(word) !== word) return undefined;
  if (platform !== 'win32')
    return /^[\w%+:,./-][\w@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
  if (/^[\w+=:./\\-]+$/.test(word)) return word;
  // A backslash before the last quotation mark would make it part of the word.
  return /["$`%“”„]/.test(word) ? undefined : `"${word.replace(/\\+$/, '$&$&')}"`;
}
