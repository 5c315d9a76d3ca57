import { RecentMemo } from '../engine/memo';
import { type Expression, type ListItem, numberValue, type TypeName } from './expression';
import { child, type Parse, type SyntaxNode } from './parser';

/** Turns a node of the syntax tree into an expression; `text` is what was parsed. */
export function toExpression(node: SyntaxNode, text: string): Expression {
  const { start, end } = node;
  const inner = (field: string): Expression => {
    const found = child(node, field);
    return found === undefined ? { kind: 'other', start, end, parts: [] } : toExpression(found, text);
  };
  const operator = (): string => {
    const found = child(node, 'operator');
    return found === undefined ? '' : text.slice(found.start, found.end);
  };
  switch (node.type) {
    case 'identifier':
    case 'field_identifier':
    case 'type_identifier':
    case 'primitive_type':
    case 'true':
    case 'false':
    case 'null':
      return { kind: 'name', start, end, name: text.slice(start, end) };
    case 'number_literal':
      return { kind: 'number', start, end, value: numberValue(text.slice(start, end)) };
    case 'char_literal':
      return { kind: 'number', start, end, value: characterValue(text.slice(start, end)) };
    case 'string_literal':
    case 'concatenated_string':
      return { kind: 'string', start, end, length: stringLength(text.slice(start, end)) };
    case 'call_expression': {
      const list = child(node, 'arguments');
      return {
        kind: 'call',
        start,
        end,
        callee: inner('function'),
        arguments: (list?.children ?? []).map(argument => toExpression(argument, text)),
      };
    }
    case 'field_expression': {
      const member = child(node, 'field');
      return {
        kind: 'member',
        start,
        end,
        base: inner('argument'),
        member: member === undefined ? '' : text.slice(member.start, member.end),
      };
    }
    case 'subscript_expression':
      return { kind: 'index', start, end, base: inner('argument'), index: inner('index') };
    case 'pointer_expression':
    case 'unary_expression':
    case 'update_expression':
      return { kind: 'unary', start, end, operator: operator(), operand: inner('argument') };
    case 'binary_expression': {
      const [left, right] = [inner('left'), inner('right')];
      const type = operator() === '&' ? typeInParentheses(child(node, 'left'), text) : undefined;
      // Without knowing which names are types, `(os_param_t)&conn` looks like a calculation.
      if (type !== undefined && /^(?:name|member|index)$/.test(right.kind)) {
        const { start: from } = child(node, 'operator') ?? right;
        return {
          kind: 'cast',
          start,
          end,
          type,
          operand: { kind: 'unary', start: from, end, operator: '&', operand: right },
        };
      }
      return { kind: 'binary', start, end, operator: operator(), left, right };
    }
    case 'assignment_expression':
      return {
        kind: 'assignment',
        start,
        end,
        operator: operator() || '=',
        target: inner('left'),
        value: inner('right'),
      };
    case 'conditional_expression':
      return {
        kind: 'choice',
        start,
        end,
        test: inner('condition'),
        yes: inner('consequence'),
        no: inner('alternative'),
      };
    case 'cast_expression': {
      const type = child(node, 'type');
      const operand = inner('value');
      return {
        kind: 'cast',
        start,
        end,
        operand,
        type: type === undefined ? unknownType : descriptorType(type, text),
      };
    }
    case 'sizeof_expression': {
      const type = child(node, 'type');
      return {
        kind: 'sizeof',
        start,
        end,
        type: type && descriptorType(type, text),
        operand: type === undefined ? inner('value') : undefined,
      };
    }
    case 'parenthesized_expression': {
      const [only] = node.children;
      return only !== undefined && node.children.length === 1
        ? toExpression(only, text)
        : { kind: 'other', start, end, parts: node.children.map(part => toExpression(part, text)) };
    }
    case 'initializer_list':
      return { kind: 'list', start, end, items: node.children.map(item => listItem(item, text)) };
    case 'preproc_defined': {
      const [name] = node.children;
      return {
        kind: 'defined',
        start,
        end,
        name: name === undefined ? '' : text.slice(name.start, name.end),
      };
    }
    default:
      return { kind: 'other', start, end, parts: node.children.map(part => toExpression(part, text)) };
  }
}

/** The type that parentheses hold, by the way its name is written. */
function typeInParentheses(node: SyntaxNode | undefined, text: string): TypeName | undefined {
  if (node?.type !== 'parenthesized_expression') return undefined;
  const [, name] =
    /^\(\s*(\w+_t|[us]?int(?:8|16|32)|u(?:8|16|32))\s*\)$/.exec(text.slice(node.start, node.end)) ?? [];
  return name === undefined ? undefined : { name, pointers: 0, array: false };
}

const unknownType: TypeName = { name: '', pointers: 0, array: false };

function listItem(node: SyntaxNode, text: string): ListItem {
  if (node.type !== 'initializer_pair') return { member: undefined, value: toExpression(node, text) };
  const designator = text.slice(node.start, child(node, 'value')?.start ?? node.end);
  const value = child(node, 'value');
  return {
    member: /\.\s*([\w.\s]+?)\s*=/.exec(designator)?.[1]?.replace(/\s/g, ''),
    value:
      value === undefined
        ? { kind: 'other', start: node.start, end: node.end, parts: [] }
        : toExpression(value, text),
  };
}

