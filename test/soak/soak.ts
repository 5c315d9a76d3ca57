import { readFileSync } from 'node:fs';
import net from 'node:net';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import type { DeviceEvent } from '../../src/simulator/events';
import type { NetworkFaults } from '../../src/simulator/network/faults';
import { Simulator } from '../../src/simulator/simulator';
import { peerName, type StackFirmware } from '../firmware-sources/stack/build';
import { freePort } from '../freePort';
import { takenPort } from '../takenPort';
import { Agenda } from './agenda';
import {
  type ClientOptions,
  dawdle,
  fetchFile,
  leaveEarly,
  neglect,
  sendDatagrams,
  talkNonsense,
  type Visit,
} from './clients';
import { Dice } from './dice';
import { type Counts, countAll, hostHeap, leftOver } from './leaks';
import { type Peers, startPeers } from './peers';
import { defaultWifi, type Outage } from '../../src/simulator/device/wifiOptions';

/** What happened in a run that left nothing behind, by what is counted. */
export interface SoakReport {
  visits: Counts;
  faults: Counts;
  events: Counts;
  /** Bytes: on the device and in this process, before the faults and after everybody has gone. */
  deviceHeap: { before: number; lowest: number; after: number };
  hostHeap: { before: number; after: number };
  instructions: number;
  /** Of the device's time. */
  seconds: number;
}

export interface SoakOptions {
  firmware: StackFirmware;
  seed: number;
  /** Of the device's time, in which there are faults. */
  seconds: number;
  /** Is told now and then how it goes. */
  onProgress?(text: string): void;
}

/** Nothing that the device or its peers wait for takes longer: lwIP repeats a segment 12 times, up to 7 times its timeout apart. */
const settling = 15 * 60;
/** Sectors of the flash that the firmware does not use; from the last on the chip has none. */
const freeSectors = { first: 0x80, last: 0xff } as const;
const flashSize = 0x100000;
const firstHandshakes = 3;
/** Headers of heap blocks: the same blocks may lie in another order. */
const heapTolerance = 64;
/** Bytes that the process may hold in the end besides what it held before: caches of Node and of translated code. */
const hostHeapLimit = (visits: number) => 4 * 1024 * 1024 + visits * 200;
/** What a chip that works never does. */
const failures = new Set<DeviceEvent['kind']>([
  'exception',
  'watchdog',
  'not-offered',
  'bad-free',
  'problem',
  'events-lost',
]);

/**
 * Runs a firmware with its own lwIP and TLS through faults that the seed decides, then lets everybody go and looks whether anything
 * is left. Throws with the seed and the instruction count when something is, or when the device failed.
 */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  // The port that the device wants is taken from the start.
  const taken = await takenPort();
  const ports = new Map([
    [443, taken.port],
    [7000, await freePort()],
  ]);
  const run = new Run(options, await startPeers(options.firmware), ports);
  try {
    return await run.all();
  } catch (error) {
    const where = `seed ${options.seed}, ${run.instructions} instructions, ${run.seconds.toFixed(3)} s on the device`;
    throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    run.close();
    taken.release();
  }
}

class Run {
  readonly #options: SoakOptions;
  readonly #dice: Dice;
  readonly #faults: NetworkFaults;
  readonly #simulator: Simulator;
  readonly #agenda: Agenda;
  readonly #peers: Peers;
  readonly #ports = new Map<string, number>();
  readonly #going = new Set<Promise<void>>();
  readonly #visits: Counts = {};
  readonly #faultCounts: Counts = {};
  readonly #events: Counts = {};
  readonly #failures: string[] = [];
  /** Answers that the TLS client of the device has got. */
  #fetched = 0;
  #freeHeap = 0;
  #lowestHeap = Infinity;

