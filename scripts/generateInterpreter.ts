/** Writes the cases of the interpreter's loop from the table of instructions. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { effectOf, Op } from '../src/simulator/cpu/decode';
import type { Effect, Expression, Operand, Operator } from '../src/simulator/cpu/effects';

const folder = path.join(__dirname, '..', 'src', 'simulator', 'cpu');
export const interpreterFile = path.join(folder, 'interpreter.ts');

/** What the interpreter's loop calls the operands. */
const names: Readonly<Record<Operand, string>> = {
  r: 'r',
  s: 'a',
  t: 'b',
  immediate: 'imm',
  constant: 'k',
  sar: 'sar',
};

/** Where the loop finds registers and constants; a case reads the ones that it needs. */
const registers = { r: 'R[f & 15]', s: 'R[(f >> 4) & 15]', t: 'R[(f >> 8) & 15]' } as const;
const sources = {
  r: registers.r,
  a: registers.s,
  b: registers.t,
  imm: 'IMM[ip]',
  k: 'K[ip]',
  sar: 'SHARED[0]',
} as const;

/** What lies in data RAM at an offset, by the width of an access. */
const places = { 1: 'bytes[offset]', 2: 'halves[offset >> 1]', 4: 'words[offset >> 2]' } as const;

const operatorTexts = readOperatorTexts();

function textOf(expression: Expression): string {
  if (typeof expression === 'number') return String(expression);
  if (typeof expression === 'string') return names[expression];
  const [operator, ...operands] = expression;
  return operation(
    operator,
    operands.map(operand => {
      const text = textOf(operand);
      return typeof operand === 'object' ? `(${text})` : text;
    }),
  );
}

/** The text of an operator's function with these operands in place of its parameters. */
function operation(operator: Operator, operands: readonly string[]): string {
  const text = operatorTexts.get(operator);
  if (text === undefined) throw new Error(`“${operator}” has no value that is one expression`);
  return text.replace(/\b[abc]\b/g, name => operands['abc'.indexOf(name)] ?? name);
}

/** What the functions of operators return, as it is written: `value: (a, b) => …`. */
function readOperatorTexts(): Map<string, string> {
  const file = path.join(folder, 'effects.ts');
  const texts = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && ts.isObjectLiteralExpression(node.initializer)) {
      for (const property of node.initializer.properties) {
        if (!ts.isPropertyAssignment(property) || property.name.getText() !== 'value') continue;
        if (!ts.isArrowFunction(property.initializer)) continue;
        const { body } = property.initializer;
        const expression = ts.isParenthesizedExpression(body) ? body.expression : body;
        texts.set(ts.isStringLiteral(node.name) ? node.name.text : node.name.getText(), expression.getText());
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
  return texts;
}

/** What is done in the loop; it ends where the instruction behind it is next. */
function statement(effect: Effect): string {
  switch (effect.kind) {
    case 'nothing':
      return '';
    case 'register': {
      const condition = effect.when === undefined ? '' : `if (${textOf(effect.when)}) `;
      return `${condition}${registers[effect.to]} = ${textOf(effect.value)};`;
    }
    case 'shiftAmount':
      return `SHARED[0] = ${textOf(effect.value)};`;
    case 'load': {
      const value = `${places[effect.width]} ?? 0`;
      const extended = effect.signed ? operation('extend16', [`(${value})`]) : value;
      return access(effect, `${registers.t} = ${extended}`);
    }
    case 'store':
      return access(effect, `${places[effect.width]} = b`);
    case 'literal':
      return `${registers.t} = words[imm] ?? 0;`;
    case 'branch':
      return `if (${textOf(effect.when)}) { ip = imm; continue; }`;
    case 'jump':
      return `${jump(effect.to)} continue;`;
    case 'call':
      return `R[0] = ip + (f >> 12) + start; ${jump(effect.to)} continue;`;
    case 'return':
      return 'ip = ((R[0] ?? 0) - start) | 0; continue;';
    case 'system':
      throw new Error('what the system does is no case of its own');
  }
}

function jump(to: 'immediate' | 's'): string {
  return to === 'immediate' ? 'ip = imm;' : 'ip = (a - start) | 0;';
}

function access({ base, width }: Effect & { kind: 'load' | 'store' }, inDataRam: string): string {
  const address = base === 0 ? 'imm' : 'a + imm';
  const aligned = width === 1 ? '' : ` && (offset & ${width - 1}) === 0`;
  return `address = ${address}; const offset = (address - base) >>> 0; if (offset < size${aligned}) ${inDataRam}; else fault = elsewhere;`;
}

function cases(): string[] {
  return Object.entries(Op).flatMap(([mnemonic, op]) => {
    const effect = effectOf(op);
    if (effect === undefined || effect.kind === 'system') return [];
    const text = statement(effect);
    const reads = Object.entries(sources)
      .filter(([name]) => new RegExp(`\\b${name}\\b`).test(text))
      .map(([name, source]) => `const ${name} = ${source} ?? 0; `);
    const end = text.endsWith('continue;') ? '' : ' break;';
    const body = `${reads.join('')}${text}${end}`.trim();
    return `        case ${op}: ${body.includes('const ') ? `{ ${body} }` : body} // ${mnemonic}`;
  });
}

/** The interpreter as it should be. */
export function interpreterSource(): string {
  const source = readFileSync(interpreterFile, 'utf8');
  return source.replace(/(?<=\n {6}switch \(op\) \{\n).*?(?= {8}default: \{\n)/s, () =>
    cases()
      .map(line => `${line}\n`)
      .join(''),
  );
}

if (require.main === module) writeFileSync(interpreterFile, interpreterSource());
