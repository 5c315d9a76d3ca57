import { evaluate } from './evaluate';
import type { Place, Scopes, Variable } from './scopes';
import type { Types } from './types';
import { TypedValue, variableValue, type ValueReader } from './values';

/** What C code sees from a frame of the call stack. Where functions are inlined, one frame has a view for each of them. */
export class FrameView {
  readonly types: Types;
  readonly reader: ValueReader;
  readonly #scopes: Scopes;
  readonly #place: Place;
  readonly #inlined: number;

  /** `inlined` counts the functions of the frame's inline chain from the innermost. */
  constructor(scopes: Scopes, place: Place, inlined: number, reader: ValueReader) {
    this.types = scopes.types;
    this.reader = reader;
    this.#scopes = scopes;
    this.#place = place;
    this.#inlined = inlined;
  }

  /** The parameters and locals. */
  locals(): TypedValue[] {
    return this.#scopes.variablesAt(this.#pc, this.#inlined).map(variable => this.#value(variable));
  }

  /** The file-scope variables of the source file. */
  fileVariables(): TypedValue[] {
    return this.#scopes.fileVariables(this.#pc).map(variable => this.#value(variable));
  }

  /** What a name means here: a local, a variable of the file or of another, or a function. */
  lookup(name: string): TypedValue | undefined {
    const isIt = (variable: Variable): boolean => variable.name === name;
    const variable =
      this.#scopes.variablesAt(this.#pc, this.#inlined).find(isIt) ??
      this.#scopes.fileVariables(this.#pc).find(isIt) ??
      this.#scopes.variableNamed(name);
    if (variable !== undefined) return this.#value(variable);
    const code = this.#scopes.functionNamed(name);
    if (code === undefined) return undefined;
    const storage = { kind: 'memory', address: code.address } as const;
    return new TypedValue(this.reader, name, this.types.of(code.die), storage, name);
  }

  /** The value of a C expression, which cannot change the device. Throws a Problem that says what is wrong with it. */
  evaluate(expression: string): TypedValue {
    return evaluate(expression, this);
  }

  get #pc(): number {
    return this.#place.frames[this.#place.index]?.lookupPc ?? 0;
  }

  #value(variable: Variable): TypedValue {
    return variableValue(variable, this.#place, this.reader);
  }
}
