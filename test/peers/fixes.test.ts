import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { editedText } from '../editedText';
import { Analyzer } from '../../src/analysis/engine/analyzer';
import { codeStyle } from '../../src/analysis/source/codeStyle';
import type { Project } from '../../src/analysis/project/readProjects';
import { readPrograms, withFault } from '../corpus/programs';
import { variants } from '../corpus/variants';
import { compileErrors } from './compileSources';
import type { Finding, Fix } from '../../src/findings/finding';

/** The fixes that there are to be, by what they do. */
const wanted: Readonly<Record<string, readonly string[]>> = {
  'rename to the right group': ['SSL001', 'SSL002', 'SSL003', 'SSL004'],
  'move before accept or connect': ['SSL020', 'SSL021', 'SSL028'],
  'correct level or sector': ['SSL070', 'SSL076', 'SSL079', 'SSL081'],
  'divide an address': ['SSL075'],
  'wrap a disconnect into a timer': ['SSL031'],
  'check a result': ['SSL051'],
  'insert a callback registration': ['SSL038'],
  'insert the certificate calls': ['SSL027'],
};

/** Some faults that the corpus has not, or not with a fix. */
const faults = `#include "ets_sys.h"
#include "osapi.h"
#include "os_type.h"
#include "user_interface.h"
#include "espconn.h"
#include "cert.h"
#include "private_key.h"

static struct espconn listener, client;
static esp_tcp listening, dialled;

static void ICACHE_FLASH_ATTR on_error(void *arg, sint8 error)
{
  os_printf("%d\\n", error);
}

static void ICACHE_FLASH_ATTR on_connect(void *arg)
{
  espconn_secure_sent(&listener, (uint8 *)"hello", 5);
}

void ICACHE_FLASH_ATTR dial(void)
{
  client.type = ESPCONN_TCP;
  client.proto.tcp = &dialled;
  dialled.remote_port = 8443;
  dialled.local_port = espconn_port();
  espconn_regist_reconcb(&client, on_error);
  espconn_secure_connect(&client);
  espconn_secure_cert_req_enable(ESPCONN_CLIENT, 0x78);
}

void ICACHE_FLASH_ATTR user_init(void)
{
  listener.type = ESPCONN_TCP;
  listener.proto.tcp = &listening;
  listening.local_port = 443;
  espconn_secure_set_default_certificate(default_certificate, default_certificate_len);
  espconn_secure_set_default_private_key(default_private_key, default_private_key_len);
  espconn_regist_connectcb(&listener, on_connect);
  espconn_regist_reconcb(&listener, on_error);
  espconn_secure_accept(&listener);
}
`;

interface Form {
  name: string;
  write: (text: string) => string;
}

/** Other ways to write the same. */
const forms: readonly Form[] = [
  { name: 'with CR LF', write: text => text.replace(/\r?\n/g, '\r\n') },
  { name: 'without a line break at the end', write: text => text.trimEnd() },
  {
    name: 'with tabs',
    write: text => {
      const { indent } = codeStyle(text);
      return text.replace(/^ +/gm, blanks => {
        const levels = Math.floor(blanks.length / indent.length);
        return '\t'.repeat(levels) + ' '.repeat(blanks.length - levels * indent.length);
      });
    },
  },
];

function inForm(project: Project, { write }: Form): Project {
  return {
    ...project,
    files: project.files.map(({ path: name, text }) => ({ path: name, text: write(text) })),
  };
}

function textOf({ files, makefiles = [] }: Project, name: string): string {
  return [...files, ...makefiles].find(file => file.path === name)?.text ?? '';
}

function withoutBrackets(line: string): string {
  return line.replace(/"(?:\\.|[^"])*"|\([^()]*\)|\/\*.*?\*\/|\/\/.*/g, '');
}

/** Asserts that what is new has one statement a line, an indentation that the file has, and nothing behind it. */
function assertNeat(before: Project, after: Project, what: string): void {
  for (const { path: name, text } of after.files) {
    const old = new Set(textOf(before, name).split('\n'));
    const indents = new Set([...old].map(line => /^[ \t]*/.exec(line)?.[0]));
    for (const line of text.split('\n').filter(each => !old.has(each))) {
      assert.doesNotMatch(line, /[ \t]$/, `${what}: ${line}`);
      const isCrowded = (each: string) => /;.*[;{}]|[{}].*;/.test(withoutBrackets(each));
      const wasCrowded = [...old].some(each => isCrowded(each) && !text.includes(each));
      assert.ok(wasCrowded || !isCrowded(line), `${what}: several statements in ${line}`);
      const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
      const { indent: level } = codeStyle(text);
      const isKnown = indents.has(indent) || indent.replaceAll(level, '') === '';
      assert.ok(isKnown, `${what}: the indentation of ${line}`);
    }
  }
}

