import assert from 'node:assert/strict';
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { decodeRecords } from '../../src/certificates/flashRecords';
import type { ServerFact } from '../../src/certificates/server/finding';
import { checkCompatibility, type Compatibility } from '../../src/certificates/server/compatibility';
import { isSignedBy, readSentCertificate } from '../../src/certificates/server/sentCertificate';
import { type Visit, visitServer } from '../../src/certificates/server/visit';
import { type SdkVersion, type TlsAbilities, tlsAbilities, type TlsLibrary } from '../../src/sdk/tls';
import { cipherSuiteName } from '../../src/sdk/tlsNames';
import { freePort } from '../freePort';

interface Device {
  library: TlsLibrary;
  sdk: SdkVersion;
  buffer: number;
}

const newest: Device = { library: 'libmbedtls', sdk: '3.0.6', buffer: 4096 };
const lenient: Device = { library: 'libmbedtls', sdk: '3.0.0', buffer: 4096 };
const axTls: Device = { library: 'libssl', sdk: '3.0.6', buffer: 4096 };
const devices = { newest, lenient, axTls };

/** OpenSSL's security level would refuse what the device has. */
const anySecurity = 'ALL:@SECLEVEL=0';

/** OpenSSL's names of the cipher suites of the device. */
const opensslSuites: Record<string, string> = {
  TLS_RSA_WITH_AES_128_CBC_SHA: 'AES128-SHA',
  TLS_RSA_WITH_AES_256_CBC_SHA: 'AES256-SHA',
  TLS_RSA_WITH_AES_128_CBC_SHA256: 'AES128-SHA256',
  TLS_RSA_WITH_AES_256_CBC_SHA256: 'AES256-SHA256',
  TLS_DHE_RSA_WITH_AES_128_CBC_SHA: 'DHE-RSA-AES128-SHA',
  TLS_DHE_RSA_WITH_AES_256_CBC_SHA: 'DHE-RSA-AES256-SHA',
  TLS_DHE_RSA_WITH_AES_128_CBC_SHA256: 'DHE-RSA-AES128-SHA256',
  TLS_DHE_RSA_WITH_AES_256_CBC_SHA256: 'DHE-RSA-AES256-SHA256',
};

