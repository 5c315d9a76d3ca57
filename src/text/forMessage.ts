import { visible } from './visible';

/** Returns a text for a notification of VS Code, which makes a link of “[text](command:…)”: a space before the parenthesis prevents it. */
export function forMessage(text: string): string {
  return visible(text).replaceAll('](', '] (');
}

/** The same for text of several lines. */
export function forDetails(text: string): string {
  return text.split('\n').map(forMessage).join('\n');
}
