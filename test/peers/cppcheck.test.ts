import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cppcheckLibrary } from '../../scripts/generateCppcheck';

const corpus = path.join(__dirname, '..', 'corpus');

function lineOf(finding: string): number {
  return Number(finding.split(':')[1]);
}

describe('docs/espconn.cfg', function () {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'cppcheck-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** What cppcheck finds: its id and the line. */
  function found(given: string, ...options: string[]): string[] {
    const { stderr, status } = spawnSync(
      'cppcheck',
      [
        '--quiet',
        '--enable=warning',
        '--check-library',
        `--library=${cppcheckLibrary}`,
        '--template={id}:{line}',
        '--template-location=',
        ...options,
        given,
      ],
      { encoding: 'utf8' },
    );
    assert.equal(status, 0, stderr);
    return stderr
      .split('\n')
      .filter(line => line !== '')
      .sort((a, b) => lineOf(a) - lineOf(b));
  }

  function foundIn(...lines: string[]): string[] {
    const file = path.join(folder, 'main.c');
    writeFileSync(file, ['#include "espconn.h"', ...lines].join('\n'));
    return found(file);
  }

  it('tells Debian’s cppcheck the ranges of parameters', () => {
    assert.deepEqual(
      foundIn(
        'void f(void) {',
        '  espconn_secure_ca_enable(1, 0x7B);',
        '  espconn_secure_ca_enable(4, 0x7B);',
        '  espconn_secure_ca_enable(1, 0x7B000);',
        '  espconn_secure_set_size(3, 8193);',
        '  espconn_secure_set_size(3, 8192);',
        '}',
      ),
      ['invalidFunctionArg:4', 'invalidFunctionArg:5', 'invalidFunctionArg:6'],
    );
  });

  it('tells it that a struct must be there, and that a question without an answer is none', () => {
    assert.deepEqual(
      foundIn('void f(void) {', '  espconn_secure_accept(NULL);', '  espconn_secure_get_size(1);', '}'),
      ['nullPointer:3', 'ignoredReturnValue:4'],
    );
  });

  it('tells it what allocates and what frees', () => {
    assert.deepEqual(
      foundIn(
        'int f(int x) {',
        '  char *p = (char *)os_zalloc(10);',
        '  if (x) return 1;',
        '  os_free(p);',
        '  return 0;',
        '}',
      ),
      ['memleak:4'],
    );
  });

  it('makes it find nothing in correct programs', () => {
    for (const entry of readdirSync(corpus, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const program = path.join(corpus, entry.name);
      const findings = found(program, `-I${path.join(program, 'include')}`);
      assert.deepEqual(
        findings.filter(line => !line.startsWith('checkLibrary')),
        [],
        entry.name,
      );
    }
  });
});
