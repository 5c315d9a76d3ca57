import assert from 'node:assert/strict';
import { ProblemError, type Problem } from '../../src/problems';
import { evaluate, type ExpressionScope } from '../../src/simulator/firmware/evaluate';
import type { EnumType, RecordType, Type } from '../../src/simulator/firmware/types';
import { TypedValue } from '../../src/simulator/firmware/values';

const base = (name: string, size: number, encoding: 'signed' | 'unsigned' | 'float'): Type => ({
  kind: 'base',
  name,
  size,
  encoding,
});
const int = base('int', 4, 'signed');
const unsigned = base('unsigned int', 4, 'unsigned');
const uint8: Type = { kind: 'typedef', name: 'uint8', target: base('unsigned char', 1, 'unsigned') };
const char = base('char', 1, 'unsigned');
const pointer = (target: Type): Type => ({ kind: 'pointer', target });
const array = (element: Type, count: number): Type => ({ kind: 'array', element, count });
const state: EnumType = {
  kind: 'enum',
  name: 'state',
  size: 4,
  signed: false,
  enumerators: [
    { name: 'CLOSED', value: 0 },
    { name: 'OPEN', value: 3 },
  ],
};
const node: RecordType = {
  kind: 'struct',
  name: 'node',
  size: 12,
  get members() {
    const bits = undefined;
    return [
      { name: 'value', type: int, offset: 0, bits },
      { name: 'next', type: pointer(node), offset: 4, bits },
      { name: 'state', type: state, offset: 8, bits: { size: 4, shift: 2 } },
    ];
  },
};

const memoryStart = 0x3ffe8000;
const memory = new Uint8Array(0x100);
const view = new DataView(memory.buffer);

const variables: Record<string, { type: Type; offset: number }> = {
  first: { type: node, offset: 0 },
  second: { type: node, offset: 12 },
  list: { type: pointer(node), offset: 24 },
  nothing: { type: pointer(node), offset: 28 },
  numbers: { type: array(int, 3), offset: 32 },
  small: { type: uint8, offset: 44 },
  count: { type: unsigned, offset: 48 },
  text: { type: array(char, 8), offset: 52 },
  ratio: { type: base('double', 8, 'float'), offset: 60 },
  anything: { type: pointer({ kind: 'void' }), offset: 24 },
  minus: { type: int, offset: 68 },
};

const scope: ExpressionScope = {
  types: {
    named: (keyword, name) =>
      keyword === 'struct' && name === 'node'
        ? node
        : keyword === 'typedef' && name === 'uint8'
          ? uint8
          : undefined,
    enumerator: name => {
      const found = state.enumerators.find(enumerator => enumerator.name === name);
      return found && { value: found.value, type: state };
    },
  },
  reader: {
    read: (address, length) => {
      const offset = address - memoryStart;
      return offset >= 0 && offset + length <= memory.length
        ? memory.slice(offset, offset + length)
        : undefined;
    },
    functionName: () => undefined,
  },
  lookup: name => {
    if (name === 'gone') return new TypedValue(scope.reader, name, int, { kind: 'optimized out' }, name);
    const found = variables[name];
    if (found === undefined) return undefined;
    const storage = { kind: 'memory', address: memoryStart + found.offset } as const;
    return new TypedValue(scope.reader, name, found.type, storage, name);
  },
};

const text = (expression: string): string => evaluate(expression, scope).text;
const typed = (expression: string): string => {
  const value = evaluate(expression, scope);
  return `${value.type}: ${value.text}`;
};

