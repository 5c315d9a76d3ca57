import assert from 'node:assert/strict';
import { DeviceClock } from '../../src/simulator/clock';
import { Cpu } from '../../src/simulator/cpu/cpu';
import { dataRam, flashWindow, instructionRam, Memory } from '../../src/simulator/cpu/memory';
import { Random, seedSize } from '../../src/simulator/device/random';
import { powerOn } from '../../src/simulator/device/reset';
import { Flash } from '../../src/simulator/device/flash';
import { Registers } from '../../src/simulator/device/registers';
import { EventLog } from '../../src/simulator/events';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import { PortMap } from '../../src/simulator/network/ports';
import { newestAbilities } from '../../src/sdk/tls';
import { defaultNetwork } from '../../src/simulator/network/gateway';
import { Outlet } from '../../src/simulator/network/outlet';
import { LoadedCode } from '../../src/simulator/serial/loadedCode';
import { Simulator } from '../../src/simulator/simulator';
import { outsideSymbols } from './callingFirmware';
import { codeStart, elfFile } from './elfFile';
import { defaultWifi } from '../../src/simulator/device/wifiOptions';
import { Chip } from '../../src/simulator/device/chip';
import { defaultFlashSize } from '../../src/simulator/simulatorOptions';

/** So much the host does at most before it looks at its clock, in instructions: two strings as long as all the flash that the CPU sees. */
const longestCall = 2 * flashWindow.size + 0x10000;
/** A byte that is printed costs a chip more time than the host. */
const perPrintedByte = 100;
/** Most that one call prints. */
const maxPrinted = 0x20000;
/** Bytes that the host handles for an instruction: erasing goes by words. */
const perInstruction = 4;
/** What a call may do for its shortest charge: a struct, some settings. */
const free = 0x400;

/** Counts the bytes that the host reads and writes for the firmware. */
class CountingMemory extends Memory {
  bytesHandled = 0;
  override read(address: number, length: number) {
    const bytes = super.read(address, length);
    this.bytesHandled += bytes?.length ?? 0;
    return bytes;
  }
  override write(address: number, bytes: Uint8Array) {
    const done = super.write(address, bytes);
    if (done) this.bytesHandled += bytes.length;
    return done;
  }
  override readByte(address: number) {
    this.bytesHandled++;
    return super.readByte(address);
  }
  override readHalf(address: number) {
    this.bytesHandled += 2;
    return super.readHalf(address);
  }
  override readWord(address: number) {
    this.bytesHandled += 4;
    return super.readWord(address);
  }
  override writeByte(address: number, value: number) {
    this.bytesHandled++;
    return super.writeByte(address, value);
  }
  override writeHalf(address: number, value: number) {
    this.bytesHandled += 2;
    return super.writeHalf(address, value);
  }
  override writeWord(address: number, value: number) {
    this.bytesHandled += 4;
    return super.writeWord(address, value);
  }
}

const ram = { words: dataRam.address + 0x1000, text: dataRam.address + 0xa000, end: 0x3fffc000 };
const flash = {
  text: flashWindow.address,
  format: flashWindow.address + 0xc0000,
  end: flashWindow.address + flashWindow.size,
};
const stack = ram.words + 0x100;

/** The worst that a firmware can have in its memory: strings that end with the flash or not at all, formats, pointers to all of it. */
function fillMemory(memory: Memory, ending: 'ends' | 'unterminated'): void {
  const fill = (start: number, end: number, text: string) =>
    memory.write(start, Buffer.alloc(end - start, text));
  fill(flash.text, flash.format, 'a');
  fill(flash.format, flash.end, '%s%d');
  if (ending === 'ends') memory.write(flash.end - 1, Uint8Array.of(0));
  fill(instructionRam.address + 0x1000, instructionRam.address + instructionRam.size, 'a');
  fill(ram.text, ram.end, 'a');
  const words = Buffer.alloc(ram.text - ram.words);
  for (let at = 0; at < words.length; at += 4) words.writeUInt32LE(flash.text, at);
  memory.write(ram.words, words);
}

/** Every shape of a call: two pointers and a size, a pointer and a size, a size and pointers, an address of the flash. */
const arguments_: number[][] = [];
for (const first of [flash.text, ram.text, flash.format, 0x10000]) {
  for (const second of [flash.text + 1, ram.text + 1, 0xffffffff, 0xc000])
    for (const third of [flash.format, 0xffffffff, 0xc000])
      arguments_.push([first, second, third, flash.text, 0xffff, flash.text]);
}

interface Parts {
  cpu: Cpu;
  memory: CountingMemory;
  clock: DeviceClock;
  events: EventLog;
  flash: Flash;
  registers: Registers;
  random: Random;
}

/** A machine that answers functions: as a device, or as the loader does for uploaded code. */
interface Machine extends Parts {
  functions: { name: string; address: number }[];
  hasStopped: () => boolean;
  close: () => void;
}

