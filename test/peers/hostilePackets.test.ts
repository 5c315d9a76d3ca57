import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DeviceEvent } from '../../src/simulator/events';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import {
  buildTcp,
  buildUdp,
  ipOf,
  parseIp,
  parseUdp,
  protocols,
  tcpFlags,
} from '../../src/simulator/network/packets';
import { Simulator } from '../../src/simulator/simulator';
import { buildStackFirmware } from '../firmware-sources/stack/build';
import { type Random, randomFrom } from '../properties/mutatedElf/mutate';
import type { EndReason, SimulatorOptions } from '../../src/simulator/simulatorOptions';

const device = ipOf('192.168.1.104') ?? 0;
const gateway = ipOf('192.168.1.1') ?? 0;
const echoPort = 7000;
const batches = Number(process.env['PACKET_BATCHES'] ?? 15);
const batch = 100;

const ports = [443, echoPort, 68, 53, 123, 4096, 0, 0xffff] as const;

function data(random: Random, most: number): Buffer {
  return Buffer.from(Array.from({ length: random(most) }, () => random(256)));
}

function one<T>(random: Random, of: readonly [T, ...T[]]): T {
  return of[random(of.length)] ?? of[0];
}

function tcp(random: Random): Buffer {
  return buildTcp(gateway, device, {
    sourcePort: 50_000 + random(6),
    destinationPort: one(random, ports),
    sequence: random(4) * 1000,
    acknowledgement: one(random, [0, 1, 6510, 0xffffffff]),
    flags: random(3) === 0 ? tcpFlags.syn : random(64),
    window: one(random, [0, 1, 0xffff]),
    mss: one(random, [undefined, 0, 1, 1460, 0xffff]),
    data: random(2) === 0 ? Buffer.alloc(0) : data(random, 300),
  });
}

/** Also answers that lwIP has not asked for, and what only looks like one. */
function udp(random: Random): Buffer {
  return buildUdp(random(2) === 0 ? gateway : random(2 ** 32), device, {
    sourcePort: one(random, [53, 67, 123, 9]),
    destinationPort: one(random, ports),
    data: data(random, 600),
  });
}

function icmp(random: Random): Buffer {
  const packet = udp(random);
  packet[9] = one(random, [protocols.icmp, protocols.igmp, 0, 255]);
  return repaired(packet);
}

/** With the checksum of the IP header right again, so that lwIP looks further. */
function repaired(packet: Buffer): Buffer {
  if (packet.length < 20) return packet;
  packet.writeUInt16BE(0, 10);
  const length = Math.min((packet.readUInt8(0) & 15) * 4, packet.length & ~1);
  let sum = 0;
  for (let at = 0; at < length; at += 2) sum += packet.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  packet.writeUInt16BE(~sum & 0xffff, 10);
  return packet;
}

/** A packet of any content: sound, damaged, truncated, in pieces that overlap, or no packet at all. */
function anyPacket(random: Random): Buffer {
  const sound = one(random, [tcp, tcp, udp, icmp])(random);
  switch (random(7)) {
    case 0:
      return data(random, 120);
    case 1:
      return sound.subarray(0, random(sound.length));
    case 2:
      for (let flips = 1 + random(5); flips > 0; flips--) sound[random(sound.length)] = random(256);
      return sound;
    case 3:
      for (let flips = 1 + random(5); flips > 0; flips--)
        sound[random(Math.min(24, sound.length))] = random(256);
      return repaired(sound);
    case 4:
      // Offsets and "more fragments" as they come, under few identifications.
      sound.writeUInt16BE(random(4), 4);
      sound.writeUInt16BE((random(2) * 0x2000) | one(random, [0, 1, 2, 8, 0x1fff]), 6);
      return repaired(sound);
    case 5:
      sound.writeUInt16BE(one(random, [0, 19, 20, 21, 28, 0xffff]), 2);
      return repaired(sound);
    default:
      return sound;
  }
}

