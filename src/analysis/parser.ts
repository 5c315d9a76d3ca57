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
const mostDepth = 250;

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
  return text => {
    const tree = parser.parse(text);
    if (tree === null) throw new Error('the parser has no language');
    try {
      return copy(tree.walk());
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

function copy(cursor: ReturnType<NonNullable<ReturnType<Parser['parse']>>['walk']>): SyntaxNode {
  const root = node();
  const ancestors = [root];
  let depth = 0;
  try {
    for (;;) {
      if (depth < mostDepth && cursor.gotoFirstChild()) {
        depth++;
      } else {
        while (!cursor.gotoNextSibling()) {
          if (depth === 0 || !cursor.gotoParent()) return root;
          depth--;
        }
      }
      const current = node();
      ancestors[depth] = current;
      if (cursor.nodeIsNamed || current.field !== undefined) ancestors[depth - 1]?.children.push(current);
    }
  } finally {
    cursor.delete();
  }

  function node(): SyntaxNode {
    return {
      type: cursor.nodeType,
      field: cursor.currentFieldName ?? undefined,
      start: cursor.startIndex,
      end: cursor.endIndex,
      children: [],
    };
  }
}

/** The child that plays this part. */
export function child(node: SyntaxNode, field: string): SyntaxNode | undefined {
  return node.children.find(candidate => candidate.field === field);
}