function characterValue(literal: string): number | undefined {
  const inner = literal.replace(/^L?'|'$/g, '');
  if (inner.length === 1) return inner.charCodeAt(0);
  return inner === '\\0' ? 0 : inner === '\\n' ? 10 : inner === '\\r' ? 13 : undefined;
}

/** How many characters adjacent literals hold; escapes count as one. */
function stringLength(literals: string): number {
  let length = 0;
  for (const [, content = ''] of literals.matchAll(/"((?:[^"\\]|\\[^])*)"/g))
    length += content.replace(/\\(?:x[0-9a-fA-F]+|[0-7]{1,3}|\r?\n|[^])/g, '.').length;
  return length;
}

/** The type that a cast or sizeof names. */
function descriptorType(node: SyntaxNode, text: string): TypeName {
  const type = child(node, 'type');
  const declarator = child(node, 'declarator');
  return {
    name: type === undefined ? '' : specifierName(type, text),
    pointers: declarator === undefined ? 0 : depth(declarator, 'abstract_pointer_declarator'),
    array: false,
  };
}

function depth(declarator: SyntaxNode, type: string): number {
  const inner = declarator.children.find(({ field }) => field === 'declarator');
  return (declarator.type === type ? 1 : 0) + (inner === undefined ? 0 : depth(inner, type));
}

/** The tag or name in a type specifier. */
export function specifierName(node: SyntaxNode, text: string): string {
  const tag = child(node, 'name');
  if (/^(?:struct|union|enum)_specifier$/.test(node.type)) {
    // One without a tag goes by its content.
    return tag === undefined ? `#${text.slice(node.start, node.end)}` : text.slice(tag.start, tag.end);
  }
  return text.slice(node.start, node.end).replace(/\s+/g, ' ');
}

/** What a declarator declares. */
export interface Declared {
  name: string;
  nameStart: number;
  nameEnd: number;
  type: TypeName;
  /** The parameter list, where it declares a function (not a pointer to one). */
  parameters: SyntaxNode | undefined;
  functionPointer: boolean;
}

/** Takes a declarator apart; undefined for one without a name. */
export function declared(declarator: SyntaxNode, typeName: string, text: string): Declared | undefined {
  let pointers = 0;
  let array = false;
  let length: Expression | undefined;
  let parameters: SyntaxNode | undefined;
  let functionPointer = false;
  for (let node: SyntaxNode | undefined = declarator; node !== undefined;) {
    switch (node.type) {
      case 'pointer_declarator':
        if (parameters !== undefined) functionPointer = true;
        else pointers++;
        break;
      case 'array_declarator': {
        array = true;
        const size = child(node, 'size');
        length = size && toExpression(size, text);
        break;
      }
      case 'function_declarator':
        parameters ??= child(node, 'parameters');
        break;
      case 'identifier':
      case 'field_identifier':
      case 'type_identifier':
        return {
          name: text.slice(node.start, node.end),
          nameStart: node.start,
          nameEnd: node.end,
          type: { name: typeName, pointers, array, ...(length && { length }) },
          parameters: functionPointer ? undefined : parameters,
          functionPointer,
        };
    }
    node =
      child(node, 'declarator') ??
      (node.type === 'parenthesized_declarator' ||
      node.type === 'init_declarator' ||
      node.type === 'attributed_declarator'
        ? node.children[0]
        : undefined);
  }
  return undefined;
}

/** Reads expressions that stand alone: conditions of the preprocessor and bodies of macros. */
export class ExpressionReader {
  readonly #parse: Parse;
  readonly #conditions = new RecentMemo<Expression | undefined>(runsKept);
  readonly #bodies = new RecentMemo<Expression | undefined>(runsKept);

  constructor(parse: Parse) {
    this.#parse = parse;
  }

  /** Begins a run. */
  next(): void {
    for (const kept of [this.#conditions, this.#bodies]) kept.next();
  }

  /** The condition behind #if; undefined when it is none. */
  condition(text: string): Expression | undefined {
    return this.#conditions.get(text, () => {
      if (text.length > longest) return undefined;
      const source = `#if ${text}\n#endif\n`;
      const condition = find(this.#parse(source), ({ field }) => field === 'condition');
      return condition && toExpression(condition, source);
    });
  }

  /** What an object-like macro's body is as an expression; undefined when it is none. */
  body(text: string): Expression | undefined {
    return this.#bodies.get(text, () => {
      if (text === '' || text.length > longest) return undefined;
      const source = `int _ = ${text};`;
      const tree = this.#parse(source);
      if (find(tree, ({ type }) => type === 'ERROR') !== undefined) return undefined;
      const value = find(tree, ({ field }) => field === 'value');
      return value && toExpression(value, source);
    });
  }
}

/** Longer conditions and macros have no value that a rule could need. */
const longest = 2000;
/** Runs after which what nobody asks for is forgotten. */
const runsKept = 10;

function find(node: SyntaxNode, wanted: (node: SyntaxNode) => boolean): SyntaxNode | undefined {
  for (const part of node.children) {
    const found = wanted(part) ? part : find(part, wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}
