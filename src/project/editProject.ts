import { applyEdits, type Edit, modify } from 'jsonc-parser';
import { ownFile } from '../files/ownFile';
import { writeFileAtomically } from '../files/writeFile';
import type { TextEdit } from '../findings/textEdit';
import { parseProject, projectFileName, readProjectText } from './projectFile';
import type { JsonChange } from '../text/jsonPath';

/**
 * Returns `text`, the project's file, with these changes: what else is in it, comments and unknown keys too, stays as it is. Throws
 * a Problem that names `file` if it is no JSON.
 */
export function editedProject(text: string, changes: readonly JsonChange[], file: string): string {
  const empty = text.trim() === '';
  if (!empty) parseProject(text, file);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = /^(\t| +)\S/m.exec(text)?.[1] ?? '  ';
  const formattingOptions = { eol, insertSpaces: indent !== '\t', tabSize: indent.length };
  let edited = empty ? `{}${eol}` : text;
  for (const { at, value } of changes) {
    const edits: Edit[] = modify(edited, at, value, { formattingOptions });
    edited = applyEdits(edited, edits);
  }
  return edited;
}

/** The one replacement that makes a text the other: what is alike at both ends stays. Undefined where nothing differs. */
export function replacementOf(before: string, after: string): TextEdit | undefined {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let [end, afterEnd] = [before.length, after.length];
  while (end > start && afterEnd > start && before[end - 1] === after[afterEnd - 1]) {
    end--;
    afterEnd--;
  }
  return start === end && start === afterEnd ? undefined : { start, end, text: after.slice(start, afterEnd) };
}

/** Makes the changes in the project's file in `folder`; without one it is made. */
export async function editProjectFile(folder: string, changes: readonly JsonChange[]): Promise<void> {
  const file = ownFile(folder, projectFileName);
  const text = (await readProjectText(folder)) ?? '';
  const edited = editedProject(text, changes, file);
  if (edited !== text) writeFileAtomically(file, Buffer.from(edited));
}
