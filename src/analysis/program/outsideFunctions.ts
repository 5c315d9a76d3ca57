import type { FunctionFacts } from '../source/functionFacts';
import type { ProgramFunction } from './program';

const nowhere = { start: 0, end: 0 };
const noFunction: FunctionFacts = {
  ...nowhere,
  name: '',
  nameRange: nowhere,
  returnType: { name: 'void', pointers: 0, array: false },
  static: false,
  parameters: [],
  body: nowhere,
  locals: new Map(),
  events: [],
  tests: [],
};

/** Stands for a place outside of functions. */
export function outsideOf(unit: ProgramFunction['unit'], base: number): ProgramFunction {
  return { id: `${unit.path}:`, name: '', unit, base, events: [], facts: noFunction };
}
