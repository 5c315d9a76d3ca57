import v8 from 'node:v8';
import vm from 'node:vm';
import net from 'node:net';
import { NetworkInterface } from '../../src/simulator/device/netif';
import { Gateway } from '../../src/simulator/network/gateway';
import { TcpPeer } from '../../src/simulator/network/tcpPeer';
import { TlsMeter } from '../../src/simulator/network/tlsMeter';
import { UdpPort } from '../../src/simulator/network/udpPort';
import type { Simulator } from '../../src/simulator/simulator';
import { TlsWatch } from '../../src/simulator/tlsFailures/watch';
import { Chip } from '../../src/simulator/device/chip';

/** What may be left over once everybody has gone: counts by what is counted. */
export type Counts = Record<string, number>;

v8.setFlagsFromString('--expose-gc');
const collectGarbage: () => void = vm.runInNewContext('gc') as () => void;

/** Classes of which a run that leaves nothing has as many objects afterwards as before. */
const counted = [
  Chip,
  NetworkInterface,
  Gateway,
  TcpPeer,
  UdpPort,
  TlsMeter,
  TlsWatch,
  net.Socket,
  net.Server,
];

/** Packets that come late look like a connection whose beginning was missed; of these the latest 32 are remembered. */
const allowed: Counts = { [`objects: ${TlsMeter.name}`]: 32 };

/** Counts what the simulator and this process hold now, after a garbage collection. */
export async function countAll(simulator: Simulator): Promise<Counts> {
  await collect();
  const counts: Counts = { 'listeners of the event log': simulator.events.listeners };
  const held: Counts = { ...simulator.networkCounts };
  for (const [name, count] of Object.entries(held)) counts[`gateway: ${name}`] = count;
  for (const constructor of counted) {
    const count = v8.queryObjects(constructor);
    counts[`objects: ${constructor.name}`] = typeof count === 'number' ? count : count.length;
  }
  for (const resource of process.getActiveResourcesInfo()) {
    const key = `resources: ${resource}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** Bytes on the heap of this process and in its buffers, after a garbage collection. */
export async function hostHeap(): Promise<number> {
  await collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** What there is more of than before. */
export function leftOver(before: Counts, after: Counts): string[] {
  return Object.entries(after)
    .filter(([name, count]) => count > Math.max(before[name] ?? 0, allowed[name] ?? 0))
    .map(([name, count]) => `${name}: ${before[name] ?? 0} before, ${count} after`);
}

/** Finalizers and closing sockets get their turns between collections. */
async function collect(): Promise<void> {
  if (typeof collectGarbage !== 'function')
    throw new Error('this Node cannot collect its garbage when asked');
  for (let round = 0; round < 3; round++) {
    collectGarbage();
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
