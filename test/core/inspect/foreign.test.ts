import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';
import { encodeRecords } from '../../../src/certificates/flashRecords';
import { certificateDer } from '../../../src/certificates/inspect/certificateBytes';
import { findingsOf } from '../../../src/certificates/inspect/findings';
import { reportOf } from '../../../src/certificates/inspect/report';
import { inspectAny } from '../../../src/simulator/firmware/inspectFirmware';
import { device, deviceFile, now, selfSigned } from './samples';

/** What is said of a file: its form, its contents line by line, its findings. */
function said(bytes: Uint8Array | string, file = 'file'): string[] {
  const inspection = inspectAny(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, file);
  const findings = findingsOf({ inspection, others: [], device: device(), project: {}, now });
  const report = reportOf(inspection, findings, '3.0.6', now);
  return [
    report.form,
    ...report.items.flatMap(({ contents }) =>
      contents.flatMap(({ lines }) =>
        lines.map(({ value }) => value).filter(value => !/^\d+ bytes/.test(value)),
      ),
    ),
    ...(report.empty === undefined ? [] : [report.empty]),
    ...report.findings.map(({ rule, severity, message }) => `${severity} ${rule}: ${message}`),
  ];
}

async function pair(): Promise<{
  key: forge.pki.rsa.PrivateKey;
  certificate: forge.pki.Certificate;
  pem: string;
}> {
  const pem = Buffer.from(await deviceFile('server.crt')).toString();
  return {
    pem,
    key: forge.pki.privateKeyFromPem(Buffer.from(await deviceFile('server.key')).toString()),
    certificate: forge.pki.certificateFromPem(pem),
  };
}

function der(asn1: forge.asn1.Asn1): string {
  return forge.asn1.toDer(asn1).getBytes();
}

const pkcs7 = 'PKCS#7, a container of certificates';
const importIt = 'Import it: esp8266-ssl certs import';
const escapedPem = 'PEM with its line ends written as the two characters \\n, as in JSON';

