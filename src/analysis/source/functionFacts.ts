import { type CallExpression, type Expression, parts, type TypeName } from './expression';
import { child, type SyntaxNode } from './parser';
import { declared, specifierName, toExpression } from './syntax';
import type { Range } from '../../findings/range';

/** One decision that led to a place in a function. All ranges are relative to the function's chunk. */
export interface Decision {
  /** The decision before. */
  outer: Decision | undefined;
  kind: 'if' | 'loop' | 'switch';
  /** Where the statement or operator begins: the same for all its arms. */
  id: number;
  /** 1 where the test holds, 0 where it does not; of a switch the number of the case. */
  arm: number;
  /** Undefined where a loop has none. */
  test: Expression | undefined;
  /** The one label through which a switch gets here; undefined when there are several, or it is `default`. */
  label?: Expression;
}

/** A decision and those around it, from the inside out. */
export function decisions(decision: Decision | undefined): Decision[] {
  const all: Decision[] = [];
  for (let each = decision; each !== undefined; each = each.outer) all.push(each);
  return all;
}

/** What becomes of a call's result. */
export type ResultUse =
  | { kind: 'ignored' }
  /** `(void)f()` */
  | { kind: 'discarded' }
  | { kind: 'compared'; operator: string; with: Expression }
  /** As a condition, or negated. */
  | { kind: 'tested'; negated: boolean }
  | { kind: 'assigned'; target: Expression }
  | { kind: 'used' };

export interface CallEvent extends Range {
  kind: 'call';
  call: CallExpression;
  /** Name of the called function or macro; undefined for a call through an expression. */
  name: string | undefined;
  nameRange: Range;
  use: ResultUse;
  decision: Decision | undefined;
  /** The whole statement, where the call is one. */
  statement: Range | undefined;
}

export interface AssignEvent extends Range {
  kind: 'assign';
  target: Expression;
  value: Expression;
  operator: string;
  decision: Decision | undefined;
}

export interface ReturnEvent extends Range {
  kind: 'return';
  value: Expression | undefined;
  decision: Decision | undefined;
}

/** What a function does, in the order of the source. */
export type FunctionEvent = CallEvent | AssignEvent | ReturnEvent;

export interface Variable {
  name: string;
  type: TypeName;
  nameRange: Range;
  /** Where its declaration begins. */
  declaration: number;
  /** Lives as long as the program. */
  static: boolean;
  functionPointer: boolean;
  initializer?: Expression;
}

/** A function as it is in its chunk. */
export interface FunctionFacts extends Range {
  name: string;
  nameRange: Range;
  returnType: TypeName;
  static: boolean;
  parameters: readonly Variable[];
  /** From `{` to `}`. */
  body: Range;
  locals: ReadonlyMap<string, Variable>;
  events: readonly FunctionEvent[];
  /** Every comparison and test that decides something, in order. */
  tests: readonly { test: Expression; decision: Decision | undefined }[];
}

/** Reads a function from its definition; undefined when it has no name or body. */
export function readFunction(node: SyntaxNode, text: string): FunctionFacts | undefined {
  const declarator = child(node, 'declarator');
  const body = child(node, 'body');
  const type = child(node, 'type');
  if (declarator === undefined || body === undefined) return undefined;
  const head = declared(declarator, type === undefined ? 'int' : specifierName(type, text), text);
  if (head?.parameters === undefined) return undefined;
  const reader = new BodyReader(text);
  reader.statement(body, undefined);
  return {
    start: node.start,
    end: node.end,
    name: head.name,
    nameRange: { start: head.nameStart, end: head.nameEnd },
    returnType: head.type,
    static: isStatic(node, text),
    parameters: readParameters(head.parameters, text),
    body,
    locals: reader.locals,
    events: reader.events,
    tests: reader.tests,
  };
}