function problem(expression: string): Problem {
  try {
    const value = evaluate(expression, scope);
    assert.fail(`${expression} is ${value.text}`);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
}

describe('evaluating C expressions', () => {
  before(() => {
    view.setInt32(0, 10, true);
    view.setUint32(4, memoryStart + 12, true);
    view.setUint8(8, 3 << 2);
    view.setInt32(12, -20, true);
    view.setUint32(24, memoryStart, true);
    [7, 8, 9].forEach((number, index) => {
      view.setInt32(32 + 4 * index, number, true);
    });
    view.setUint8(44, 200);
    view.setUint32(48, 5, true);
    memory.set(new TextEncoder().encode('hello'), 52);
    view.setFloat64(60, 2.5, true);
    view.setInt32(68, -1, true);
  });

  it('follows members, pointers and elements', () => {
    assert.equal(text('first.value'), '10');
    assert.equal(text('list->next->value'), '-20');
    assert.equal(text('(*list).next->next'), 'NULL');
    assert.equal(text('list->state'), 'OPEN');
    assert.equal(text('numbers[1]'), '8');
    assert.equal(text('*numbers'), '7');
    assert.equal(text('*(numbers + 2)'), '9');
    assert.equal(text('list[1].value'), '-20');
    assert.equal(text('text'), '"hello"');
    assert.equal(text('text[0]'), "104 'h'");
    assert.equal(text('&numbers[2]'), '0x3ffe8028');
    assert.equal(text('&list->next->value'), '0x3ffe800c');
  });

  it('keeps names that evaluate to the same', () => {
    const next = evaluate('list->next', scope).children()?.[0];
    assert.equal(next?.evaluateName, 'list->next->value');
    assert.equal(text(next.evaluateName), '-20');
    const element = evaluate('(struct node *) anything', scope).children()?.[0];
    assert.equal(element?.evaluateName, '((struct node *) anything)->value');
    assert.equal(text(element.evaluateName), '10');
  });

  it('computes as C does', () => {
    assert.equal(text('1 + 2 * 3 - 4 / 2'), '5');
    assert.equal(text('(1 + 2) * 3 % 4'), '1');
    assert.equal(typed('small + 100'), 'int: 300');
    assert.equal(typed('0x7fffffff + 1'), 'int: -2147483648');
    assert.equal(typed('count - 6'), 'unsigned int: 4294967295');
    assert.equal(text('minus < count'), '0', 'a negative number becomes a large unsigned one');
    assert.equal(text('minus < 5'), '1');
    assert.equal(text('-7 / 2'), '-3');
    assert.equal(text('-7 >> 1'), '-4');
    assert.equal(text('1 << 4 | 3 & 1 ^ 4'), '21');
    assert.equal(typed('1LL << 40'), 'long long: 1099511627776');
    assert.equal(typed('4294967295'), 'long long: 4294967295');
    assert.equal(typed('0xffffffff'), 'unsigned int: 4294967295');
    assert.equal(text('~0'), '-1');
    assert.equal(text('!count'), '0');
    assert.equal(text("'A' + '\\n' + '\\x10' + '\\0'"), '91');
    assert.equal(text('010 + 0b11'), '11');
    assert.equal(typed('ratio * 2'), 'double: 5');
    assert.equal(text('ratio > 2 && ratio <= 3 || 0'), '1');
  });

  it('compares pointers and enumerators', () => {
    assert.equal(text('list == &first'), '1');
    assert.equal(text('list->next != 0'), '1');
    assert.equal(text('&numbers[2] - numbers'), '2');
    assert.equal(text('list->state == OPEN'), '1');
    assert.equal(text('CLOSED'), 'CLOSED');
  });

  it('looks at the right side of && and || only if it must', () => {
    assert.equal(text('nothing && nothing->value == 1'), '0');
    assert.equal(text('!nothing || nothing->value == 1'), '1');
    assert.equal(problem('nothing->value == 1').kind, 'value-missing');
  });

  it('casts and measures', () => {
    assert.equal(typed('(uint8) 300'), 'uint8: 44');
    assert.equal(typed('(unsigned short) -1'), 'unsigned short: 65535');
    assert.equal(typed('(signed char) 200'), 'signed char: -56');
    assert.equal(typed('(char) 65'), "char: 65 'A'");
    assert.equal(typed('(int) ratio'), 'int: 2');
    assert.equal(typed('(float) 1 / 4'), 'float: 0.25');
    assert.equal(typed('((const struct node *) anything)->value'), 'int: 10');
    assert.equal(typed('(bool) 17'), '_Bool: true');
    assert.equal(typed('sizeof(struct node)'), 'unsigned int: 12');
    assert.equal(text('sizeof numbers / sizeof numbers[0]'), '3');
    assert.equal(text('sizeof(unsigned long long)'), '8');
  });

  it('says what is wrong', () => {
    assert.deepEqual(problem('unheard'), { kind: 'name-unknown', name: 'unheard' });
    assert.deepEqual(problem('(struct unheard *) list'), { kind: 'name-unknown', name: 'struct unheard' });
    assert.deepEqual(problem('first.volume'), {
      kind: 'member-unknown',
      member: 'volume',
      type: 'struct node',
    });
    assert.deepEqual(problem('list.value'), {
      kind: 'member-unknown',
      member: 'value',
      type: 'struct node *',
    });
    assert.deepEqual(problem('*count'), { kind: 'operator-unfit', operator: '*', type: 'unsigned int' });
    assert.deepEqual(problem('*anything'), { kind: 'operator-unfit', operator: '*', type: 'void *' });
    assert.deepEqual(problem('count[0]'), { kind: 'operator-unfit', operator: '[]', type: 'unsigned int' });
    assert.deepEqual(problem('&first.state'), { kind: 'operator-unfit', operator: '&', type: 'enum state' });
    assert.deepEqual(problem('&(count + 1)'), {
      kind: 'operator-unfit',
      operator: '&',
      type: 'unsigned int',
    });
    assert.deepEqual(problem('first + 1'), {
      kind: 'not-a-number',
      expression: 'first',
      type: 'struct node',
    });
    assert.deepEqual(problem('gone + 1'), {
      kind: 'value-missing',
      expression: 'gone',
      reason: '<optimized out>',
    });
    assert.deepEqual(problem('1 / (count - 5)'), { kind: 'division-by-zero' });
    assert.equal(text('gone'), '<optimized out>');
    assert.equal(text('*(int *) 16'), '<no memory at 0x00000010>');
  });

  it('changes nothing', () => {
    assert.deepEqual(problem('count = 3'), { kind: 'expression-changes', operator: '=' });
    assert.deepEqual(problem('count++'), { kind: 'expression-changes', operator: '++' });
    assert.deepEqual(problem('numbers[count -= 1]'), { kind: 'expression-changes', operator: '-=' });
    assert.deepEqual(problem('first(3)'), { kind: 'expression-changes', operator: '()' });
  });

  it('refuses what is no expression', () => {
    for (const [expression, found] of [
      ['', ''],
      ['1 +', ''],
      ['(1', ''],
      ['1 2', '2'],
      ['a->1', '1'],
      ['#', '#'],
      ['1 @ 2', '@ 2'],
      ['0x', '0x'],
      ['09', '09'],
      ["'ab'", "'ab'"],
      ['99999999999999999999', '99999999999999999999'],
    ]) {
      assert.deepEqual(problem(expression ?? ''), { kind: 'expression-malformed', expression, found });
    }
    assert.equal(problem('('.repeat(2000)).kind, 'expression-malformed');
    assert.equal(problem(`${'- '.repeat(999)}1`).kind, 'expression-malformed');
  });

  it('refuses what would nest too deep for the stack, and evaluates the longest that is possible', () => {
    assert.equal(text(`${'1+'.repeat(999)}1`), '1000');
    assert.deepEqual(problem(`${'1+'.repeat(100_000)}1`), {
      kind: 'expression-too-long',
      length: 200_001,
      most: 2000,
    });
  });
});
