import path from 'node:path';
import type { Cause, TlsFailure } from '../../src/simulator/tlsFailures/failure';
import { failureText } from '../../src/simulator/tlsFailures/failureText';
import { expectGolden } from '../golden';

const date = Date.UTC(2026, 0, 2) / 1000;

/** Every cause, with its variants. */
const causes: readonly Cause[] = [
  { id: 'unknown-ca' },
  { id: 'unknown-ca', issuer: 'CN = Other' },
  { id: 'name-not-in-certificate', names: ['a.example', 'b.example'], asked: ['c.example', '10.0.0.1'] },
  { id: 'certificate-expired', date },
  { id: 'certificate-not-yet-valid', date },
  { id: 'key-too-small', bits: 1024 },
  { id: 'certificate-refused' },
  { id: 'client-certificate-missing' },
  { id: 'client-certificate-refused' },
  { id: 'tls13-only', device: 0x0302 },
  { id: 'tls13-only', device: undefined },
  { id: 'version-too-new', device: 0x0302 },
  { id: 'version-too-old', remote: 0x0300 },
  { id: 'cipher-mismatch', offered: [] },
  { id: 'cipher-mismatch', offered: [0x2f, 0xc02f] },
  { id: 'server-name-unknown' },
  { id: 'server-name-unknown', asked: 'iot.example.com' },
  { id: 'plain-text', isHttp: true },
  { id: 'plain-text', isHttp: false },
  { id: 'record-too-large', length: 9000 },
  { id: 'record-too-large', length: 9000, buffer: 4096 },
  { id: 'message-split' },
  { id: 'out-of-memory' },
  { id: 'out-of-memory', free: 12_000 },
  { id: 'no-own-certificate' },
  { id: 'busy' },
  { id: 'no-time' },
  { id: 'call-refused' },
  { id: 'timed-out', seconds: 9 },
  { id: 'closed-in-handshake' },
  { id: 'left-after-handshake' },
  { id: 'left-before-hello' },
  { id: 'unexplained' },
];

/** What else is known, with one cause. */
const evidence: Readonly<Record<string, Omit<TlsFailure, 'cause' | 'role'>>> = {
  'an alert of the device': {
    remote: '10.0.0.1:443',
    alert: { sender: 'device', level: 2, description: 48 },
    codes: [],
  },
  'an unknown alert of the other side': {
    remote: '10.0.0.1:443',
    alert: { sender: 'remote', level: 2, description: 199 },
    codes: [],
  },
  'codes of library and callback': {
    remote: '10.0.0.1:443',
    codes: [
      { source: 'mbed TLS', value: -0x2700, from: 'print' },
      { source: 'espconn', value: -39, from: 'callback' },
      { source: 'axTLS', value: -265, from: 'print' },
    ],
  },
  'a call that is refused': {
    codes: [{ source: 'espconn', value: -1, from: 'callback' }],
    call: { function: 'espconn_secure_connect', caller: 'connect (main.c:7)' },
  },
  'the port of the device': { remote: '127.0.0.1:40102', port: 8443, codes: [] },
};

describe('the words of failed TLS connections', () => {
  it('are those of the golden text, for each cause and both roles', () => {
    const lines = (['client', 'server'] as const).flatMap(role => [
      `== the device is the ${role}\n`,
      ...causes.map(
        cause =>
          `${JSON.stringify(cause)}\n  ${failureText({ role, cause, codes: [], remote: '10.0.0.1:443' }, 'terminal')}\n`,
      ),
      ...Object.entries(evidence).map(([what, known]) => {
        const cause: Cause = { id: 'name-not-in-certificate', names: ['a.example'], asked: ['b.example'] };
        return `${what}\n  ${failureText({ role, cause, ...known }, 'terminal')}\n`;
      }),
    ]);
    expectGolden(path.join(__dirname, 'tlsFailureText.golden.txt'), lines.join('\n'));
  });
});
