import { visible } from '../src/text/visible';

/** Makes an element with a text; names in it are anybody's. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className = '',
  text = '',
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = visible(text, '\n');
  return made;
}
