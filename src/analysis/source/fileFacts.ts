import type { Chunk } from './chunks';
import type { Expression, TypeName } from './expression';
import {
  type FunctionFacts,
  isStatic,
  readFunction,
  readParameters,
  readVariables,
  type Variable,
} from './functionFacts';
import { child, type Parse, type SyntaxNode } from './parser';
import { declared, specifierName, toExpression } from './syntax';
import type { Range } from '../../findings/range';

/** Members of a struct or union, in order. */
export interface StructFacts {
  name: string;
  members: readonly { name: string; type: TypeName }[];
  /** Whether it is a struct of which each member has bytes of its own: no union, bit field or pointer to a function. */
  isPlain: boolean;
}

/** A variable outside of functions. */
export interface GlobalFacts extends Variable {
  /** Known in its file only. */
  internal: boolean;
  /** Only declared here. */
  external: boolean;
}

/** What one outer declaration says. Ranges are relative to the chunk. */
export interface ChunkFacts {
  functions: readonly FunctionFacts[];
  structs: readonly StructFacts[];
  /** A type's other name. */
  aliases: readonly { name: string; type: TypeName }[];
  enumerators: readonly { name: string; value: Expression | undefined; after: string | undefined }[];
  globals: readonly GlobalFacts[];
  /** Names of functions that are declared but not defined here, with what they return. */
  prototypes: readonly {
    name: string;
    returnType: TypeName;
    parameters: readonly Variable[];
    nameRange: Range;
  }[];
}

/** Reads one chunk. Any text gives facts: what the grammar does not understand is left out. */
export function readChunk(chunk: Chunk, parse: Parse): ChunkFacts {
  const reader = new ChunkReader(chunk.text);
  for (const node of parse(chunk.text).children) reader.read(node);
  return reader;
}

class ChunkReader implements ChunkFacts {
  readonly functions: FunctionFacts[] = [];
  readonly structs: StructFacts[] = [];
  readonly aliases: { name: string; type: TypeName }[] = [];
  readonly enumerators: { name: string; value: Expression | undefined; after: string | undefined }[] = [];
  readonly globals: GlobalFacts[] = [];
  readonly prototypes: {
    name: string;
    returnType: TypeName;
    parameters: readonly Variable[];
    nameRange: Range;
  }[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  read(node: SyntaxNode): void {
    switch (node.type) {
      case 'function_definition': {
        const found = readFunction(node, this.#text);
        if (found !== undefined) this.functions.push(found);
        this.#types(node);
        break;
      }
      case 'declaration':
        this.#types(node);
        this.#declaration(node);
        break;
      case 'type_definition': {
        this.#types(node);
        const type = child(node, 'type');
        if (type === undefined) break;
        const name = specifierName(type, this.#text);
        for (const declarator of node.children.filter(({ field }) => field === 'declarator')) {
          const alias = declared(declarator, name, this.#text);
          if (alias !== undefined && alias.parameters === undefined && !alias.functionPointer)
            this.aliases.push({ name: alias.name, type: alias.type });
        }
        break;
      }
      case 'struct_specifier':
      case 'union_specifier':
      case 'enum_specifier':
        this.#types({ ...node, children: [node] });
        break;
      default:
        for (const part of node.children) this.read(part);
    }
  }

  #declaration(node: SyntaxNode): void {
    const external = node.children.some(
      ({ type, start, end }) =>
        type === 'storage_class_specifier' && this.#text.slice(start, end) === 'extern',
    );
    const internal = isStatic(node, this.#text) && !external;
    for (const variable of readVariables(node, this.#text, true))
      this.globals.push({ ...variable, internal, external: external && variable.initializer === undefined });
    const type = child(node, 'type');
    if (type === undefined) return;
    for (const part of node.children.filter(({ field }) => field === 'declarator')) {
      const found = declared(part, specifierName(type, this.#text), this.#text);
      if (found?.parameters !== undefined) {
        this.prototypes.push({
          name: found.name,
          returnType: found.type,
          parameters: readParameters(found.parameters, this.#text),
          nameRange: { start: found.nameStart, end: found.nameEnd },
        });
      }
    }
  }

  /** Structs and enums that are defined in a declaration, also inside each other. */
  #types(node: SyntaxNode): void {
    for (const part of node.children) {
      const body = child(part, 'body');
      if (body === undefined || !/^(?:struct|union|enum)_specifier$/.test(part.type)) continue;
      if (part.type === 'enum_specifier') this.#enum(body);
      else this.#struct(specifierName(part, this.#text), body, part.type === 'struct_specifier');
    }
  }

  #struct(name: string, body: SyntaxNode, isStruct: boolean): void {
    let isPlain = isStruct;
    const members: { name: string; type: TypeName }[] = [];
    for (const field of body.children) {
      const type = child(field, 'type');
      if (type === undefined) {
        isPlain &&= field.type === 'comment';
        continue;
      }
      this.#types(field);
      const typeName = specifierName(type, this.#text);
      const declarators = field.children.filter(part => part.field === 'declarator');
      isPlain &&= declarators.length > 0 && !field.children.some(part => part.type === 'bitfield_clause');
      for (const declarator of declarators) {
        const member = declared(declarator, typeName, this.#text);
        isPlain &&= member?.functionPointer === false;
        if (member !== undefined) members.push({ name: member.name, type: member.type });
      }
    }
    this.structs.push({ name, members, isPlain });
  }

  #enum(body: SyntaxNode): void {
    let before: string | undefined;
    for (const enumerator of body.children.filter(({ type }) => type === 'enumerator')) {
      const name = child(enumerator, 'name');
      const value = child(enumerator, 'value');
      if (name === undefined) continue;
      const text = this.#text.slice(name.start, name.end);
      this.enumerators.push({
        name: text,
        value: value && toExpression(value, this.#text),
        after: before,
      });
      before = text;
    }
  }
}