describe('packets of any content', function () {
  this.timeout(300_000);
  let folder = '';

  /** A device with lwIP whose UDP echo can be reached. */
  async function listening(options: Partial<SimulatorOptions>): Promise<Simulator> {
    const { elf } = await buildStackFirmware(folder);
    const simulator = new Simulator({
      firmware: loadFirmware(readFileSync(elf), elf),
      ports: new Map([443, echoPort].map(port => [port, 0])),
      network: { outbound: 'deny' },
      ...options,
    });
    await new Promise<void>(resolve => {
      const end = simulator.events.listen(event => {
        if (event.kind !== 'listening' || event.protocol !== 'udp') return;
        end();
        resolve();
      });
      simulator.start();
    });
    return simulator;
  }

  for (const list of ['udp_pcbs', 'tcp_listen_pcbs', 'netif_list']) {
    it(`with lwIP's ${list} closed to a circle end in the watchdog`, async () => {
      const simulator = await listening({ resets: 0 });
      const { memory } = simulator.cpu;
      const first = memory.readWord(simulator.firmware.symbols.address(list) ?? 0) ?? 0;
      const type = { udp_pcbs: 'udp_pcb', tcp_listen_pcbs: 'tcp_pcb_listen' }[list] ?? 'netif';
      const { members = [] } = simulator.firmware.types?.structLayout(type) ?? {};
      const next = members.find(({ name }) => name === 'next')?.offset;
      assert.ok(first !== 0 && next !== undefined);
      memory.writeWord(first + next, first);
      const ended = new Promise<EndReason>(resolve => (simulator.onEnd = resolve));
      const random = randomFrom(7);
      for (let count = 0; count < batch; count++) simulator.receive(anyPacket(random));
      // A port that nobody has makes lwIP look through the whole list.
      const datagram = { sourcePort: 1, destinationPort: 6, data: Buffer.from('x') };
      simulator.receive(buildUdp(gateway, device, datagram));
      assert.equal(await ended, 'watchdog');
    });
  }

  it('and RAM of any content reset the device at worst', async () => {
    for (let seed = 1; seed <= 6; seed++) {
      const random = randomFrom(seed);
      const simulator = await listening({ resets: 1 });
      for (let round = 0; round < 20 && simulator.state !== 'ended'; round++) {
        for (let count = 0; count < 20; count++) simulator.receive(anyPacket(random));
        for (let changes = 0; changes < 10; changes++) {
          const address = (0x3ffe8000 + random(0x8000)) & ~3;
          simulator.cpu.memory.writeWord(
            address,
            one(random, [0, 1, 0x3ffe8000 + random(0x8000), random(2 ** 32)]),
          );
        }
        await new Promise(resolve => setTimeout(resolve, 5));
      }
      simulator.end();
      assert.equal(simulator.state, 'ended');
    }
  });

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-packets-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it(`leave a firmware's own lwIP alive (${batches * batch} packets)`, async () => {
    const simulator = await listening({ resets: 0 });
    const failures: DeviceEvent[] = [];
    const echoes = new Set<string>();
    let look: () => void = () => undefined;
    simulator.events.listen(event => {
      if (['exception', 'watchdog', 'not-offered'].includes(event.kind)) failures.push(event);
      look();
    });
    simulator.onPacket = (_time, sender, packet) => {
      const sent = sender === 'device' ? parseIp(packet) : undefined;
      const datagram = sent?.protocol === protocols.udp ? parseUdp(sent) : undefined;
      if (datagram?.sourcePort === echoPort) echoes.add(datagram.data.toString());
      look();
    };
    const until = (what: string, done: () => boolean) =>
      new Promise<void>((resolve, reject) => {
        const timeout = setTimeout(() => {
          reject(new Error(`The device does not come to ${what}.`));
        }, 60_000);
        look = () => {
          if (!done() && failures.length === 0) return;
          clearTimeout(timeout);
          resolve();
        };
        look();
      });
    try {
      for (let seed = 1; seed <= batches && failures.length === 0; seed++) {
        const random = randomFrom(seed);
        for (let count = 0; count < batch; count++) simulator.receive(anyPacket(random));
        const asked = Buffer.from(`still there after ${seed}?`);
        // Some of the batch may be lost for want of memory, and so may this.
        const ask = setInterval(() => {
          simulator.receive(
            buildUdp(gateway, device, { sourcePort: 40_000, destinationPort: echoPort, data: asked }),
          );
        }, 50);
        await until(`an echo after seed ${seed}`, () => echoes.has(asked.toString()));
        clearInterval(ask);
      }
      assert.deepEqual(failures, []);
    } finally {
      simulator.end();
    }
  });
});
