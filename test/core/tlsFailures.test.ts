import assert from 'node:assert/strict';
import { type BadFault, makeBadSet } from '../../src/certificates/badSet';
import { EventLog } from '../../src/simulator/events';
import type { DeviceEvent, EventDetail } from '../../src/simulator/events';
import { eventText } from '../../src/simulator/eventText';
import { TlsRecords } from '../../src/simulator/network/tlsRecords';
import type { Cause, CauseId } from '../../src/simulator/tlsFailures/failure';
import { coversName } from '../../src/simulator/tlsFailures/coversName';
import { printedCode } from '../../src/simulator/tlsFailures/printedCodes';
import { TlsWatch } from '../../src/simulator/tlsFailures/watch';
import {
  certificate,
  clientHello,
  Conversation,
  handshake,
  number,
  type Packet,
  record,
  remoteAddress,
  serverHello,
  vector,
} from './tlsBytes';

const suites = [0x2f, 0x35];
const hello = record(22, clientHello(0x0302, suites), 0x0301);
const answer = record(22, serverHello(0x0302, 0x2f), 0x0302);
const shown = record(22, certificate(700), 0x0302);
const changeCipherSpec = record(20, number(1, 1), 0x0302);
const finished = Buffer.concat([changeCipherSpec, record(22, Buffer.alloc(48, 1), 0x0302)]);
const fatal = (description: number) => record(21, Buffer.from([2, description]), 0x0302);

/** A device of the SDK, as far as TLS goes: its packets, and what it prints and calls. */
class Story {
  readonly said: (DeviceEvent & { kind: 'tls-failed' })[] = [];
  readonly watch: TlsWatch;
  readonly #log = new EventLog(() => this.time);
  readonly #records: TlsRecords;
  time = 0;

  constructor(library: 'axTLS' | 'mbedTLS') {
    this.watch = new TlsWatch(this.#log, { library, onEnd: () => undefined });
    this.#log.listen(event => {
      if (event.kind === 'tls-failed') this.said.push(event);
    });
    this.#records = new TlsRecords(event => this.#log.add(event), {
      onEnd: end => this.#log.add({ kind: 'connection-ended', ...end }),
    });
  }

  packets(packets: readonly Packet[]): this {
    for (const { bytes, sender } of packets) this.#records.packet(bytes, sender);
    return this;
  }

  event(event: EventDetail): this {
    this.#log.add(event);
    return this;
  }

  print(text: string): this {
    return this.event({ kind: 'print', text });
  }

  reconnect(value: number): this {
    return this.event({ kind: 'callback', callback: 'reconnect', function: 'failed', value });
  }

  /** What is said when the device has nothing more to do. */
  cause(): Cause | undefined {
    this.watch.settle();
    assert.ok(this.said.length <= 1, 'one sentence');
    return this.said[0]?.cause;
  }

  text(): string {
    this.watch.settle();
    return this.said.map(event => eventText(event)).join('\n');
  }
}

/** The device connects and both say what they say; then `by` closes. */
function visit(
  by: 'device' | 'remote',
  ...parts: [sender: 'device' | 'remote', bytes: Uint8Array][]
): Packet[] {
  const conversation = new Conversation('device');
  for (const [sender, bytes] of parts) conversation.send(sender, bytes);
  return conversation.close(by).close(by === 'device' ? 'remote' : 'device').packets;
}

