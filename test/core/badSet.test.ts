import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { badFaults, makeBadSet, wrongName } from '../../src/certificates/badSet';
import { checkedRequest, dayInMs } from '../../src/certificates/request';
import { writeBadSet } from '../../src/certificates/writeBadSet';
import { expectGolden } from '../golden';
import { problemOf } from '../problemOf';

describe('bad certificates', function () {
  this.timeout(120_000);
  let folder = '';
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-bad-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const request = checkedRequest({ name: 'device.local', bits: 1024, days: 30 });

  it('are written with what is to be expected, in a folder that is not there yet', async () => {
    const examples = await writeBadSet(request, path.join(folder, 'bad'));
    assert.deepEqual(
      examples.map(({ fault }) => fault),
      [...badFaults],
    );
    const at = (...names: string[]) => path.join(folder, 'bad', ...names);
    expectGolden(path.join(__dirname, 'badSet.golden.txt'), readFileSync(at('README.md'), 'utf8'));
    assert.deepEqual(JSON.parse(readFileSync(at('manifest.json'), 'utf8')), {
      name: 'device.local',
      examples,
    });
    assert.deepEqual(
      readdirSync(at()).sort(),
      ['README.md', 'ca.crt', 'ca.key', 'manifest.json', ...badFaults].sort(),
    );
    const files = [
      'ca.crt',
      'cert.h',
      'esp_ca_cert.bin',
      'esp_cert_private_key.bin',
      'private_key.h',
      'server.crt',
      'server.key',
    ];
    for (const fault of badFaults)
      assert.deepEqual(
        readdirSync(at(fault)).sort(),
        [...files, ...(fault.startsWith('chain') ? ['intermediate.crt'] : [])].sort(),
        fault,
      );
    if (process.platform !== 'win32') assert.equal(statSync(at('ca.key')).mode & 0o077, 0);
    assert.deepEqual(await problemOf(writeBadSet(request, at())), { kind: 'bad-set-there', folder: at() });
    mkdirSync(path.join(folder, 'empty'));
    const empty = path.join(folder, 'empty');
    assert.deepEqual(await problemOf(writeBadSet(request, empty)), { kind: 'bad-set-there', folder: empty });
    await assert.rejects(writeBadSet(request, path.join(folder, 'ended'), AbortSignal.abort()), {
      name: 'AbortError',
    });
    assert.deepEqual(readdirSync(folder).sort(), ['bad', 'empty']);
  });

  it('have one fault each', async () => {
    const { ca, certificates } = await makeBadSet(request);
    const authority = new X509Certificate(ca.certificate);
    const now = Date.now();
    /** What is wrong with a certificate, as far as it can be read. */
    const faults = ({ device, intermediate }: (typeof certificates)[number]) => {
      let own: X509Certificate;
      try {
        own = new X509Certificate(device.certificate);
      } catch {
        return ['unreadable'];
      }
      const issuer = intermediate === undefined ? authority : new X509Certificate(intermediate);
      const days = (text: string) => Math.round((Date.parse(text) - now) / dayInMs);
      return [
        ...(days(own.validTo) < 0 ? [`ended ${days(own.validTo)}`] : []),
        ...(days(own.validFrom) > 0 ? [`starts ${days(own.validFrom)}`] : []),
        ...(own.checkHost('device.local') === undefined ? [`for ${own.subjectAltName}`] : []),
        ...(own.checkIssued(issuer) ? [] : ['other issuer']),
        ...(own.verify(issuer.publicKey) ? [] : ['not signed']),
        ...(own.publicKey.asymmetricKeyDetails?.modulusLength === 1024 ? [] : ['other size']),
        ...(intermediate === undefined
          ? []
          : [
              `${device.certificate.length + intermediate.length} bytes`,
              issuer.verify(authority.publicKey) && issuer.ca ? 'below the CA' : 'not below the CA',
            ]),
      ];
    };
    const found = Object.fromEntries(certificates.map(each => [each.fault, faults(each)]));
    const chain = (limit: number) => found[`chain-over-${limit}`] ?? [];
    for (const limit of [2048, 4096, 8192]) {
      const [size = '', ...rest] = chain(limit);
      const over = Number.parseInt(size, 10) - limit;
      assert.ok(over >= 64 && over <= 80, `${limit}: ${size}`);
      assert.deepEqual(rest, ['below the CA']);
    }
    assert.deepEqual(
      Object.entries(found).filter(([fault]) => !fault.startsWith('chain')),
      [
        ['good', []],
        ['expired', ['ended -1']],
        ['not-yet-valid', ['starts 365']],
        ['wrong-name', [`for DNS:${wrongName}`]],
        ['unknown-ca', ['other issuer', 'not signed']],
        ['other-key', []],
        ['small-key', ['other size']],
        ['truncated', ['unreadable']],
        ['broken-signature', ['not signed']],
      ],
    );
    const keys = new Set(certificates.map(({ device }) => Buffer.from(device.key).toString('hex')));
    // The usual one, another one, the small one.
    assert.equal(keys.size, 3);
  });
});
