import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const program = path.join(__dirname, '..', '..', '..', 'out', 'cli.js');
const name = 'a\n::error::injected\u001b]0;title\u0007\u202e##[error]x';

/** What of a log would act, each with the line that it is in. */
function acting(log: string): string[] {
  return log
    .split('\n')
    .filter(line =>
      /^\s*::(?!(?:error|warning|notice) file=)|##\[|[^\P{Cc}\t]|[\u2028-\u202e\u2066-\u2069]/u.test(line),
    );
}

// Windows has no such file names.
(process.platform === 'win32' ? describe.skip : describe)('esp8266-ssl among hostile names', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hostile-'));
    const at = (...names: string[]) => path.join(folder, ...names);
    mkdirSync(at(name));
    const source =
      '#include "espconn.h"\nvoid f(struct espconn *c) { espconn_secure_set_size(0x01, 65000); }\n';
    writeFileSync(at(name, `${name}.c`), source);
    writeFileSync(at('::error::first.c'), source);
    const subject = ['-subj', `/CN=${name.replaceAll('\n', '')}`, '-utf8', '-keyout', at('key.pem')];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:1024', '-nodes', '-days', '9', ...subject, '-out', at(`${name}.crt`)],
      { stdio: 'ignore' },
    );
    writeFileSync(at('list.csv'), `name,${name.replaceAll('\n', '')}\nx,y\n`);
    writeFileSync(at('esp8266-ssl.json'), JSON.stringify({ '[x](command:y)\u001b[2J\n::error::z': 1 }));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const commands: string[][] = [
    ['check', '.', '--format', 'text'],
    ['check', '.', '--format', 'text', '--color', 'always'],
    ['check', '.', '--format', 'github'],
    ['check', '.', '--format', 'json'],
    ['check', '.', '--format', 'sarif'],
    ['inspect', `${name}.crt`],
    ['inspect', `${name}.crt`, '--json'],
    ['inspect', name],
    ['certs', '--name', name],
    ['certs', '--out', name, '--ca', `${name}.crt`, '--ca-key', 'key.pem'],
    ['certs', 'import', `${name}.crt`, '--key', 'key.pem', '--out', name],
    ['certs', '--devices', 'list.csv', '--out', 'devices'],
    ['ca', name],
    ['flash', name],
    ['simulate', `${name}.elf`],
    ['doctor', name],
    ['new', name],
    [name],
  ];
  for (const args of commands) {
    it(`says nothing that acts: ${JSON.stringify(args.join(' ')).slice(0, 60)}`, () => {
      const { stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], GITHUB_ACTIONS: 'true' },
      });
      assert.notEqual(stdout + stderr, '');
      // Styles of our own are no controls of others.
      const plain = (stdout + stderr).replace(/\u001b\[\d{1,2}m/g, ''); // eslint-disable-line no-control-regex
      assert.deepEqual(acting(plain), []);
    });
  }
});