describe('a file of another program', () => {
  it('of PKCS#7 is named, in DER, PEM and with indefinite lengths', async () => {
    const { certificate } = await pair();
    const message = forge.pkcs7.createSignedData();
    message.addCertificate(certificate);
    const bytes = der(message.toAsn1());
    assert.deepEqual(said(bytes, 'c.p7b'), ['DER', pkcs7, importIt]);
    assert.deepEqual(said(forge.pkcs7.messageToPem(message), 'c.p7b'), ['PEM', pkcs7, importIt]);
    const header = bytes.indexOf('\x06\x09');
    assert.deepEqual(said(`\x30\x80${bytes.slice(header)}\0\0`, 'c.p7b'), ['DER', pkcs7, importIt]);
  });

  it('of PKCS#12 is named, encrypted or not', async () => {
    const { key, certificate } = await pair();
    const encrypted = der(forge.pkcs12.toPkcs12Asn1(key, [certificate], 'x', { algorithm: '3des' }));
    assert.deepEqual(said(encrypted, 'd.p12'), [
      'DER',
      'PKCS#12, an encrypted container of certificates and keys',
      'Import it with its passphrase: esp8266-ssl certs import',
    ]);
    const plain = der(forge.pkcs12.toPkcs12Asn1(key, [certificate], null, { algorithm: '3des' }));
    assert.deepEqual(said(plain, 'd.pfx'), [
      'DER',
      'PKCS#12, a container of certificates and keys',
      importIt,
    ]);
  });

  it('that is a container is an error where the device reads it', async () => {
    const { certificate } = await pair();
    const message = forge.pkcs7.createSignedData();
    message.addCertificate(certificate);
    const data = Buffer.from(der(message.toAsn1()), 'latin1');
    const findings = said(encodeRecords([{ name: 'ca.cer', data }]), 'esp_ca_cert.bin').slice(3);
    assert.deepEqual(findings, [`error SSL102: The device cannot read ca.cer: ${pkcs7}.`]);
  });

  it('with line ends as in JSON says so, and what to do', async () => {
    const { pem } = await pair();
    const key = Buffer.from(await deviceFile('server.key')).toString();
    for (const [text, line] of [
      [pem.replaceAll('\n', '\\n'), '\\n'],
      [key.replaceAll('\n', '\\n'), '\\n'],
      [pem.replaceAll('\n', '\\r\\n'), '\\n'],
    ] as const)
      assert.deepEqual(said(text, 'one.crt'), ['PEM', escapedPem, `Replace each ${line} with a line break.`]);
  });

  it('of base64 without PEM is read', async () => {
    const bytes = await selfSigned({ name: 'CN=base64' });
    const text = `${Buffer.from(bytes).toString('base64').replace(/.{76}/g, '$&\n')}\n`;
    const [form, subject] = said(text, 'x.txt');
    assert.deepEqual([form, subject], ['base64 without PEM lines', 'CN = base64']);
    const [content] = inspectAny(Buffer.from(text), 'x.txt').items[0]?.contents ?? [];
    assert.ok(content?.kind === 'certificate');
    assert.deepEqual(certificateDer(Buffer.from(text), 'x.txt', content.fingerprint), Buffer.from(bytes));
  });

  it('of keys and lists in other forms is named', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const text = (label: string, body = 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmU=') =>
      `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
    assert.equal(said(text('OPENSSH PRIVATE KEY'))[1], 'private key of OpenSSH');
    assert.equal(said(text('X509 CRL', 'MAA='))[1], 'certificate revocation list (CRL)');
    assert.equal(said(text('DH PARAMETERS', 'MAA='))[1], 'key parameters');
    assert.equal(said(text('CMS', 'MAA='))[1], pkcs7);
    assert.equal(said('ssh-rsa AAAAB3NzaC1yc2E x@y\n')[1], 'public key of OpenSSH');
    assert.equal(said('PuTTY-User-Key-File-3: ssh-rsa\n')[1], 'private key of PuTTY');
    assert.equal(said('\xfe\xed\xfe\xed\0\0\0\x02\0\0\0\x01')[1], 'Java key store');
    for (const type of ['spki', 'pkcs1'] as const)
      assert.equal(said(publicKey.export({ type, format: 'der' }), 'x.der')[1], 'public key');
    const encryption = { cipher: 'aes-128-cbc', passphrase: 'x' };
    const encrypted = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    assert.equal(
      said(encrypted.export({ type: 'pkcs8', format: 'der', ...encryption }), 'x.der')[1],
      'encrypted private key',
    );
  });

  it('is never said not to begin with 0x30 where it does', () => {
    const findings = said(Buffer.from('3009060355040a0c024142', 'hex'), 'x.der');
    assert.deepEqual(findings.slice(0, 2), ['DER', 'DER, but neither a certificate nor a key']);
    assert.ok(findings.every(line => !line.includes('0x30')));
  });

  it('that is none at all holds nothing', () => {
    assert.deepEqual(said('# Readme\n', 'README.md'), [
      'file of another kind',
      'No certificate or key found in README.md.',
    ]);
    assert.deepEqual(said('int a;\n', 'main.c'), ['C source', 'No certificate or key found in main.c.']);
  });
});

describe('what is taken for records', () => {
  const after = 'Make records of it: esp8266-ssl certs import, or “Import Certificate…”.';

  it('is named: PEM, DER, an image', async () => {
    const pem = await deviceFile('ca.crt');
    assert.deepEqual(said(pem, 'esp_ca_cert.bin'), [
      'PEM',
      `error SSL110: esp_ca_cert.bin is PEM text, not the records that the TLS library reads. ${after}`,
    ]);
    assert.deepEqual(said(await selfSigned(), 'esp_ca_cert.bin').slice(0, 2), [
      'DER',
      `error SSL110: esp_ca_cert.bin is DER without the record header that the TLS library needs. ${after}`,
    ]);
    const image = Buffer.concat([Buffer.from([0xea, 4, 0, 1, 0, 0, 0x10, 0x40]), Buffer.alloc(300)]);
    assert.deepEqual(said(image, 'esp_ca_cert.bin'), [
      'firmware image',
      'error SSL110: esp_ca_cert.bin is a firmware image, not the records that the TLS library reads.',
    ]);
  });

  it('is the container of esp-at, whatever its name is, with what it holds', async () => {
    const pem = await deviceFile('ca.crt');
    const header = Buffer.from('f1f101000000000001000000', 'hex');
    header.writeUInt32LE(pem.length + 4, 4);
    header.writeUInt16LE(pem.length, 10);
    const container = Buffer.concat([header, pem, Buffer.alloc(4)]);
    for (const file of ['client_ca.bin', 'esp_ca_cert.bin']) {
      const lines = said(container, file);
      assert.equal(lines[0], 'container of esp-at (AtPKI.py)');
      assert.equal(
        lines.at(-1),
        `error SSL110: ${file} is a container of esp-at’s AtPKI.py (it starts with F1 F1), not the records of the NON-OS SDK. Import the PEM files that it was made from.`,
      );
    }
    const [item] = inspectAny(container, 'client_ca.bin').items;
    assert.deepEqual([item?.range.offset, item?.contents[0]?.kind], [12, 'certificate']);
  });
});
