import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { version } from '../../package.json';
import { ruleGroups } from '../../src/findings/rule';

const root = path.join(__dirname, '..', '..');
/** As it is built and shipped: what holds for the sources may be lost in bundling. */
const program = path.join(root, 'out', 'cli.js');

describe('esp8266-ssl', function () {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'cli-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function run(args: string[], environment: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: folder,
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, error] = ['', ''];
    child.stdout.on('data', piece => (out += String(piece)));
    child.stderr.on('data', piece => (error += String(piece)));
    await once(child, 'close');
    return { code: child.exitCode, out, error };
  }

  /** Bad input is one line on stderr, exit code 2, and nothing else. */
  async function refused(args: string[], line: RegExp | string, environment?: NodeJS.ProcessEnv) {
    const { code, out, error } = await run(args, environment);
    const shown = error.replaceAll('\u001b', '␛');
    if (typeof line === 'string') assert.equal(shown, `${line}\n`);
    else assert.match(shown, line);
    assert.match(error, /^[^\n]+\n$/);
    assert.deepEqual([code, out], [2, '']);
    assert.ok(!existsSync(path.join(folder, 'ssl')));
  }

  it('makes certificates and says what each file is for', async () => {
    const weak = ['--tls-library', 'libssl', '--bits', '512'];
    const { code, out, error } = await run(['certs', ...weak, '--name', 'my-device.local']);
    assert.deepEqual([code, error], [0, '']);
    const [ca, certificate, ...files] = out.trimEnd().split('\n');
    assert.match(ca ?? '', /^New CA: RSA 512, sha256, valid until \d{4}-\d\d-\d\d$/);
    assert.match(certificate ?? '', /^New certificate for my-device\.local: RSA 512, sha256, valid until /);
    const listed = files.map(line => {
      const match = /^ {2}(\S+) +(\d+) bytes {2}\S.+$/.exec(line);
      assert.ok(match?.[1] !== undefined, line);
      assert.equal(statSync(path.join(folder, match[1])).size, Number(match[2]), line);
      return match[1];
    });
    assert.deepEqual(
      listed.sort(),
      readdirSync(path.join(folder, 'ssl'))
        .map(name => path.join('ssl', name))
        .sort(),
    );
  });

  it('says when the CA signs again, when it is weaker than the certificate, and when the certificate is kept', async () => {
    await run(['certs', '--bits', '512']);
    const again = await run(['certs', '--bits', '1024']);
    assert.match(
      again.out,
      /^CA reused: RSA 512.*\nNew certificate for 192\.168\.4\.1: RSA 1024.*\nNote: The CA’s key has only 512 bits\. libmbedtls/,
    );
    assert.doesNotMatch(again.out, /\bca\.(crt|key)/);
    const kept = await run(['certs', '--bits', '1024', '--reuse']);
    assert.match(kept.out, /\nCertificate for 192\.168\.4\.1 kept: RSA 1024/);
    assert.doesNotMatch(kept.out, /bytes/);
    assert.match((await run(['certs', '--bits', '1024', '--new-ca'])).out, /^New CA: RSA 1024/);
  });

  it('prints JSON for programs', async () => {
    const { code, out } = await run([
      'certs',
      '--bits',
      '512',
      '--hash',
      'sha1',
      '--days',
      '9',
      '--organization',
      'O',
      '--out',
      'a/b',
      '--json',
    ]);
    assert.equal(code, 0);
    const result: unknown = JSON.parse(out);
    assert.ok(typeof result === 'object' && result !== null);
    const { ca, certificate, files } = result as Record<string, Record<string, unknown>>;
    assert.deepEqual([ca?.['usedAgain'], ca?.['organization'], ca?.['hash']], [false, 'O', 'sha1']);
    assert.deepEqual(
      [certificate?.['names'], certificate?.['bits'], certificate?.['kept']],
      [['192.168.4.1'], 512, false],
    );
    assert.deepEqual(files?.[0], { path: path.join('a', 'b', 'cert.h'), written: true, secret: false });
  });

  it('never shows a private key', async () => {
    for (const args of [[], ['--json']]) {
      const { out, error } = await run(['certs', '--bits', '512', ...args]);
      const key = readFileSync(path.join(folder, 'ssl', 'server.key'), 'utf8').split('\n')[2] ?? '';
      assert.ok(key.length > 40 && !out.includes(key) && !error.includes(key));
    }
  });

  it('inspects what it has made, and what is wrong with it', async () => {
    await run(['certs', '--bits', '1024']);
    const files = ['cert.h', 'private_key.h', 'esp_cert_private_key.bin'].map(name => path.join('ssl', name));
    const { code, out, error } = await run(['inspect', ...files]);
    assert.deepEqual([code, error], [0, '']);
    assert.match(out, /^ssl\/cert\.h: C source, \d+ bytes\n {2}default_certificate at 0x0, \d+ bytes\n/);
    assert.match(out, /libmbedtls +rejects keys below 2048 bits/);
    assert.match(out, /warning SSL106: RSA 1024: libmbedtls of SDK 3\.0\.6/);
    const key = readFileSync(path.join(folder, 'ssl', 'server.key'), 'utf8').split('\n')[2] ?? '';
    assert.ok(key.length > 40 && !out.includes(key));

    writeFileSync(path.join(folder, 'esp8266-ssl.json'), '{ "sdk": "2.1.0" }');
    const old = await run(['inspect', '--json', ...files]);
    const result = JSON.parse(old.out) as { tlsLibrary: string; files: { findings: unknown[] }[] };
    assert.deepEqual(
      [old.code, result.tlsLibrary, result.files.map(({ findings }) => findings)],
      [0, 'libssl', [[], [], []]],
    );
    const chosen = await run(['inspect', '--sdk', '3.0.6', '--tls-library', 'libmbedtls', ...files]);
    assert.match(chosen.out, /SSL106/);

    const broken = path.join(folder, 'esp_ca_cert.bin');
    writeFileSync(
      broken,
      Buffer.concat([readFileSync(path.join(folder, 'ssl', 'esp_ca_cert.bin')), Buffer.alloc(50)]),
    );
    const found = await run(['inspect', 'esp_ca_cert.bin']);
    assert.equal(found.code, 1);
    assert.match(found.out, /error SSL110: Byte \d+: the file is padded with 0x00/);
    assert.match(
      (await run(['inspect', 'esp_ca_cert.bin'], { LANG: 'zh_CN.UTF-8' })).out,
      /错误 SSL110：|错误 SSL110: /,
    );
  });

  it('refuses to inspect what it cannot read', async () => {
    await refused(['inspect'], /Name the files to inspect/);
    await refused(['inspect', 'missing.bin'], /^missing\.bin cannot be read: there is no such file/);
    const here = realpathSync(folder);
    const check = 'Name the files to inspect. To check everything in it: esp8266-ssl check .';
    await refused(['inspect', '.'], `${here} is a folder. ${check}`);
    await refused(['inspect', 'x', '--sdk', '9'], /^--sdk must be one of 2\.0\.0, .*, not “9”\./);
    await refused(
      ['inspect', 'x', '--sdk', '2.1.0', '--tls-library', 'libmbedtls'],
      /^libmbedtls is part of the SDK from 2\.2\.0 on\.\n$/,
    );
  });

  it('refuses names, options and folders that cannot be', async () => {
    await refused(['certs', '--name', ''], /needs the device’s address or name/);
    await refused(['certs', '--name', 'a b'], /“a b” is neither an IPv4 address nor a host name/);
    await refused(['certs', '--name', 'a\nb'], /“a b” is neither/);
    await refused(['certs', '--bits', '100'], /^--bits must be one of 512, 1024, 2048, not “100”\./);
    await refused(['certs', '--hash', 'md5'], /^--hash must be one of sha1, sha256, not “md5”\.\n/);
    await refused(['certs', '--days', '0'], /^--days must be a whole number from 1 to \d+, not “0”\./);
    await refused(['certs', '--days', '1e9'], /^--days must be a whole number from 1 to \d+, not “1e9”\./);
    await refused(['certs', '--organization', ''], /cannot be the organization/);
    await refused(['certs', '--unknown'], /^certs has no option --unknown\.\n/);
    await refused(['certs', '--day', '9'], /^certs has no option --day\. Did you mean --days\?/);
    await refused(['certs', 'more'], /^certs takes no argument “more”/);
    await refused(['certs', '--name', '--json'], /^--name needs a value/);
    await refused(
      ['simulate', 'x.elf', '--port', 'abc'],
      /^--port must be DEVICE=PORT, for example 443=8443, not “abc”\./,
    );
    writeFileSync(path.join(folder, 'file'), '');
    await refused(
      ['certs', '--out', 'file/sub'],
      /^file\/sub cannot be written to: a part of its path is not a folder/,
    );
  });

  it('says what else to name, and calls the folder that it is in by its path', async () => {
    const here = realpathSync(folder);
    await refused(['simulate', '.'], `${here} is a folder. Name one firmware ELF file.`);
    await refused(['certs', 'import', '.'], `${here} is a folder. Name the files to import.`);
    await refused(['simulate', 'a.elf', 'b.elf'], 'Name one firmware ELF file. 2 are given: a.elf, b.elf.');
    await refused(
      ['flash'],
      new RegExp(
        `^There is nothing to flash in ${here}: .* Generate certificates with: esp8266-ssl certs\\.`,
      ),
    );
    await refused(['clangd'], `No C sources in ${here}. Choose the firmware folder.`);
    await refused(['check', '.'], new RegExp(`^${here} has no C sources`));
    const groups = ruleGroups.join(', ');
    await refused(['check', '.', '--rule', 'certs=off'], `Unknown rule or group: certs. Groups: ${groups}.`);
    await refused(['check', '.', '--rule', 'certificate'], /Did you mean certificates\?\n$/);
  });

  it('refuses a CA that is not one, and leaves it', async () => {
    await run(['certs', '--bits', '512', '--out', 'theirs']);
    writeFileSync(path.join(folder, 'theirs', 'ca.crt'), 'damaged');
    await refused(['certs', '--out', 'theirs'], /^theirs\/ca\.crt cannot sign: it is damaged/);
    assert.equal(readFileSync(path.join(folder, 'theirs', 'ca.crt'), 'utf8'), 'damaged');
  });

  it('gives each library what it accepts, and keeps the choices for the next time', async () => {
    const old = ['certs', '--sdk', '2.1.0', '--files', 'script-2015', '--out', 'old', '--save'];
    const first = await run(old);
    assert.match(first.out, /^New CA: RSA 1024, sha256.*\nNew certificate for 192\.168\.4\.1: RSA 1024, /);
    assert.doesNotMatch(first.out, /Note:/);
    assert.deepEqual(readdirSync(path.join(folder, 'old')).sort(), [
      ...['TLS.ca_key.pem', 'TLS.ca_x509.cer', 'TLS.ca_x509.pem', 'TLS.key_1024', 'TLS.key_1024.pem'],
      ...['TLS.x509_1024.cer', 'TLS.x509_1024.pem', 'cert.h', 'esp_ca_cert.bin'],
      ...['esp_cert_private_key.bin', 'private_key.h'],
    ]);
    const again = await run(['certs', '--reuse']);
    assert.match(again.out, /^CA reused: RSA 1024.*\nCertificate for 192\.168\.4\.1 kept: RSA 1024/);
    assert.match(
      (await run(['certs', '--sdk', '3.0.6'])).out,
      /New certificate for 192\.168\.4\.1: RSA 2048/,
    );
    await refused(['certs', '--sdk', '3.1'], /^--sdk must be one of 2\.0\.0, .*, not “3\.1”\.\n/);
    await refused(
      ['certs', '--make', 'both'],
      /“script-2015” is not a valid value for files\. Allowed: folder, script-2\.2\./,
    );
  });

  it('refuses what is wrong in the project’s file', async () => {
    writeFileSync(path.join(folder, 'esp8266-ssl.json'), '{ "certificates": { "bits": 1000 } }');
    await refused(['certs'], /^esp8266-ssl\.json: "bits" must be one of 512, 1024, 2048\.\n$/);
    writeFileSync(path.join(folder, 'esp8266-ssl.json'), '{ "certificates": { "nmae": "a" } }');
    await refused(['certs'], /^esp8266-ssl\.json: "nmae" must be removed: unknown setting\.\n$/);
    writeFileSync(path.join(folder, 'esp8266-ssl.json'), '{ "sdk": "1.0" }');
    await refused(['certs'], /^esp8266-ssl\.json: "sdk" must be one of 2\.0\.0/);
    writeFileSync(path.join(folder, 'esp8266-ssl.json'), '{ ');
    await refused(['certs'], /is not valid JSON/);
  });

  it('replaces files of other origin only when it is told to', async () => {
    mkdirSync(path.join(folder, 'theirs'));
    writeFileSync(path.join(folder, 'theirs', 'cert.h'), '// mine');
    await refused(
      ['certs', '--out', 'theirs'],
      'theirs already has other files with these names: cert.h. Nothing was written. Add --force to replace existing files.',
    );
    assert.deepEqual(readdirSync(path.join(folder, 'theirs')), ['cert.h']);
    assert.equal((await run(['certs', '--bits', '512', '--out', 'theirs', '--force'])).code, 0);
    assert.match(readFileSync(path.join(folder, 'theirs', 'cert.h'), 'utf8'), /default_certificate/);
  });

  it('writes a request, takes in what comes back, and lets a CA that lies elsewhere sign', async () => {
    const weak = ['--tls-library', 'libssl', '--bits', '512'];
    const asked = await run(['certs', 'csr', ...weak, '--out', 'mine', '--name', 'd.local', '--json']);
    assert.equal(asked.code, 0, asked.error);
    assert.match(asked.out, /"keyUsedAgain": false/);
    assert.match((await run(['certs', 'csr', '--out', 'mine'])).out, /Its existing private key is reused/);
    // Who has no openssl at hand lets one of our CAs sign another key: it is not the one of the request.
    await run(['certs', ...weak, '--out', 'theirs']);
    const foreign = path.join('theirs', 'server.crt');
    await refused(
      ['certs', 'import', foreign, '--out', 'mine'],
      /^theirs\/server\.crt contains no certificate for the key in mine\/device\.key\. Nothing was written/,
    );
    assert.deepEqual(readdirSync(path.join(folder, 'mine')).sort(), ['device.csr', 'device.key']);
    const key = ['--key', path.join('theirs', 'server.key')];
    const alone = await run(['certs', 'import', foreign, ...key, '--out', 'back']);
    assert.match(
      alone.out,
      /^Certificate for 192\.168\.4\.1: RSA 512.*\nNote: The import contains no CA certificate/,
    );
    await refused(['certs', 'import'], /Name the files to import/);
    await refused(['certs', 'import', 'nowhere.crt'], /^nowhere\.crt cannot be read: there is no such file/);

    const ca = ['--ca', path.join('theirs', 'ca.crt'), '--ca-key', path.join('theirs', 'ca.key')];
    const signed = await run(['certs', ...weak, ...ca, '--out', 'signed']);
    assert.match(signed.out, /^CA reused: RSA 512/);
    assert.ok(!readdirSync(path.join(folder, 'signed')).includes('ca.key'));
    await refused(['certs', ...weak, '--ca', foreign], /cannot sign: the certificate or its key is missing/);
  });

  it('names private keys that git has or would take', async () => {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'pipe' });
    git('init', '-q');
    const weak = ['certs', '--tls-library', 'libssl', '--bits', '512'];
    assert.match((await run(weak)).out, /\nNote: git would add private keys: ca\.key, .*private_key\.h/);
    writeFileSync(path.join(folder, '.gitignore'), 'ssl\n');
    assert.doesNotMatch((await run(weak)).out, /Note:/);
    git('add', '-f', 'ssl/ca.key');
    assert.match((await run(weak)).out, /\nNote: git tracks private keys: ca\.key\. /);
  });

  it('explains itself', async () => {
    for (const asked of ['--version', '-v', '-V'])
      assert.deepEqual(await run([asked]), { code: 0, out: `${version}\n`, error: '' });
    const list = await run(['--help']);
    assert.deepEqual([list.code, list.error], [0, '']);
    assert.match(list.out, /^ {2}certs +Generate the certificate and key of a device$/m);
    assert.deepEqual(await run(['help']), list);
    const { code, out } = await run([]);
    assert.deepEqual([code, out], [2, list.out]);
    const certs = await run(['certs', '--help']);
    assert.deepEqual(await run(['help', 'certs']), certs);
    assert.match(certs.out, /^Usage: esp8266-ssl certs \[OPTIONS\]\n/);
    assert.match(certs.out, /^ {2}certs csr +Create a certificate request/m);
    assert.match((await run(['certs', 'csr', '--help'])).out, /^Usage: esp8266-ssl certs csr \[OPTIONS\]\n/);
    await refused(['simulte'], /^Unknown command “simulte”\. Did you mean simulate\?\n$/);
    await refused(['help', 'simulte'], /Did you mean simulate\?/);
    await refused(['version'], /^Unknown command “version”\. Did you mean --version\?\n$/);
    await refused(
      ['xyz'],
      /Unknown command “xyz”\. Commands: new, certs, inspect, ca, check, clangd, flash, /,
    );
  });

  it('has colors for a person only, or where they are asked for', async () => {
    const red = /^␛\[31m--days must be .*␛\[39m\n$/;
    const wrong = ['certs', '--days', 'x'];
    await refused(wrong, /^--days/);
    await refused([...wrong, '--color', 'always'], red);
    await refused(wrong, red, { FORCE_COLOR: '1' });
    await refused([...wrong, '--color=never'], /^--days/, { FORCE_COLOR: '1' });
  });

  it('speaks Chinese where the locale is', async () => {
    await refused(['certs', '--name', ''], /证书需要设备的地址或名称/, { LANG: 'zh_CN.UTF-8' });
    await refused(['certs', '--name', ''], /证书需要/, { LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_CN' });
    await refused(['certs', '--name', ''], /needs the device’s address/, { LANG: 'zh_CN', LC_ALL: 'C' });
    await refused(['certs', '--name', ''], /证书需要/, { LANG: 'zh_CN', LC_ALL: '' });
  });
});