/** The parameters in a list; `void` is none. */
export function readParameters(list: SyntaxNode, text: string): Variable[] {
  return list.children
    .filter(({ type }) => type === 'parameter_declaration')
    .flatMap((node): Variable[] => {
      const declarator = child(node, 'declarator');
      const type = child(node, 'type');
      if (type === undefined) return [];
      const name = specifierName(type, text);
      const parameter = declarator && declared(declarator, name, text);
      if (parameter === undefined) {
        if (name === 'void' && declarator === undefined) return [];
        const pointers = declarator?.type === 'abstract_pointer_declarator' ? 1 : 0;
        return [
          {
            name: '',
            type: { name, pointers, array: false },
            nameRange: node,
            declaration: node.start,
            static: false,
            functionPointer: false,
          },
        ];
      }
      const { array } = parameter.type;
      return [
        {
          name: parameter.name,
          // An array as a parameter is a pointer.
          type: { name, pointers: parameter.type.pointers + (array ? 1 : 0), array: false },
          nameRange: { start: parameter.nameStart, end: parameter.nameEnd },
          declaration: node.start,
          static: false,
          functionPointer: parameter.functionPointer,
        },
      ];
    });
}

/** The variables of a declaration, inside or outside of functions. Declared functions are none. */
export function readVariables(node: SyntaxNode, text: string, outside: boolean): Variable[] {
  const type = child(node, 'type');
  if (type === undefined) return [];
  const name = specifierName(type, text);
  const lasting = outside || isStatic(node, text);
  return node.children.flatMap((part): Variable[] => {
    if (part.field !== 'declarator') return [];
    const declarator = part.type === 'init_declarator' ? child(part, 'declarator') : part;
    const value = part.type === 'init_declarator' ? child(part, 'value') : undefined;
    const found = declarator && declared(declarator, name, text);
    if (found === undefined || found.parameters !== undefined) return [];
    return [
      {
        name: found.name,
        type: found.type,
        nameRange: { start: found.nameStart, end: found.nameEnd },
        declaration: node.start,
        static: lasting,
        functionPointer: found.functionPointer,
        ...(value && { initializer: toExpression(value, text) }),
      },
    ];
  });
}

/** Whether a definition is static. LOCAL, which is that in the SDK, was masked as `const`. */
export function isStatic(node: SyntaxNode, text: string): boolean {
  return node.children.some(
    ({ type, start, end }) =>
      (type === 'storage_class_specifier' || type === 'type_qualifier') &&
      /^(?:static|const|extern)$/.test(text.slice(start, end)),
  );
}

/** How deep statements may be nested; generated code beyond that is left out. */
const maxNesting = 200;

