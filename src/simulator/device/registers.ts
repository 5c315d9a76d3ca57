import type { Clock } from '../clock';
import { chipWord, type Peripherals } from '../cpu/memory';
import type { EventLog } from '../events';
import type { Flash } from './flash';
import { interruptLine } from './interruptLines';
import type { Random } from './random';
import { UartRegisters, type UartState } from './uartRegisters';

/** What {@link chipWord} holds in this chip. */
const esp8266 = 0xfff0c101;

/** Hardware random number generator; the SDK's os_random reads it. */
const random = 0x3ff20e44;

/** SPI0, to which the flash is connected: commands are done at once. */
const spi = {
  command: 0x60000200,
  address: 0x60000204,
  status: 0x60000210,
  user2: 0x60000224,
  data: 0x60000240,
  end: 0x60000280,
} as const;
const spiCommand = {
  read: 31,
  readId: 28,
  readStatus: 27,
  program: 25,
  eraseSector: 24,
  eraseBlock: 23,
  eraseChip: 22,
  user: 18,
} as const;
/** Command of the flash itself that the controller passes on: read the id. */
const readId = 0x9f;

/** GPIO 0 to 15. */
const gpio = {
  out: 0x60000300,
  outSet: 0x60000304,
  outClear: 0x60000308,
  enable: 0x6000030c,
  enableSet: 0x60000310,
  enableClear: 0x60000314,
  input: 0x60000318,
  status: 0x6000031c,
  statusSet: 0x60000320,
  statusClear: 0x60000324,
  pin0: 0x60000328,
} as const;
const pins = 16;

/** FRC1, the timer of pwm and hw_timer: counts down from its load at 80 MHz through a prescaler. */
const frc1 = { load: 0x60000600, count: 0x60000604, control: 0x60000608, clear: 0x6000060c } as const;
const frc1Prescale = [1, 16, 256, 256] as const;
const frc1Enable = 0x80;
const frc1Reload = 0x40;
const clockPerMicrosecond = 80;
/** FRC1 interrupts that the computer could not deliver in time are made up for, but no more than these. */
const maxMissed = 50;

/** Count register of FRC2, the timer behind ETS timers: 312.5 kHz with the SDK's prescaler. */
const frc2Count = 0x60000624;
const frc2TicksPerMicrosecond = 0.3125;

/** The hardware watchdog: bit 0 of the first switches it on, one value in the other feeds it. */
const watchdog = { control: 0x60000900, feed: 0x60000914 } as const;
const watchdogFood = 0x73;

/** GPIO16 belongs to the RTC: output, enable, input. */
const rtcGpio = { out: 0x60000768, enable: 0x60000774, input: 0x6000078c } as const;

/** Ranges that drivers configure and that need no more than memory: pin functions, RTC, watchdog, DPORT, PHY. */
const remembered: readonly (readonly [number, number])[] = [
  [0x60000800, 0x60000900],
  [0x60000700, 0x60000800],
  [0x60000900, 0x60000918],
  [0x3ff00000, 0x3ff00100],
];

export interface RegistersState {
  /** Address and value of each register that was written. */
  words: [number, number][];
  /** Registers without meaning that the log has. */
  named: number[];
  uart: UartState;
  frc1Due: number | undefined;
  gpioStatus: number;
  levels: number;
  /** What the outside has set; undefined for the value of the settings. */
  adc: number | undefined;
  frc2TicksPerMicrosecond: number;
}

/** The chip's registers: those with a meaning here; the others remember what was written to them and are named once. */
export class Registers implements Peripherals {
  readonly #words = new Map<number, number>();
  readonly #clock: Clock;
  readonly #events: EventLog;
  readonly #flash: Flash;
  readonly #random: Random;
  readonly #named = new Set<number>();
  readonly uart: UartRegisters;
  /** When FRC1 reaches zero, µs of the device's clock; undefined while it is stopped. */
  #frc1Due: number | undefined;
  #gpioStatus = 0;
  /** Levels that the outside gives to pins; a pin nobody drives is pulled up. */
  #levels = 0xffff;
  /** What the ADC measures, where the outside has changed it. */
  adc: number | undefined;
  /** SDK: ticks of FRC2 in one µs; system_timer_reinit changes them. */
  frc2TicksPerMicrosecond = frc2TicksPerMicrosecond;
  /** So much work has been done for one access, in instructions. */
  onWork: (instructions: number) => void = () => undefined;
  /** The firmware feeds the hardware watchdog, or switches it. */
  onWatchdog: (action: 'feed' | 'on' | 'off') => void = () => undefined;
  /** An output pin has changed. */
  onPin: (pin: number, level: 0 | 1) => void = () => undefined;

