import type { Expression } from '../source/expression';
import type { Program, ProgramFunction } from './program';
import type { SourceFile } from '../engine/sources';
import type { Place } from '../../findings/range';

/** Where the number is that an expression is, here or as a macro; undefined where it is computed or is in several places. */
export function numberPlace(
  expression: Expression,
  within: ProgramFunction,
  program: Program,
  files: readonly SourceFile[],
): Place | undefined {
  if (within.expanded !== undefined) return undefined;
  if (expression.kind === 'number') return program.place(within, expression);
  if (expression.kind !== 'name') return undefined;
  const definition = new RegExp(
    `^[ \\t]*#[ \\t]*define[ \\t]+${expression.name}[ \\t]+\\(?(?<value>0[xX][0-9a-fA-F]+|\\d+)\\b`,
    'dgm',
  );
  const places = files.flatMap(({ path, text }) =>
    [...text.matchAll(definition)].flatMap(({ indices }): Place[] => {
      const range = indices?.groups?.['value'];
      return range === undefined ? [] : [{ file: path, start: range[0], end: range[1] }];
    }),
  );
  return places.length === 1 ? places[0] : undefined;
}
