import assert from 'node:assert/strict';
import fc from 'fast-check';
import { eventText } from '../../src/simulator/eventText';
import type { Sender, TlsEvent } from '../../src/simulator/network/tlsMeter';
import {
  Conversation,
  certificate,
  clientHello,
  eventsOf,
  extension,
  handshake,
  number,
  type Packet,
  record,
  serverHello,
  vector,
  withChecksums,
} from '../core/tlsBytes';

const suites = fc.array(fc.nat(0xffff), { maxLength: 20 });
const name = fc
  .stringMatching(/^[a-z.]{1,30}$/)
  .map(text => extension(0, vector(2, number(0, 1), vector(2, Buffer.from(text)))));
const message = fc.oneof(
  fc
    .tuple(suites, fc.option(fc.array(name, { maxLength: 1 }), { nil: undefined }))
    .map(([offered, extensions]) => clientHello(0x0303, offered, extensions)),
  fc.nat(0xffff).map(suite => serverHello(0x0302, suite)),
  fc.array(fc.nat(1500), { maxLength: 3 }).map(sizes => certificate(...sizes)),
  fc
    .tuple(fc.constantFrom(12, 13, 14, 15, 16), fc.nat(300))
    .map(([type, length]) => handshake(type, Buffer.alloc(length, 0x55))),
);
/** Handshake messages in records that do not end where the messages do. */
const handshakes = fc
  .tuple(fc.array(message, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 4000 }))
  .map(([messages, size]) => {
    const bytes = Buffer.concat(messages);
    return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      record(22, bytes.subarray(at * size, (at + 1) * size)),
    );
  })
  // Records of a few bytes are tried, too, but not a thousand of them.
  .filter(records => records.length <= 60);
const later = fc.oneof(
  fc.constant(record(20, number(1, 1))),
  fc
    .tuple(fc.nat(255), fc.nat(255))
    .map(([level, description]) => record(21, Buffer.from([level, description]))),
  fc.nat(3000).map(length => record(23, Buffer.alloc(length, 0x77))),
);
const stream = fc
  .tuple(handshakes, fc.array(later, { maxLength: 6 }))
  .map(([first, rest]) => Buffer.concat([...first, ...rest]));
const streams = fc.record({ device: stream, remote: stream });

/** What is reported of one direction, with the other direction's packets in between. */
function bySender(events: readonly TlsEvent[]): Record<Sender, TlsEvent[]> {
  return {
    device: events.filter(event => event.sender === 'device'),
    remote: events.filter(event => event.sender === 'remote'),
  };
}

describe('TLS records', () => {
  it('are the same in any segments, in any order, sent once or again', () => {
    fc.assert(
      fc.property(
        streams,
        fc.nat(0xffffffff),
        fc.integer({ min: 40, max: 1460 }),
        fc.integer({ min: 40, max: 1460 }),
        fc.infiniteStream(fc.nat(0xffff)),
        ({ device, remote }, start, deviceSegment, remoteSegment, random) => {
          const expected = eventsOf(
            new Conversation('device').send('device', device).send('remote', remote).packets,
          );
          const { packets } = new Conversation('device', { start })
            .send('device', device, deviceSegment)
            .send('remote', remote, remoteSegment);
          const again = packets.filter((_, at) => at % 5 === 0);
          const shuffled = [...packets, ...again]
            .map(packet => ({ packet, key: Number(random.next().value) }))
            .sort((a, b) => a.key - b.key)
            .map(({ packet }) => packet);
          assert.ok(expected.length > 1);
          assert.deepEqual(bySender(eventsOf(shuffled)), bySender(expected));
        },
      ),
      { numRuns: 300, seed: 8266 },
    );
  });

  it('are the same when each byte comes alone', () => {
    fc.assert(
      fc.property(streams, fc.integer({ min: 1, max: 5 }), ({ device, remote }, size) => {
        const whole = new Conversation().send('device', device).send('remote', remote);
        const pieces = new Conversation().send('device', device, size).send('remote', remote, size);
        assert.deepEqual(eventsOf(pieces.packets), eventsOf(whole.packets));
      }),
      { numRuns: 30, seed: 8266 },
    );
  });

  it('have their lengths add up to the stream', () => {
    fc.assert(
      fc.property(stream, bytes => {
        const events = eventsOf(new Conversation().send('device', bytes).packets);
        const total = events.reduce(
          (sum, event) => sum + (event.kind === 'tls-record' ? event.length + 5 : 0),
          0,
        );
        assert.equal(total, bytes.length);
      }),
      { numRuns: 200, seed: 8266 },
    );
  });

  it('make no trouble out of any packet', () => {
    const sender = fc.constantFrom<Sender>('device', 'remote');
    const packets = fc.array(fc.record({ sender, bytes: fc.uint8Array({ maxLength: 200 }) }));
    fc.assert(
      fc.property(packets, given => {
        assert.deepEqual(eventsOf(given), []);
      }),
      { numRuns: 500, seed: 8266 },
    );
  });

  it('make no trouble out of damaged headers and streams whose checksums are right', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 40 });
    let reported = 0;
    fc.assert(
      fc.property(streams, damage, fc.boolean(), ({ device, remote }, changes, headers) => {
        const { packets } = new Conversation().send('device', device, 300).send('remote', remote, 300);
        const damaged: Packet[] = packets.map(({ sender, bytes }) => ({ sender, bytes: Buffer.from(bytes) }));
        for (const [which, at, value] of changes) {
          const { bytes } = damaged[which % damaged.length] ?? assert.fail();
          bytes[headers ? at % 40 : 40 + (at % 260)] = value;
        }
        const events = eventsOf(
          damaged.map(({ sender, bytes }) => ({ sender, bytes: withChecksums(Buffer.from(bytes)) })),
        );
        reported += events.length;
        for (const event of events) {
          // A terminal obeys control characters.
          assert.match(eventText({ time: 0, ...event }, true) ?? '', /^TLS: [^\p{Cc}]+$/u);
        }
      }),
      { numRuns: 500, seed: 8266 },
    );
    assert.ok(reported > 1000, `${reported} events only`);
  });
});