function parts(): Parts {
  const memory = new CountingMemory();
  const cpu = new Cpu(memory);
  const clock = new DeviceClock(() => cpu.instructions);
  const events = new EventLog(() => clock.now());
  const chipFlash = new Flash(defaultFlashSize, memory);
  const random = new Random(new Uint8Array(seedSize));
  const registers = new Registers(clock, events, chipFlash, random);
  memory.peripherals = registers;
  return { cpu, memory, clock, events, flash: chipFlash, registers, random };
}

const table = () => {
  const simulator = new Simulator({ firmware: loadFirmware(elfFile(), 'empty.elf'), clock: 'virtual' });
  return simulator.offered.outside;
};
const symbols = outsideSymbols(table());
const everything = loadFirmware(
  elfFile({
    symbols: [{ name: 'user_init', address: codeStart, size: 64, isFunction: true }, ...symbols],
  }),
  'everything.elf',
);

function device(made: Parts = parts()): Machine {
  const chip = new Chip({
    ...made,
    firmware: everything,
    ports: new PortMap(),
    outlet: new Outlet({
      ...defaultNetwork,
      ...{ events: made.events, address: defaultWifi.address, isReplaying: () => false },
    }),
    options: {
      wifi: defaultWifi,
      reservedHeap: 0,
      adc: 512,
      unanswered: 'stop',
      tls: newestAbilities,
    },
    reset: powerOn,
    slot: undefined,
  });
  assert.ok(chip.heap.freeBytes() > 0);
  return {
    ...made,
    functions: symbols,
    hasStopped: () => chip.halt.reason !== undefined,
    close: () => {
      chip.switchOff();
    },
  };
}

function loader(made: Parts = parts()): Machine {
  const code = new LoadedCode(made, codeStart);
  return {
    ...made,
    functions: code.offered,
    hasStopped: () => code.end !== undefined,
    close: () => undefined,
  };
}

/** What a call has cost, at most, between two looks at the clock: a run of the CPU ends after its budget and the call it was in. */
interface Cost {
  instructions: number;
  bytes: number;
  events: number;
  printed: number;
}

/** Calls a function to its end, but not longer than a look at the clock after the other allows. */
function call(machine: Machine, address: number, args: readonly number[]): Cost[] {
  const { cpu, memory } = machine;
  const costs: Cost[] = [];
  let [events, printed] = [0, 0];
  const stop = machine.events.listen(event => {
    events++;
    if (event.kind === 'print') printed += event.text.length;
  });
  cpu.registers.fill(0);
  cpu.registers[0] = codeStart;
  cpu.registers[1] = stack;
  args.forEach((value, index) => (cpu.registers[2 + index] = value));
  cpu.pc = address;
  for (let piece = 0; piece < 3 && cpu.pc >>> 0 === address && !machine.hasStopped(); piece++) {
    const before = { instructions: cpu.instructions, bytes: memory.bytesHandled, events, printed };
    cpu.step();
    costs.push({
      instructions: cpu.instructions - before.instructions,
      bytes: memory.bytesHandled - before.bytes,
      events: events - before.events,
      printed: printed - before.printed,
    });
  }
  stop();
  return costs;
}

for (const [where, make] of Object.entries({ device, loader })) {
  describe(`functions of the ${where}, called with the worst that the address space allows`, function () {
    this.timeout(600_000);
    let machine = make();
    after(() => {
      machine.close();
    });
    let current: Uint8Array | undefined;
    let flashWork = 0;
    const scenes = (['ends', 'unterminated'] as const).map(ending => {
      fillMemory(machine.memory, ending);
      return machine.memory.bytes.slice();
    });

    for (const { name, address } of machine.functions) {
      it(`${name} charges for what it handles, in bounded pieces`, () => {
        for (const scene of scenes) {
          for (const args of arguments_) {
            if (machine.hasStopped()) {
              machine.close();
              machine = make(machine);
            }
            // Beside RAM only what writes the flash changes memory.
            const isFlashChanged = scene !== current || machine.flash.work !== flashWork;
            machine.memory.bytes.set(isFlashChanged ? scene : scene.subarray(0, flashWindow.offset));
            [current, flashWork] = [scene, machine.flash.work];
            for (const cost of call(machine, address, args)) {
              const said = `${name}(${args.map(value => `0x${value.toString(16)}`).join(', ')}): ${JSON.stringify(cost)}`;
              assert.ok(cost.instructions <= longestCall + perPrintedByte * cost.printed, said);
              assert.ok(cost.bytes <= perInstruction * cost.instructions + free, said);
              assert.ok(cost.printed <= maxPrinted, said);
              // What the chip says as it stops, it says once.
              if (!machine.hasStopped()) assert.ok(cost.events * 100 <= cost.instructions, said);
            }
          }
        }
      });
    }
  });
}
