import assert from 'node:assert/strict';
import fc from 'fast-check';
import { outputTo } from '../../../src/cli/output';
import { colored } from '../../../src/text/ansi';
import { FirmwareOutput } from '../../../src/text/firmwareOutput';
import { forMarkdown } from '../../../src/text/forMarkdown';
import { forMessage } from '../../../src/text/forMessage';
import { forTerminal } from '../../../src/text/forTerminal';
import { forWorkflowCommand } from '../../../src/text/forWorkflowCommand';
import { forJson } from '../../../src/text/visible';

/** Spelled apart from the code: controls without tab, line separators, bidirectional controls. */
const forbidden = new Set(
  [
    [0x00, 0x08],
    [0x0a, 0x1f],
    [0x7f, 0x9f],
    [0x61c, 0x61c],
    [0x200e, 0x200f],
    [0x2028, 0x202e],
    [0x2066, 0x2069],
  ].flatMap(([from = 0, to = 0]) => Array.from({ length: to - from + 1 }, (_, at) => from + at)),
);
const forbiddenIn = (text: string) =>
  Array.from(text).filter(character => forbidden.has(character.codePointAt(0) ?? 0));

/** Text of pieces that an attacker would use, and of any characters. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        ...[
          '\u001b',
          '\u001b[',
          '\u001b]0;t\u0007',
          '\u001b[2J',
          '\u001b[31m',
          '\u001b[8m',
          '\u001b[39m',
          '\u009b',
          '\n',
          '\r',
        ],
        ...[
          '::',
          ':',
          '::error::x',
          '##[error]',
          '##[',
          '#',
          '](',
          '[x](command:y)',
          '\u202e',
          '\u2066',
          '\u2028',
          '\t',
          '中文',
          'שלום',
          '%0A',
        ],
      ),
    ),
  )
  .map(parts => parts.join(''));

describe('Text from outside', () => {
  it('is shown with escapes in a terminal', () => {
    const table: [text: string, shown: string][] = [
      ['a\n::error::x', 'a\\n::error::x'],
      ['::error::x', '\\x3a:error::x'],
      [' \t::error::x', ' \t\\x3a:error::x'],
      ['a ##[error]x', 'a ##\\x5berror]x'],
      ['\u001b]52;c;ZWNobwo=\u0007', '\\x1b]52;c;ZWNobwo=\\x07'],
      ['\u001b[31mred', '\\x1b[31mred'],
      ['c.\u202efdp.exe', 'c.\\u202efdp.exe'],
      ['\u009b2J', '\\x9b2J'],
      ['a\u2028b', 'a\\u2028b'],
      ['证书 שלום عربي\tü', '证书 שלום عربي\tü'],
      ['std::string', 'std::string'],
    ];
    for (const [text, shown] of table) assert.equal(forTerminal(text), shown);
  });

  it('has only our own styles in a terminal, each of which ends with the line', () => {
    assert.equal(forTerminal(colored('red', 'x'), true), colored('red', 'x'));
    assert.equal(forTerminal('\u001b[31mx', true), '\u001b[31mx\u001b[0m');
    assert.equal(forTerminal('\u001b[8mx', true), '\\x1b[8mx');
    assert.equal(forTerminal(colored('red', '::error::x'), true), '\u001b[31m\\x3a:error::x\u001b[39m');
  });

  it('never acts on a terminal, in whatever form it is written', () => {
    for (const color of ['always', 'never'] as const) {
      fc.assert(
        fc.property(hostile, text => {
          let written = '';
          const stream = { write: (piece: string) => (written += piece) };
          const output = outputTo(stream, stream, {}, color);
          output.out(text);
          output.error(text);
          output.out(text, 'lines');
          output.out(JSON.stringify({ [text]: text }, undefined, 2), 'json');
          output.out(forWorkflowCommand('error', { file: text, title: text }, text), 'workflow command');
          const lines = written.split('\n');
          const styles = /\u001b\[(?:[012]|22|31|32|33|36|39)m/g; // eslint-disable-line no-control-regex
          for (const line of lines)
            assert.deepEqual(forbiddenIn(color === 'always' ? line.replace(styles, '') : line), []);
          // One command is ours; no other line starts one.
          assert.equal(lines.filter(line => line.trimStart().startsWith('::')).length, 1);
          assert.ok(!written.includes('##['));
        }),
      );
    }
  });

  it('means the same in JSON', () => {
    fc.assert(
      fc.property(hostile, text => {
        const value: unknown = JSON.parse(forJson(JSON.stringify({ [text]: [text] }, undefined, 2)));
        assert.deepEqual(value, JSON.parse(JSON.stringify({ [text]: [text] })));
      }),
    );
  });

  it('is one workflow command, with what it says in its place', () => {
    assert.equal(
      forWorkflowCommand('error', { file: 'a\n::b,c:%' }, 'x\n::error::y\u001b[2J'),
      '::error file=a\\n%3A%3Ab%2Cc%3A%25::x%0A::error::y\\x1b[2J',
    );
  });

  it('is no link in a message', () => {
    assert.equal(forMessage('[x](command:workbench.action.quit)'), '[x] (command:workbench.action.quit)');
    fc.assert(
      fc.property(hostile, text => {
        assert.doesNotMatch(forMessage(text), /\[[^\]]+\]\(/);
        assert.deepEqual(forbiddenIn(forMessage(text)), []);
      }),
    );
  });

  it('is no markup in Markdown', () => {
    assert.equal(
      forMarkdown('[x](command:y) <img> `a` | b\n# c'),
      '\\[x\\](command:y) \\<img\\> \\`a\\` \\| b\\\\n# c',
    );
    fc.assert(
      fc.property(hostile, text => {
        assert.deepEqual(forbiddenIn(forMarkdown(text)), []);
        assert.doesNotMatch(forMarkdown(text).replace(/\\[\\`*_[\]<>|~&]/g, ''), /[\\`*_[\]<>|~&]/);
      }),
    );
  });
});

describe('Output of firmware', () => {
  const shownOf = (pieces: readonly string[], inCi = false) => {
    const output = new FirmwareOutput(inCi);
    return pieces.map(piece => output.next(piece)).join('') + output.pause();
  };

  it('has text, tabs, line breaks and colours; the rest is shown as escapes', () => {
    assert.equal(shownOf(['a\tb\r\n\u001b[1;31mred\u001b[0m 中文']), 'a\tb\r\n\u001b[1;31mred\u001b[0m 中文');
    assert.equal(shownOf(['\u001b]0;title\u0007']), '\\x1b]0;title\\x07');
    assert.equal(shownOf(['\u001b[2J\u009b2J\u001bc']), '\\x1b[2J\\x9b2J\\x1bc');
    assert.equal(shownOf(['\u001b[3', '1mred']), '\u001b[31mred\u001b[0m');
    assert.equal(shownOf(['\u001b', ']0;t\u0007']), '\\x1b]0;t\\x07');
    assert.equal(shownOf(['x\u001b[']), 'x\\x1b[');
  });

  it('makes no workflow command where a CI service reads it', () => {
    assert.equal(
      shownOf(['::error::x\n a::b\n ', ':', ':stop\n##', '[error]'], true),
      ':\\x3aerror::x\n a::b\n :\\x3astop\n##\\x5berror]',
    );
    assert.equal(shownOf(['::error::x']), '::error::x');
  });

  it('is the same however it is cut, and nothing in it acts', () => {
    fc.assert(
      fc.property(hostile, fc.array(fc.nat(40)), fc.boolean(), (text, cuts, inCi) => {
        const pieces: string[] = [];
        let rest = text;
        for (const cut of cuts) {
          pieces.push(rest.slice(0, cut));
          rest = rest.slice(cut);
        }
        const shown = shownOf([...pieces, rest], inCi);
        assert.equal(shown, shownOf([text], inCi));
        const colours = /\u001b\[[\d;:]*m/g; // eslint-disable-line no-control-regex
        assert.deepEqual(forbiddenIn(shown.replace(colours, '').replace(/[\r\n]/g, '')), []);
        if (inCi) {
          const plain = shown.replace(colours, '');
          assert.ok(!plain.split(/[\r\n]/).some(line => line.trimStart().startsWith('::')));
          assert.ok(!shown.includes('##['));
        }
      }),
    );
  });
});
