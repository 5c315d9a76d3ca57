import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { editedText } from '../editedText';
import { readC } from '../../src/certificates/inspect/cArrays';
import { readContents } from '../../src/certificates/inspect/contents';
import { findingsOf } from '../../src/certificates/inspect/findings';
import { fixText } from '../../src/certificates/inspect/fixes';
import { inspectBytes, inspectC } from '../../src/certificates/inspect/inspectFile';
import { deviceOf } from '../../src/certificates/inspect/obstacles';
import type { Certificate, Content } from '../../src/certificates/inspect/model';
import { scriptTools } from '../../src/certificates/inspect/scriptTools';

/** Certificates as openssl makes them: name → how. Version 1 without extensions is what the SDK's script makes. */
const certificates = {
  'rsa-1024-sha1-v1': ['rsa:1024', '-sha1', '/O=TLS Project/CN=192.168.111.100', ''],
  'rsa-512-sha256': [
    'rsa:512',
    '-sha256',
    '/CN=a',
    'basicConstraints=CA:FALSE\nsubjectAltName=DNS:a.b,IP:10.0.0.1\n',
  ],
  'rsa-2048-sha512-ca': ['rsa:2048', '-sha512', '/C=CN/ST=上海/O=乐鑫/CN=根', 'basicConstraints=CA:TRUE\n'],
  'rsa-1024-md5': ['rsa:1024', '-md5', '/O=x/OU=y/L=z/emailAddress=a@b.c', ''],
  'rsa-1024-sha384': ['rsa:1024', '-sha384', '/DC=org/DC=example/CN=quote\\"d, comma', ''],
} as const;