describe('a visit to a real server', function () {
  let folder = '';
  const servers: ChildProcess[] = [];

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-visit-'));
    makeCertificates(folder);
  });
  afterEach(() => {
    for (const server of servers.splice(0)) server.kill();
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts `openssl s_server`; the port at which it listens. */
  async function serve(...options: string[]): Promise<number> {
    const ciphers = options.includes('-cipher') ? [] : ['-cipher', anySecurity];
    const child = spawn(
      'openssl',
      ['s_server', '-accept', '127.0.0.1:0', '-www', '-dhparam', 'dh2048.pem', ...ciphers, ...options],
      { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    servers.push(child);
    let said = '';
    return new Promise((resolve, reject) => {
      child.stderr.on('data', data => (said += String(data)));
      child.stdout.on('data', data => {
        said += String(data);
        const port = /^ACCEPT 127\.0\.0\.1:(\d+)$/m.exec(said)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
      child.once('exit', code => reject(new Error(`s_server ended with ${code}: ${said}`)));
    });
  }

  const pair = (name: string) => ['-cert', `${name}.crt`, '-key', `${name}.key`];
  const chain = (name: string, ...others: string[]) => {
    const file = `${name}-${others.join('-')}.pem`;
    writeFileSync(
      path.join(folder, file),
      others.map(other => readFileSync(path.join(folder, `${other}.crt`), 'utf8')).join(''),
    );
    return [...pair(name), '-cert_chain', file];
  };

  async function look(
    port: number,
    device: Device,
    host = 'localhost',
  ): Promise<Compatibility & { visit: Visit }> {
    const abilities = abilitiesOf(device);
    const visit = await visitServer({ host, port }, abilities, { timeout: 60_000 });
    // No root of Node's store signs here, and one of ours may stand for it.
    const root = readSentCertificate(derOf(path.join(folder, 'root.crt')));
    assert.ok(root);
    const judgement = checkCompatibility(
      visit,
      { abilities, buffer: device.buffer },
      { root: child => (isSignedBy(child.x509, root.x509) && storeHasRoot ? root : undefined) },
    );
    return { ...judgement, visit };
  }
  /** Whether the computer trusts our root. */
  let storeHasRoot = false;
  afterEach(() => {
    storeHasRoot = false;
  });

  /** Whether `openssl s_client` with the versions and cipher suites of the device, and without SNI, gets through. */
  async function opensslConnects(port: number, device: Device, ca?: string): Promise<boolean> {
    const { protocols, cipherSuites } = abilitiesOf(device);
    const suites = cipherSuites.map(suite => opensslSuites[cipherSuiteName(suite)]).filter(Boolean);
    const newestProtocol = protocols.at(-1) === 'TLSv1.2' ? '1.2' : '1.1';
    const verify = ca === undefined ? [] : ['-CAfile', ca, '-verify_return_error', '-partial_chain'];
    const result = await run('openssl', [
      ...['s_client', '-connect', `127.0.0.1:${port}`, '-noservername', '-min_protocol', 'TLSv1'],
      ...['-max_protocol', `TLSv${newestProtocol}`, '-cipher', `${suites.join(':')}:@SECLEVEL=0`, ...verify],
    ]);
    return result.code === 0 && /^\s*Cipher\s*: (?!0000)/m.test(result.out);
  }

  function run(command: string, args: string[]): Promise<{ code: number | null; out: string }> {
    return new Promise(resolve => {
      const child = execFile(command, args, { cwd: folder, timeout: 60_000 }, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, out: stdout + stderr }),
      );
      child.stdin?.end();
    });
  }

  /** What prevents something or deserves a warning. */
  const kinds = ({ findings }: Compatibility) =>
    findings.map(finding => finding.kind).filter(kind => !notes.has(kind));
  const notes = new Set<ServerFact['kind']>([
    'agreed',
    'long-answers',
    'names-unchecked',
    'needs-time',
    'slow-exchange',
  ]);

  interface Case {
    server: string;
    options: () => string[];
    /** Expected findings and verdict by device. */
    expected: Partial<
      Record<keyof typeof devices, [verdict: Compatibility['verdict'], ...kinds: ServerFact['kind'][]]>
    >;
  }

  const cases: Case[] = [
    {
      server: 'of TLS 1.2 with RSA 2048 and its whole chain',
      options: () => ['-tls1_2', ...chain('leaf', 'middle', 'root')],
      expected: {
        newest: ['yes'],
        lenient: ['yes'],
        axTls: ['no', 'no-common-version', 'key-large', 'key-large'],
      },
    },
    {
      server: 'of TLS 1.1 alone',
      options: () => ['-tls1_1', ...chain('leaf', 'middle', 'root')],
      expected: { newest: ['yes'], axTls: ['yes', 'key-large', 'key-large'] },
    },
    {
      server: 'of TLS 1.0 alone',
      options: () => ['-tls1', ...chain('leaf', 'middle', 'root')],
      expected: { newest: ['yes'], axTls: ['yes', 'key-large', 'key-large'] },
    },
    {
      server: 'of TLS 1.3 alone',
      options: () => ['-tls1_3', ...chain('leaf', 'middle', 'root')],
      expected: {
        newest: ['no', 'no-common-version'],
        axTls: ['no', 'no-common-version', 'key-large', 'key-large'],
      },
    },
    {
      server: 'with AES128-SHA alone',
      options: () => ['-cipher', 'AES128-SHA:@SECLEVEL=0', ...chain('leaf', 'middle', 'root')],
      expected: { newest: ['yes'], lenient: ['yes'], axTls: ['yes', 'key-large', 'key-large'] },
    },
    {
      server: 'with ECDHE alone',
      options: () => ['-no_tls1_3', '-cipher', 'ECDHE:@SECLEVEL=0', ...chain('leaf', 'middle', 'root')],
      expected: {
        newest: ['no', 'no-common-suite'],
        axTls: ['no', 'no-common-suite', 'key-large', 'key-large'],
      },
    },
    {
      server: 'with an EC certificate',
      options: () => ['-no_tls1_3', ...chain('ec', 'root')],
      expected: {
        newest: ['no', 'no-common-suite', 'certificate-unreadable'],
        axTls: ['no', 'no-common-suite', 'certificate-unreadable', 'key-large'],
      },
    },
    {
      server: 'with an RSA certificate from an EC root',
      options: () => chain('leafOfEc', 'ecRoot'),
      expected: {
        newest: ['no', 'certificate-unreadable', 'certificate-unreadable'],
        axTls: ['no', 'certificate-unreadable', 'certificate-unreadable'],
      },
    },
    {
      server: 'whose root is not sent and not known',
      options: () => chain('leaf', 'middle'),
      expected: { newest: ['yes'], axTls: ['unverified', 'issuer-missing', 'key-large'] },
    },
    {
      server: 'that sends its own certificate alone, of an unknown CA',
      options: () => pair('leaf'),
      expected: {
        newest: ['unverified', 'issuer-missing'],
        axTls: ['unverified', 'issuer-missing', 'key-large'],
      },
    },
    {
      server: 'that sends its chain in another order',
      options: () => chain('leaf', 'root', 'middle'),
      expected: { newest: ['yes'], axTls: ['unverified', 'order-broken', 'key-large', 'key-large'] },
    },
    {
      server: 'with RSA 1024 and SHA-1, as the SDK’s script makes them',
      options: () => chain('small', 'smallRoot'),
      expected: {
        newest: ['unverified', 'key-too-small', 'key-too-small'],
        lenient: ['yes'],
        axTls: ['yes'],
      },
    },
    {
      server: 'with RSA 4096',
      options: () => chain('big', 'root'),
      expected: { newest: ['yes', 'key-large'], axTls: ['yes', 'key-large', 'key-large'] },
    },
    {
      server: 'with a self-signed certificate',
      options: () => pair('self'),
      expected: { newest: ['yes'], axTls: ['yes', 'key-large'] },
    },
    {
      server: 'with MD5 signatures',
      options: () => chain('md5', 'root'),
      expected: {
        newest: ['unverified', 'hash-refused'],
        axTls: ['yes', 'key-large', 'hash-weak', 'key-large'],
      },
    },
    {
      server: 'with an expired certificate',
      options: () => chain('expired', 'root'),
      expected: { newest: ['yes', 'expired'], axTls: ['unverified', 'expired', 'key-large', 'key-large'] },
    },
    {
      server: 'with RSASSA-PSS',
      options: () => ['-no_tls1_3', ...chain('pss', 'root')],
      expected: { newest: ['no', 'certificate-unreadable'] },
    },
    {
      server: 'with a chain that is too long for the buffer',
      options: () => chain('long', 'root'),
      expected: {
        newest: ['no', 'record-too-large'],
        axTls: ['no', 'record-too-large', 'key-large', 'key-large'],
      },
    },
    {
      server: 'that asks for a client certificate',
      options: () => ['-verify', '1', '-CAfile', 'root.crt', ...chain('leaf', 'middle', 'root')],
      expected: {
        newest: ['yes', 'client-certificate'],
        axTls: ['yes', 'key-large', 'key-large', 'client-certificate'],
      },
    },
    {
      server: 'that insists on a client certificate',
      options: () => ['-Verify', '1', '-CAfile', 'root.crt', ...chain('leaf', 'middle', 'root')],
      expected: {
        newest: ['yes', 'client-certificate'],
        axTls: ['yes', 'key-large', 'key-large', 'client-certificate'],
      },
    },
  ];

  for (const { server, options, expected } of cases) {
    it(`says the truth about one ${server}`, async () => {
      const port = await serve(...options());
      for (const [name, device] of Object.entries(devices)) {
        const want = expected[name as keyof typeof devices];
        if (want === undefined) continue;
        const [verdict, ...found] = want;
        const judgement = await look(port, device);
        assert.deepEqual([judgement.verdict, ...kinds(judgement)], [verdict, ...found], name);
        await agreesWithOpenssl(port, device, judgement);
      }
    });
  }

  /** OpenSSL knows neither the buffer of the device nor what its libraries cannot read: what is left has to be the same. */
  const onlyTheDevice = new Set<ServerFact['kind']>([
    'record-too-large',
    'certificate-unreadable',
    'key-too-small',
    'expired',
    'not-yet-valid',
    'order-broken',
    'hash-refused',
    'issuer-missing',
  ]);

  async function agreesWithOpenssl(port: number, device: Device, judgement: Compatibility): Promise<void> {
    const reasons = kinds(judgement);
    const insists = judgement.findings.some(
      each => each.kind === 'client-certificate' && each.insists === true,
    );
    if (reasons.some(kind => onlyTheDevice.has(kind)) && judgement.verdict === 'no') {
      if (reasons.includes('no-common-suite') || reasons.includes('no-common-version'))
        assert.equal(await opensslConnects(port, device), false);
      return;
    }
    assert.equal(await opensslConnects(port, device), judgement.verdict !== 'no' && !insists);
    if (judgement.verdict !== 'yes' || insists || reasons.includes('expired')) return;
    const [record, ...more] = decodeRecords(judgement.caFile ?? Buffer.alloc(0), 'esp_ca_cert.bin');
    assert.ok(record !== undefined && more.length === 0);
    const ca = path.join(folder, 'chosen.crt');
    execFileSync('openssl', ['x509', '-inform', 'DER', '-out', ca], { input: record.data });
    assert.equal(await opensslConnects(port, device, ca), true, 'verified by the CA that was chosen');
    assert.equal(await opensslConnects(port, device, 'stranger.crt'), false, 'and by no other');
  }

  it('names the buffer and the heap that a long chain needs, and nothing where no buffer is enough', async () => {
    const port = await serve(...chain('long', 'root'));
    const finding = (judgement: Compatibility) =>
      judgement.findings.find(each => each.kind === 'record-too-large');
    const first = finding(await look(port, newest));
    assert.ok(first?.size !== undefined && first.heap === first.size + 14_336);
    assert.ok(first.length > 4096 && first.size >= first.length && first.size - first.length < 1024);
    assert.equal((await look(port, { ...newest, buffer: first.size })).verdict, 'yes');

    const huge = finding(
      await look(await serve(...chain('long', 'long', 'root')), { ...newest, buffer: 8192 }),
    );
    assert.ok(huge !== undefined && huge.length > 8192 && huge.size === undefined);
  });

  it('raises the buffer as libmbedtls of SDK 2.2 does', async () => {
    const port = await serve(...chain('leaf', 'middle', 'root'));
    const [old, newer] = [
      await look(port, { library: 'libmbedtls', sdk: '2.2.1', buffer: 2048 }),
      await look(port, { library: 'libmbedtls', sdk: '3.0.0', buffer: 2048 }),
    ];
    assert.deepEqual([old.verdict, newer.verdict], ['yes', 'no']);
  });

  it('sees a message in several records, as a server with a limit sends it', async () => {
    const port = await serve('-max_send_frag', '512', ...chain('leaf', 'middle', 'root'));
    const judgement = await look(port, newest);
    assert.deepEqual(kinds(judgement), ['message-split']);
    const split = judgement.findings.find(finding => finding.kind === 'message-split');
    assert.equal(split?.type, 11);
  });

  it('tells whether a server insists on a client certificate, in each version', async () => {
    for (const version of ['-tls1_2', '-tls1_1'])
      for (const cipher of ['AES128-SHA:@SECLEVEL=0', 'DHE-RSA-AES128-SHA:@SECLEVEL=0'])
        for (const [option, insists] of [
          ['-verify', false],
          ['-Verify', true],
        ] as const) {
          const port = await serve(
            version,
            option,
            '1',
            '-cipher',
            cipher,
            ...chain('leaf', 'middle', 'root'),
          );
          assert.equal((await look(port, newest)).visit.insists, insists, `${version} ${cipher} ${option}`);
        }
  });

  it('takes the root of the computer’s store where the server does not send it', async () => {
    storeHasRoot = true;
    const port = await serve(...chain('leaf', 'middle'));
    for (const device of [newest, axTls]) {
      const { anchor, verdict } = await look(port, device);
      assert.deepEqual(
        [anchor?.origin, anchor?.kind, anchor?.certificate.name, verdict],
        ['store', 'root', 'Root', 'yes'],
      );
    }
    storeHasRoot = false;
    const { anchor } = await look(port, newest);
    assert.deepEqual(
      [anchor?.origin, anchor?.kind, anchor?.certificate.name],
      ['sent', 'intermediate', 'Middle'],
    );
  });

  it('finds that a server has another certificate for those who name it', async () => {
    const second = ['-servername', 'localhost', '-cert2', 'self.crt', '-key2', 'self.key'];
    const port = await serve('-no_tls1_3', ...chain('leaf', 'middle', 'root'), ...second);
    const judgement = await look(port, newest);
    assert.deepEqual([judgement.verdict, ...kinds(judgement)], ['yes', 'name-changes-certificate']);
    assert.equal(judgement.anchor?.certificate.name, 'Root');
    assert.deepEqual(kinds(await look(port, newest, '127.0.0.1')), []);
  });

  it('finds with nginx that a name is needed, and what nginx does with others', async () => {
    const [named, plain] = [await freePort(), await freePort()];
    await startNginx(named, plain);
    const needed = await look(named, newest);
    assert.deepEqual([needed.verdict, ...kinds(needed)], ['no', 'name-needed']);
    assert.equal(await opensslConnects(named, newest), false);
    const open = await look(plain, newest);
    assert.deepEqual([open.verdict, ...kinds(open)], ['yes']);
    assert.equal(await opensslConnects(plain, newest), true);
  });

  async function startNginx(named: number, plain: number): Promise<void> {
    const bundle = ['leaf', 'middle', 'root'].map(name =>
      readFileSync(path.join(folder, `${name}.crt`), 'utf8'),
    );
    writeFileSync(path.join(folder, 'bundle.crt'), bundle.join(''));
    mkdirSync(path.join(folder, 'logs'), { recursive: true });
    const server = (port: number, rest: string) => `server { listen 127.0.0.1:${port} ssl; ${rest} }`;
    const secure =
      'ssl_certificate bundle.crt; ssl_certificate_key leaf.key; ssl_ciphers AES128-SHA:@SECLEVEL=0;';
    writeFileSync(
      path.join(folder, 'nginx.conf'),
      `daemon off; master_process off; worker_processes 1; pid nginx.pid; error_log logs/error.log;
      events {} http { access_log off; ssl_protocols TLSv1.1 TLSv1.2; client_body_temp_path logs; proxy_temp_path logs;
      fastcgi_temp_path logs; uwsgi_temp_path logs; scgi_temp_path logs;
      ${server(named, 'ssl_reject_handshake on;')}
      ${server(named, `server_name localhost; ${secure}`)}
      ${server(plain, secure)} }`,
    );
    const child = spawn('nginx', ['-p', folder, '-c', 'nginx.conf'], { stdio: 'ignore' });
    servers.push(child);
    for (let tries = 0; tries < 100; tries++) {
      if ((await run('openssl', ['s_client', '-connect', `127.0.0.1:${plain}`])).out.includes('CONNECTED'))
        return;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    throw new Error(readFileSync(path.join(folder, 'logs', 'error.log'), 'utf8'));
  }

  it('is a command of the terminal, which writes the file and never replaces another', async () => {
    const port = await serve(...chain('leaf', 'middle', 'root'));
    const out = path.join(folder, 'terminal', 'esp_ca_cert.bin');
    const command = (...args: string[]) => ca(`localhost:${port}`, '--buffer', '4096', '--out', out, ...args);
    const first = await command();
    assert.deepEqual([first.code, first.error], [0, '']);
    assert.match(
      first.out,
      /^A device with libmbedtls of SDK 3\.0\.6 and a buffer of 4096 bytes can talk to localhost:\d+ and/,
    );
    assert.match(
      first.out,
      /The device must hold Root \(RSA 2048, signed with RSA-SHA256, .*\): the root of the chain/,
    );
    const [record] = decodeRecords(readFileSync(out), out);
    assert.equal(record?.name, 'TLS.ca_x509.cer');
    assert.ok(derOf(path.join(folder, 'root.crt')).equals(record.data));
    assert.match((await command()).out, /has this certificate already\.$/m);

    writeFileSync(out, 'something else');
    const refused = await command();
    assert.equal(refused.code, 2);
    assert.match(refused.error, /^\S+esp_ca_cert\.bin already exists with different contents\./);
    assert.equal(readFileSync(out, 'utf8'), 'something else');
    const json: unknown = JSON.parse((await command('--force', '--json', '--sdk', '3.0.0')).out);
    assert.ok(
      typeof json === 'object' && json !== null && 'verdict' in json && 'written' in json && 'device' in json,
    );
    assert.deepEqual([json.verdict, json.written], ['yes', true]);
    assert.deepEqual(json.device, { sdk: '3.0.0', library: 'libmbedtls', buffer: 4096 });
  });

  interface Choice {
    server: string;
    options: () => string[];
    device?: Device;
    verdict: Compatibility['verdict'];
    kinds: ServerFact['kind'][];
    /** The CA that is written; undefined for none, `!` in front of one that only --force writes. */
    ca?: string;
    /** What the inspection of the written file says as well. */
    inspected?: string[];
  }

  const choices: Choice[] = [
    ...['constrained', 'policies', 'noPolicy'].map((name): Choice => ({
      server: `whose intermediate CA is refused (${name}) under an unknown root`,
      options: () => chain(`under-${name}`, name),
      verdict: 'no',
      kinds: ['certificate-unreadable'],
      ca: `!${name}`,
    })),
    {
      server: 'whose intermediate CA is refused under a root that is sent',
      options: () => chain('under-constrained', 'constrained', 'root'),
      verdict: 'no',
      kinds: ['certificate-unreadable'],
      ca: 'Root',
    },
    {
      server: 'whose intermediate CA is signed with RSASSA-PSS',
      options: () => chain('under-pssCa', 'pssCa'),
      verdict: 'no',
      kinds: ['certificate-unreadable'],
      ca: '!PSS CA',
    },
    {
      server: 'with a critical extension that libssl does not look at',
      options: () => ['-tls1_1', ...chain('under-constrained', 'constrained', 'root')],
      device: axTls,
      verdict: 'yes',
      kinds: ['key-large', 'key-large'],
      ca: 'Root',
      inspected: ['SSL107'],
    },
    {
      server: 'with an EC certificate that it signed itself',
      options: () => ['-tls1_2', ...pair('ecRoot')],
      verdict: 'no',
      kinds: ['no-common-suite', 'certificate-unreadable'],
      ca: '!EC Root',
    },
    {
      server: 'with a CA that is too weak',
      options: () => chain('under-smallRoot', 'smallRoot'),
      verdict: 'unverified',
      kinds: ['key-too-small'],
      ca: '!Small Root',
    },
    {
      server: 'with an expired cross-signed root',
      options: () => chain('under-current', 'current', 'old'),
      verdict: 'yes',
      kinds: ['anchor-passed-over'],
      ca: 'Current CA',
      inspected: [],
    },
    {
      server: 'with the same in another order, and twice',
      options: () => chain('under-current', 'old', 'current', 'current'),
      verdict: 'yes',
      kinds: ['anchor-passed-over'],
      ca: 'Current CA',
      inspected: [],
    },
    {
      server: 'with an expired root alone',
      options: () => chain('under-oldRoot', 'oldRoot'),
      verdict: 'yes',
      kinds: ['anchor-expired'],
      ca: 'Old Root',
      inspected: ['SSL109'],
    },
    {
      server: 'with an issuer that is no CA',
      options: () => chain('under-notCa', 'notCa', 'root'),
      verdict: 'unverified',
      kinds: ['issuer-rejected'],
    },
    {
      server: 'with more intermediate CAs than the root of them allows',
      options: () => chain('under-below', 'below', 'short', 'root'),
      verdict: 'yes',
      kinds: [],
      ca: 'Below',
      inspected: [],
    },
  ];

  for (const { server, options, device = newest, verdict, kinds: wanted, ca: chosen, inspected } of choices)
    it(`chooses and writes no CA that the device refuses, of a server ${server}`, async () => {
      const port = await serve(...options());
      const judgement = await look(port, device);
      assert.deepEqual([judgement.verdict, ...kinds(judgement)], [verdict, ...wanted]);
      const name = judgement.anchor?.certificate.name;
      assert.equal(judgement.anchor?.isUsable === false ? `!${name}` : name, chosen);

      const out = path.join(mkdtempSync(path.join(folder, 'choice-')), 'esp_ca_cert.bin');
      const target = ['--sdk', device.sdk, '--tls-library', device.library];
      const command = [`localhost:${port}`, '--buffer', '4096', '--out', out, ...target];
      const { code, out: said, error } = await ca(...command);
      assert.deepEqual([code, error], [verdict === 'no' ? 1 : 0, '']);
      const isWritten = chosen !== undefined && !chosen.startsWith('!');
      assert.equal(existsSync(out), isWritten);
      assert.equal(said.includes('The device must hold'), isWritten);
      assert.equal(said.includes('--force writes it'), chosen?.startsWith('!') === true);
      if (chosen?.startsWith('!')) {
        assert.equal((await ca(...command, '--force')).code, code);
        assert.equal(existsSync(out), true);
      }
      if (inspected === undefined) return;
      const { out: json } = await terminal('inspect', out, '--json', ...target);
      const [report] = (JSON.parse(json) as { files: { findings: { rule: string }[] }[] }).files;
      assert.deepEqual(
        report?.findings.map(({ rule }) => rule),
        inspected,
      );
    });

  it('gives the reason and code of what the parser of libmbedtls refuses', async () => {
    const port = await serve(...chain('under-constrained', 'constrained', 'root'));
    const { out } = await ca(
      `localhost:${port}`,
      '--buffer',
      '4096',
      '--out',
      path.join(folder, 'refused.bin'),
    );
    assert.match(
      out,
      /prevents the connection: The device aborts the handshake at the certificate of constrained, with or without verification: unsupported critical extension nameConstraints \(-0x2562\)\. \[SSL409\]/,
    );
  });

  it('shows findings as the settings of the project say, and judges without them', async () => {
    const port = await serve('-tls1_3', ...chain('leaf', 'middle', 'root'));
    const own = mkdtempSync(path.join(folder, 'settings-'));
    const found = async (rules: object) => {
      writeFileSync(path.join(own, 'esp8266-ssl.json'), JSON.stringify({ analysis: { rules } }));
      const { code, out } = await terminalIn(own, 'ca', `localhost:${port}`, '--json');
      const { verdict, findings } = JSON.parse(out) as {
        verdict: string;
        findings: { rule: string; severity: string; prevents?: string }[];
      };
      return [
        code,
        verdict,
        ...findings.map(each => [each.rule, each.severity, each.prevents].join(' ').trim()),
      ];
    };
    assert.deepEqual(await found({}), [1, 'no', 'SSL403 error connection']);
    assert.deepEqual(await found({ SSL403: 'hint' }), [1, 'no', 'SSL403 hint connection']);
    assert.deepEqual(await found({ server: 'off' }), [1, 'no']);
  });

  it('takes SDK and library from the project’s file, and says so by its exit code when the device cannot', async () => {
    const project = path.join(folder, 'project');
    mkdirSync(project);
    writeFileSync(path.join(project, 'esp8266-ssl.json'), '{ "sdk": "2.0.0", "tlsLibrary": "libssl" }');
    const port = await serve('-tls1_2', ...chain('leaf', 'middle', 'root'));
    const cannot = await ca(`localhost:${port}`);
    assert.equal(cannot.code, 1);
    assert.match(
      cannot.out,
      /^A device with libssl of SDK 2\.0\.0 and a buffer of 2048 bytes cannot talk to/,
    );
    assert.match(
      cannot.out,
      /prevents the connection: The server requires TLS 1\.2; the device supports TLS 1\.0, TLS 1\.1\./,
    );
    assert.match(
      (await ca('h', '--tls-library', 'libmbedtls')).error,
      /^libmbedtls is part of the SDK from 2\.2\.0 on\./,
    );
    assert.match((await ca('h', '--sdk', '9')).error, /--sdk must be one of .*, not “9”\./);
    assert.match(
      (await ca('h', '--buffer', '2047')).error,
      /--buffer must be a whole number from 2048 to 8192, not “2047”\./,
    );
    assert.match((await ca('a b')).error, /is not a server address/);
    assert.match((await ca()).error, /Name one server/);
  });

  interface Ended {
    code: number | null;
    out: string;
    error: string;
  }
  const ca = (...args: string[]) => terminal('ca', ...args);

  function terminal(...args: string[]): Promise<Ended> {
    const project = path.join(folder, 'project');
    return terminalIn(existsSync(project) ? project : folder, ...args);
  }

  async function terminalIn(cwd: string, ...args: string[]): Promise<Ended> {
    const program = path.join(__dirname, '..', '..', 'out', 'cli.js');
    const child = spawn(process.execPath, [program, ...args], {
      cwd,
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, error] = ['', ''];
    child.stdout.on('data', piece => (out += String(piece)));
    child.stderr.on('data', piece => (error += String(piece)));
    await once(child, 'close');
    return { code: child.exitCode, out, error };
  }
});

function abilitiesOf({ library, sdk }: Device): TlsAbilities {
  const found = tlsAbilities(library, sdk);
  assert.ok(found);
  return found;
}

function derOf(file: string): Buffer {
  return execFileSync('openssl', ['x509', '-in', file, '-outform', 'DER']);
}

/** All certificates of the servers, by OpenSSL alone. */
function makeCertificates(folder: string): void {
  const openssl = (...args: string[]) => {
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const rsa = (name: string, bits: number) => openssl('genrsa', '-out', `${name}.key`, String(bits));
  const ec = (name: string) =>
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${name}.key`);
  writeFileSync(path.join(folder, 'ca.ext'), 'basicConstraints=critical,CA:TRUE\n');
  writeFileSync(path.join(folder, 'leaf.ext'), 'basicConstraints=CA:FALSE\n');
  // Many names make a long certificate.
  const names = Array.from({ length: 120 }, (_, at) => `DNS:a-rather-long-name-${at}.example.com`);
  writeFileSync(
    path.join(folder, 'long.ext'),
    `basicConstraints=CA:FALSE\nsubjectAltName=${names.join(',')}\n`,
  );
  const selfSigned = (name: string, subject: string, ...options: string[]) =>
    openssl(
      'req',
      '-x509',
      '-new',
      '-key',
      `${name}.key`,
      '-subj',
      `/O=Lab/CN=${subject}`,
      '-days',
      '3650',
      '-out',
      `${name}.crt`,
      ...options,
    );
  const signed = (name: string, subject: string, ca: string, extensions: string, ...options: string[]) => {
    openssl('req', '-new', '-key', `${name}.key`, '-subj', `/CN=${subject}`, '-out', `${name}.req`);
    const days = options.includes('-days') || options.includes('-not_after') ? [] : ['-days', '365'];
    openssl(
      ...[
        'x509',
        '-req',
        '-in',
        `${name}.req`,
        '-CA',
        `${ca}.crt`,
        '-CAkey',
        `${ca}.key`,
        '-extfile',
        extensions,
      ],
      ...['-CAcreateserial', '-out', `${name}.crt`, ...days, ...options],
    );
  };

  for (const name of ['root', 'middle', 'leaf', 'stranger']) rsa(name, 2048);
  selfSigned('root', 'Root');
  selfSigned('stranger', 'Stranger');
  signed('middle', 'Middle', 'root', 'ca.ext');
  signed('leaf', 'localhost', 'middle', 'leaf.ext');
  ec('ec');
  signed('ec', 'ec.example', 'root', 'leaf.ext');
  ec('ecRoot');
  selfSigned('ecRoot', 'EC Root');
  for (const name of ['leafOfEc', 'self', 'md5', 'expired', 'pss', 'long']) useKeyOf('leaf', name);
  signed('leafOfEc', 'leaf-of-ec.example', 'ecRoot', 'leaf.ext');
  selfSigned('self', 'self.example', '-addext', 'basicConstraints=critical,CA:TRUE');
  signed('md5', 'md5.example', 'root', 'leaf.ext', '-md5');
  signed('expired', 'expired.example', 'root', 'leaf.ext', '-days', '-1');
  signed('pss', 'pss.example', 'root', 'leaf.ext', '-sigopt', 'rsa_padding_mode:pss', '-sha256');
  signed('long', 'long.example', 'root', 'long.ext');
  rsa('small', 1024);
  rsa('smallRoot', 1024);
  selfSigned('smallRoot', 'Small Root', '-sha1');
  signed('small', 'small.example', 'smallRoot', 'leaf.ext', '-sha1');
  rsa('big', 4096);
  signed('big', 'big.example', 'root', 'leaf.ext');
  makeOddChains();
  openssl('genpkey', '-genparam', '-algorithm', 'DH', '-pkeyopt', 'group:ffdhe2048', '-out', 'dh2048.pem');

  /** CAs with what libmbedtls refuses, and one that a root signed whose certificate has expired. */
  function makeOddChains(): void {
    const odd = {
      constrained: 'nameConstraints=critical,permitted;DNS:localhost',
      policies: 'certificatePolicies=critical,1.2.3.4',
      noPolicy: 'inhibitAnyPolicy=critical,0',
    };
    for (const [name, extension] of Object.entries(odd)) {
      writeFileSync(path.join(folder, `${name}.ext`), `basicConstraints=critical,CA:TRUE\n${extension}\n`);
      useKeyOf('middle', name);
      signed(name, name, 'root', `${name}.ext`);
      useKeyOf('leaf', `under-${name}`);
      signed(`under-${name}`, 'localhost', name, 'leaf.ext');
    }
    for (const name of ['pssCa', 'notCa', 'current', 'short', 'oldRoot', 'below']) useKeyOf('middle', name);
    signed('pssCa', 'PSS CA', 'root', 'ca.ext', '-sigopt', 'rsa_padding_mode:pss', '-sha256');
    signed('notCa', 'No CA', 'root', 'leaf.ext');
    selfSigned('oldRoot', 'Old Root', '-set_serial', '7');
    signed('oldRoot', 'Old Root', 'oldRoot', 'ca.ext', '-days', '-1');
    useKeyOf('stranger', 'old');
    // A cross-signed root that has expired, and what it signed.
    signed('old', 'Cross-signed Root', 'stranger', 'ca.ext', '-days', '-1');
    signed('current', 'Current CA', 'old', 'ca.ext');
    writeFileSync(path.join(folder, 'short.ext'), 'basicConstraints=critical,CA:TRUE,pathlen:0\n');
    signed('short', 'Short CA', 'root', 'short.ext');
    for (const name of ['pssCa', 'notCa', 'current', 'short', 'oldRoot', 'smallRoot']) underneath(name);
    signed('below', 'Below', 'short', 'ca.ext');
    underneath('below');
  }

  function underneath(ca: string): void {
    useKeyOf('leaf', `under-${ca}`);
    signed(`under-${ca}`, 'localhost', ca, 'leaf.ext');
  }

  function useKeyOf(name: string, other: string): void {
    writeFileSync(path.join(folder, `${other}.key`), readFileSync(path.join(folder, `${name}.key`)));
  }
}
