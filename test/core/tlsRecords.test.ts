import assert from 'node:assert/strict';
import { eventText } from '../../src/simulator/eventText';
import type { TlsRole } from '../../src/simulator/network/tlsMeter';
import { TlsRecords } from '../../src/simulator/network/tlsRecords';
import {
  Conversation,
  certificate,
  checksum,
  clientHello,
  eventsOf,
  extension,
  flag,
  handshake,
  number,
  type Packet,
  record,
  remoteAddress,
  serverHello,
  tcpPacket,
  vector,
  withChecksums,
} from './tlsBytes';

const hello = record(22, clientHello(0x0302, [0x2f, 0x35]), 0x0301);
const helloText =
  'TLS: device → 10.0.0.1:443: Handshake, TLS 1.0, 51 bytes: ClientHello (up to TLS 1.1; ' +
  'TLS_RSA_WITH_AES_128_CBC_SHA, TLS_RSA_WITH_AES_256_CBC_SHA)';
const changeCipherSpec = record(20, number(1, 1));
const serverName = extension(0, vector(2, number(0, 1), vector(2, Buffer.from('iot.example.com'))));

/** All lines of a trace. */
function texts(packets: readonly Packet[], bufferSize?: number): (string | undefined)[] {
  return eventsOf(packets, bufferSize).map(event => eventText({ time: 0, ...event }, true));
}

/** The contents of the records of one message each. */
function contents(...records: Uint8Array[]) {
  const conversation = new Conversation();
  for (const each of records) conversation.send('remote', each);
  return eventsOf(conversation.packets).flatMap(event => (event.kind === 'tls-record' ? event.content : []));
}

