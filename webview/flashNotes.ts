import type { Note, PageTexts } from '../src/editor/flash/pageMessages';
import { element } from './element';
import { button, tag } from './toolkit';

/** A note with its place in the list, by which the editor knows it. */
export type NumberedNote = Note & { index: number };

/** Draws what is wrong, and a button for each thing that can be done at once. */
export function noteContents(
  { index, severity, text, fixes }: NumberedNote,
  texts: PageTexts,
  readOnly: boolean,
  fix: (note: number, button: number) => void,
): Node[] {
  const line = element('p');
  line.id = noteId(index);
  line.tabIndex = -1;
  line.append(tag(texts[severity], severity), ` ${text}`);
  if (readOnly || fixes.length === 0) return [line];
  const buttons = element('div', 'buttons');
  for (const [number, title] of fixes.entries()) {
    const made = button(title, 'secondary', () => fix(index, number));
    made.dataset['key'] = `fix ${index} ${number}`;
    buttons.append(made);
  }
  return [line, buttons];
}

/** Marks a field as wrong, and says by what. */
export function describe(field: HTMLElement, notes: readonly NumberedNote[]): void {
  if (notes.length === 0) return;
  const isError = notes.some(({ severity }) => severity === 'error');
  if (isError) field.setAttribute('aria-invalid', 'true');
  field.classList.add(isError ? 'wrong' : 'doubtful');
  field.setAttribute('aria-describedby', notes.map(({ index }) => noteId(index)).join(' '));
}

function noteId(index: number): string {
  return `note-${index}`;
}