  constructor(options: SoakOptions, peers: Peers, ports: ReadonlyMap<number, number>) {
    this.#options = options;
    this.#peers = peers;
    this.#dice = new Dice(options.seed);
    this.#faults = {
      seed: options.seed,
      onFault: fault => {
        count(this.#faultCounts, fault);
      },
    };
    const { elf } = options.firmware;
    this.#simulator = new Simulator({
      firmware: loadFirmware(readFileSync(elf), elf),
      clock: 'virtual',
      flashSize,
      ports,
      network: { outbound: 'loopback', hosts: peers.hosts, faults: this.#faults },
      device: { wifi: { ...defaultWifi, outages: this.#outages(this.#dice.child()) } },
    });
    this.#agenda = new Agenda(this.#simulator.clock);
    this.#simulator.events.listen(event => {
      this.#see(event);
    });
  }

  get instructions(): number {
    return this.#simulator.cpu.instructions;
  }

  get seconds(): number {
    return this.#agenda.now;
  }

  /** TCP connections between the device and this computer. */
  get connections(): number {
    return this.#simulator.networkCounts?.connections ?? 0;
  }

  close(): void {
    this.#simulator.end();
    this.#peers.close();
  }

  async all(): Promise<SoakReport> {
    this.#simulator.start();
    if (!(await this.#agenda.pass(60, () => this.#ports.size === 2)))
      throw new Error('the device offers nothing');
    await this.#mustAnswer();
    await this.#settle();
    const before = {
      device: this.#freeHeap,
      counts: await countAll(this.#simulator),
      host: await hostHeap(),
    };
    const start = this.#agenda.now;
    await this.#storm();
    await this.#settle();
    await this.#mustAnswer();
    await this.#settle(() => Math.abs(this.#freeHeap - before.device) <= heapTolerance);
    // The gateway has let go of hosts that never close, by itself.
    this.#mustBe(`connections: ${this.connections}`, this.connections === 0);
    this.#peers.drop();
    const counts = await countAll(this.#simulator);
    const host = await hostHeap();
    this.#mustBe(
      `device heap: ${before.device} bytes free before, ${this.#freeHeap} after`,
      Math.abs(this.#freeHeap - before.device) <= heapTolerance,
    );
    const left = leftOver(before.counts, counts);
    this.#mustBe(`left over: ${left.join('; ')}`, left.length === 0);
    const limit = hostHeapLimit(sum(this.#visits));
    this.#mustBe(
      `heap of this process: ${before.host} bytes before, ${host} after, limit ${limit}`,
      host - before.host <= limit,
    );
    return {
      visits: this.#visits,
      faults: this.#faultCounts,
      events: this.#events,
      deviceHeap: { before: before.device, lowest: this.#lowestHeap, after: this.#freeHeap },
      hostHeap: { before: before.host, after: host },
      instructions: this.instructions,
      seconds: this.#agenda.now - start,
    };
  }

  /** The time with faults. */
  async #storm(): Promise<void> {
    const end = this.#agenda.now + this.#options.seconds;
    const again = (dice: Dice, shortest: number, longest: number, action: (dice: Dice) => void) => {
      if (this.#agenda.now >= end) return;
      action(dice.child());
      this.#agenda.after(dice.between(shortest, longest), () => again(dice, shortest, longest, action));
    };
    again(this.#dice.child(), 0.5, 12, dice => this.#act(dice));
    again(this.#dice.child(), 10, 60, dice => this.#changeWeather(dice));
    while (this.#agenda.now < end) {
      await this.#agenda.pass(Math.min(60, end - this.#agenda.now));
      this.#checkHealth();
      this.#options.onProgress?.(this.#progress());
    }
    Object.assign(this.#faults, calm);
  }

  #progress(): string {
    const { connections = 0, timers = 0 } = this.#simulator.networkCounts ?? {};
    const parts = [
      `${this.seconds.toFixed(0)} s`,
      `${this.instructions} instructions`,
      `${sum(this.#visits)} visits`,
      `${this.#going.size} clients`,
      `${connections} connections`,
      `${timers} timers`,
      `${this.#freeHeap} bytes of heap free`,
    ];
    return parts.join(', ');
  }

  /** Waits until all clients have left and lwIP has forgotten them. */
  async #settle(done?: () => boolean): Promise<void> {
    while (this.#going.size > 0) await this.#agenda.pass(1);
    // Idle connections, then FIN_WAIT_2 and TIME_WAIT.
    await this.#agenda.pass(200);
    if (done !== undefined) await this.#agenda.pass(settling, done);
    this.#checkHealth();
  }

  /** The device serves and fetches as before. Its first handshakes after a start let Mbed TLS take what it keeps. */
  async #mustAnswer(): Promise<void> {
    for (let handshake = 0; handshake < firstHandshakes; handshake++) await this.#mustAnswerOnce('/');
    const before = this.#fetched;
    await this.#mustAnswerOnce(`/fetch/${peerName}:443`);
    if (!(await this.#agenda.pass(60, () => this.#fetched > before)))
      throw new Error('the device fetches nothing on a good network');
  }

  async #mustAnswerOnce(file: string): Promise<void> {
    for (let tries = 0; tries < 3; tries++) {
      const visit = fetchFile(file)(this.#clientOptions(this.#dice.child()));
      let result: string | undefined;
      void visit.then(outcome => (result = outcome));
      await this.#agenda.pass(120, () => result !== undefined);
      if (result === 'answered') return;
      if (tries === 2)
        throw new Error(`the device does not answer on a good network: ${result ?? 'nothing'}`);
    }
  }

  #act(dice: Dice): void {
    const { kind, visit } = weighted(dice, actions)(dice);
    for (const one of visit) this.#send(kind, one, dice.child());
  }

  #send(kind: string, visit: Visit, dice: Dice): void {
    const going = visit(this.#clientOptions(dice)).then(
      outcome => {
        count(this.#visits, `${kind}: ${outcome}`);
      },
      (error: unknown) => {
        this.#failures.push(`a client failed: ${String(error)}`);
      },
    );
    this.#going.add(going);
    void going.then(() => this.#going.delete(going));
  }

  #clientOptions(dice: Dice): ClientOptions {
    return {
      agenda: this.#agenda,
      dice,
      caCertificate: readFileSync(this.#options.firmware.caCertificate),
      httpsPort: this.#ports.get('tcp443') ?? 0,
      udpPort: this.#ports.get('udp7000') ?? 0,
    };
  }

  #changeWeather(dice: Dice): void {
    Object.assign(this.#faults, calm);
    if (dice.happens(0.3)) return;
    const some = (share: number, most: number) => (dice.happens(share) ? dice.between(0, most) : 0);
    Object.assign(this.#faults, {
      loss: some(0.6, 0.2),
      damage: some(0.5, 0.1),
      duplicate: some(0.5, 0.2),
      reorder: some(0.5, 0.3),
      delay: some(0.5, 400),
      bandwidth: dice.happens(0.25) ? dice.between(500, 50_000) : undefined,
    });
  }

  /** Times without access point. */
  #outages(dice: Dice): Outage[] {
    const outages: Outage[] = [];
    // The device has settled before by then.
    let at = 230;
    for (;;) {
      at += dice.between(60, 600);
      const end = at + dice.between(0.5, 40);
      if (end > 220 + this.#options.seconds) return outages;
      outages.push({ start: at * 1e6, end: end * 1e6, reason: dice.pick([200, 8, 2]) });
      at = end;
    }
  }

  #see(event: DeviceEvent): void {
    count(this.#events, event.kind);
    if (failures.has(event.kind)) this.#failures.push(JSON.stringify(event));
    switch (event.kind) {
      case 'heap':
        this.#freeHeap = event.free;
        this.#lowestHeap = Math.min(this.#lowestHeap, event.free);
        break;
      case 'listening':
        this.#ports.set(`${event.protocol}${event.devicePort}`, event.port);
        if (event.refused !== undefined) count(this.#faultCounts, 'host port refused');
        break;
      case 'print':
        if (event.text.includes('hello from the peer')) this.#fetched++;
        if (event.text.includes('out of memory')) count(this.#faultCounts, 'out of memory');
        if (/flash: .* result [12]/.test(event.text)) count(this.#faultCounts, 'flash write refused');
        if (event.text.includes(' is unknown')) count(this.#faultCounts, 'name not resolved');
        break;
      case 'wifi':
        if (event.state === 'disconnected') count(this.#faultCounts, 'Wi-Fi lost');
        break;
      case 'restart':
        count(this.#faultCounts, 'restart');
        if (this.#dice.happens(0.5))
          setImmediate(() => {
            this.#takePort();
          });
        break;
      default:
    }
  }

  /** Somebody else gets the port of the device while it restarts. */
  #takePort(): void {
    const server = net.createServer(socket => {
      socket.destroy();
    });
    // The device may be faster.
    server.on('error', () => undefined);
    server.listen(this.#ports.get('tcp443'), '127.0.0.1');
    this.#agenda.after(20, () => server.close());
  }

  #checkHealth(): void {
    if (this.#simulator.state !== 'running') this.#failures.push(`the device is ${this.#simulator.state}`);
    this.#mustBe(this.#failures.slice(0, 5).join('\n'), this.#failures.length === 0);
  }

  #mustBe(problem: string, sound: boolean): void {
    if (!sound) throw new Error(problem);
  }
}

const calm = { loss: 0, damage: 0, duplicate: 0, reorder: 0, delay: 0, bandwidth: undefined };

interface Action {
  kind: string;
  visit: Visit[];
}

/** What clients do to the device, and how often. */
const actions: readonly { weight: number; make: (dice: Dice) => Action }[] = [
  { weight: 10, make: () => ({ kind: 'page', visit: [fetchFile('/')] }) },
  { weight: 4, make: () => ({ kind: 'missing page', visit: [fetchFile('/nothing')] }) },
  { weight: 8, make: () => ({ kind: 'early leaver', visit: [leaveEarly] }) },
  { weight: 6, make: () => ({ kind: 'dawdler', visit: [dawdle] }) },
  { weight: 4, make: () => ({ kind: 'neglecter', visit: [neglect] }) },
  { weight: 5, make: () => ({ kind: 'nonsense', visit: [talkNonsense] }) },
  { weight: 8, make: () => ({ kind: 'datagrams', visit: [sendDatagrams] }) },
  {
    weight: 3,
    make: dice => ({
      kind: 'crowd',
      visit: Array.from({ length: dice.whole(4, 12) }, () => dice.pick([dawdle, leaveEarly, fetchFile('/')])),
    }),
  },
  {
    weight: 6,
    make: dice => {
      const name = dice.pick([
        peerName,
        'silent.example',
        'rude.example',
        'refused.example',
        'nowhere.invalid',
      ]);
      return { kind: `fetch from ${name}`, visit: [fetchFile(`/fetch/${name}:443`)] };
    },
  },
  {
    weight: 5,
    make: dice => {
      const exists = dice.happens(0.5);
      const sector = exists
        ? dice.whole(freeSectors.first, freeSectors.last)
        : dice.whole(freeSectors.last + 1, 0xfff);
      return { kind: exists ? 'store' : 'store beyond the flash', visit: [fetchFile(`/store/${sector}`)] };
    },
  },
  { weight: 2, make: () => ({ kind: 'restart', visit: [fetchFile('/restart')] }) },
];

function weighted(dice: Dice, choices: readonly { weight: number; make: (dice: Dice) => Action }[]) {
  let left = dice.between(
    0,
    choices.reduce((all, { weight }) => all + weight, 0),
  );
  for (const { weight, make } of choices) {
    left -= weight;
    if (left < 0) return make;
  }
  throw new Error('nothing to choose from');
}

function count(counts: Counts, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function sum(counts: Counts): number {
  return Object.values(counts).reduce((all, one) => all + one, 0);
}