  constructor(clock: Clock, events: EventLog, flash: Flash, random: Random) {
    this.#random = random;
    this.#clock = clock;
    this.#events = events;
    this.#flash = flash;
    this.uart = new UartRegisters(clock);
  }

  /** As after a reset; the levels that the outside gives to pins stay. */
  reset(): void {
    this.#words.clear();
    this.uart.reset();
    this.#frc1Due = undefined;
    this.#gpioStatus = 0;
    this.frc2TicksPerMicrosecond = frc2TicksPerMicrosecond;
  }

  /** All that the registers remember. */
  save(): RegistersState {
    return {
      words: [...this.#words],
      named: [...this.#named],
      uart: this.uart.save(),
      frc1Due: this.#frc1Due,
      gpioStatus: this.#gpioStatus,
      levels: this.#levels,
      adc: this.adc,
      frc2TicksPerMicrosecond: this.frc2TicksPerMicrosecond,
    };
  }

  restore(state: RegistersState): void {
    this.reset();
    for (const [address, word] of state.words) this.#words.set(address, word);
    this.#named.clear();
    for (const address of state.named) this.#named.add(address);
    this.uart.restore(state.uart);
    this.#frc1Due = state.frc1Due;
    this.#gpioStatus = state.gpioStatus;
    this.#levels = state.levels;
    this.adc = state.adc;
    this.frc2TicksPerMicrosecond = state.frc2TicksPerMicrosecond;
  }

  /** The outside drives a pin. */
  setPin(pin: number, level: 0 | 1): void {
    const before = (this.#levels >>> pin) & 1;
    this.#levels = level === 1 ? this.#levels | (1 << pin) : this.#levels & ~(1 << pin);
    if (before !== level) this.#edge(pin, level);
  }

  get gpioStatus(): number {
    return this.#gpioStatus;
  }

  /** Whether the line asks for an interrupt. */
  raises(line: number): boolean {
    if (line === interruptLine.gpio) return this.#gpioStatus !== 0;
    return line === interruptLine.uart && this.uart.raises;
  }

  /** Whether FRC1 has run out; the next round begins. */
  takeFrc1(): boolean {
    const now = this.#clock.now();
    if (this.#frc1Due === undefined || this.#frc1Due > now) return false;
    const period = this.#frc1Period();
    if ((this.#word(frc1.control) & frc1Reload) === 0 || period === 0) this.#frc1Due = undefined;
    else this.#frc1Due = Math.max(this.#frc1Due + period, now - maxMissed * period);
    return true;
  }

  /** When the next interrupt of a timer comes, in µs of the device's clock. */
  due(): number | undefined {
    return this.#frc1Due;
  }

  read(address: number): number {
    const word = (address & ~3) >>> 0;
    if (this.uart.has(word)) return this.uart.read(word);
    switch (word) {
      case chipWord:
        return esp8266;
      case random:
        return this.#random.word();
      case frc2Count:
        return Math.floor(this.#clock.now() * this.frc2TicksPerMicrosecond) >>> 0;
      case frc1.count:
        return this.#frc1Count();
      case gpio.input:
        return this.#pinLevels();
      case gpio.status:
        return this.#gpioStatus;
      case gpio.enable:
      case gpio.out:
      case frc1.load:
      case frc1.control:
      case spi.command:
      case rtcGpio.input:
        return this.#word(word);
      default:
        if (!isPlain(word)) this.#name(word);
        return this.#word(word);
    }
  }

  write(address: number, _width: number, value: number): boolean {
    const word = (address & ~3) >>> 0;
    if (this.uart.has(word)) {
      this.uart.write(word, value);
      return true;
    }
    switch (word) {
      case chipWord:
        return false;
      case gpio.out:
        this.#output(value);
        return true;
      case gpio.outSet:
        this.#output(this.#word(gpio.out) | value);
        return true;
      case gpio.outClear:
        this.#output(this.#word(gpio.out) & ~value);
        return true;
      case gpio.enableSet:
        this.#words.set(gpio.enable, (this.#word(gpio.enable) | value) & 0xffff);
        return true;
      case gpio.enableClear:
        this.#words.set(gpio.enable, this.#word(gpio.enable) & ~value);
        return true;
      case gpio.status:
        this.#gpioStatus = value & 0xffff;
        return true;
      case gpio.statusSet:
        this.#gpioStatus |= value & 0xffff;
        return true;
      case gpio.statusClear:
        this.#gpioStatus &= ~value;
        return true;
      case frc1.load:
        this.#words.set(word, value & 0x7fffff);
        this.#startFrc1();
        return true;
      case frc1.control:
        this.#words.set(word, value);
        if ((value & frc1Enable) === 0) this.#frc1Due = undefined;
        else if (this.#frc1Due === undefined) this.#startFrc1();
        return true;
      case spi.command:
        this.#spi(value);
        return true;
      case watchdog.control:
        this.#words.set(word, value);
        this.onWatchdog((value & 1) === 1 ? 'on' : 'off');
        return true;
      case watchdog.feed:
        if ((value & 0xff) === watchdogFood) this.onWatchdog('feed');
        return true;
      default:
        if (!isPlain(word)) this.#name(word);
        this.#words.set(word, value);
        return true;
    }
  }

  #word(address: number): number {
    return this.#words.get(address) ?? 0;
  }

  #name(address: number): void {
    if (this.#named.has(address)) return;
    this.#named.add(address);
    this.#events.add({ kind: 'register', address });
  }

  /** What the pins show: outputs what the firmware drives, inputs what the outside drives. */
  #pinLevels(): number {
    const enable = this.#word(gpio.enable);
    return ((this.#word(gpio.out) & enable) | (this.#levels & ~enable)) & 0xffff;
  }

  #output(value: number): void {
    const changed = (this.#word(gpio.out) ^ value) & 0xffff;
    this.#words.set(gpio.out, value & 0xffff);
    for (let pin = 0; pin < pins; pin++) {
      if (((changed >>> pin) & 1) === 1) this.onPin(pin, ((value >>> pin) & 1) === 1 ? 1 : 0);
    }
  }

  /** GPIO_PINx: bits 7 to 9 say which change asks for an interrupt: 1 rise, 2 fall, 3 both, 4 low, 5 high. */
  #edge(pin: number, level: 0 | 1): void {
    const type = (this.#word(gpio.pin0 + 4 * pin) >>> 7) & 7;
    const wanted = type === 3 || type === (level === 1 ? 1 : 2) || type === (level === 1 ? 5 : 4);
    if (wanted) this.#gpioStatus |= 1 << pin;
  }

  #frc1Period(): number {
    const prescale = frc1Prescale[(this.#word(frc1.control) >>> 2) & 3] ?? 1;
    return (this.#word(frc1.load) * prescale) / clockPerMicrosecond;
  }

  #startFrc1(): void {
    if ((this.#word(frc1.control) & frc1Enable) === 0) return;
    this.#frc1Due = this.#clock.now() + this.#frc1Period();
  }

  #frc1Count(): number {
    if (this.#frc1Due === undefined) return this.#word(frc1.load);
    const prescale = frc1Prescale[(this.#word(frc1.control) >>> 2) & 3] ?? 1;
    const left = Math.max(0, this.#frc1Due - this.#clock.now());
    return Math.floor((left * clockPerMicrosecond) / prescale) & 0x7fffff;
  }

  /** A command of the SPI controller to the flash. */
  #spi(command: number): void {
    const before = this.#flash.work;
    const asked = (bit: number) => ((command >>> bit) & 1) === 1;
    const where = this.#word(spi.address);
    const [address, length] = [where & 0xffffff, Math.min(where >>> 24, spi.end - spi.data)];
    if (asked(spiCommand.readId) || (asked(spiCommand.user) && (this.#word(spi.user2) & 0xff) === readId))
      this.#words.set(spi.data, this.#flash.id);
    if (asked(spiCommand.readStatus)) this.#words.set(spi.status, 0);
    if (asked(spiCommand.read)) {
      const bytes = this.#flash.read(address, length) ?? new Uint8Array(length).fill(0xff);
      const padded = Buffer.concat([bytes, Buffer.alloc(3)]);
      for (let at = 0; at < length; at += 4) this.#words.set(spi.data + at, padded.readUInt32LE(at));
    }
    if (asked(spiCommand.program)) {
      const bytes = Buffer.alloc(spi.end - spi.data);
      for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE(this.#word(spi.data + at) >>> 0, at);
      this.#flash.write(address, bytes.subarray(0, length));
    }
    if (asked(spiCommand.eraseSector)) this.#flash.eraseSector(address >>> 12);
    if (asked(spiCommand.eraseBlock)) this.#flash.eraseBlock(address >>> 16);
    if (asked(spiCommand.eraseChip)) this.#flash.eraseAll();
    this.#words.set(spi.command, 0);
    this.onWork(this.#flash.work - before);
  }
}

function isPlain(address: number): boolean {
  return (
    remembered.some(([start, end]) => address >= start && address < end) ||
    (address >= gpio.pin0 && address < gpio.pin0 + 4 * pins) ||
    (address >= spi.address && address < spi.end)
  );
}
