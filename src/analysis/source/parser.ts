import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Language, Parser } from 'web-tree-sitter';

/** A node of the syntax tree, copied out of the parser's memory. */
export interface SyntaxNode {
  /** As tree-sitter-c names it. */
  type: string;
  /** Its part in the parent, where it has a name. */
  field: string | undefined;
  start: number;
  end: number;
  /** Named ones, and operators. */
  children: SyntaxNode[];
}

/** Reads C. */
export type Parse = (text: string) => SyntaxNode;

/** How deep nodes are followed: nothing that a person writes is deeper. */
const maxDepth = 250;

let loaded: Promise<Parse> | undefined;

/** Loads tree-sitter with its grammar of C, once. */
export function loadParser(): Promise<Parse> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Parse> {
  await Parser.init({ wasmBinary: await wasm('web-tree-sitter') });
  const language = await Language.load(await wasm('tree-sitter-c'));
  const parser = new Parser();
  parser.setLanguage(language);
  const named = new Map<number, boolean>();
  const isNamed = (type: number) => {
    let is = named.get(type);
    // What is not a type of the grammar is an error, which has a name.
    if (is === undefined)
      named.set(type, (is = type >= language.nodeTypeCount || language.nodeTypeIsNamed(type)));
    return is;
  };
  return text => {
    const tree = parser.parse(text);
    if (tree === null) throw new Error('the parser has no language');
    try {
      return copy(tree.walk(), isNamed);
    } finally {
      tree.delete();
    }
  };
}

/** Beside the bundle in out/, in node_modules for the sources. */
async function wasm(name: string): Promise<Uint8Array> {
  const file = `${name}.wasm`;
  try {
    return await readFile(path.join(__dirname, file));
  } catch {
    return readFile(require.resolve(`${name}/${file}`));
  }
}

/** Nodes whose inside says no more than their text. */
const leaves = new Set([
  'identifier',
  'field_identifier',
  'type_identifier',
  'primitive_type',
  'number_literal',
  'char_literal',
  'string_literal',
]);

type Cursor = ReturnType<NonNullable<ReturnType<Parser['parse']>>['walk']>;

/** Copies the tree that a cursor walks. Each question to the parser costs as much as a node: none is asked that is not needed. */
function copy(cursor: Cursor, isNamed: (type: number) => boolean): SyntaxNode {
  const root = nodeAt(cursor, undefined);
  const ancestors = [root];
  let depth = 0;
  let hasInside = true;
  try {
    for (;;) {
      if (hasInside && depth < maxDepth && cursor.gotoFirstChild()) {
        depth++;
      } else {
        while (!cursor.gotoNextSibling()) {
          if (depth === 0 || !cursor.gotoParent()) return root;
          depth--;
        }
      }
      const field = cursor.currentFieldName ?? undefined;
      hasInside = isNamed(cursor.nodeTypeId);
      if (!hasInside && field === undefined) continue;
      const current = nodeAt(cursor, field);
      hasInside &&= !leaves.has(current.type);
      ancestors[depth] = current;
      ancestors[depth - 1]?.children.push(current);
    }
  } finally {
    cursor.delete();
  }
}

function nodeAt(cursor: Cursor, field: string | undefined): SyntaxNode {
  return { type: cursor.nodeType, field, start: cursor.startIndex, end: cursor.endIndex, children: [] };
}

/** The child that plays this part. */
export function child(node: SyntaxNode, field: string): SyntaxNode | undefined {
  return node.children.find(candidate => candidate.field === field);
}
