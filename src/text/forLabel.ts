import { forMessage } from './forMessage';

/**
 * Returns a text for a label, a prompt or the status of VS Code, which makes an icon of “$(name)” and, in some of these, a link of
 * “[text](command:…)”: a space before each parenthesis prevents it.
 */
export function forLabel(text: string): string {
  return forMessage(text).replaceAll('$(', '$ (');
}
