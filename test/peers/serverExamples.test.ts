import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { exampleTexts } from '../../src/analysis/rules/examples';
import { serverRules } from '../../src/certificates/server/rules';
import { freePort } from '../freePort';

const cli = path.join(__dirname, '..', '..', 'out', 'cli.js');

/**
 * Examples that no server on this computer plays: they need the name service, change a running nginx, say what holds for every server, or
 * need a group that OpenSSL 3 refuses to serve.
 */
const notPlayed = new Set(['SSL400', 'SSL401', 'SSL408', 'SSL422', 'SSL423']);

/** The CA by which server.crt of an example is signed, where it is not the one called ca. */
const signers = new Map([
  ['SSL406', 'intermediate'],
  ['SSL410', 'intermediate'],
  ['SSL415', 'intermediate'],
  ['SSL417', 'intermediate'],
]);

/** The programs of the examples, as a shell finds them, with JSON to read. */
const programs = `
trap 'kill $(jobs -p) 2>/dev/null' EXIT
esp8266-ssl() {
  for i in $(seq 200); do (: > "/dev/tcp/127.0.0.1/$PORT") 2>/dev/null && break; jobs %1 >/dev/null 2>&1 || break; sleep 0.05; done
  "$NODE" "$CLI" "$@" --json || true
}
openssl() {
  if [ "$1" = s_server ]; then command openssl "$@" -www >/dev/null 2>&1
  else command openssl "$@"; fi 2>/dev/null
}
`;

describe('the examples on the pages of the rules over servers', function () {
  let files = '';

  before(() => {
    files = mkdtempSync(path.join(os.tmpdir(), 'server-examples-'));
    const openssl = (line: string) => {
      execFileSync('openssl', line.split(' '), { cwd: files, stdio: 'ignore' });
    };
    const rsa = 'req -newkey rsa:2048 -noenc -days 825';
    const isCa = '-addext basicConstraints=critical,CA:TRUE';
    /** Makes NAME.crt, signed by another or itself. */
    const make = (name: string, more: string, by?: string, bits = 2048) => {
      const signer = by === undefined ? '' : ` -CA ${by}.crt -CAkey ${by}.key`;
      openssl(
        `${rsa.replace('2048', String(bits))} -x509 -subj /CN=${name} -keyout ${name}.key -out ${name}.crt${signer} ${more}`,
      );
    };
    const leaf = '-addext basicConstraints=CA:FALSE -addext subjectAltName=DNS:localhost';
    for (const name of ['root', 'ca', 'clients', 'old-root']) make(name, isCa);
    make('intermediate', isCa, 'root');
    make('other', leaf, 'ca');
    for (const by of ['ca', 'intermediate']) make(`by-${by}`, leaf, by);
    openssl('req -new -key by-ca.key -subj /CN=localhost -out server.csr');
    openssl('req -new -key ca.key -subj /CN=ca -out ca.csr');
    const copy = (name: string, to: string, times = 1) => {
      writeFileSync(path.join(files, to), readFileSync(path.join(files, name), 'utf8').repeat(times));
    };
    copy('intermediate.crt', 'long-chain.pem', 4);
    copy('intermediate.crt', 'intermediate.pem');
    const same = 'req -x509 -key intermediate.key -subj /CN=intermediate -days 825';
    openssl(`${same} ${isCa} -out small-ca.pem`);
    openssl(`${same} ${isCa} -addext nsComment=${'x'.repeat(9000)} -out large-ca.pem`);
    writeFileSync(path.join(files, 'is-ca.ext'), 'basicConstraints=critical,CA:TRUE');
    openssl('req -new -key root.key -subj /CN=root -out root.csr');
    openssl(
      'x509 -req -in root.csr -CA old-root.crt -CAkey old-root.key -days -1 -extfile is-ca.ext -out expired-cross-signed-root.crt',
    );
  });
  after(() => {
    rmSync(files, { recursive: true, force: true });
  });

  /** The rules of what `esp8266-ssl ca` finds at the end of commands. */
  async function found(commands: string, signer: string): Promise<string[]> {
    const root = mkdtempSync(path.join(os.tmpdir(), 'server-example-'));
    const port = await freePort();
    cpSync(files, root, { recursive: true });
    for (const end of ['crt', 'key'])
      cpSync(path.join(files, `by-${signer}.${end}`), path.join(root, `server.${end}`));
    try {
      const { stdout, stderr } = spawnSync(
        'bash',
        ['-c', `${programs}\n${commands.replaceAll('8883', String(port))}`],
        {
          cwd: root,
          encoding: 'utf8',
          env: { ...process.env, LANG: 'C.UTF-8', CLI: cli, NODE: process.execPath, PORT: String(port) },
        },
      );
      const json = stdout.slice(stdout.indexOf('{'));
      assert.match(json, /^\{/, `${commands}\n${stdout}\n${stderr}`);
      const { findings } = JSON.parse(json) as { findings: { rule: string }[] };
      return findings.map(({ rule }) => rule);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }

  for (const { id, example } of serverRules)
    if (!notPlayed.has(id))
      it(`of ${id} have the finding, and have it no more`, async () => {
        const { wrong, right } = exampleTexts(example);
        const signer = signers.get(id) ?? 'ca';
        const [before, after] = [await found(wrong, signer), await found(right, signer)];
        assert.ok(before.includes(id), before.join());
        if (wrong !== right) assert.ok(!after.includes(id), after.join());
      });
});
