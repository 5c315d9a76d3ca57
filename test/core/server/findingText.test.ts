import assert from 'node:assert/strict';
import path from 'node:path';
import type { RefusalReason } from '../../../src/certificates/readers/refusal';
import { isAlgorithm, isUnsupported, refusalText } from '../../../src/certificates/readers/refusalText';
import type { PassedOver, ServerFact } from '../../../src/certificates/server/finding';
import { findingText } from '../../../src/certificates/server/findingText';
import { ruleOf } from '../../../src/certificates/server/rules';
import {
  anchorText,
  certificateText,
  day,
  keyName,
  verdictText,
} from '../../../src/certificates/server/certificateText';
import { expectGolden } from '../../golden';

/** What else is known of a fact of a kind. */
type Known<K extends ServerFact['kind'], Fact = ServerFact> = Fact extends { kind: infer Kinds }
  ? K extends Kinds
    ? Omit<Fact, 'kind'>
    : never
  : never;

const name = 'NAME';
const date = new Date('2031-02-03T04:05:06Z');
const passedOver: readonly PassedOver[] = [
  'unreadable',
  'key-too-small',
  'too-large',
  'expired',
  'not-yet-valid',
];

/** Every reason of a parser of certificates and keys. */
const reasons: readonly RefusalReason[] = [
  { kind: 'unknown format' },
  { kind: 'pem line end' },
  { kind: 'pem end' },
  { kind: 'pem blank' },
  ...['!', '\x07', '~', '\x7f', ' '].map(character => ({ kind: 'pem character', character }) as const),
  { kind: 'pem empty' },
  { kind: 'pem label', label: 'LABEL' },
  { kind: 'encrypted' },
  { kind: 'other contents', label: 'LABEL' },
  ...['2.5.29.30', '2.5.29.36', '1.3.6.1.5.5.7.1.24', '1.2.3'].map(
    oid => ({ kind: 'critical extension', oid }) as const,
  ),
  ...['1.2.840.10045.4.3.2', '1.2.840.113549.1.1.10', '1.2.3'].map(
    oid => ({ kind: 'signature algorithm', oid }) as const,
  ),
  { kind: 'signature parameters', oid: '1.2.840.113549.1.1.11' },
  ...['1.2.840.10045.2.1', '1.3.101.112', '1.2.3'].map(oid => ({ kind: 'key algorithm', oid }) as const),
  { kind: 'version' },
  { kind: 'key numbers' },
  { kind: 'damaged' },
];

const unreadable: readonly Known<'anchor-unreadable'>[] = [
  { name, keyType: 'ec', signature: 'ECDSA' },
  { name, keyType: undefined, signature: '1.2.3' },
  // One of each piece of advice.
  ...reasons
    .filter(reason => !('oid' in reason) || reason.oid === '1.2.3')
    .filter(({ kind }) => !kind.startsWith('pem'))
    .map(reason => ({ name, keyType: 'rsa', signature: 'X', refusal: { code: -0x2180, reason } })),
];
const noticed = [true, false].map(each => ({ name, date, noticed: each }));

/** Every kind of fact, in each form that has words of its own. */
const examples: { readonly [K in ServerFact['kind']]: readonly Known<K>[] } = {
  'ipv6-only': [{ ip: '2001:db8::1' }],
  'name-needed': [{ name }],
  'name-changes-certificate': [{ name, without: 'WITHOUT', with: 'WITH' }],
  'no-common-version': [
    { device: [0x0301, 0x0302], server: 0x0303 },
    { device: [0x0303], server: 0x0304 },
  ],
  'no-common-suite': [undefined, 'rsa', 'ec'].map(keyType => ({ server: 0xc02f, version: 0x0303, keyType })),
  refused: [{}, { alert: 40 }, { alert: 250 }],
  'record-too-large': [
    { length: 5000, buffer: 2048 },
    { length: 5000, buffer: 2048, size: 5120 },
    { length: 5000, buffer: 2048, size: 5120, heap: 19456 },
  ],
  'message-split': [{ type: 11, length: 20_000 }],
  'group-too-small': [{ bits: 512 }],
  'certificate-damaged': [{ position: 2 }],
  'certificate-unreadable': unreadable,
  'anchor-unreadable': unreadable,
  'key-too-small': [
    { name, bits: 512, least: 1024 },
    { name, bits: 2048, least: 4096 },
  ],
  'key-large': [{ name, bits: 4096, most: 2048 }],
  'hash-refused': [{ name, hash: 'sha512' }],
  'hash-weak': [{ name }],
  expired: noticed,
  'not-yet-valid': noticed,
  'anchor-expired': [{ name, date }],
  'anchor-not-yet-valid': [{ name, date }],
  'anchor-passed-over': passedOver.map(why => ({ name, why, chosen: 'CHOSEN' })),
  'anchor-unmarked': [1, 3].map(version => ({ name, version })),
  'order-broken': [{}],
  'issuer-missing': [{ issuer: 'ISSUER' }],
  'issuer-rejected': (['not-ca', 'path-length'] as const).map(why => ({ issuer: 'ISSUER', why })),
  'anchor-too-large': [{ length: 9000, window: 8192 }],
  'client-certificate': [true, false, undefined].map(insists => ({ insists })),
  'needs-time': [{}],
  'slow-exchange': [{}],
  'names-unchecked': [{}],
  'long-answers': [{ buffer: 2048 }],
  agreed: [{ version: 0x0303, cipherSuite: 0x2f, chain: 3000, record: 1500 }],
};

