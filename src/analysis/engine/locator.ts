import type { Finding } from '../../findings/finding';
import { LineIndex, type Place } from '../../findings/range';
import type { SourceFile } from './sources';
import type { Location, LocatedFinding } from './messages';

/** Finds the lines and characters of places in files. */
export function locator(files: readonly SourceFile[]): (place: Place) => Location {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const indexes = new Map<string, LineIndex>();
  const indexOf = (file: string) => {
    const index = indexes.get(file) ?? new LineIndex(texts.get(file) ?? '');
    indexes.set(file, index);
    return index;
  };
  return ({ file, start, end }) => ({
    file,
    start: indexOf(file).position(start),
    end: indexOf(file).position(end),
  });
}

/** A finding as data, with lines and characters. */
export function located(
  { rule, severity, message, at, related = [], fixes = [], unnecessary = false }: Finding,
  locate: (place: Place) => Location,
): LocatedFinding {
  return {
    rule: rule.id,
    severity,
    message,
    at: locate(at),
    related: related.map(each => ({ at: locate(each.at), message: each.message })),
    fixes: fixes.map(({ title, edits, safe, move }) => ({
      title,
      edits: edits.map(edit => ({ ...locate(edit), text: edit.text })),
      safe,
      move,
    })),
    unnecessary,
  };
}