describe('openssl and xxd', function () {
  let folder: string;
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const file = (name: string) => readFileSync(path.join(folder, name));
  const publicDigest = (...args: string[]) => {
    openssl(...args, '-pubout', '-outform', 'DER', '-out', 'public.der');
    return openssl('dgst', '-sha256', '-r', 'public.der').slice(0, 64);
  };

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'inspect-'));
    for (const [name, [key, hash, subject, extensions]] of Object.entries(certificates)) {
      openssl(
        'req',
        '-new',
        '-newkey',
        key,
        '-nodes',
        '-utf8',
        '-subj',
        subject,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
      );
      writeFileSync(path.join(folder, 'extensions'), extensions);
      const sign = ['x509', '-req', '-in', `${name}.csr`, '-signkey', `${name}.key`, hash, '-days', '100'];
      openssl(...sign, ...(extensions ? ['-extfile', 'extensions'] : []), '-out', `${name}.crt`);
    }
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const certificateOf = (content: Content | undefined): Certificate => {
    assert.equal(content?.kind, 'certificate');
    return content;
  };

  for (const [name, [key, , , extensions]] of Object.entries(certificates)) {
    it(`agree on ${name}`, () => {
      const ours = certificateOf(inspectBytes(file(`${name}.crt`), `${name}.crt`).items[0]?.contents[0]);
      const show = (...what: string[]) =>
        openssl(
          'x509',
          '-in',
          `${name}.crt`,
          '-noout',
          '-nameopt',
          'utf8,sep_comma_plus_space,space_eq',
          ...what,
        ).trim();
      assert.equal(`subject=${ours.subject}`, show('-subject'));
      assert.equal(`issuer=${ours.issuer}`, show('-issuer'));
      assert.equal(`serial=${ours.serial}`, show('-serial'));
      assert.equal(Date.parse(show('-enddate').replace('notAfter=', '')), Date.parse(ours.notAfter));
      assert.equal(Date.parse(show('-startdate').replace('notBefore=', '')), Date.parse(ours.notBefore));
      const fingerprint = /=(.*)$/.exec(show('-fingerprint', '-sha256'))?.[1];
      assert.equal(ours.fingerprint, fingerprint?.replaceAll(':', '').toLowerCase());
      const text = show('-text');
      assert.match(text, new RegExp(`Version: ${ours.version} `));
      assert.match(text, new RegExp(`Public-Key: \\(${ours.key.bits} bit\\)`));
      assert.match(text, new RegExp(`Signature Algorithm: ${ours.signature}`));
      assert.equal(ours.key.bits, Number(key.slice(4)));
      const ca = /CA:(TRUE|FALSE)/.exec(text)?.[1];
      assert.equal(ours.isCa, ca === undefined ? undefined : ca === 'TRUE');
      assert.deepEqual(ours.names, extensions.includes('DNS') ? ['a.b', '10.0.0.1'] : []);
      openssl('x509', '-in', `${name}.crt`, '-noout', '-pubkey', '-out', 'public.pem');
      assert.equal(ours.key.fingerprint, publicDigest('pkey', '-pubin', '-in', 'public.pem'));

      const [request] = readContents(file(`${name}.csr`)).contents;
      assert.ok(request?.kind === 'request');
      assert.equal(request.key.fingerprint, ours.key.fingerprint);
      assert.match(openssl('req', '-in', `${name}.csr`, '-noout', '-text'), /Certificate Request/);
    });
  }

  it('agree on keys, in PKCS#1, PKCS#8 and SEC1', () => {
    const name = 'rsa-1024-sha1-v1';
    openssl('rsa', '-in', `${name}.key`, '-traditional', '-outform', 'DER', '-out', 'pkcs1.der');
    openssl('pkcs8', '-topk8', '-nocrypt', '-in', `${name}.key`, '-outform', 'DER', '-out', 'pkcs8.der');
    const expected = publicDigest('rsa', '-in', `${name}.key`);
    for (const [der, format] of [
      ['pkcs1.der', 'PKCS#1'],
      ['pkcs8.der', 'PKCS#8'],
    ] as const) {
      const [content] = readContents(file(der)).contents;
      assert.ok(content?.kind === 'key');
      assert.deepEqual(
        [content.format, content.public.bits, content.public.fingerprint],
        [format, 1024, expected],
      );
    }
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-outform', 'DER', '-out', 'ec.der');
    const [ec] = readContents(file('ec.der')).contents;
    assert.ok(ec?.kind === 'key');
    assert.equal(ec.public.fingerprint, publicDigest('ec', '-inform', 'DER', '-in', 'ec.der'));
  });

  it('make elliptic curve and PSS certificates, which the device does not know', () => {
    openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-384',
      '-nodes',
      '-subj',
      '/CN=ec',
      '-keyout',
      'ec.key',
      '-outform',
      'DER',
      '-out',
      'ec.cer',
    );
    const certificate = certificateOf(inspectBytes(file('ec.cer'), 'ec.cer').items[0]?.contents[0]);
    assert.deepEqual([certificate.key.type, certificate.key.bits], ['EC', 384]);
    const pss = ['-sigopt', 'rsa_padding_mode:pss'];
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:1024',
      ...pss,
      '-nodes',
      '-subj',
      '/CN=pss',
      '-keyout',
      'pss.key',
      '-outform',
      'DER',
      '-out',
      'pss.cer',
    );
    assert.equal(certificateOf(readContents(file('pss.cer')).contents[0]).signature, 'rsassaPss');
  });

  it('make headers by xxd -i that are read back, and a PKCS#8 key that becomes what -traditional writes', () => {
    openssl('rsa', '-in', 'rsa-1024-sha1-v1.key', '-traditional', '-outform', 'DER', '-out', 'TLS.key_1024');
    openssl(
      'pkcs8',
      '-topk8',
      '-nocrypt',
      '-in',
      'TLS.key_1024',
      '-inform',
      'DER',
      '-outform',
      'DER',
      '-out',
      'default_private_key',
    );
    const xxd = (name: string) => execFileSync('xxd', ['-i', name], { cwd: folder, encoding: 'utf8' });
    const header = xxd('default_private_key');
    const { arrays, numbers } = readC(header);
    assert.deepEqual(Buffer.from(arrays[0]?.bytes ?? []), file('default_private_key'));
    assert.deepEqual(
      [arrays[0]?.name, numbers[0]?.name, numbers[0]?.value],
      ['default_private_key', 'default_private_key_len', file('default_private_key').length],
    );
    const inspection = inspectC(header, 'private_key.h');
    const device = deviceOf('3.0.6', 'libssl');
    const [finding] = findingsOf({ inspection, others: [], device, project: {}, now: Date.now() });
    assert.equal(finding?.rule, 'SSL102');
    const fixed = editedText(header, fixText(finding.fix ?? assert.fail(), inspection, header));
    assert.equal(fixed, xxd('TLS.key_1024').replaceAll('TLS_key_1024', 'default_private_key'));
  });

  it('say their versions', async () => {
    const { openssl: version } = await scriptTools();
    assert.ok(version !== undefined && openssl('version').includes(` ${version} `));
  });
});