describe('TLS records', () => {
  it('tell a whole handshake', () => {
    const { packets } = new Conversation()
      .send(
        'device',
        record(
          22,
          clientHello(
            0x0303,
            [0x0a0a, 0xc02f, 0x1234],
            [extension(0x1a1a, Buffer.alloc(1)), serverName, extension(1, number(3, 1))],
          ),
          0x0301,
        ),
      )
      .send('remote', record(22, serverHello(0x0303, 0xc02f, [extension(1, number(3, 1))])))
      .send(
        'remote',
        record(
          22,
          Buffer.concat([
            certificate(700, 900),
            handshake(12, Buffer.alloc(200)),
            handshake(13, Buffer.alloc(10)),
            handshake(14, Buffer.alloc(0)),
          ]),
        ),
      )
      .send('device', record(22, certificate()))
      .send('device', record(22, handshake(16, Buffer.alloc(66))))
      .send('device', record(22, handshake(15, Buffer.alloc(130))))
      .send('device', changeCipherSpec)
      .send('device', record(22, Buffer.alloc(40, 1)))
      .send('remote', record(22, handshake(4, Buffer.alloc(180))))
      .send('remote', changeCipherSpec)
      .send('remote', record(22, Buffer.alloc(40, 1)))
      .send('device', record(23, Buffer.alloc(300)))
      .send('remote', record(23, Buffer.alloc(0)))
      .send('device', record(21, Buffer.alloc(2)))
      .send('remote', record(24, Buffer.alloc(50)));
    assert.deepEqual(texts(packets), [
      'TLS: device → 10.0.0.1:443: Handshake, TLS 1.0, 89 bytes: ClientHello (up to TLS 1.2; ' +
        'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, 0x1234; server name iot.example.com; max_fragment_length 2048 bytes)',
      'TLS: 10.0.0.1:443 → device: Handshake, TLS 1.2, 81 bytes: ' +
        'ServerHello (TLS 1.2; TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256; max_fragment_length 2048 bytes)',
      'TLS: 10.0.0.1:443 → device: Handshake, TLS 1.2, 1835 bytes: ' +
        'Certificate (certificates: 2; 700 + 900 bytes), ServerKeyExchange, CertificateRequest, ServerHelloDone',
      'TLS: device → 10.0.0.1:443: Handshake, TLS 1.2, 7 bytes: Certificate (certificates: 0)',
      'TLS: device → 10.0.0.1:443: Handshake, TLS 1.2, 70 bytes: ClientKeyExchange',
      'TLS: device → 10.0.0.1:443: Handshake, TLS 1.2, 134 bytes: CertificateVerify',
      'TLS: device → 10.0.0.1:443: ChangeCipherSpec, TLS 1.2, 1 bytes',
      'TLS: device → 10.0.0.1:443: Handshake, TLS 1.2, 40 bytes: encrypted',
      'TLS: 10.0.0.1:443 → device: Handshake, TLS 1.2, 184 bytes: NewSessionTicket',
      'TLS: 10.0.0.1:443 → device: ChangeCipherSpec, TLS 1.2, 1 bytes',
      'TLS: 10.0.0.1:443 → device: Handshake, TLS 1.2, 40 bytes: encrypted',
      'TLS: device → 10.0.0.1:443: ApplicationData, TLS 1.2, 300 bytes',
      'TLS: 10.0.0.1:443 → device: ApplicationData, TLS 1.2, 0 bytes',
      'TLS: device → 10.0.0.1:443: Alert, TLS 1.2, 2 bytes: encrypted alert',
      'TLS: 10.0.0.1:443 → device: Heartbeat, TLS 1.2, 50 bytes: encrypted',
    ]);
  });

  it('name the cipher suites that a client prefers, and count the others', () => {
    const suites = [0x2f, 0x35, 0x3c, 0x3d, 0x9c, 0x9d, 0x0a, 0x04, 0x05, 0x33];
    const offer = (count: number) =>
      texts(
        new Conversation().send('remote', record(22, clientHello(0x0303, suites.slice(0, count)))).packets,
      )[0];
    assert.match(offer(8) ?? '', /TLS_RSA_WITH_3DES_EDE_CBC_SHA, TLS_RSA_WITH_RC4_128_MD5\)$/);
    assert.match(offer(10) ?? '', /TLS_RSA_WITH_RC4_128_MD5 and 2 more\)$/);
  });

  it('say where they belong', () => {
    const { packets } = new Conversation('remote').send('remote', hello);
    assert.deepEqual(eventsOf(packets), [
      {
        kind: 'tls-record',
        sender: 'remote',
        remote: '10.0.0.1:443',
        devicePort: 49152,
        type: 22,
        version: 0x0301,
        length: 51,
        content: {
          kind: 'handshake',
          continued: false,
          messages: [
            {
              type: 1,
              length: 47,
              clientHello: { version: 0x0302, versions: [], cipherSuites: [0x2f, 0x35] },
            },
          ],
        },
      },
    ]);
  });

  it('show the words of an alert, in a trace only', () => {
    const { packets } = new Conversation()
      .send('device', record(21, Buffer.from([2, 48])))
      .send('remote', record(21, Buffer.from([1, 0])))
      .send('remote', record(21, Buffer.from([3, 255])));
    assert.deepEqual(texts(packets), [
      'TLS: the device sends 10.0.0.1:443 the alert unknown_ca (fatal): the certificate’s CA is not trusted',
      'TLS: 10.0.0.1:443 sends the alert close_notify (warning): the sender closes the connection',
      'TLS: 10.0.0.1:443 sends the alert 255 (3): unknown',
    ]);
    assert.deepEqual(
      eventsOf(packets).map(event => eventText({ time: 0, ...event })),
      [undefined, undefined, undefined],
    );
  });

  it('know the ClientHello of SSL 2.0, and TLS after it', () => {
    const body = Buffer.concat([
      Buffer.from([1, 3, 1, 0, 9, 0, 0, 0, 16]),
      Buffer.from([0, 0, 0x2f, 0, 0, 5, 1, 0, 0x80]),
      Buffer.alloc(16, 7),
    ]);
    const packets = new Conversation('remote')
      .send('remote', Buffer.concat([number(0x8000 + body.length, 2), body]), 3)
      .send('remote', record(22, handshake(16, Buffer.alloc(66)), 0x0301)).packets;
    assert.deepEqual(texts(packets), [
      'TLS: 10.0.0.1:443 → device: Handshake, SSL 2.0, 34 bytes: ClientHello (up to TLS 1.0; ' +
        'TLS_RSA_WITH_AES_128_CBC_SHA, TLS_RSA_WITH_RC4_128_SHA, 0x10080)',
      'TLS: 10.0.0.1:443 → device: Handshake, TLS 1.0, 70 bytes: ClientKeyExchange',
    ]);
  });

  it('take TLS 1.3 as it is: ChangeCipherSpec for show, its second ClientHello in the clear', () => {
    const selected = extension(43, number(0x0304, 2));
    const { packets } = new Conversation('remote')
      .send(
        'remote',
        record(
          22,
          clientHello(0x0303, [0x1301], [extension(43, vector(1, number(0x5a5a0304, 4), number(0x0303, 2)))]),
        ),
      )
      .send('device', Buffer.concat([record(22, serverHello(0x0303, 0x1301, [selected])), changeCipherSpec]))
      .send('remote', Buffer.concat([changeCipherSpec, record(22, clientHello(0x0303, [0x1301]))]))
      .send('device', record(22, serverHello(0x0303, 0x1301, [selected])));
    assert.deepEqual(
      texts(packets).map(text => text?.replace(/^.*bytes:? ?/, '')),
      [
        'ClientHello (TLS 1.3, TLS 1.2; TLS_AES_128_GCM_SHA256)',
        'ServerHello (TLS 1.3; TLS_AES_128_GCM_SHA256)',
        '',
        '',
        'ClientHello (up to TLS 1.2; TLS_AES_128_GCM_SHA256)',
        'ServerHello (TLS 1.3; TLS_AES_128_GCM_SHA256)',
      ],
    );
  });

  it('take back what ChangeCipherSpec seemed to say when TLS 1.3 follows', () => {
    const { packets } = new Conversation('remote')
      .send('remote', Buffer.concat([hello, changeCipherSpec]))
      .send('device', record(22, serverHello(0x0303, 0x1301, [extension(43, number(0x0304, 2))])))
      .send('remote', hello);
    assert.match(texts(packets).at(-1) ?? '', /ClientHello/);
  });

  it('put a message together that several records carry', () => {
    const chain = certificate(3000, 1700);
    const parts = [chain.subarray(0, 2), chain.subarray(2, 2000), chain.subarray(2000)];
    const messages = [{ type: 11, length: 4709, certificates: [3000, 1700] }];
    assert.deepEqual(contents(...parts.map(part => record(22, part))), [
      { kind: 'handshake', messages: [], continued: true },
      { kind: 'handshake', messages: [], continued: true },
      { kind: 'handshake', messages, continued: false },
    ]);
  });

  it('give up a message without end', () => {
    const unknown = { kind: 'unknown' };
    assert.deepEqual(contents(record(22, Buffer.from([11, 0xff, 0xff, 0xff])), hello, changeCipherSpec), [
      { kind: 'handshake', messages: [], continued: true },
      unknown,
      { kind: 'change-cipher-spec' },
    ]);
  });

  it('show of a damaged message its type and length only', () => {
    const whole = clientHello(0x0303, [0x2f], [serverName]).subarray(4);
    for (let length = 0; length < whole.length; length++) {
      // Without extensions, after 2 + 32 + 5 + 4 + 2 bytes, it is a whole hello, too.
      if (length === 45) continue;
      const message = { type: 1, length };
      assert.deepEqual(
        contents(record(22, handshake(1, whole.subarray(0, length)))),
        [{ kind: 'handshake', messages: [message], continued: false }],
        `${length}`,
      );
    }
    const odd = handshake(11, vector(3, number(700, 3)));
    const wrongLimit = clientHello(0x0303, [0x2f], [extension(1, number(5, 1))]);
    for (const bytes of [odd, wrongLimit]) {
      const message = { type: bytes[0], length: bytes.length - 4 };
      assert.deepEqual(contents(record(22, bytes)), [
        { kind: 'handshake', messages: [message], continued: false },
      ]);
    }
  });

  it('call unknown what a damaged record in the clear holds', () => {
    const [, ...rest] = contents(
      hello,
      record(22, Buffer.alloc(0)),
      record(21, Buffer.from([2])),
      record(20, Buffer.from([2])),
      record(24, Buffer.alloc(3)),
    );
    assert.deepEqual(rest, Array(4).fill({ kind: 'unknown' }));
  });

  it('let no control character of a server name through', () => {
    const name = extension(0, vector(2, number(0, 1), vector(2, Buffer.from('a\u001b[2J\n ü'))));
    const [text] = texts(
      new Conversation().send('device', record(22, clientHello(0x303, [], [name]))).packets,
    );
    assert.match(text ?? '', /server name a\?\[2J\?\?\?\?\)$/);
  });

  describe('of the remote side that the device’s buffer cannot hold', () => {
    const tooLong = (length: number, buffer = 2048) =>
      `TLS: 10.0.0.1:443 sends a record of ${length} bytes, more than the ${buffer} of the device’s buffer (espconn_secure_set_size)`;

    it('are told at their header, and once more when they are whole', () => {
      const chain = record(22, certificate(2000, 900));
      const { packets } = new Conversation().send('remote', chain, 1000);
      assert.deepEqual(texts(packets.slice(0, 3)), [tooLong(2913)]);
      const events = eventsOf(packets);
      assert.deepEqual(
        events.map(event => [event.kind, event.kind !== 'tls-lost' && event.buffer]),
        [
          ['tls-record-too-long', 2048],
          ['tls-record', 2048],
        ],
      );
      assert.deepEqual(texts(packets, 4096).length, 1);
    });

    it('begin one byte above its size, and with what encryption adds above that', () => {
      const lengths = (clear: number, encrypted: number) => {
        const { packets } = new Conversation()
          .send('remote', record(22, handshake(11, Buffer.alloc(clear - 4))))
          .send('remote', changeCipherSpec)
          .send('remote', record(23, Buffer.alloc(encrypted)));
        return texts(packets).filter(text => text?.includes('sends a record'));
      };
      assert.deepEqual(lengths(2048, 2352), []);
      assert.deepEqual(lengths(2049, 2353), [tooLong(2049), tooLong(2353)]);
    });

    it('are measured by the role of the device', () => {
      const roles: TlsRole[] = [];
      for (const opener of ['device', 'remote'] as const) {
        const bufferSize = (role: TlsRole) => {
          roles.push(role);
          return 2048;
        };
        const records = new TlsRecords(() => undefined, { bufferSize });
        const { packets } = new Conversation(opener).send('remote', record(22, Buffer.alloc(1)));
        for (const { bytes, sender } of packets) records.packet(bytes, sender);
      }
      assert.deepEqual([...new Set(roles.slice(0, roles.length / 2))], ['client']);
      assert.deepEqual([...new Set(roles.slice(roles.length / 2))], ['server']);
    });

    it('are not those that the device sends', () => {
      const { packets } = new Conversation().send('device', record(22, certificate(3000)));
      assert.deepEqual(
        eventsOf(packets).map(event => event.kind === 'tls-record' && event.buffer),
        [undefined],
      );
    });
  });

  describe('in a stream', () => {
    it('come once, whatever is sent again or overlaps', () => {
      const { packets } = new Conversation().send('device', hello, 10);
      const [syn, synAck, ...data] = packets;
      assert.ok(syn && synAck);
      const overlapping = tcpPacket('device', 1001 + 5, flag.ack, hello.subarray(5, 40));
      assert.deepEqual(texts([syn, synAck, syn, ...data.slice(0, 2), overlapping, ...data, ...packets]), [
        helloText,
      ]);
    });

    it('wait for what comes late, even for the SYN', () => {
      const { packets } = new Conversation().send('device', hello, 7);
      assert.deepEqual(texts(packets.toReversed()), [helloText]);
    });

    it('wait for the longer of two segments that begin at the same byte', () => {
      const [syn] = new Conversation().packets;
      assert.ok(syn);
      const part = (from: number, to: number) =>
        tcpPacket('device', 1001 + from, flag.ack, hello.subarray(from, to));
      const packets = [part(10, 20), part(10, hello.length), part(10, 15), part(0, 10)];
      assert.deepEqual(texts([syn, ...packets]), [helloText]);
      assert.deepEqual(texts([...packets, syn]), [helloText]);
    });

    it('are not disturbed by segments of another time', () => {
      const { packets } = new Conversation();
      const [syn, ...data] = new Conversation().send('device', hello, 10).packets;
      assert.ok(syn);
      const far = [0x40000000, 0x7fffffff, 0x80000000, 0xc0000000].map(ahead =>
        tcpPacket('device', 1001 + ahead, flag.ack, Buffer.alloc(9)),
      );
      assert.deepEqual(texts([...far, ...data, ...far.toReversed(), syn]), [helloText]);
      const strays = Array.from({ length: 300 }, (_, at) =>
        tcpPacket('device', 1_000_000 + at * 1000, flag.ack, Buffer.alloc(1000)),
      );
      const late = new Conversation().send('device', hello).packets.slice(2);
      assert.deepEqual(texts([...packets, ...strays, ...late]), [helloText]);
    });

    it('are followed for as long as it takes, though every second segment comes too early', () => {
      const conversation = new Conversation().send('device', hello);
      for (let count = 0; count < 801; count++) conversation.send('device', record(23, Buffer.alloc(1000)));
      const { packets } = conversation;
      const swapped = packets.flatMap((_, at) => packets[at ^ 1] ?? []);
      assert.equal(texts(swapped).length, 802);
    });

    it('go on when sequence numbers begin at 0 again', () => {
      for (const start of [0xffffffff, 0xffffffe0, 0x7ffffff0, 0x80000000]) {
        const { packets } = new Conversation('device', { start }).send('device', hello, 10);
        assert.deepEqual(texts(packets), [helloText]);
        assert.deepEqual(texts(packets.toReversed()), [helloText]);
      }
    });

    it('are left when it is not TLS, without a word', () => {
      for (const start of [
        'GET / HTTP/1.1\r\n',
        '\x16\x03\x05\0\x01',
        '\x17\x03\x03\0\x01',
        '\x80\x08\x01\x03\x01',
        '\x80\x2e\x01\x04\0',
        '\x16\x03\x01\xff\xff',
      ]) {
        const { packets } = new Conversation()
          .send('device', Buffer.from(start, 'latin1'))
          .send('device', hello);
        assert.deepEqual(texts(packets), [], start);
      }
    });

    it('end with a word when the other side, or what follows, is not TLS', () => {
      const answered = new Conversation()
        .send('device', hello)
        .send('remote', Buffer.from('HTTP/1.1 400 Bad Request'))
        .send('remote', hello);
      assert.deepEqual(texts(answered.packets), [helloText, 'TLS: what 10.0.0.1:443 sends is not TLS']);
      const spoilt = new Conversation()
        .send('device', hello)
        .send('device', Buffer.alloc(20))
        .send('device', hello);
      assert.deepEqual(texts(spoilt.packets), [
        helloText,
        'TLS: what the device sends to 10.0.0.1:443 is not TLS',
      ]);
      const longest = new Conversation()
        .send('device', hello)
        .send('device', Buffer.from([22, 3, 3, 0x48, 0]));
      assert.deepEqual(texts(longest.packets), [helloText]);
      const longer = new Conversation()
        .send('device', hello)
        .send('device', Buffer.from([22, 3, 3, 0x48, 1]));
      assert.equal(texts(longer.packets).length, 2);
    });

    it('end with a word when packets stay away', () => {
      const { packets } = new Conversation()
        .send('device', hello)
        .send('device', record(23, Buffer.alloc(1)))
        .send('device', Buffer.alloc(65_000), 10);
      packets.splice(3, 1);
      assert.deepEqual(texts([...packets, ...packets.slice(3)]), [
        helloText,
        'TLS: packets of the connection to 10.0.0.1:443 are missing; its records are no longer shown',
      ]);
    });

    it('begin anew with every connection, also between the same ports', () => {
      const first = new Conversation().send('device', hello).send('device', changeCipherSpec);
      const second = new Conversation('device', { start: 500_000 }).send('device', hello);
      assert.equal(texts([...first.packets, ...second.packets])[2], helloText);
      const reset = [tcpPacket('remote', 0, flag.rst)];
      const again = new Conversation().send('device', hello);
      assert.deepEqual(texts([...again.packets, ...reset, ...again.packets]), [helloText, helloText]);
      const closed = new Conversation().send('device', hello).close('device').close('remote');
      assert.deepEqual(texts([...closed.packets, ...closed.packets]), [helloText, helloText]);
      const half = new Conversation().send('device', hello).close('device');
      assert.deepEqual(texts([...half.packets, ...half.packets]), [helloText]);
    });

    it('are followed until all has come, though the end came first', () => {
      const { packets } = new Conversation().send('device', hello, 20).close('device').close('remote');
      assert.deepEqual(texts([...packets.slice(0, 2), ...packets.slice(2).reverse()]), [helloText]);
    });

    it('are followed whatever is left over from other connections', () => {
      const { packets } = new Conversation().send('device', hello, 40);
      const strays = Array.from({ length: 100 }, (_, port) =>
        tcpPacket('remote', 7, flag.ack, undefined, undefined, { ...remoteAddress, port }),
      );
      assert.deepEqual(texts([...packets.slice(0, 3), ...strays, ...packets.slice(3)]), [helloText]);
    });

    it('are kept apart by connection', () => {
      const conversations = [1, 2, 3].map(port =>
        new Conversation('remote', { remote: { ...remoteAddress, port } }).send('remote', hello, 20),
      );
      const mixed = [0, 1, 2, 3, 4].flatMap(at => conversations.flatMap(({ packets }) => packets[at] ?? []));
      assert.deepEqual(
        eventsOf(mixed).map(event => event.remote),
        ['10.0.0.1:1', '10.0.0.1:2', '10.0.0.1:3'],
      );
    });

    it('forget the connection that was silent for longest when there are too many', () => {
      const open = (port: number) => new Conversation('remote', { remote: { ...remoteAddress, port } });
      const halves = Array.from({ length: 33 }, (_, at) => open(at + 1).send('remote', hello, 30).packets);
      const starts = halves.flatMap(packets => packets.slice(0, 3));
      const ends = halves.map(packets => packets.at(-1) ?? assert.fail());
      const [first, ...others] = ends;
      assert.ok(first);
      const events = eventsOf([...starts, ...others, first]);
      assert.equal(events.length, 32);
      assert.equal(events[0]?.remote, '10.0.0.1:2');
    });
  });

  describe('are not read from packets that the receiver drops', () => {
    const dropped: [string, (bytes: Buffer) => void][] = [
      ['a wrong IP checksum', bytes => bytes.writeUInt8(65, 8)],
      ['a wrong TCP checksum', bytes => bytes.writeUInt8(0x23, 60)],
      ['IP version 6', bytes => bytes.writeUInt8(0x65, 0)],
      ['UDP', bytes => bytes.writeUInt8(17, 9)],
      ['a fragment', bytes => bytes.writeUInt16BE(0x2000, 6)],
      ['a length beyond the packet', bytes => bytes.writeUInt16BE(bytes.length + 1, 2)],
    ];
    for (const [name, damage] of dropped) {
      it(name, () => {
        const { packets } = new Conversation().send('device', hello);
        const last = packets.pop();
        assert.ok(last);
        const bytes = Buffer.from(last.bytes);
        damage(bytes);
        assert.deepEqual(texts([...packets, { sender: 'device', bytes }]), []);
        assert.deepEqual(texts([...packets, { sender: 'device', bytes }, last]), [helloText]);
      });
    }

    it('a TCP header that is not whole', () => {
      for (let length = 20; length < 40; length++) {
        const bytes = Buffer.from(tcpPacket('device', 1000, flag.syn).bytes.subarray(0, length));
        bytes.writeUInt16BE(length, 2);
        bytes.writeUInt16BE(0, 10);
        bytes.writeUInt16BE(checksum(bytes.subarray(0, 20)), 10);
        assert.deepEqual(texts([{ sender: 'device', bytes }]), []);
      }
    });

    it('even if it seems to end the connection', () => {
      const { packets } = new Conversation().send('device', hello, 20);
      const reset = Buffer.from(tcpPacket('remote', 0, flag.rst).bytes);
      reset.writeUInt8(6 << 4, 32);
      const damaged: Packet = { sender: 'remote', bytes: withChecksums(reset) };
      assert.deepEqual(texts([...packets.slice(0, 3), damaged, ...packets.slice(3)]), [helloText]);
    });

    it('but from those with IP options and with bytes after their end', () => {
      const { packets } = new Conversation().send('device', hello);
      const last = packets.pop();
      assert.ok(last);
      const noOperation = Buffer.from([1, 1, 1, 1]);
      const header = Buffer.concat([last.bytes.subarray(0, 20), noOperation]);
      header.writeUInt8(0x46, 0);
      header.writeUInt16BE(last.bytes.length + 4, 2);
      header.writeUInt16BE(0, 10);
      header.writeUInt16BE(checksum(header), 10);
      const bytes = Buffer.concat([header, last.bytes.subarray(20), Buffer.alloc(6)]);
      assert.deepEqual(texts([...packets, { sender: 'device', bytes }]), [helloText]);
    });
  });
});
