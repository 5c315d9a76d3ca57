import type { Clock } from '../clock';

/** UART0 and UART1, 0xF00 bytes apart, each with so many bytes of registers. */
const bases = [0x60000000, 0x60000f00] as const;
const size = 0x80;
/** Offsets of the registers with a meaning here. Source: uart_register.h of the SDK. */
const at = {
  ...{ fifo: 0, raw: 4, interrupts: 8, enable: 0xc, clear: 0x10, divisor: 0x14, status: 0x1c },
  ...{ config0: 0x20, config1: 0x24 },
} as const;
/** Interrupts: the FIFO holds as much as the firmware asked for; nothing more came for a while; room to send. */
const full = 1 << 0;
const empty = 1 << 1;
const timeout = 1 << 8;
/** CONF0 after a reset: 8 data bits, 1 stop bit. Its reset bits empty the FIFO. */
const eightDataOneStop = 0x1c;
const receiveReset = 1 << 17;
const divisorMask = 0xfffff;
/** What the SDK's start code sets on both: 74,880 baud. */
const bootDivisor = 1068;
const bitsPerByte = 10;

const fifoSize = 128;
/** Bytes on the line at most: what comes faster than the line is lost. */
const maxOnLine = 0x100000;

/** The clock of the UARTs, Hz. */
const uartClock = 80_000_000;
const clockPerMicrosecond = uartClock / 1e6;

export interface UartState {
  words: [number, number][];
  /** What waits in the FIFO of UART0. */
  input: Uint8Array;
  /** What is still on the line, and when its first byte has come, µs of the device's clock. */
  line: Uint8Array;
  nextAt: number;
}

/** The registers of both UARTs. What is sent is out at once; what comes in takes the time that the line takes at its baud rate. */
export class UartRegisters {
  readonly #clock: Clock;
  readonly #words = new Map<number, number>();
  readonly #input: number[] = [];
  #line: Uint8Array = new Uint8Array();
  #nextAt = 0;
  /** A byte that the firmware writes to UART 0 or 1. */
  onTransmit: (uart: 0 | 1, byte: number) => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.reset();
  }

  /** As the firmware finds them after a reset. What is on the line at that moment is lost. */
  reset(): void {
    this.#words.clear();
    this.#input.length = 0;
    this.#line = new Uint8Array();
    for (const base of bases) {
      this.#words.set(base + at.config0, eightDataOneStop);
      this.#words.set(base + at.divisor, bootDivisor);
    }
  }

  save(): UartState {
    this.#pump();
    return {
      words: [...this.#words],
      input: Uint8Array.from(this.#input),
      line: this.#line.slice(),
      nextAt: this.#nextAt,
    };
  }

  restore(state: UartState): void {
    this.reset();
    for (const [address, word] of state.words) this.#words.set(address, word);
    this.#input.push(...state.input);
    this.#line = state.line.slice();
    this.#nextAt = state.nextAt;
  }

  /** Whether an address is a register of a UART. */
  has(address: number): boolean {
    return bases.some(base => address >= base && address < base + size);
  }

  /** Somebody sends at UART0. */
  arrive(bytes: Uint8Array): void {
    this.#pump();
    if (this.#line.length === 0) this.#nextAt = this.#clock.now() + this.#byteTime;
    const room = bytes.subarray(0, Math.max(0, maxOnLine - this.#line.length));
    const line = new Uint8Array(this.#line.length + room.length);
    line.set(this.#line);
    line.set(room, this.#line.length);
    this.#line = line;
  }

  get hasInput(): boolean {
    this.#pump();
    return this.#input.length > 0;
  }

  /** Bytes for which the FIFO of UART0 has room. */
  get room(): number {
    return fifoSize - this.#input.length;
  }

  /** Bytes that are in the FIFO at once. Those that find it full are lost, as on the chip. */
  receive(bytes: Uint8Array): void {
    this.#input.push(...bytes.subarray(0, this.room));
  }

  /** When the next byte has come, in µs of the device's clock; undefined while nothing is on the line. */
  due(): number | undefined {
    this.#pump();
    // What waits for room comes when the firmware reads.
    return this.#line.length === 0 || this.room === 0 ? undefined : Math.ceil(this.#nextAt);
  }

  /** Whether UART0 asks for an interrupt. */
  get raises(): boolean {
    return this.#pending(bases[0]) !== 0;
  }

  /** As the ROM's uart_div_modify: the FIFOs are emptied, too. */
  setDivisor(uart: number, divisor: number): void {
    const base = bases[uart & 1] ?? bases[0];
    this.#pump();
    this.#words.set(base + at.divisor, divisor & divisorMask);
    if (base === bases[0]) this.#input.length = 0;
  }

  setBaudRate(uart: number, baudRate: number): void {
    if (baudRate > 0) this.setDivisor(uart, Math.floor(uartClock / baudRate));
  }

  read(address: number): number {
    const base = this.#baseOf(address);
    this.#pump();
    switch (address - base) {
      case at.fifo:
        return base === bases[0] ? (this.#input.shift() ?? 0) : 0;
      case at.raw:
        return this.#raw(base);
      case at.interrupts:
        return this.#pending(base);
      case at.clear:
        return 0;
      case at.status:
        // The counts of both FIFOs. esptool's stub waits for bit 31 to clear, so an idle line does not set it.
        return base === bases[0] ? this.#input.length : 0;
      default:
        return this.#word(address);
    }
  }

  write(address: number, value: number): void {
    const base = this.#baseOf(address);
    this.#pump();
    switch (address - base) {
      case at.fifo:
        this.onTransmit(base === bases[0] ? 0 : 1, value & 0xff);
        return;
      case at.divisor:
        this.#words.set(address, value & divisorMask);
        return;
      case at.config0:
        if ((value & receiveReset) !== 0 && base === bases[0]) this.#input.length = 0;
        this.#words.set(address, value);
        return;
      case at.raw:
      case at.interrupts:
      case at.clear:
      case at.status:
        return;
      default:
        this.#words.set(address, value);
    }
  }

  #baseOf(address: number): (typeof bases)[number] {
    return address < bases[1] ? bases[0] : bases[1];
  }

  #word(address: number): number {
    return this.#words.get(address) ?? 0;
  }

  /** µs that a byte takes on the line of UART0. */
  get #byteTime(): number {
    return (Math.max(1, this.#word(bases[0] + at.divisor)) * bitsPerByte) / clockPerMicrosecond;
  }

  /**
   * What has come over the line by now goes into the FIFO. While that is full the rest waits, as with a partner that stops when it is
   * asked to: a computer slower than the chip loses nothing. When this happens makes no difference, so a replay need not know.
   */
  #pump(): void {
    const now = this.#clock.now();
    let arrived = 0;
    for (; arrived < this.#line.length && this.#nextAt <= now && this.room > 0; arrived++) {
      this.#input.push(this.#line[arrived] ?? 0);
      this.#nextAt += this.#byteTime;
    }
    if (arrived > 0) this.#line = this.#line.subarray(arrived);
  }

  #pending(base: number): number {
    return this.#raw(base) & this.#word(base + at.enable);
  }

  #raw(base: number): number {
    if (base !== bases[0]) return empty;
    this.#pump();
    const waiting = this.#input.length;
    const threshold = this.#word(base + at.config1) & 0x7f;
    return (
      empty |
      (waiting > 0 && waiting >= threshold ? full : 0) |
      // While more is on the line there is no pause.
      (waiting > 0 && this.#line.length === 0 ? timeout : 0)
    );
  }
}
