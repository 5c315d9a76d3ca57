import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EventLog } from '../../src/simulator/events';
import { answerDhcp } from '../../src/simulator/network/dhcp';
import { FaultyLink } from '../../src/simulator/network/faults';
import { defaultNetwork, Gateway } from '../../src/simulator/network/gateway';
import {
  buildTcp,
  buildUdp,
  parseIp,
  parseTcp,
  parseUdp,
  Reassembly,
  tcpFlags,
} from '../../src/simulator/network/packets';
import { PortMap } from '../../src/simulator/network/ports';
import { TcpPeer } from '../../src/simulator/network/tcpPeer';
import { Timers } from '../../src/simulator/network/timers';
import type { Clock } from '../../src/simulator/clock';

const [near, far] = [0xc0a80168, 0xc0a80101];
const port = fc.integer({ min: 0, max: 0xffff });
const word = fc.integer({ min: 0, max: 0xffffffff });
const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map(array => Buffer.from(array));

function testClock(): Clock & { time: number } {
  return {
    time: 0,
    now() {
      return this.time;
    },
    advance: () => undefined,
    pause: () => undefined,
    resume: () => undefined,
  };
}

describe('packets', () => {
  it('are read as they were built', () => {
    const segment = fc.record({
      sourcePort: port,
      destinationPort: port,
      sequence: word,
      acknowledgement: word,
      flags: fc.integer({ min: 0, max: 63 }),
      window: port,
      mss: fc.option(port, { nil: undefined }),
      data: bytes(1500),
    });
    fc.assert(
      fc.property(word, word, segment, (source, destination, given) => {
        const packet = parseIp(buildTcp(source, destination, given));
        assert.ok(packet !== undefined);
        assert.deepEqual([packet.source, packet.destination], [source, destination]);
        assert.deepEqual(parseTcp(packet), { ...given });
      }),
    );
    fc.assert(
      fc.property(word, word, port, port, bytes(1500), (source, destination, from, to, data) => {
        const datagram = { sourcePort: from, destinationPort: to, data };
        const packet = parseIp(buildUdp(source, destination, datagram));
        assert.ok(packet !== undefined);
        assert.deepEqual(parseUdp(packet), datagram);
      }),
    );
  });

  it('that are damaged in one bit are refused', () => {
    const packet = buildTcp(near, far, {
      sourcePort: 1,
      destinationPort: 2,
      sequence: 3,
      acknowledgement: 4,
      flags: tcpFlags.ack,
      window: 5,
      mss: undefined,
      data: Buffer.from('hello'),
    });
    for (let bit = 0; bit < packet.length * 8; bit++) {
      const damaged = Buffer.from(packet);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const read = parseIp(damaged);
      assert.equal(read && parseTcp(read), undefined, `bit ${bit}`);
    }
  });

  it('of any content stop nobody', () => {
    const clock = testClock();
    const gateway = new Gateway({
      ...defaultNetwork,
      outbound: 'deny',
      clock,
      events: new EventLog(() => 0),
      ports: new PortMap(),
      address: { ip: [192, 168, 1, 104], netmask: [255, 255, 255, 0], gateway: [192, 168, 1, 1] },
      toDevice: () => undefined,
    });
    const reassembly = new Reassembly(new Timers(clock));
    const any = fc.oneof(
      bytes(200),
      bytes(200).map(data =>
        buildUdp(near, far, {
          sourcePort: 4096,
          destinationPort: [53, 67, 123, 9][data.length % 4] ?? 0,
          data,
        }),
      ),
      fc.record({ flags: fc.integer({ min: 0, max: 63 }), sequence: word, data: bytes(50) }).map(given =>
        buildTcp(near, far, {
          sourcePort: 5000,
          destinationPort: 80,
          acknowledgement: 7,
          window: 0,
          mss: undefined,
          ...given,
        }),
      ),
    );
    fc.assert(
      fc.property(any, packet => {
        gateway.receive(packet);
        const read = parseIp(packet);
        if (read !== undefined) reassembly.add(read);
        answerDhcp(packet, { ip: near, netmask: 0xffffff00, gateway: far });
      }),
      { numRuns: 500 },
    );
    gateway.close();
    assert.equal(gateway.due(), undefined);
  });
});

describe('a TCP connection through a bad network', () => {
  interface End {
    peer: TcpPeer;
    got: Buffer[];
    ended: boolean;
    closed: boolean;
  }

  /** Two ends that send each other their data; resolves when nothing moves any more. */
  function transfer(
    data: readonly [Buffer, Buffer],
    faults: { loss: number; reorder: number; delay: number; seed: number },
  ): [End, End] {
    const clock = testClock();
    const timers = new Timers(clock);
    const now = () => clock.now();
    const links: FaultyLink[] = [];
    const ends: End[] = [];
    for (const side of [0, 1]) {
      const end: End = {
        got: [],
        ended: false,
        closed: false,
        peer: new TcpPeer(
          {
            peerPort: side + 1,
            devicePort: 2 - side,
            timers,
            send: segment => links[side]?.send(buildTcp(near, far, segment)),
            onConnected: () => {
              end.peer.write(data[side] ?? Buffer.alloc(0));
              end.peer.end();
            },
            onData: piece => end.got.push(piece),
            onEnd: () => (end.ended = true),
            onOver: () => undefined,
            onClosed: () => (end.closed = true),
            onDrain: () => undefined,
          },
          0xfffffff0 + side,
        ),
      };
      ends.push(end);
      links.push(
        new FaultyLink(faults, timers, now, side, packet => {
          const other = ends[1 - side];
          const read = parseIp(packet);
          const segment = read && parseTcp(read);
          if (segment === undefined || other === undefined) return;
          const isSyn = (segment.flags & (tcpFlags.syn | tcpFlags.ack)) === tcpFlags.syn;
          if (isSyn && side === 0 && !accepted) {
            accepted = true;
            other.peer.accept(segment);
          } else other.peer.receive(segment);
        }),
      );
    }
    let accepted = false;
    const [first, second] = ends;
    assert.ok(first !== undefined && second !== undefined);
    first.peer.connect();
    for (
      let due = timers.due(), turns = 0;
      due !== undefined && turns < 100_000;
      due = timers.due(), turns++
    ) {
      clock.time = Math.max(clock.time, due);
      timers.run();
    }
    return [first, second];
  }

  it('brings every byte once and in order, both ways, and ends', () => {
    const stream = fc.uint8Array({ maxLength: 20_000, size: 'max' }).map(array => Buffer.from(array));
    const faults = fc.record({
      loss: fc.double({ min: 0, max: 0.15, noNaN: true }),
      reorder: fc.double({ min: 0, max: 0.4, noNaN: true }),
      // A device never answers within the call that gives it a packet.
      delay: fc.integer({ min: 1, max: 200 }),
      seed: fc.integer({ min: 0, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(fc.tuple(stream, stream), faults, (data, given) => {
        const [first, second] = transfer(data, given);
        assert.deepEqual(Buffer.concat(second.got), data[0]);
        assert.deepEqual(Buffer.concat(first.got), data[1]);
        assert.ok(first.ended && second.ended && first.closed && second.closed);
      }),
      { numRuns: 100 },
    );
  });
});
