import assert from 'node:assert/strict';
import { DeviceClock } from '../../../src/simulator/clock';
import { tcpFlags, type TcpSegment } from '../../../src/simulator/network/packets';
import { TcpPeer } from '../../../src/simulator/network/tcpPeer';
import { Timers } from '../../../src/simulator/network/timers';

const { syn, ack, fin, rst } = tcpFlags;
const seconds = 1e6;
/** The first number of the device's stream and of ours. */
const [theirs, ours] = [1000, 5000];

describe('the far end of a TCP connection', () => {
  /** A connection that the device has opened, in a time that the test moves. */
  function connection() {
    const clock = new DeviceClock(() => 0);
    const timers = new Timers(clock);
    const sent: TcpSegment[] = [];
    let received = Buffer.alloc(0);
    let closed: string | undefined;
    const peer = new TcpPeer(
      {
        peerPort: 80,
        devicePort: 50_000,
        timers,
        send: segment => sent.push(segment),
        onConnected: () => undefined,
        onData: data => (received = Buffer.concat([received, data])),
        onEnd: () => undefined,
        onOver: () => undefined,
        onClosed: reset => (closed = reset ? 'reset' : 'closed'),
        onDrain: () => undefined,
      },
      ours,
    );
    const device = (flags: number, given: Partial<TcpSegment> = {}): TcpSegment => ({
      sourcePort: 50_000,
      destinationPort: 80,
      sequence: theirs + 1,
      acknowledgement: ours + 1,
      flags,
      window: 1000,
      mss: undefined,
      data: Buffer.alloc(0),
      ...given,
    });
    peer.accept(device(syn, { sequence: theirs }));
    peer.receive(device(ack));
    sent.length = 0;
    return {
      peer,
      sent,
      timers,
      receive: (flags: number, given: Partial<TcpSegment> = {}) => peer.receive(device(flags, given)),
      /** Lets time pass in steps of a second, and does what is due. */
      pass: (duration: number, eachSecond: () => void = () => undefined) => {
        for (let passed = 0; passed < duration; passed += seconds) {
          clock.set(clock.now() + seconds);
          timers.run();
          eachSecond();
        }
      },
      received: () => received.toString(),
      closed: () => closed,
    };
  }

  it('probes the closed window of a device as long as the device says so, and gives up when it says nothing', () => {
    const { peer, sent, timers, receive, pass, closed } = connection();
    receive(ack, { window: 0 });
    peer.write(Buffer.from('data'));
    pass(600 * seconds, () => {
      if (sent.splice(0).length > 0) receive(ack, { window: 0 });
    });
    assert.equal(closed(), undefined);
    pass(120 * seconds);
    assert.equal(closed(), 'reset');
    assert.equal(timers.size, 0);
  });

  it('takes no more than its window has room for', () => {
    const { peer, receive, received, sent } = connection();
    peer.setWindow(10);
    receive(ack, { data: Buffer.from('first'), sequence: theirs + 1 });
    // The window of 65,535 bytes that it had before holds for what was on its way.
    const rest = 0xffff - 5;
    receive(ack, { data: Buffer.alloc(rest + 3, 'x'), sequence: theirs + 6 });
    assert.equal(received().length, 5 + rest);
    peer.setWindow(0);
    receive(ack | fin, { data: Buffer.alloc(100, 'y'), sequence: theirs + 6 + rest });
    assert.equal(received().length, 5 + rest + 10);
    sent.length = 0;
    receive(ack, { data: Buffer.alloc(100, 'z'), sequence: theirs + 16 + rest });
    assert.ok(!received().includes('z'));
    const last = sent.at(-1);
    assert.deepEqual([last?.flags, last?.window, last?.acknowledgement], [ack, 0, theirs + 16 + rest]);
  });

  it('forgets a connection that the device has ended and forgotten, though its own side never ends', () => {
    for (const answer of ['reset', 'nothing'] as const) {
      const { sent, timers, receive, pass, closed } = connection();
      receive(ack | fin);
      pass(50 * seconds);
      assert.equal(closed(), undefined);
      pass(600 * seconds, () => {
        if (sent.splice(0).length > 0 && answer === 'reset') receive(rst, { sequence: theirs + 2 });
      });
      assert.equal(closed(), 'reset', answer);
      assert.equal(timers.size, 0);
    }
  });

  it('keeps a connection that the device has ended as long as the device knows it', () => {
    const { peer, sent, receive, pass, closed } = connection();
    receive(ack | fin);
    pass(3600 * seconds, () => {
      for (const { flags } of sent.splice(0)) if (flags === ack) receive(ack, { sequence: theirs + 2 });
    });
    assert.equal(closed(), undefined);
    peer.write(Buffer.from('late'));
    assert.equal(sent.at(-1)?.data.toString(), 'late');
  });
});
