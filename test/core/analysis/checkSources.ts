import assert from 'node:assert/strict';
import path from 'node:path';
import { editedText } from '../../editedText';
import { Analyzer, type ProjectSources } from '../../../src/analysis/engine/analyzer';
import { isBuildFile } from '../../../src/analysis/project/sourceFiles';
import { exampleFile, exampleTexts } from '../../../src/analysis/rules/examples';
import type { Rule } from '../../../src/analysis/rules/rule';
import { rules } from '../../../src/analysis/rules/rules';
import type { Finding } from '../../../src/findings/finding';
import { LineIndex } from '../../../src/findings/range';
import { expectGolden } from '../../golden';
import { findingText } from './findingText';

/** C as lines. A line that ends in `//! SSL001` is where the rule is to find something. */
export type Lines = readonly string[];
/** One file, or several by their paths. */
export type Snippet = Lines | Readonly<Record<string, Lines>>;

export interface SnippetOptions {
  defines?: Record<string, string>;
  target?: ProjectSources['target'];
  flash?: ProjectSources['flash'];
}

let analyzer: Promise<Analyzer> | undefined;

/** All findings of some rules in a snippet. */
export async function check(
  snippet: Snippet,
  only: readonly Rule[] = rules,
  options: SnippetOptions = {},
): Promise<{ findings: readonly Finding[]; files: Map<string, string> }> {
  analyzer ??= Analyzer.create();
  const files = new Map(
    isLines(snippet)
      ? [['user/user_main.c', snippet.join('\n')]]
      : Object.entries(snippet).map(([path, lines]) => [path, lines.join('\n')]),
  );
  const { findings } = (await analyzer).check(
    {
      files: [...files].flatMap(([path, text]) => (isBuildFile(path) ? [] : [{ path, text }])),
      makefiles: [...files].flatMap(([path, text]) => (isBuildFile(path) ? [{ path, text }] : [])),
      flash: options.flash,
      defines: new Map(Object.entries(options.defines ?? {})),
      target: options.target ?? {},
    },
    {},
    only,
  );
  return { findings, files };
}

function isLines(snippet: Snippet): snippet is Lines {
  return Array.isArray(snippet);
}

/** Asserts that a rule finds something in the lines that the snippet marks, and nothing else. What it finds there is in the golden text. */
export async function assertFound(id: string, snippet: Snippet, options?: SnippetOptions): Promise<void> {
  const { findings, files } = await check(snippet, [ruleNamed(id)], options);
  const found = findings.map(({ at, message }) => ({
    where: `${at.file}:${new LineIndex(files.get(at.file) ?? '').position(at.start).line + 1}`,
    message,
  }));
  const expected = [...files].flatMap(([path, text]) =>
    text
      .split('\n')
      .flatMap((line, index) => (/\/\/! .*/.exec(line)?.[0].includes(id) ? [`${path}:${index + 1}`] : [])),
  );
  assert.deepEqual(
    found.map(({ where }) => where),
    expected,
    found.map(({ where, message }) => `${where} ${message}`).join('\n') || 'nothing found',
  );
}

export function ruleNamed(id: string): Rule {
  return rules.find(rule => rule.id === id) ?? assert.fail(`no rule ${id}`);
}

/** The text of a file after the first fix of every finding in it. */
export function fixed(findings: readonly Finding[], path: string, text: string): string {
  const edits = findings.flatMap(({ fixes }) => fixes?.[0]?.edits ?? []).filter(({ file }) => file === path);
  return editedText(text, edits);
}

/** What the tests of a rule have it find, by the rule's id and the test's name: its golden text shows them all. */
const shown = new Map<string, Map<string, () => ReturnType<typeof check>>>();

/** What a rule says of its documented example and in its tests, with the source and what its fixes change. */
async function ruleText(rule: Rule): Promise<string> {
  const sections = [`${rule.id} (${rule.group}, ${rule.severity}): ${rule.title()}`];
  for (const [name, found] of shown.get(rule.id) ?? []) {
    const { findings, files } = await found();
    sections.push(`== ${name}`, ...findings.map(each => findingText(each, files)));
  }
  return `${sections.join('\n\n')}\n`;
}

/** The documented example of a rule: the wrong text or the right one. */
function exampleSnippet({ example }: Rule, which: 'wrong' | 'right'): Snippet {
  const all = { ...example.others, [exampleFile(example)]: exampleTexts(example)[which] };
  return Object.fromEntries(Object.entries(all).map(([name, text]) => [name, text.split('\n')]));
}

/** The tests of a rule that it needs once, however many groups of tests it has. */
function describeExample(id: string, only: Rule): void {
  const { target = {} } = only.example;
  const found = (which: 'wrong' | 'right') => check(exampleSnippet(only, which), [only], { target });
  shown.set(id, new Map([['the documented example', () => found('wrong')]]));

  it('finds the documented example once, and nothing in its right text', async () => {
    assert.equal((await found('wrong')).findings.length, 1);
    assert.deepEqual((await found('right')).findings, []);
  });

  it('says and fixes what its golden text shows', async () => {
    expectGolden(path.join(__dirname, 'golden', `${id}.golden.txt`), await ruleText(only));
  });
}

/** Tests of one rule: what it must find, where it must be silent, and that what it fixes has no finding any more. */
export function describeRule(
  id: string,
  { finds, silent }: { finds: Record<string, Snippet>; silent: Record<string, Snippet> },
  options?: SnippetOptions,
): void {
  describe(`rule ${id}`, () => {
    const rule = ruleNamed(id);
    if (!shown.has(id)) describeExample(id, rule);
    for (const [name, snippet] of Object.entries(finds)) {
      assert.ok(shown.get(id)?.has(name) === false, `${id}: two tests are called “${name}”`);
      shown.get(id)?.set(name, () => check(snippet, [rule], options));
    }
    for (const [name, snippet] of Object.entries(finds)) {
      it(`finds ${name}`, async () => {
        await assertFound(id, snippet, options);
        const { findings, files } = await check(snippet, [rule], options);
        assert.ok(findings.length > 0, 'a test that finds needs marks');
        if (!findings.every(({ fixes }) => fixes !== undefined && fixes.length > 0)) return;
        const after = Object.fromEntries(
          [...files].map(([path, text]) => [path, fixed(findings, path, text).split('\n')]),
        );
        const again = await check(after, [rule], options);
        assert.deepEqual(
          again.findings.map(({ message }) => message),
          [],
          `after the fix:\n${JSON.stringify(after, undefined, 2)}`,
        );
      });
    }
    for (const [name, snippet] of Object.entries(silent)) {
      it(`is silent on ${name}`, async () => {
        const marks = JSON.stringify(snippet).includes('//! ');
        assert.ok(!marks, 'a test of silence has no marks');
        await assertFound(id, snippet, options);
      });
    }
  });
}
