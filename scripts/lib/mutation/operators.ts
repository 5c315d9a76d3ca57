import ts from 'typescript';

/** A change of a source file that a test should notice. */
export interface Mutation {
  /** From the root of the repository, with `/`. */
  file: string;
  operator: Operator;
  start: number;
  end: number;
  /** What replaces the text from `start` to `end`. */
  text: string;
  /** What runs if, and only if, the change can matter. */
  reached: Reached;
}

export type Reached = { start: number; end: number } & (
  | { kind: 'expression' }
  /** `start` alone matters: the statement may be in a place for one only. */
  | { kind: 'statement' }
  | { kind: 'body' }
);

export type Operator = (typeof operators)[number];

export const operators = [
  'negate',
  'compare',
  'logic',
  'number',
  'text',
  'remove',
  'return',
  'drop',
  'swap',
] as const;

const comparisons = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
]);

const connectives = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
]);

/** All changes that the operators make of a file, also the ones that the compiler refuses. */
export function mutationsOf(file: string, text: string): Mutation[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Mutation[] = [];

  const range = (node: ts.Node) => ({ start: node.getStart(source), end: node.end });
  const add = (
    operator: Operator,
    at: { start: number; end: number },
    by: string,
    reached: Reached | undefined,
  ) => {
    if (reached !== undefined) found.push({ file, operator, ...at, text: by, reached });
  };
  const reachedExpression = (node: ts.Expression): Reached | undefined => {
    const whole = wholeChain(node);
    return isPattern(whole) ? undefined : { kind: 'expression', ...range(whole) };
  };
  const negate = (condition: ts.Expression) => {
    add('negate', range(condition), `!(${condition.getText(source)})`, {
      kind: 'expression',
      ...range(condition),
    });
  };

  const visit = (node: ts.Node): void => {
    if (isOutside(node)) return;
    if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node))
      negate(node.expression);
    else if (ts.isConditionalExpression(node)) negate(node.condition);
    else if (ts.isForStatement(node) && node.condition !== undefined) negate(node.condition);
    else if (ts.isBinaryExpression(node)) {
      const { kind } = node.operatorToken;
      const other = comparisons.get(kind) ?? connectives.get(kind);
      if (other !== undefined)
        add(
          comparisons.has(kind) ? 'compare' : 'logic',
          range(node.operatorToken),
          other,
          reachedExpression(node),
        );
    } else if (ts.isNumericLiteral(node) || ts.isBigIntLiteral(node)) {
      const one = ts.isBigIntLiteral(node) ? '1n' : '1';
      const sign = node.pos % 2 === 0 ? '+' : '-';
      add('number', range(node), `(${node.getText(source)} ${sign} ${one})`, reachedExpression(node));
    } else if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
      const empty = ts.isStringLiteralLike(node) && node.text === '';
      if (!empty && !ts.isTaggedTemplateExpression(node.parent))
        add('text', range(node), "''", reachedExpression(node));
    }
    if (ts.isArrayLiteralExpression(node))
      for (const each of node.elements) add('drop', withComma(each, source), '', reachedExpression(node));
    if (ts.isObjectLiteralExpression(node))
      for (const each of node.properties) add('drop', withComma(each, source), '', reachedExpression(node));
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) swapArguments(node);
    if (isRemovable(node)) add('remove', range(node), ';', { kind: 'statement', ...range(node) });
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined && ts.isBlock(node.body)) {
      const start = node.body.getStart(source) + 1;
      if (node.body.statements.length > 0)
        add('return', { start, end: start }, ' return; ', { kind: 'body', start, end: start });
    }
    ts.forEachChild(node, visit);
  };

  const swapArguments = (node: ts.CallExpression | ts.NewExpression) => {
    const all = node.arguments ?? [];
    for (const [index, first] of all.entries()) {
      const second = all[index + 1];
      if (second === undefined || ts.isSpreadElement(first) || ts.isSpreadElement(second)) continue;
      const [a, b] = [first.getText(source), second.getText(source)];
      if (a !== b)
        add('swap', { start: range(first).start, end: second.end }, `${b}, ${a}`, reachedExpression(node));
    }
  };

  visit(source);
  return found;
}

/** What is no code that runs, or must stay as it is. */
function isOutside(node: ts.Node): boolean {
  return (
    ts.isTypeNode(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    (ts.isPropertyName(node) && isNameOf(node))
  );
}

/** Whether a node is the name of a property, which only a change of types could rename. */
function isNameOf(node: ts.PropertyName): boolean {
  const { parent } = node;
  return 'name' in parent && parent.name === node && !ts.isIdentifier(node);
}

function isRemovable(node: ts.Node): boolean {
  return (
    (ts.isExpressionStatement(node) && !ts.isStringLiteral(node.expression)) ||
    ts.isThrowStatement(node) ||
    ts.isBreakStatement(node) ||
    ts.isContinueStatement(node) ||
    (ts.isReturnStatement(node) && node.expression === undefined)
  );
}

/** The whole of `a?.b(c).d`: a part of it can't be put into parentheses. */
function wholeChain(node: ts.Expression): ts.Expression {
  let whole = node;
  while (
    (ts.isCallExpression(whole.parent) && whole.parent.expression === whole) ||
    ((ts.isPropertyAccessExpression(whole.parent) || ts.isElementAccessExpression(whole.parent)) &&
      whole.parent.expression === whole) ||
    ts.isNonNullExpression(whole.parent)
  )
    whole = whole.parent;
  return whole;
}

/** Whether a node is what something is assigned to, and no value. */
function isPattern(node: ts.Node): boolean {
  if (ts.isStatement(node) || ts.isSourceFile(node)) return false;
  const { parent } = node;
  const isTarget =
    ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    parent.left === node;
  return isTarget || isPattern(parent);
}

function withComma(node: ts.Node, source: ts.SourceFile): { start: number; end: number } {
  const comma = /^\s*,/.exec(source.text.slice(node.end))?.[0].length ?? 0;
  return { start: node.getStart(source), end: node.end + comma };
}

/** The text with what replaces a part of it. */
export function mutated(text: string, { start, end, text: by }: Mutation): string {
  return text.slice(0, start) + by + text.slice(end);
}
