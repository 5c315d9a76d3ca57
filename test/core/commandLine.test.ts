import assert from 'node:assert/strict';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { paintFor, plain } from '../../src/cli/color';
import { withoutColor } from '../../src/cli/commandLine/colorOption';
import { described } from '../../src/cli/commandLine/description';
import { commandHelp, helpWidth, overview } from '../../src/cli/commandLine/help';
import { parse } from '../../src/cli/commandLine/parse';
import { nearest } from '../../src/cli/commandLine/suggest';
import { columns, wrapped } from '../../src/cli/commandLine/width';
import { commandOf, descriptions } from '../../src/cli/commands';
import { ProblemError } from '../../src/problems';

const linesOfScreen = 24;

describe('the command line', () => {
  const example = described({
    words: ['bake'],
    summary: () => 'Bake',
    about: () => '',
    operands: { value: 'FILE', least: 1, most: 2, refusal: () => 'Name the files.' },
    options: {
      heat: { value: 'DEGREES', words: () => 'heat', range: () => ({ least: -10, most: 250.5 }) },
      times: {
        value: 'NUMBER',
        words: () => 'times',
        range: () => ({ least: 1, most: 9, whole: true }),
        default: '3',
      },
      minutes: { value: 'NUMBER', words: () => 'time', range: () => ({ least: 0, above: true }) },
      form: { value: 'FORM', words: () => 'form', choices: ['round', 'square'], default: 'round' },
      with: { value: 'WHAT', words: () => 'what', multiple: true },
      at: {
        value: 'A=B',
        words: () => 'where',
        form: { accepts: text => /^\d=\d$/.test(text), example: '1=2' },
        multiple: true,
      },
      vegan: { words: () => 'vegan' },
    },
    examples: [],
  });

  function refusal(...args: string[]): string {
    try {
      parse(example, args);
    } catch (error) {
      assert.ok(error instanceof ProblemError);
      return error.message;
    }
    throw new Error(`${args.join(' ')} is not refused`);
  }

  it('reads values by the table: text, numbers, choices, repeated ones, switches', () => {
    assert.deepEqual(
      parse(example, ['a', '--heat=-5.5', '--with', 'x', '--vegan', '--with=-y', '--', '--b']),
      {
        given: {
          heat: -5.5,
          times: 3,
          minutes: undefined,
          form: 'round',
          with: ['x', '-y'],
          at: [],
          vegan: true,
        },
        operands: ['a', '--b'],
      },
    );
    assert.equal(parse(example, ['a', '--heat', '-10']).given.heat, -10);
    assert.equal(parse(example, ['a', '--form', 'round', '--form', 'square']).given.form, 'square');
  });

  it('says option, value and range of a wrong number', () => {
    assert.equal(refusal('a', '--times', 'abc'), '--times must be a whole number from 1 to 9, not “abc”.');
    for (const text of ['1e1', '0x3', '2.5', '10', '', ' 3', 'NaN', 'Infinity'])
      assert.equal(
        refusal('a', `--times=${text}`),
        `--times must be a whole number from 1 to 9, not “${text}”.`,
      );
    assert.equal(refusal('a', '--heat', '-11'), '--heat must be a number from -10 to 250.5, not “-11”.');
    assert.equal(refusal('a', '--minutes', '0'), '--minutes must be a number above 0, not “0”.');
  });

  it('asks whether something near was meant', () => {
    assert.equal(refusal('a', '--veagn'), 'bake has no option --veagn. Did you mean --vegan?');
    assert.equal(refusal('a', '--tim', '3'), 'bake has no option --tim. Did you mean --times?');
    assert.equal(refusal('a', '--xyz'), 'bake has no option --xyz.');
    assert.equal(refusal('a', '-q'), 'bake has no option -q.');
    assert.equal(
      refusal('a', '--form', 'sqaure'),
      '--form must be one of round, square, not “sqaure”. Did you mean square?',
    );
    assert.equal(nearest('Simulte', ['simulate', 'inspect']), 'simulate');
    assert.equal(nearest('cert', ['certs', 'check']), 'certs');
    assert.equal(nearest('c', ['certs', 'check']), undefined);
    assert.equal(nearest('x'.repeat(100_000), ['certs']), undefined);
  });

  it('refuses what is missing or too much', () => {
    assert.equal(refusal(), 'Name the files.');
    assert.equal(refusal('a', 'b', 'c'), 'Name the files. 3 are given: a, b, c.');
    assert.equal(refusal('a', '--with', '--vegan'), '--with needs a value: WHAT.');
    assert.equal(refusal('a', '--with'), '--with needs a value: WHAT.');
    assert.equal(refusal('a', '--vegan=no'), '--vegan takes no value.');
    assert.equal(refusal('a', '--at', '1:2'), '--at must be A=B, for example 1=2, not “1:2”.');
  });

  it('finds a command by its words, and its forms by a word or an option', () => {
    const words = (...args: string[]) => commandOf(args)?.command.description.words.join(' ');
    assert.equal(words('certs', '--name', 'csr'), 'certs');
    assert.equal(words('certs', 'csr', '--name', 'x'), 'certs csr');
    assert.equal(words('certs', '--out', 'x', '--devices=list.csv'), 'certs --devices');
    assert.equal(words('certs', '--bad-set'), 'certs --bad-set');
    assert.equal(words('check', '--devices'), 'check');
    assert.equal(words('nothing'), undefined);
  });

  it('gives examples that it would run itself', () => {
    for (const description of descriptions) {
      assert.ok(description.examples.length > 0, description.words.join(' '));
      for (const line of description.examples.filter(text => text.startsWith('esp8266-ssl ')))
        parseExample(line);
    }
  });

  /** Takes a line of a shell apart; the examples need no more than words and single quotes. */
  function parseExample(line: string) {
    const [plainLine = ''] = line.split(/ [>#] ?/);
    const args = [...plainLine.matchAll(/'([^']*)'|(\S+)/g)]
      .map(match => match[1] ?? match[2] ?? '')
      .slice(1);
    if (args[0] === 'help') return;
    const found = commandOf(args);
    assert.ok(found, line);
    assert.doesNotThrow(() => parse(found.command.description, found.rest), line);
  }

  for (const [language, bundle] of [
    ['English', undefined],
    ['Chinese', path.join(__dirname, '..', '..', 'l10n', 'bundle.l10n.zh-cn.json')],
  ] as const) {
    it(`helps in lines of at most ${helpWidth} columns in ${language}`, () => {
      if (bundle !== undefined) l10n.config({ fsPath: bundle });
      try {
        const list = overview(descriptions, '1.0.0', plain);
        assert.ok(list.length <= linesOfScreen, `${list.length} lines`);
        const helps = descriptions.map(each => commandHelp(each, descriptions, plain));
        for (const line of [list, ...helps].flat()) {
          assert.ok(columns(line) <= helpWidth, `${columns(line)} columns: ${line}`);
          // The examples are long lines of a shell; nothing else breaks only because it does not fit.
          assert.doesNotMatch(line, /\s$/);
        }
        for (const [at, { options }] of descriptions.entries())
          for (const name of Object.keys(options))
            assert.ok(helps[at]?.some(line => line.includes(`--${name}`)));
      } finally {
        l10n.config({ contents: {} });
      }
    });
  }

  it('breaks Chinese between characters, but never before a full stop', () => {
    assert.equal(columns('设备 a。'), 8);
    assert.equal(columns('“a” 的'), 8);
    assert.equal(columns('“a”'), 3);
    assert.deepEqual(wrapped('设备的证书。', 10), ['设备的证', '书。']);
    assert.deepEqual(wrapped('one two three', 7), ['one two', 'three']);
    assert.deepEqual(wrapped('（见 abc）的', 6), ['（见', 'abc）', '的']);
  });

  it('paints where a person reads, or where it is asked for', () => {
    const painted = (environment: NodeJS.ProcessEnv, isTTY: boolean, choice?: 'always' | 'never') =>
      paintFor({ isTTY }, environment, choice)('red', 'x') !== 'x';
    assert.equal(paintFor({ isTTY: true }, {})('red', 'x'), '\u001b[31mx\u001b[39m');
    assert.deepEqual(
      [
        painted({}, false),
        painted({ TERM: 'dumb' }, true),
        painted({ NO_COLOR: '1' }, true),
        painted({ NO_COLOR: '' }, true),
        painted({ FORCE_COLOR: '1' }, false),
        painted({ FORCE_COLOR: '0' }, true),
        painted({ FORCE_COLOR: '1', NO_COLOR: '1' }, false),
        painted({ NO_COLOR: '1' }, false, 'always'),
        painted({ FORCE_COLOR: '1' }, true, 'never'),
      ],
      [false, false, false, true, true, false, true, true, false],
    );
    assert.deepEqual(withoutColor(['check', '--color=never', 'x', '--', '--color=always']), {
      color: 'never',
      rest: ['check', 'x', '--', '--color=always'],
    });
    assert.throws(() => withoutColor(['--color', 'alwasy']), /auto, always, never.*Did you mean always\?/);
    assert.throws(() => withoutColor(['--color']), /auto, always, never, not “”/);
  });
});
