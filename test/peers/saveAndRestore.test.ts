import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import * as l10n from '@vscode/l10n';
import { ProblemError } from '../../src/problems';
import type { DeviceEvent } from '../../src/simulator/events';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import type { DeviceState } from '../../src/simulator/recording/deviceState';
import type { Look, Recording } from '../../src/simulator/recording/gate';
import { Simulator } from '../../src/simulator/simulator';
import { buildFirmware, headers } from '../firmware-sources/buildFirmware';
import { buildStackFirmware, type StackFirmware } from '../firmware-sources/stack/build';
import type { SimulatorOptions } from '../../src/simulator/simulatorOptions';

const run = promisify(execFile);
const chinese = path.join(__dirname, '..', '..', 'l10n', 'bundle.l10n.zh-cn.json');

describe('what a device remembers', function () {
  this.timeout(600_000);
  let folder = '';
  const simulators: Simulator[] = [];

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-state-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => {
    for (const simulator of simulators.splice(0)) simulator.end();
  });

  function device(elf: string, options: Partial<SimulatorOptions> = {}): Simulator {
    const simulator = new Simulator({
      firmware: loadFirmware(readFileSync(elf), elf),
      ports: new Map([443, 7000, 80].map(port => [port, 0])),
      ...options,
    });
    simulators.push(simulator);
    return simulator;
  }

  function eventsOf(simulator: Simulator): DeviceEvent[] {
    const events: DeviceEvent[] = [];
    simulator.events.listen(event => events.push(event));
    return events;
  }

  async function until<T>(what: string, found: () => T | undefined | false): Promise<T> {
    for (const end = Date.now() + 200_000; Date.now() < end;) {
      const value = found();
      if (value !== undefined && value !== false) return value;
      await new Promise(resolve => setImmediate(resolve));
    }
    throw new Error(`${what} did not happen`);
  }

  function portOf(events: readonly DeviceEvent[], devicePort: number): Promise<number> {
    return until('listening', () =>
      events
        .filter(event => event.kind === 'listening')
        .filter(event => event.devicePort === devicePort)
        .map(({ port }) => port)
        .at(0),
    );
  }

  /** Everything that must be the same when a run is repeated; memory and flash as a hash. */
  function outcome(simulator: Simulator, sent: string[]) {
    const { memory, flash, ...others } = simulator.save();
    const hash = createHash('sha256');
    for (const bytes of [memory.data, memory.instructions, memory.rtc]) hash.update(bytes);
    for (const { sector, bytes } of flash.sectors) hash.update(`${sector}`).update(bytes);
    return { moment: simulator.moment, ram: hash.digest('hex'), sent: [...sent], ...others };
  }
  type Outcome = ReturnType<typeof outcome>;

  /** What the device sends from now on. */
  function sentBy(simulator: Simulator): string[] {
    const sent: string[] = [];
    simulator.onPacket = (_, sender, packet) => {
      if (sender === 'device') sent.push(Buffer.from(packet).toString('hex'));
    };
    return sent;
  }

  /** Saves the device, which continues. */
  function saved(simulator: Simulator): DeviceState {
    simulator.pause();
    const state = simulator.save();
    simulator.resume();
    return state;
  }

  async function repeat(simulator: Simulator, state: DeviceState, recording: Recording): Promise<Outcome> {
    const sent = sentBy(simulator);
    simulator.restore(state, recording);
    simulator.resume();
    await until('the end of the recording', () => simulator.state !== 'running');
    return outcome(simulator, sent);
  }

  describe('with lwIP and Mbed TLS in the firmware', () => {
    let firmware: StackFirmware;
    let states: DeviceState[];
    let recording: Recording;
    /** After the connection, with what was sent since each of the states. */
    let ends: Outcome[];
    let live: Simulator;
    let livePort: number;

    before(async () => {
      firmware = await buildStackFirmware(folder);
    });

    async function visit(port: number): Promise<string> {
      const { stdout } = await run('curl', [
        ...['-sS', '--max-time', '190', '--cacert', firmware.caCertificate],
        ...['--connect-to', `::127.0.0.1:${port}`, 'https://192.168.1.104/'],
      ]);
      return stdout;
    }

    /** One TLS connection, saved in the middle of its handshake and at other moments. */
    async function record(): Promise<void> {
      live = device(firmware.elf);
      const events = eventsOf(live);
      const looks: Look[] = [];
      live.gate.onLook = look => looks.push(look);
      const sent = sentBy(live);
      live.start();
      livePort = await portOf(events, 443);
      states = [];
      const sentBefore: number[] = [];
      const save = () => {
        sentBefore.push(sent.length);
        states.push(saved(live));
      };
      save();
      const client = visit(livePort);
      // ServerHello is out; the client's key exchange is still to come, and most of the computing.
      await until('a ServerHello', () =>
        events.some(
          event =>
            event.kind === 'tls-record' &&
            event.sender === 'device' &&
            event.content.kind === 'handshake' &&
            event.content.messages.some(({ type }) => type === 2),
        ),
      );
      save();
      for (let count = 0; count < 3; count++) {
        const { look } = live.moment;
        const later = randomInt(1, 100);
        await until('more looks', () => live.moment.look >= look + later);
        save();
      }
      assert.match(await client, /request 1,/);
      await until('the end of the connection', () => events.some(({ kind }) => kind === 'tcp-closed'));
      live.pause();
      recording = { looks, end: live.moment };
      ends = sentBefore.map(count => outcome(live, sent.slice(count)));
    }

    function since({ run: { look } }: DeviceState): Recording {
      return { ...recording, looks: recording.looks.filter(other => other.look > look) };
    }

    it('a TLS handshake goes on as it did, from every moment, on the same device and on another', async () => {
      await record();
      const other = device(firmware.elf);
      const events = eventsOf(other);
      for (const [index, state] of states.entries()) {
        const end = ends[index];
        const where = `from look ${state.run.look}`;
        assert.ok(recording.end.instructions - state.cpu.instructions > 1_000_000, where);
        assert.ok((end?.sent.length ?? 0) > 0, where);
        assert.deepEqual(await repeat(live, state, since(state)), end, where);
        // This one has translated other code.
        assert.deepEqual(await repeat(other, structuredClone(state), since(state)), end, where);
      }
      // Both devices are alive: the one with its sockets, the other with the ones that it has got at the end of the replay.
      live.resume();
      assert.match(await visit(livePort), /request 2,/);
      other.resume();
      assert.match(await visit(await portOf(events, 443)), /request 2,/);
    });

    it('is told from what it did when another packet comes', async () => {
      await record();
      const [, state] = states;
      assert.ok(state);
      const { looks, end } = since(state);
      const isLong = (look: Look) =>
        look.inputs.some(input => input.kind === 'packet' && input.bytes.length > 100);
      const changed = looks.findIndex(isLong);
      assert.notEqual(changed, -1);
      const other = looks.with(changed, {
        ...(looks[changed] ?? end),
        inputs: (looks[changed]?.inputs ?? []).map(input =>
          input.kind === 'packet' && input.bytes.length > 100
            ? { ...input, bytes: input.bytes.map(byte => byte ^ 1) }
            : input,
        ),
      });
      const events = eventsOf(live);
      let reason: string | undefined;
      live.onEnd = why => (reason = why);
      live.restore(state, { looks: other, end });
      live.resume();
      await until('an end', () => live.state === 'ended');
      assert.equal(reason, 'problem');
      const problems = events.filter(({ kind }) => kind === 'problem');
      const { instructions } = live.moment;
      assert.deepEqual(
        problems.map(event => ({ ...event, time: 0 })),
        [{ time: 0, kind: 'problem', problem: { kind: 'replay-diverged', instructions } }],
      );
      // lwIP drops the packet for its checksum, and nothing is computed from there on.
      assert.ok(instructions >= (looks[changed]?.instructions ?? Infinity));
      assert.ok(instructions - (looks[changed]?.instructions ?? 0) < 1_000_000);
    });
  });

  /** Timers, tasks, random numbers, flash, heap, the UART and a GPIO interrupt, and callbacks of some milliseconds. */
  const busy = `${headers}
#include "gpio.h"
#include "ets_sys.h"
static os_timer_t fast, slow;
static os_event_t queue[4];
static uint32 sum, edges, words[16];
static void task(os_event_t *event) { sum = sum * 31 + event->par; }
static void onFast(void *arg) {
  char *block = os_malloc(100 + (os_random() & 255));
  int i;
  for (i = 0; i < 20000 + (sum & 8191); i++) sum = sum * 1664525 + 1013904223 + i;
  block[0] = (char)sum;
  words[sum & 15] ^= (uint32)block[0];
  os_free(block);
  system_os_post(1, 's', os_random());
}
static void onSlow(void *arg) {
  spi_flash_erase_sector(0x80);
  spi_flash_write(0x80000, words, sizeof words);
  os_printf("%x %u %u\\n", sum, edges, system_get_time());
}
static void onPin(void *arg) {
  uint32 status = GPIO_REG_READ(GPIO_STATUS_ADDRESS);
  GPIO_REG_WRITE(GPIO_STATUS_W1TC_ADDRESS, status);
  edges++;
}
void user_init(void) {
  gpio_init();
  ETS_GPIO_INTR_ATTACH(onPin, NULL);
  gpio_pin_intr_state_set(GPIO_ID_PIN(4), GPIO_PIN_INTR_ANYEDGE);
  ETS_GPIO_INTR_ENABLE();
  system_os_task(task, 1, queue, 4);
  os_timer_setfn(&fast, onFast, NULL);
  os_timer_arm(&fast, 7, 1);
  os_timer_setfn(&slow, onSlow, NULL);
  os_timer_arm(&slow, 100, 1);
}`;

  for (const clock of ['real', 'virtual'] as const)
    it(`is the same after it was saved and restored, at any moment, in ${clock} time`, async () => {
      const elf = buildFirmware(folder, busy);
      const live = device(elf, { clock });
      const other = device(elf, { clock });
      const looks: Look[] = [];
      live.gate.onLook = look => looks.push(look);
      live.start();
      const states: DeviceState[] = [];
      for (let count = 0; count < 20; count++) {
        const { look } = live.moment;
        const later = randomInt(1, 60);
        live.setPin(4, count % 2 === 0 ? 0 : 1);
        live.input(Buffer.from(`line ${count}\n`));
        await until('more looks', () => live.moment.look >= look + later);
        live.pause();
        const state = live.save();
        states.push(structuredClone(state));
        live.restore(state);
        assert.deepEqual(live.save(), state, `at look ${state.run.look}`);
        other.restore(structuredClone(state));
        assert.deepEqual(other.save(), state, `at look ${state.run.look}, another device`);
        live.resume();
      }
      await until('more looks', () => live.moment.look >= (states.at(-1)?.run.look ?? 0) + 200);
      live.pause();
      const end = outcome(live, []);
      for (const state of states) {
        const recording = { looks: looks.filter(({ look }) => look > state.run.look), end: live.moment };
        assert.deepEqual(await repeat(other, state, recording), end, `from look ${state.run.look}`);
      }
    });

  describe('and cannot', () => {
    function refusal(action: () => unknown): ProblemError {
      try {
        action();
      } catch (error) {
        assert.ok(error instanceof ProblemError);
        return error;
      }
      throw new Error('nothing was refused');
    }

    afterEach(() => {
      l10n.config({ contents: {} });
    });

    it('a connection that this computer has for it, in both languages', async () => {
      const elf = buildFirmware(
        folder,
        `${headers}
static struct espconn server;
static esp_tcp tcp;
void user_init(void) {
  server.type = ESPCONN_TCP;
  server.proto.tcp = &tcp;
  tcp.local_port = 80;
  espconn_accept(&server);
}`,
      );
      const simulator = device(elf);
      const events = eventsOf(simulator);
      simulator.start();
      const port = await portOf(events, 80);
      // Without a client there is nothing in the way.
      const looks: Look[] = [];
      const before = saved(simulator);
      simulator.gate.onLook = look => looks.push(look);
      const client = net.connect(port, '127.0.0.1');
      await once(client, 'connect');
      await until('the connection', () => events.some(({ kind }) => kind === 'tcp-opened'));
      simulator.pause();
      const english = refusal(() => simulator.save());
      assert.deepEqual(english.problem, { kind: 'state-with-connections' });
      assert.equal(
        english.message,
        'The device cannot be saved while a client is connected to a server that this computer runs for it. Close the connection first, or link the firmware with lwIP.',
      );
      l10n.config({ contents: readFileSync(chinese, 'utf8') });
      assert.match(refusal(() => simulator.save()).message, /^有客户端连接到.*无法保存设备状态。/);
      simulator.resume();
      client.destroy();
      await until('the end of the connection', () => events.some(({ kind }) => kind === 'tcp-closed'));
      await until('a state', () => {
        simulator.pause();
        simulator.save();
        return true;
      });
      assert.deepEqual(before.parts.servers.servers, simulator.save().parts.servers.servers);
      const again = refusal(() => {
        simulator.restore(before, { looks, end: simulator.moment });
      });
      assert.deepEqual(again.problem, { kind: 'replay-with-connections' });
      assert.match(again.message, /^无法重放该录制：/);
    });

    it('what belongs to another device', () => {
      const state = device(buildFirmware(folder, busy)).save();
      const elf = buildFirmware(folder, `${headers}void user_init(void) {}`);
      const problem = { kind: 'state-of-another-device' };
      const other = device(elf);
      const before = other.save();
      assert.deepEqual(
        refusal(() => {
          other.restore(state);
        }).problem,
        problem,
      );
      assert.deepEqual(other.save(), before, 'nothing of it was taken');
      assert.deepEqual(
        refusal(() => {
          other.restore({ ...before, firmware: state.firmware });
        }).problem,
        problem,
      );
    });
  });
});