describe('fixed code', function () {
  this.timeout(600_000);
  let folder: string;
  let analyzer: Analyzer;
  let programs: Map<string, Project>;
  let count = 0;

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'fixes-'));
    analyzer = await Analyzer.create();
    programs = await readPrograms();
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const compiled = ({ files, defines }: Project, of: string) =>
    compileErrors(path.join(folder, of), files, defines);

  function applied(project: Project, { edits }: Fix): Project {
    const change = (file: { path: string; text: string }) => ({
      path: file.path,
      text: editedText(
        file.text,
        edits.filter(edit => edit.file === file.path),
      ),
    });
    return { ...project, files: project.files.map(change), makefiles: (project.makefiles ?? []).map(change) };
  }

  /** Applies each fix of a finding alone: the finding is gone, and the compiler has nothing to say. */
  function assertFixed(
    faulty: Project,
    finding: Finding,
    findings: readonly Finding[],
    title: string,
  ): boolean {
    for (const fix of finding.fixes ?? []) {
      const what = `${title}: ${fix.title}`;
      const fixed = applied(faulty, fix);
      const left = analyzer.check(fixed).findings.filter(each => place(each) === place(finding));
      const same = findings.filter(each => place(each) === place(finding));
      assert.ok(left.length < same.length, `${what} leaves the finding:\n${left[0]?.message ?? ''}`);
      assert.equal(compiled(fixed, `fixed-${count++}`), '', what);
      assertNeat(faulty, fixed, what);
      for (const form of forms) assertSame(faulty, finding, fix, form, what);
    }
    return (finding.fixes ?? []).length > 0;
  }

  /** What a fix does to a project that is written in another form is what it does to this one, in that form. */
  function assertSame(faulty: Project, finding: Finding, fix: Fix, form: Form, what: string): void {
    const written = inForm(faulty, form);
    const alike = ({ rule, at }: Finding, texts: Project) =>
      `${rule.id} ${at.file}:${textOf(texts, at.file).slice(0, at.start).split('\n').length}`;
    const wanted = alike(finding, faulty);
    const same = analyzer
      .check(written)
      .findings.filter(each => alike(each, written) === wanted)
      .flatMap(({ fixes = [] }) => fixes)
      .map(each => applied(written, each).files);
    const expected = inForm(applied(faulty, fix), form).files;
    const differs = (files: Project['files']) =>
      files.findIndex(({ text }, index) => text !== expected[index]?.text);
    if (same.some(files => differs(files) < 0)) return;
    const [first = []] = same;
    const index = Math.max(0, differs(first));
    assert.equal(first[index]?.text, expected[index]?.text, `${what}, ${form.name}`);
  }

  const place = ({ rule, at }: Finding) => `${rule.id} ${at.file}`;

  it('compiles and has no finding any more', async () => {
    for (const [name, project] of programs) assert.equal(compiled(project, name), '', name);
    const fixed = new Set<string>();
    for (const variant of variants) {
      const faulty = await withFault(programs, variant);
      const { findings } = analyzer.check(faulty);
      for (const finding of findings.filter(({ rule }) => rule.id === variant.finds))
        if (assertFixed(faulty, finding, findings, `${variant.program}: ${variant.title}`))
          fixed.add(finding.rule.id);
    }
    console.log(`      fixes of ${fixed.size} rules: ${[...fixed].sort().join(' ')}`);
    for (const [what, ids] of Object.entries(wanted))
      assert.deepEqual(
        ids.filter(id => !fixed.has(id)),
        [],
        what,
      );
  });

  it('is so where the corpus has no fault of the kind', () => {
    const project = {
      folder,
      root: '',
      files: [{ path: 'user_main.c', text: faults }],
      defines: new Map<string, string>(),
      severities: new Map(),
      certificateFiles: [],
      target: {},
    };
    const { findings } = analyzer.check(project);
    const fixed = new Set<string>();
    for (const finding of findings)
      if (assertFixed(project, finding, findings, 'faults')) fixed.add(finding.rule.id);
    assert.deepEqual(
      ['SSL022', 'SSL039', 'SSL055'].filter(id => !fixed.has(id)),
      [],
    );
  });
});