const facts = Object.entries(examples).flatMap(([kind, known]) =>
  known.map(each => ({ kind, ...each }) as ServerFact),
);

describe('findings about a server', () => {
  it('are told in the words of the golden text, with what to do', () => {
    const texts = facts.map(fact => {
      const { rule, severity, prevents } = ruleOf(fact);
      const { text, advice } = findingText(fact);
      return [
        `${rule} ${severity}${prevents === undefined ? '' : `, prevents ${prevents}`}, ${fact.kind}: ${text}`,
        ...(advice === undefined ? [] : [`  → ${advice}`]),
        '',
      ].join('\n');
    });
    const words = reasons.map(
      reason =>
        `${reason.kind}: ${refusalText(reason, -0x62)}${isAlgorithm(reason) ? ' · algorithm' : ''}${isUnsupported(reason) ? ' · unsupported' : ''}\n`,
    );
    expectGolden(
      path.join(__dirname, 'findingText.golden.txt'),
      [...texts, '\n== refusals\n', ...words].join(''),
    );
  });

  it('have the code of a function only where it returned one', () => {
    assert.equal(refusalText({ kind: 'encrypted' }, 0), 'it is encrypted');
    assert.equal(refusalText({ kind: 'encrypted' }, -1), 'it is encrypted (-0x0001)');
    assert.equal(refusalText({ kind: 'encrypted' }, -0x2180), 'it is encrypted (-0x2180)');
  });

  it('leave nothing open in their words', () => {
    for (const fact of facts) {
      const { text, advice = '' } = findingText(fact);
      assert.doesNotMatch(text + advice, /undefined|\{\d|NaN|\[object/);
    }
  });
});

describe('the report on a server', () => {
  const certificate = {
    name: 'Example CA',
    keyType: 'rsa',
    bits: 2048,
    signature: 'RSA-SHA256',
    notAfter: date,
  };
  type Anchor = Parameters<typeof anchorText>[0];
  const anchor = (kind: Anchor['kind'], origin: Anchor['origin'], isUsable = true) =>
    anchorText({ certificate: certificate as Anchor['certificate'], kind, origin, isUsable });

  it('has the verdict in a sentence', () => {
    assert.deepEqual(
      (['yes', 'unverified', 'no'] as const).map(verdict => verdictText(verdict, 'SERVER', 'DEVICE')),
      [
        'A device with DEVICE can talk to SERVER and verify it.',
        'A device with DEVICE can talk to SERVER, but cannot verify it: do not call espconn_secure_ca_enable.',
        'A device with DEVICE cannot talk to SERVER.',
      ],
    );
  });

  it('says which certificate the device must hold, and why', () => {
    const what = 'Example CA (RSA 2048, signed with RSA-SHA256, valid until 2031-02-03)';
    assert.deepEqual(
      [
        anchor('root', 'sent'),
        anchor('root', 'store'),
        anchor('intermediate', 'sent'),
        anchor('server', 'sent'),
        anchor('root', 'store', false),
      ],
      [
        `The device must hold ${what}: the root of the chain that the server sends.`,
        `The device must hold ${what}: the root that signed the chain. The server does not send it; it comes from the roots that this host trusts.`,
        `The device must hold ${what}: the topmost certificate of the server’s chain that the device can use, an intermediate CA. Its root is unknown here. If the server changes to another intermediate CA, the device needs that one.`,
        `The device must hold ${what}: the server’s own certificate, which is self-signed. If the server’s certificate changes, the device needs the new one.`,
        `No CA certificate fits: the device cannot use ${what}.`,
      ],
    );
  });

  it('names keys and days as people do', () => {
    assert.deepEqual(['rsa', 'ec', 'ed25519', undefined].map(keyName), [
      'RSA',
      'ECDSA',
      'ED25519',
      'of an unknown kind',
    ]);
    assert.equal(day(date), '2031-02-03');
    assert.equal(
      certificateText({ ...certificate, keyType: 'ec', bits: 0 } as Anchor['certificate']),
      'Example CA (ECDSA, signed with RSA-SHA256, valid until 2031-02-03)',
    );
  });
});
