import assert from 'node:assert/strict';
import { DeviceClock } from '../../../src/simulator/clock';
import { FaultyLink, type NetworkFaults, type PacketFault } from '../../../src/simulator/network/faults';
import { type IpPacket, protocols, Reassembly } from '../../../src/simulator/network/packets';
import { Timers } from '../../../src/simulator/network/timers';

describe('a bad network', () => {
  /** Sends so many packets of 100 bytes, the first byte their number; returns what arrives after ten minutes. */
  function arriving(
    faults: NetworkFaults,
    packets: number,
  ): { arrived: Uint8Array[]; told: PacketFault[]; maxTimers: number } {
    const clock = new DeviceClock(() => 0);
    const timers = new Timers(clock);
    const arrived: Uint8Array[] = [];
    const told: PacketFault[] = [];
    const link = new FaultyLink(
      { ...faults, onFault: fault => told.push(fault) },
      timers,
      () => clock.now(),
      1,
      packet => arrived.push(packet),
    );
    for (let number = 0; number < packets; number++) link.send(new Uint8Array(100).fill(number));
    const maxTimers = timers.size;
    clock.set(clock.now() + 600e6);
    timers.run();
    return { arrived, told, maxTimers };
  }

  it('brings packets twice', () => {
    const { arrived, told } = arriving({ duplicate: 1 }, 10);
    assert.deepEqual(
      arrived.map(([number]) => number),
      Array.from({ length: 20 }, (_, index) => index >> 1),
    );
    assert.equal(told.length, 10);
  });

  it('damages packets in one bit or cuts them off, never what the sender keeps', () => {
    const { arrived } = arriving({ damage: 1, seed: 3 }, 200);
    const kinds = arrived.map((packet, number) => {
      if (packet.length < 100) return packet.every(byte => byte === number) ? 'cut' : 'wrong';
      const bits = packet.reduce(
        (sum, byte) => sum + (byte ^ number).toString(2).replaceAll('0', '').length,
        0,
      );
      return bits === 1 ? 'bit' : 'wrong';
    });
    assert.deepEqual([...new Set(kinds)].sort(), ['bit', 'cut']);
  });

  it('does the same with the same seed', () => {
    const faults = { loss: 0.2, damage: 0.2, duplicate: 0.2, reorder: 0.2 };
    assert.deepEqual(arriving({ ...faults, seed: 5 }, 100), arriving({ ...faults, seed: 5 }, 100));
    assert.notDeepEqual(arriving({ ...faults, seed: 5 }, 100), arriving({ ...faults, seed: 6 }, 100));
  });

  it('has a queue that ends: a device that floods a slow network does not fill the computer', () => {
    const { arrived, told, maxTimers } = arriving({ bandwidth: 1_000_000 }, 100_000);
    assert.equal(maxTimers, 1000);
    assert.equal(arrived.length, 1000);
    assert.equal(told.filter(fault => fault === 'crowded').length, 99_000);
  });
});

describe('packets in pieces', () => {
  const piece = (offset: number, identification: number): IpPacket => ({
    ...{ source: 1, destination: 2, protocol: protocols.udp, identification, offset, more: true },
    payload: Buffer.alloc(8),
  });

  it('that never become whole are forgotten: another packet of the same number has its chance', () => {
    const clock = new DeviceClock(() => 0);
    const timers = new Timers(clock);
    const reassembly = new Reassembly(timers);
    // The same piece again and again.
    for (let count = 0; count < 200; count++) assert.equal(reassembly.add(piece(8, 1)), undefined);
    assert.equal(reassembly.size, 1);
    reassembly.add(piece(8, 1));
    assert.equal(reassembly.size, 0);
    for (let number = 0; number < 1000; number++) reassembly.add(piece(8, number));
    assert.equal(reassembly.size, 16);
    assert.equal(timers.size, 16);
    clock.set(clock.now() + 61e6);
    timers.run();
    assert.equal(reassembly.size, 0);
    assert.equal(timers.size, 0);
  });
});
