import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { portOpened } from '../../src/debugger/portOpened';
import { curlCommand } from '../../src/editor/debugging/curlCommand';
import { ProblemError } from '../../src/problems';
import { shellLine } from '../../src/programs/shellLine';

/** Words of pieces that mean something to a shell. */
const words = fc.array(
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          ...Array.from('$()`\'"\\;&|<>*?[]{}~#!%^=@-+ \t\n“”\u202e\u001b'),
          '$(touch ran)',
          "'; touch ran; '",
          '中',
        ),
        fc.string(),
      ),
      { minLength: 1, maxLength: 6 },
    )
    .map(pieces => pieces.join('')),
  { minLength: 1, maxLength: 4 },
);

describe('a command for the clipboard', function () {
  this.timeout(120_000);
  let folder = '';

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-shell-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const shell of ['sh', 'bash'])
    it(`gives ${shell} the words as they are, or is refused`, () => {
      fc.assert(
        fc.property(words, given => {
          let line: string;
          try {
            line = shellLine(given, 'linux');
          } catch (error) {
            assert.ok(error instanceof ProblemError);
            assert.equal(error.problem.kind, 'not-for-shell');
            return;
          }
          const said = execFileSync(shell, ['-c', `printf '%s\\0' ${line}`], { cwd: folder });
          assert.deepEqual(said.toString().split('\0').slice(0, -1), given);
        }),
        { numRuns: 150 },
      );
    });

  it('is refused for what no quotes of Windows hold', () => {
    for (const word of ['$(calc).bin', '`calc`', '%PATH%', '“; calc; ”', 'a\nb', 'a"b'])
      assert.throws(() => shellLine([word], 'win32'), ProblemError);
    assert.equal(
      shellLine(['a & calc', 'C:\\my lamp\\', 'a,b'], 'win32'),
      '"a & calc" "C:\\my lamp\\\\" "a,b"',
    );
  });

  it('asks for no name of a certificate that is more than a name', () => {
    const ca = path.join(folder, 'ca.crt');
    const subject = 'DNS:a\\$(touch ran).example,DNS:b\\`id\\`.example,DNS:-c.example,DNS:lamp.example';
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:1024',
        '-nodes',
        '-subj',
        '/CN=x',
        '-addext',
        `subjectAltName=${subject}`,
      ].concat(['-keyout', path.join(folder, 'key'), '-out', ca]),
      { stdio: 'pipe' },
    );
    copyFileSync(ca, path.join(folder, 'server.crt'));
    const port = { protocol: 'tls', devicePort: 443, host: '127.0.0.1', port: 8443 } as const;
    const told = portOpened({ kind: 'listening', time: 0, ...port }, folder);
    assert.equal(told.serverName, 'lamp.example');
    const line = curlCommand({ ...told, url: told.url ?? '' }, 'linux');
    assert.equal(
      line,
      `curl --cacert ${ca} --connect-to lamp.example:443:127.0.0.1:8443 https://lamp.example/`,
    );
  });
});
