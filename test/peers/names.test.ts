import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkedRequest } from '../../src/certificates/request';
import { writeSigningRequest } from '../../src/certificates/signingRequest';
import { writeBadSet } from '../../src/certificates/writeBadSet';
import { writeCertificates } from '../../src/certificates/writeFiles';

/** Texts that parsers of names take for something else. */
const texts = [
  '#1 IoT',
  '#abc',
  '#',
  '#0c0141',
  'A "B" C',
  '"A"',
  'C:\\iot\\new',
  'ends with \\',
  'a+b, c=d; <e>',
  'CN=x, O=y',
  ' blanks around ',
  '株式会社 デバイス',
  'Zürich Ødegård',
  'emoji 😀',
  "it's (a/b): c?",
];
const bits = 512;
const cli = path.join(__dirname, '..', '..', 'out', 'cli.js');

describe('names in certificates, as OpenSSL reads them', () => {
  let scratch: string;
  before(() => {
    scratch = mkdtempSync(path.join(tmpdir(), 'names-'));
  });
  after(() => {
    rmSync(scratch, { recursive: true });
  });

  /** The attributes of a subject or issuer as they are: a line each, nothing escaped. */
  const attributes = (kind: 'x509' | 'req', file: string, which: 'subject' | 'issuer' = 'subject') =>
    execFileSync(
      'openssl',
      [kind, '-in', file, '-noout', `-${which}`, '-nameopt', 'utf8,sep_multiline,sname'],
      { encoding: 'utf8' },
    )
      .split('\n')
      .slice(1, -1)
      .map(line => line.slice(4));
  /** Whether openssl writes the same name of the same text. */
  const sameAsOpenssl = (file: string, organization: string, name: string) => {
    const key = path.join(scratch, 'key.pem');
    const config = path.join(scratch, 'config');
    const quoted = (text: string) => `"${text.replace(/[\\"$]/g, '\\$&')}"`;
    writeFileSync(
      config,
      `[req]\ndistinguished_name=dn\nprompt=no\nstring_mask=default\nutf8=yes\n[dn]\nO=${quoted(organization)}\nCN=${quoted(name)}\n`,
    );
    const request = path.join(scratch, 'openssl.csr');
    execFileSync(
      'openssl',
      [
        'req',
        '-new',
        '-newkey',
        'rsa:512',
        '-noenc',
        '-keyout',
        key,
        '-config',
        config,
        '-utf8',
        '-out',
        request,
      ],
      { stdio: 'ignore' },
    );
    assert.deepEqual(attributes('x509', file), attributes('req', request));
  };

  it('an organization is in CA, certificate and request as given', async () => {
    for (const [index, organization] of texts.entries()) {
      const folder = path.join(scratch, `organization-${index}`);
      await writeCertificates({ name: 'device.example', bits, organization }, folder);
      const subject = attributes('x509', path.join(folder, 'server.crt'));
      assert.deepEqual(subject, [`O=${organization}`, 'CN=device.example']);
      const issuer = attributes('x509', path.join(folder, 'server.crt'), 'issuer');
      assert.deepEqual(issuer, attributes('x509', path.join(folder, 'ca.crt')));
      assert.equal(issuer[0], `O=${organization}`);
      execFileSync('openssl', ['verify', '-auth_level', '0', '-CAfile', 'ca.crt', 'server.crt'], {
        cwd: folder,
      });
      await writeSigningRequest({ name: 'device.example', bits, organization }, folder);
      assert.deepEqual(attributes('req', path.join(folder, 'device.csr')), subject);
      // The same is made again: what was read is what was meant.
      const again = await writeCertificates({ name: 'device.example', bits, organization }, folder, {
        reuse: true,
      });
      assert.ok(again.certificateKept, organization);
    }
  });

  it('the name of a client is its common name as given', async () => {
    const names = [...texts, 'MQTT-user', 'sensor_1', '5C:CF:7F:12:34:56'];
    for (const [index, name] of names.entries()) {
      const folder = path.join(scratch, `client-${index}`);
      const made = await writeCertificates({ name, bits, make: 'client' }, folder);
      assert.equal(made.set.deviceFacts.commonName, name);
      const file = path.join(folder, 'client.crt');
      assert.deepEqual(attributes('x509', file), ['O=ESP8266 SSL', `CN=${name}`]);
      const text = execFileSync('openssl', ['x509', '-in', file, '-noout', '-text'], { encoding: 'utf8' });
      assert.equal(text.includes('Subject Alternative Name'), name === 'MQTT-user', name);
      execFileSync(
        'openssl',
        [
          'verify',
          '-auth_level',
          '0',
          '-purpose',
          'sslclient',
          '-x509_strict',
          '-CAfile',
          'ca.crt',
          'client.crt',
        ],
        { cwd: folder },
      );
      const again = await writeCertificates({ name, bits, make: 'client' }, folder, { reuse: true });
      assert.ok(again.certificateKept, name);
    }
    sameAsOpenssl(path.join(scratch, 'client-0', 'client.crt'), 'ESP8266 SSL', texts[0] ?? '');
    sameAsOpenssl(path.join(scratch, 'client-11', 'client.crt'), 'ESP8266 SSL', texts[11] ?? '');
  });

  it('a list has clients by the names of users, in folders that file systems take', () => {
    const out = path.join(scratch, 'devices');
    const rows = [
      'name,make,organization',
      'sensor_1,client,#1 IoT',
      '5C:CF:7F:12:34:56,client,"A ""B"" C"',
      'a.example,,',
    ];
    const list = path.join(scratch, 'list.csv');
    writeFileSync(list, rows.join('\n'));
    const run = () => {
      const args = ['certs', '--devices', list, '--out', out, '--bits', String(bits), '--organization', '"'];
      return execFileSync(process.execPath, [cli, ...args], { encoding: 'utf8' });
    };
    assert.match(run(), /^3 devices generated, 0 kept/);
    assert.deepEqual(readdirSync(out).sort(), [
      '5C-CF-7F-12-34-56',
      'a.example',
      'ca',
      'manifest.csv',
      'manifest.json',
      'sensor_1',
    ]);
    assert.deepEqual(attributes('x509', path.join(out, 'sensor_1', 'client.crt')), [
      'O=#1 IoT',
      'CN=sensor_1',
    ]);
    assert.deepEqual(attributes('x509', path.join(out, '5C-CF-7F-12-34-56', 'client.crt')), [
      'O=A "B" C',
      'CN=5C:CF:7F:12:34:56',
    ]);
    assert.equal(attributes('x509', path.join(out, 'ca', 'ca.crt'))[0], 'O="');
    assert.match(run(), /^0 devices generated, 3 kept/);
  });

  it('the bad certificates have it, too', async () => {
    const folder = path.join(scratch, 'bad');
    await writeBadSet(checkedRequest({ name: '127.0.0.1', bits: 1024, organization: '#1 "IoT"\\' }), folder);
    assert.deepEqual(attributes('x509', path.join(folder, 'good', 'server.crt')), [
      'O=#1 "IoT"\\',
      'CN=127.0.0.1',
    ]);
  });

  it('the name of another’s CA is the issuer byte for byte, whatever strings it is made of', async () => {
    const folder = path.join(scratch, 'foreign');
    const config = path.join(scratch, 'foreign.cnf');
    writeFileSync(
      config,
      [
        '[req]\nprompt=no\nutf8=yes\nstring_mask=MASK:0x2806\ndistinguished_name=dn\nx509_extensions=ca',
        '[ca]\nbasicConstraints=critical,CA:TRUE',
        '[dn]\nC=DE\nO=Gerät & Co\nOU=a "b", c\n+serialNumber=12\nemailAddress=a@example.com\nCN=CA\n',
      ].join('\n'),
    );
    const [crt, key] = [path.join(scratch, 'foreign.crt'), path.join(scratch, 'foreign.key')];
    const name = (file: string, which: string) =>
      execFileSync(
        'openssl',
        ['x509', '-in', file, '-noout', `-${which}`, '-nameopt', 'dump_all,dump_der,sep_multiline,oid'],
        {
          encoding: 'utf8',
        },
      )
        .split('\n')
        .slice(1);
    for (const mask of ['0x0804', '0x0006', '0x2000', '0x0100']) {
      writeFileSync(`${config}.mask`, readFileSync(config, 'utf8').replace('0x2806', mask));
      execFileSync(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'rsa:1024',
          '-noenc',
          '-days',
          '99',
          '-config',
          `${config}.mask`,
          '-keyout',
          key,
          '-out',
          crt,
        ],
        { stdio: 'ignore' },
      );
      const out = `${folder}-${mask}`;
      await writeCertificates({ name: 'a.example', bits: 1024 }, out, { ca: { certificate: crt, key } });
      assert.deepEqual(name(path.join(out, 'server.crt'), 'issuer'), name(crt, 'subject'), mask);
      execFileSync('openssl', ['verify', '-auth_level', '0', '-CAfile', crt, path.join(out, 'server.crt')]);
    }
  });
});