describe('what is said of a failed TLS connection', () => {
  // What libssl 2.1.0 and libmbedtls 3.0.6 of the SDK send, print and hand to the callbacks.
  const cases: { what: string; story: () => Story; id: CauseId; says: RegExp }[] = [
    {
      what: 'libssl at a server whose certificate cannot be read: -28',
      story: () =>
        new Story('axTLS')
          .packets(visit('device', ['device', hello], ['remote', Buffer.concat([answer, shown])]))
          .print('client handshake failed\n')
          .reconnect(-28),
      id: 'unexplained',
      says: /connection to 10\.0\.0\.1:443 failed .*reconnect callback: -28 ESPCONN_HANDSHAKE, the TLS handshake failed/,
    },
    {
      what: 'libssl with a record larger than its buffer: -61',
      story: () =>
        new Story('axTLS')
          .packets(
            visit(
              'device',
              ['device', hello],
              ['remote', Buffer.concat([answer, shown])],
              ['device', finished],
              ['remote', finished],
              ['device', record(23, Buffer.alloc(100), 0x0302)],
              ['remote', record(23, Buffer.alloc(3000), 0x0302)],
            ),
          )
          .print("client's data invalid protocol\n")
          .reconnect(-61),
      id: 'record-too-large',
      says: /record of 3000 bytes, more than the 2048 of the device’s buffer \(reconnect callback: -61 ESPCONN_SSL_INVALID_DATA.*espconn_secure_set_size\(ESPCONN_CLIENT/,
    },
    {
      what: 'libssl before a server that does not answer: -29',
      story: () => {
        const story = new Story('axTLS');
        const { packets } = new Conversation('device').send('device', hello);
        story.packets(packets);
        story.time = 60e6;
        return story.packets(visit('device', ['device', hello]).slice(3)).reconnect(-29);
      },
      id: 'timed-out',
      says: /10\.0\.0\.1:443 did not continue the handshake for 60 s .*-29 ESPCONN_RESP_TIMEOUT/,
    },
    {
      what: 'libssl that a server refuses for its TLS 1.1',
      story: () =>
        new Story('axTLS').packets(visit('remote', ['device', hello], ['remote', fatal(70)])).reconnect(-28),
      id: 'version-too-new',
      says: /requires a newer version than the device’s TLS 1\.1 \(the peer’s alert: protocol_version.*libmbedtls/,
    },
    {
      what: 'libmbedtls, whose codes are cut down to 8 bits',
      story: () =>
        new Story('mbedTLS')
          .packets(visit('remote', ['device', hello], ['remote', fatal(40)]))
          .print('client handshake failed!\nReason:[-0x7780]\n')
          .reconnect(9),
      id: 'cipher-mismatch',
      says: /handshake_failure.*firmware: -0x7780 MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE.*reconnect callback: 9\)/,
    },
    {
      what: 'libmbedtls with an unknown CA: -0x2700, -39',
      story: () =>
        new Story('mbedTLS')
          .packets(visit('device', ['device', hello], ['remote', Buffer.concat([answer, shown])]))
          .print('client handshake failed!\nReason:[-0x2700]\n')
          .reconnect(-39),
      id: 'unknown-ca',
      says: /does not trust the CA of 10\.0\.0\.1:443 .*-0x2700 MBEDTLS_ERR_X509_CERT_VERIFY_FAILED.*esp_ca_cert\.bin/,
    },
    {
      what: 'libmbedtls whose heap is too small: -0x7F00',
      story: () =>
        new Story('mbedTLS')
          .event({ kind: 'heap', free: 9000 })
          .packets(visit('device', ['device', hello], ['remote', answer]))
          .print('Reason:[-0x7f00]\n')
          .reconnect(-127),
      id: 'out-of-memory',
      says: /not have enough heap .*: 9000 bytes are free .*-0x7F00 MBEDTLS_ERR_SSL_ALLOC_FAILED/,
    },
    {
      what: 'libmbedtls without certificate in its flash: -0x7F00 with heap to spare',
      story: () =>
        new Story('mbedTLS')
          .event({ kind: 'heap', free: 40_000 })
          .packets(visit('device', ['device', hello]))
          .print('Reason:[-0x7f00]\n'),
      id: 'no-own-certificate',
      says: /finds no certificate in its flash/,
    },
    {
      what: 'libmbedtls at a server that wants a certificate',
      story: () =>
        new Story('mbedTLS').packets(
          visit(
            'remote',
            ['device', hello],
            ['remote', Buffer.concat([answer, shown, record(22, handshake(13, Buffer.alloc(10)), 0x0302)])],
            ['device', record(22, certificate(), 0x0302)],
            ['remote', fatal(40)],
          ),
        ),
      id: 'client-certificate-missing',
      says: /espconn_secure_cert_req_enable/,
    },
    {
      what: 'libssl without the time: -16',
      story: () =>
        new Story('axTLS').event({
          kind: 'call-returned',
          function: 'espconn_secure_connect',
          caller: 'connect (main.c:7)',
          value: -16,
        }),
      id: 'no-time',
      says: /libssl does not connect until the device’s clock is set \(espconn_secure_connect returns -16 ESPCONN_TIME.*sntp_init/,
    },
    {
      what: 'too little heap to connect: -1',
      story: () =>
        new Story('mbedTLS').event({
          kind: 'call-returned',
          function: 'espconn_secure_connect',
          caller: 'connect (main.c:7)',
          value: -1,
        }),
      id: 'out-of-memory',
      says: /espconn_secure_connect returns -1 ESPCONN_MEM.*14336 bytes/,
    },
  ];
  for (const { what, story, id, says } of cases) {
    it(what, () => {
      const told = story();
      const cause = told.cause();
      assert.equal(cause?.id, id, told.text());
      assert.match(told.text(), says);
    });
  }

  describe('by the certificate that the server has shown', () => {
    const set = new Map<BadFault, Uint8Array>();
    before(async () => {
      const request = { name: '10.0.0.1', bits: 512, hash: 'sha256', days: 9, organization: 'Test' } as const;
      for (const { fault, device } of (await makeBadSet(request)).certificates)
        set.set(fault, device.certificate);
    });
    const cases: [library: 'axTLS' | 'mbedTLS', fault: BadFault, id: CauseId][] = [
      ['axTLS', 'unknown-ca', 'unknown-ca'],
      ['axTLS', 'expired', 'certificate-expired'],
      ['axTLS', 'not-yet-valid', 'certificate-not-yet-valid'],
      // libmbedtls does not look at dates; from SDK 3.0.2 on it verifies no key of 512 bits.
      ['mbedTLS', 'expired', 'key-too-small'],
    ];
    for (const [library, fault, id] of cases)
      it(`${library}, ${fault}: ${id}`, () => {
        const message = handshake(11, vector(3, vector(3, set.get(fault) ?? Buffer.alloc(0))));
        const story = new Story(library)
          .packets(
            visit(
              'device',
              ['device', hello],
              ['remote', Buffer.concat([answer, record(22, message, 0x0302)])],
            ),
          )
          .print(library === 'axTLS' ? 'client handshake failed\n' : 'Reason:[-0x2700]\n')
          .reconnect(library === 'axTLS' ? -28 : -39);
        assert.equal(story.cause()?.id, id, story.text());
      });
  });

  it('comes once for a function that refuses again and again, and again after it has worked', () => {
    const story = new Story('axTLS');
    const returns = (value: number) =>
      story
        .event({ kind: 'call-returned', function: 'espconn_secure_connect', caller: 'c', value })
        .watch.settle();
    for (const value of [-16, -16, -16, 0, -16]) returns(value);
    assert.equal(story.said.length, 2);
  });

  it('is nothing for a connection that went well, though libssl and libmbedtls complain of its end', () => {
    const story = new Story('mbedTLS');
    story
      .packets(
        visit(
          'remote',
          ['device', hello],
          ['remote', Buffer.concat([answer, shown])],
          ['device', finished],
          ['remote', finished],
          ['device', record(23, Buffer.alloc(100), 0x0302)],
          ['remote', record(23, Buffer.alloc(200), 0x0302)],
          ['remote', record(21, Buffer.alloc(32), 0x0302)],
        ),
      )
      .print("client's data invalid protocol\nReason:[-0x7880]\n");
    assert.equal(story.cause(), undefined, story.text());
  });

  it('is nothing for a connection that is not TLS', () => {
    const web = { ...remoteAddress, port: 80 };
    const { packets } = new Conversation('device', { remote: web })
      .send('device', Buffer.from('GET / HTTP/1.0\r\n\r\n'))
      .send('remote', Buffer.from('HTTP/1.0 200 OK\r\n\r\n'))
      .close('remote')
      .close('device');
    assert.equal(new Story('mbedTLS').packets(packets).cause(), undefined);
  });

  it('belongs to the connection whose packet came last', () => {
    const story = new Story('mbedTLS');
    const other = { ...remoteAddress, port: 8883 };
    const { packets } = new Conversation('device', { remote: other }).send('device', hello);
    story
      .packets(packets)
      .packets(visit('remote', ['device', hello], ['remote', fatal(70)]))
      .print('Reason:[-0x7780]\n');
    story.watch.settle();
    assert.deepEqual(
      story.said.map(({ remote, codes }) => [remote, codes.map(({ value }) => value)]),
      [['10.0.0.1:443', [-0x7780]]],
    );
  });
});

describe('codes in what a firmware prints', () => {
  const cases: [line: string, code: string | undefined][] = [
    ['Reason:[-0x7200]', 'mbed TLS -29184'],
    ['Reason:[-0x4310]', 'mbed TLS -17168'],
    ['mbedtls_ssl_handshake returned -29312', 'mbed TLS -29312'],
    ['Error: no cipher', 'axTLS -266'],
    ['Error: invalid protocol message', 'axTLS -261'],
    ['temperature -12', undefined],
    ['offset -1234567', undefined],
    ['heap at 0x3ffe8000-0x3fffc000', undefined],
    ['2026-1234', undefined],
    ['rssi -0x40', undefined],
    ['', undefined],
  ];
  for (const [line, code] of cases)
    it(`“${line}”`, () => {
      const found = printedCode(line);
      assert.equal(found && `${found.source} ${found.value}`, code);
    });
});

describe('names of a certificate', () => {
  for (const [names, asked, covers] of [
    [['192.168.4.1'], '192.168.4.1', true],
    [['192.168.4.1'], '127.0.0.1', false],
    [['Device.Local'], 'device.local', true],
    [['*.example.com'], 'a.example.com', true],
    [['*.example.com'], 'a.b.example.com', false],
    [['*.example.com'], 'example.com', false],
    [['*.0.0.1'], '127.0.0.1', false],
  ] as const)
    it(`${names.join()} ${covers ? 'covers' : 'does not cover'} ${asked}`, () => {
      assert.equal(coversName(names, asked), covers);
    });

  it('is bounded, however much the firmware prints during a long connection', () => {
    const story = new Story('mbedTLS');
    const packets = visit('remote', ['device', hello], ['remote', fatal(70)]);
    const opened = packets.slice(0, 3);
    story.packets(opened);
    for (let code = 0x7000; code < 0x8000; code++) story.print(`Reason:[-0x${code.toString(16)}]\n`);
    story.packets(packets.slice(opened.length));
    story.cause();
    const count = story.said[0]?.codes.length ?? 0;
    assert.ok(count > 100 && count <= 200, `${count} codes`);
  });

  it('is bounded, however often a firmware that never sleeps has a call refused', () => {
    const story = new Story('mbedTLS');
    for (let call = 0; call < 1000; call++)
      story.event({
        kind: 'call-returned',
        function: 'espconn_secure_accept',
        caller: `user_init ${call}`,
        value: -4,
      });
    story.watch.settle();
    assert.equal(story.said.length, 100);
  });
});