class BodyReader {
  readonly locals = new Map<string, Variable>();
  readonly events: FunctionEvent[] = [];
  readonly tests: { test: Expression; decision: Decision | undefined }[] = [];
  readonly #text: string;
  #nesting = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads a statement; returns whether control never continues behind it. */
  statement(node: SyntaxNode, decision: Decision | undefined): boolean {
    if (this.#nesting > maxNesting) return false;
    this.#nesting++;
    try {
      return this.#statement(node, decision);
    } finally {
      this.#nesting--;
    }
  }

  #statement(node: SyntaxNode, decision: Decision | undefined): boolean {
    switch (node.type) {
      case 'compound_statement':
        return this.#sequence(node.children, decision).leaves;
      case 'if_statement':
        return this.#if(node, decision).leaves;
      case 'while_statement':
      case 'for_statement':
      case 'do_statement':
        this.#loop(node, decision);
        return false;
      case 'switch_statement':
        this.#switch(node, decision);
        return false;
      case 'return_statement': {
        const [value] = node.children;
        const expression = value && toExpression(value, this.#text);
        if (expression !== undefined) this.#evaluate(expression, decision, { kind: 'used' });
        this.events.push({ kind: 'return', start: node.start, end: node.end, value: expression, decision });
        return true;
      }
      case 'break_statement':
      case 'continue_statement':
      case 'goto_statement':
        return true;
      case 'expression_statement': {
        const [only] = node.children;
        if (only !== undefined) this.#ignoring(toExpression(only, this.#text), decision, node);
        return false;
      }
      case 'declaration':
        for (const variable of readVariables(node, this.#text, false)) {
          this.locals.set(variable.name, variable);
          const { initializer, nameRange } = variable;
          if (initializer === undefined) continue;
          const target: Expression = { kind: 'name', name: variable.name, ...nameRange };
          this.#evaluate(initializer, decision, { kind: 'assigned', target });
          if (variable.static) continue;
          this.events.push({
            kind: 'assign',
            start: nameRange.start,
            end: initializer.end,
            target,
            value: initializer,
            operator: '=',
            decision,
          });
        }
        return false;
      case 'labeled_statement':
      case 'ERROR':
        return this.#sequence(node.children, decision).leaves;
      default:
        if (node.type.endsWith('_expression'))
          this.#ignoring(toExpression(node, this.#text), decision, undefined);
        else for (const part of node.children) this.statement(part, decision);
        return false;
    }
  }

  /** Statements one after another: behind `if (x) return;` is where x does not hold. */
  #sequence(
    nodes: readonly SyntaxNode[],
    decision: Decision | undefined,
  ): { leaves: boolean; decision: Decision | undefined } {
    let now = decision;
    let leaves = false;
    for (const node of nodes) {
      if (node.type === 'if_statement') {
        const result = this.#if(node, now);
        now = result.behind;
        leaves = result.leaves;
      } else {
        // A label can be reached from elsewhere, whatever was decided before.
        if (node.type === 'labeled_statement') now = decision;
        leaves = this.statement(node, now);
      }
      if (leaves && node !== nodes.at(-1)) {
        // What follows is dead, or reached by a label.
        now = decision;
      }
    }
    return { leaves, decision: now };
  }

  #if(node: SyntaxNode, decision: Decision | undefined): { leaves: boolean; behind: Decision | undefined } {
    const condition = child(node, 'condition');
    const test: Expression =
      condition === undefined
        ? { kind: 'other', start: node.start, end: node.start, parts: [] }
        : toExpression(condition, this.#text);
    this.#test(test, decision);
    const arm = (value: number): Decision => ({
      outer: decision,
      kind: 'if',
      id: node.start,
      arm: value,
      test,
    });
    const yes = child(node, 'consequence');
    const no = child(node, 'alternative');
    const yesLeaves = yes !== undefined && this.statement(yes, arm(1));
    const [noStatement] = no === undefined ? [] : no.type === 'else_clause' ? no.children : [no];
    const noLeaves = noStatement !== undefined && this.statement(noStatement, arm(0));
    const behind = yesLeaves && !noLeaves ? arm(0) : noLeaves && !yesLeaves ? arm(1) : decision;
    return { leaves: yesLeaves && noLeaves, behind };
  }

  #loop(node: SyntaxNode, decision: Decision | undefined): void {
    const condition = child(node, 'condition');
    const initial = child(node, 'initializer');
    const update = child(node, 'update');
    if (initial !== undefined) {
      if (initial.type === 'declaration') this.statement(initial, decision);
      else this.#ignoring(toExpression(initial, this.#text), decision, undefined);
    }
    const test = condition && toExpression(condition, this.#text);
    // do { } while (0) is how macros make a statement.
    const once = node.type === 'do_statement' && test?.kind === 'number' && test.value === 0;
    const inside: Decision | undefined = once
      ? decision
      : { outer: decision, kind: 'loop', id: node.start, arm: 1, test };
    if (test !== undefined) this.#test(test, inside);
    const body = child(node, 'body');
    if (body !== undefined) this.statement(body, inside);
    if (update !== undefined) this.#ignoring(toExpression(update, this.#text), inside, undefined);
  }

  #switch(node: SyntaxNode, decision: Decision | undefined): void {
    const condition = child(node, 'condition');
    const body = child(node, 'body');
    const test: Expression | undefined = condition && toExpression(condition, this.#text);
    if (test !== undefined) this.#evaluate(test, decision, { kind: 'used' });
    if (body === undefined) return;
    let arm = 0;
    let labels: (Expression | undefined)[] = [];
    let leaves = true;
    for (const part of body.children) {
      if (part.type !== 'case_statement') {
        this.statement(part, decision);
        continue;
      }
      const value = child(part, 'value');
      const label = value && toExpression(value, this.#text);
      if (leaves) {
        arm++;
        labels = [label];
      } else {
        labels = [...labels, label];
      }
      const [only] = labels.length === 1 ? labels : [];
      const inside: Decision = {
        outer: decision,
        kind: 'switch',
        id: node.start,
        arm,
        test,
        ...(only && { label: only }),
      };
      const statements = part.children.filter(candidate => candidate !== value);
      leaves = statements.length > 0 && this.#sequence(statements, inside).leaves;
    }
  }

  #test(test: Expression, decision: Decision | undefined): void {
    this.tests.push({ test, decision });
    this.#evaluate(test, decision, { kind: 'tested', negated: false });
  }

  #ignoring(expression: Expression, decision: Decision | undefined, statement: Range | undefined): void {
    this.#evaluate(
      expression,
      decision,
      { kind: 'ignored' },
      statement && { start: statement.start, end: statement.end },
    );
  }

  /** Records calls and assignments in an expression, in the order in which they happen. */
  #evaluate(expression: Expression, decision: Decision | undefined, use: ResultUse, statement?: Range): void {
    const used: ResultUse = { kind: 'used' };
    switch (expression.kind) {
      case 'call': {
        const { callee } = expression;
        if (callee.kind !== 'name') this.#evaluate(callee, decision, used);
        for (const argument of expression.arguments) this.#evaluate(argument, decision, used);
        this.events.push({
          kind: 'call',
          start: expression.start,
          end: expression.end,
          call: expression,
          name: callee.kind === 'name' ? callee.name : undefined,
          nameRange: callee,
          use,
          decision,
          statement,
        });
        break;
      }
      case 'assignment': {
        const { target, value, operator } = expression;
        this.#evaluate(value, decision, { kind: 'assigned', target });
        if (target.kind !== 'name') this.#evaluate(target, decision, used);
        const { start, end } = expression;
        this.events.push({ kind: 'assign', start, end, target, value, operator, decision });
        break;
      }
      case 'choice': {
        const { test, yes, no, start } = expression;
        this.#test(test, decision);
        const arm = (value: number): Decision => ({
          outer: decision,
          kind: 'if',
          id: start,
          arm: value,
          test,
        });
        this.#evaluate(yes, arm(1), use);
        this.#evaluate(no, arm(0), use);
        break;
      }
      case 'binary': {
        const { operator, left, right, start } = expression;
        if (operator === '&&' || operator === '||') {
          const tested: ResultUse =
            use.kind === 'ignored'
              ? { kind: 'tested', negated: false }
              : use.kind === 'used' || use.kind === 'assigned'
                ? { kind: 'tested', negated: false }
                : use;
          this.#evaluate(left, decision, tested);
          const arm = operator === '&&' ? 1 : 0;
          this.#evaluate(right, { outer: decision, kind: 'if', id: start, arm, test: left }, tested);
        } else if (/^(?:[=!]=|[<>]=?)$/.test(operator)) {
          this.#evaluate(left, decision, { kind: 'compared', operator, with: right });
          this.#evaluate(right, decision, { kind: 'compared', operator: mirrored(operator), with: left });
        } else {
          this.#evaluate(left, decision, used);
          this.#evaluate(right, decision, used);
        }
        break;
      }
      case 'unary':
        this.#evaluate(
          expression.operand,
          decision,
          expression.operator === '!'
            ? { kind: 'tested', negated: use.kind === 'tested' ? !use.negated : true }
            : used,
        );
        if (expression.operator === '++' || expression.operator === '--') {
          const { operand: target, start, end } = expression;
          const value: Expression = { kind: 'other', start, end, parts: [] };
          this.events.push({
            kind: 'assign',
            start,
            end,
            target,
            value,
            operator: expression.operator,
            decision,
          });
        }
        break;
      case 'cast':
        this.#evaluate(
          expression.operand,
          decision,
          use.kind === 'ignored' ? { kind: 'discarded' } : use,
          undefined,
        );
        break;
      case 'sizeof':
        break;
      default:
        for (const part of parts(expression)) this.#evaluate(part, decision, used);
    }
  }
}

function mirrored(operator: string): string {
  return operator.replace(/[<>]/, sign => (sign === '<' ? '>' : '<'));
}
