import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { Analyzer } from '../../src/analysis/engine/analyzer';
import { decodeSource } from '../../src/analysis/source/encoding';

const corpus = path.join(__dirname, '..', 'corpus');
/** How many mutated files are tried; a long run sets more. */
const mutations = Number(process.env['C_MUTATIONS'] ?? 400);

function check(analyzer: Analyzer, text: string) {
  const result = analyzer.check({ files: [{ path: 'a.c', text }], defines: new Map(), target: {} });
  for (const { at } of result.findings) {
    assert.ok(at.start >= 0 && at.start <= at.end && at.end <= text.length, 'a finding lies in its file');
  }
  return result;
}

describe('the analysis', function () {
  this.timeout(120_000 + mutations * 10);
  let analyzer: Analyzer;

  before(async () => {
    analyzer = await Analyzer.create();
  });

  it('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), bytes => {
        check(analyzer, decodeSource(bytes));
      }),
      { numRuns: 200 },
    );
  });

  it('takes programs of which parts are cut out, doubled or changed', () => {
    const sources = readdirSync(corpus, { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.c'))
      .map(name => decodeSource(readFileSync(path.join(corpus, name))));
    const change = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.integer({ min: 0, max: 60 }),
      by: fc.oneof(
        fc.constantFrom(
          '{',
          '}',
          '(',
          ')',
          '#if A\n',
          '#else\n',
          '#endif\n',
          '"',
          "'",
          '/*',
          '\\\n',
          ';',
          '\0',
          'espconn_sent(',
        ),
        fc.string({ maxLength: 10 }),
      ),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...sources),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        (source, changes) => {
          let text = source;
          for (const { at, length, by } of changes) {
            const start = Math.floor(at * text.length);
            text = text.slice(0, start) + by + text.slice(start + length);
          }
          check(analyzer, text);
        },
      ),
      { numRuns: mutations },
    );
  });

  const deep = 5000;
  const hostile: Record<string, string> = {
    'nested braces': `void f(void) {${'{'.repeat(deep)}espconn_sent(a, b, c);${'}'.repeat(deep)}}`,
    'open braces': `void f(void) ${'{'.repeat(50_000)}`,
    'nested parentheses': `void f(void) { x = ${'('.repeat(deep)}espconn_port()${')'.repeat(deep)}; }`,
    'nested #if': `${'#if A\n'.repeat(deep)}espconn_sent(a, b, c);\n${'#endif\n'.repeat(deep)}`,
    '#if of as many macros': Array.from(
      { length: deep },
      (_, i) => `#if A${i}\nvoid f${i}(void) { espconn_secure_connect(&c); }\n`,
    ).join(''),
    'else if without end': `void f(void) { ${'if (a) espconn_sent(a, b, c); else '.repeat(deep)}; }`,
    'macros that double': `${Array.from({ length: 30 }, (_, i) => `#define M${i}(x) M${i + 1}(x) M${i + 1}(x)\n`).join('')}#define M30(x) espconn_sent(x, x, x)\nvoid f(void) { M0(a); }`,
    'a file that includes itself': '#include "a.c"\nvoid f(void) { espconn_sent(a, b, c); }',
    'a chain of functions': Array.from(
      { length: 3000 },
      (_, i) => `void f${i}(struct espconn *c) { f${i + 1}(c); f${i + 2}(c); espconn_secure_connect(c); }\n`,
    ).join(''),
    'one line of 900 KB': 'espconn_sent(a, b, c); '.repeat(40_000),
    'a long sum': `int x = ${'1 + '.repeat(50_000)}espconn_port();`,
  };
  for (const [name, text] of Object.entries(hostile)) {
    it(`takes ${name}`, () => {
      check(analyzer, text);
    });
  }

  it('says that it leaves out what is too large or no text', () => {
    const kinds = (text: string) => check(analyzer, text).notices.map(({ kind }) => kind);
    assert.deepEqual(kinds('x'.repeat(10_000_000)), ['too-large']);
    assert.deepEqual(kinds('void f(void) {\0}'), ['not-text']);
  });
});
