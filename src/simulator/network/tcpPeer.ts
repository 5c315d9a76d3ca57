import { tcpFlags, type TcpSegment } from './packets';
import type { Timers } from './timers';

/** What a TCP connection of the device needs from its surroundings. */
export interface TcpPeerOptions {
  peerPort: number;
  devicePort: number;
  timers: Timers;
  /** Sends a segment to the device. */
  send(segment: TcpSegment): void;
  onConnected(): void;
  /** Bytes from the device, in order, each once. */
  onData(data: Buffer): void;
  /** The device sends no more. */
  onEnd(): void;
  /** Both ends have closed. What the device repeats is still answered for a while, before {@link onClosed}. */
  onOver(): void;
  /** Nothing is left of the connection; `reset` when the device broke it off or never answered. */
  onClosed(reset: boolean): void;
  /** All that was written has been acknowledged. */
  onDrain(): void;
}

const ourMss = 1460;
/** RFC 1122: without the option. */
const defaultMss = 536;
const largestWindow = 0xffff;
/** Retransmission: first after so many µs, then twice as long each time. */
const firstTimeout = 1_000_000;
const longestTimeout = 8_000_000;
const maxRetransmissions = 8;
/** How long a closed connection still acknowledges what the device repeats, µs. */
const timeWait = 10_000_000;
const maxHeld = 32;
/** A device that has ended its side is asked after such a silence whether it still has the connection, µs. */
const halfClosedSilence = 60_000_000;

/** The far end of one TCP connection of the device: turns segments into a stream of bytes and back. */
export class TcpPeer {
  readonly #options: TcpPeerOptions;
  #state: 'closed' | 'syn-sent' | 'syn-received' | 'open' | 'time-wait' = 'closed';
  /** Bytes that the device has not acknowledged yet; the first has the number `#unacknowledged`. */
  #buffer = Buffer.alloc(0);
  #unacknowledged: number;
  #next: number;
  #ended = false;
  #finSent = false;
  #finAcknowledged = false;
  #expected = 0;
  #deviceEnded = false;
  #deviceWindow = 0;
  #mss = defaultMss;
  #window = largestWindow;
  #advertised = largestWindow;
  /** The first number behind the window that the device knows of. */
  #edge = 0;
  #retransmissions = 0;
  /** How often in a row the device has said nothing to what was repeated. */
  #unanswered = 0;
  #cancelTimer: (() => void) | undefined;
  #cancelQuestion: (() => void) | undefined;
  /** Segments that came before one that is still missing, by sequence number. */
  readonly #held = new Map<number, TcpSegment>();

  /** @param sequence the first sequence number of this end */
  constructor(options: TcpPeerOptions, sequence: number) {
    this.#options = options;
    this.#unacknowledged = sequence;
    this.#next = sequence;
  }

  get open(): boolean {
    return this.#state === 'open';
  }

  /** Bytes written that the device has not acknowledged. */
  get backlog(): number {
    return this.#buffer.length;
  }

  /** Opens a connection to a listening port of the device. */
  connect(): void {
    this.#state = 'syn-sent';
    this.#sendSyn();
  }

  /** Takes the connection that the device's SYN asks for. */
  accept(syn: TcpSegment): void {
    this.#state = 'syn-received';
    this.#learn(syn);
    this.#sendSyn();
  }

  /** Sends bytes to the device as its window allows. */
  write(data: Uint8Array): void {
    if (this.#ended || this.#state === 'closed' || this.#state === 'time-wait') return;
    this.#buffer = Buffer.concat([this.#buffer, data]);
    this.#push();
  }

  /** No more bytes for the device after those written. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#push();
  }

  /** Breaks the connection off. */
  reset(): void {
    if (this.#state === 'closed' || this.#state === 'time-wait') return;
    this.#send(tcpFlags.rst | tcpFlags.ack, this.#next);
    this.#close(false);
  }

  /** How many more bytes of the device there is room for. */
  setWindow(bytes: number): void {
    const window = Math.max(0, Math.min(largestWindow, bytes));
    const wasSmall = this.#advertised < ourMss;
    this.#window = window;
    if (wasSmall && window >= ourMss && this.#state === 'open') this.#acknowledge();
  }

  /** A segment of the device. */
  receive(segment: TcpSegment): void {
    switch (this.#state) {
      case 'closed':
        return;
      case 'time-wait':
        if (segment.data.length > 0 || has(segment, tcpFlags.fin)) this.#acknowledge();
        return;
      case 'syn-sent':
        this.#receiveSynAck(segment);
        return;
      case 'syn-received':
      case 'open':
        this.#receiveOpen(segment);
        if (this.#deviceEnded) this.#askLater();
    }
  }

  #receiveSynAck(segment: TcpSegment): void {
    const acknowledges = has(segment, tcpFlags.ack) && segment.acknowledgement === this.#next >>> 0;
    if (has(segment, tcpFlags.rst)) {
      if (acknowledges) this.#close(true);
      return;
    }
    if (!has(segment, tcpFlags.syn) || !acknowledges) return;
    this.#learn(segment);
    this.#unacknowledged = this.#next;
    this.#opened();
    this.#acknowledge();
    this.#push();
  }

  #receiveOpen(segment: TcpSegment): void {
    const ahead = distance(this.#expected, segment.sequence);
    if (has(segment, tcpFlags.rst)) {
      if (ahead >= 0 && ahead <= largestWindow) this.#close(true);
      return;
    }
    if (has(segment, tcpFlags.syn)) {
      // The device has not seen the answer to its SYN, or ours to its SYN and ACK.
      if (this.#state === 'syn-received') this.#sendSyn();
      else this.#acknowledge();
      return;
    }
    if (!has(segment, tcpFlags.ack)) return;
    if (this.#state === 'syn-received') {
      if (segment.acknowledgement !== this.#next >>> 0) return;
      this.#unacknowledged = this.#next;
      this.#opened();
    }
    this.#receiveAcknowledgement(segment);
    const fitting = this.#fitting(segment, ahead);
    if (fitting.data.length < segment.data.length) this.#acknowledge();
    this.#receiveData(fitting, ahead);
    if (this.#isOver()) this.#linger();
    else this.#push();
  }

  /** Whether both ends have closed and know it of each other. */
  #isOver(): boolean {
    return this.#state === 'open' && this.#deviceEnded && this.#finAcknowledged;
  }

  #receiveAcknowledgement(segment: TcpSegment): void {
    const acknowledged = distance(this.#unacknowledged, segment.acknowledgement);
    if (acknowledged < 0 || acknowledged > distance(this.#unacknowledged, this.#next)) return;
    this.#deviceWindow = segment.window;
    if (acknowledged === 0) {
      // The device answers: it is there, even if it has no room or nothing to acknowledge.
      if (segment.window === 0 || this.#unacknowledged === this.#next) this.#unanswered = 0;
      return;
    }
    const bytes = Math.min(acknowledged, this.#buffer.length);
    if (this.#finSent && acknowledged > this.#buffer.length) this.#finAcknowledged = true;
    this.#buffer = this.#buffer.subarray(bytes);
    this.#unacknowledged = segment.acknowledgement;
    this.#progress();
    if (this.#buffer.length === 0) this.#options.onDrain();
  }

  /** The segment without what lies behind the window: a device that does not keep to it must not fill the computer's memory. */
  #fitting(segment: TcpSegment, ahead: number): TcpSegment {
    const room = Math.max(0, distance(this.#expected, this.#edge) - ahead);
    if (segment.data.length <= room) return segment;
    return { ...segment, flags: segment.flags & ~tcpFlags.fin, data: segment.data.subarray(0, room) };
  }

  #receiveData(segment: TcpSegment, ahead: number): void {
    const fin = has(segment, tcpFlags.fin);
    if (segment.data.length === 0 && !fin) {
      // A keep-alive probe repeats the byte before the next one.
      if (ahead < 0) this.#acknowledge();
      return;
    }
    if (ahead > 0) {
      if (ahead <= largestWindow && this.#held.size < maxHeld) this.#held.set(segment.sequence, segment);
      this.#acknowledge();
      return;
    }
    this.#take(segment, -ahead);
    for (let held = this.#takeHeld(); held !== undefined; held = this.#takeHeld())
      this.#take(held, distance(held.sequence, this.#expected));
    this.#acknowledge();
  }

  /** The held segment that continues where the stream is now. */
  #takeHeld(): TcpSegment | undefined {
    for (const [sequence, segment] of this.#held) {
      if (distance(this.#expected, sequence) > 0) continue;
      this.#held.delete(sequence);
      return segment;
    }
    return undefined;
  }

  /** Takes what is new of a segment behind the first `known` bytes. */
  #take(segment: TcpSegment, known: number): void {
    const length = segment.data.length + (has(segment, tcpFlags.fin) ? 1 : 0);
    if (known >= length || this.#deviceEnded) return;
    const data = segment.data.subarray(known);
    this.#expected = (this.#expected + data.length) >>> 0;
    if (data.length > 0) this.#options.onData(Buffer.from(data));
    if (!has(segment, tcpFlags.fin)) return;
    this.#expected = (this.#expected + 1) >>> 0;
    this.#deviceEnded = true;
    this.#options.onEnd();
  }

  #learn(segment: TcpSegment): void {
    this.#expected = (segment.sequence + 1) >>> 0;
    this.#edge = this.#expected;
    this.#deviceWindow = segment.window;
    this.#mss = Math.max(1, Math.min(ourMss, segment.mss ?? defaultMss));
  }

  #opened(): void {
    this.#state = 'open';
    this.#progress();
    this.#options.onConnected();
  }

  /** The device has got something that it had not before. */
  #progress(): void {
    this.#retransmissions = 0;
    this.#unanswered = 0;
    this.#stopTimer();
  }

  #sendSyn(): void {
    this.#next = (this.#unacknowledged + 1) >>> 0;
    const answer = this.#state === 'syn-received' ? tcpFlags.ack : 0;
    this.#send(tcpFlags.syn | answer, this.#unacknowledged, Buffer.alloc(0), ourMss);
    this.#startTimer();
  }

  /** Sends what the device's window has room for, then the FIN. */
  #push(): void {
    if (this.#state !== 'open') return;
    for (;;) {
      const inFlight = distance(this.#unacknowledged, this.#next) - (this.#finSent ? 1 : 0);
      const waiting = this.#buffer.length - inFlight;
      if (waiting <= 0 || this.#finSent) break;
      const room = Math.min(this.#deviceWindow - inFlight, this.#mss, waiting);
      if (room <= 0) break;
      this.#send(tcpFlags.ack | tcpFlags.psh, this.#next, this.#buffer.subarray(inFlight, inFlight + room));
      this.#next = (this.#next + room) >>> 0;
    }
    const unsent = this.#buffer.length - distance(this.#unacknowledged, this.#next);
    if (this.#ended && !this.#finSent && unsent <= 0) {
      this.#finSent = true;
      this.#send(tcpFlags.fin | tcpFlags.ack, this.#next);
      this.#next = (this.#next + 1) >>> 0;
    }
    if (this.#unacknowledged !== this.#next || this.#buffer.length > 0) this.#startTimer();
  }

  #startTimer(): void {
    if (this.#cancelTimer !== undefined) return;
    const time = Math.min(longestTimeout, firstTimeout * 2 ** this.#retransmissions);
    this.#cancelTimer = this.#options.timers.after(time, () => {
      this.#cancelTimer = undefined;
      this.#retransmit();
    });
  }

  /**
   * lwIP forgets a connection that it has closed after 20 s, whether or not the other side closes: then the answer is RST, and the
   * computer's socket need not wait for its peer any longer.
   */
  #askLater(): void {
    this.#cancelQuestion?.();
    this.#cancelQuestion = undefined;
    if (this.#state !== 'open') return;
    this.#cancelQuestion = this.#options.timers.after(halfClosedSilence, () => {
      const waits = this.#unacknowledged !== this.#next || this.#buffer.length > 0;
      if (!waits && ++this.#unanswered > maxRetransmissions) {
        this.#close(true);
        return;
      }
      if (!waits) this.#send(tcpFlags.ack, (this.#next - 1) >>> 0);
      this.#askLater();
    });
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #retransmit(): void {
    this.#retransmissions++;
    if (++this.#unanswered > maxRetransmissions) {
      this.#send(tcpFlags.rst | tcpFlags.ack, this.#next);
      this.#close(true);
      return;
    }
    if (this.#state === 'syn-sent' || this.#state === 'syn-received') {
      this.#sendSyn();
      return;
    }
    if (this.#buffer.length > 0) {
      // With its window closed, one byte asks the device whether it has room again.
      const length = Math.min(this.#mss, this.#buffer.length, Math.max(1, this.#deviceWindow));
      this.#send(tcpFlags.ack | tcpFlags.psh, this.#unacknowledged, this.#buffer.subarray(0, length));
      if (distance(this.#unacknowledged, this.#next) < length)
        this.#next = (this.#unacknowledged + length) >>> 0;
    } else if (this.#finSent && !this.#finAcknowledged)
      this.#send(tcpFlags.fin | tcpFlags.ack, (this.#next - 1) >>> 0);
    this.#startTimer();
  }

  #acknowledge(): void {
    this.#send(tcpFlags.ack, this.#next);
  }

  #send(flags: number, sequence: number, data: Buffer = Buffer.alloc(0), mss?: number): void {
    this.#advertised = this.#window;
    if ((flags & tcpFlags.ack) !== 0) {
      const edge = (this.#expected + this.#window) >>> 0;
      if (distance(this.#edge, edge) > 0) this.#edge = edge;
    }
    this.#options.send({
      sourcePort: this.#options.peerPort,
      destinationPort: this.#options.devicePort,
      sequence: sequence >>> 0,
      acknowledgement: (flags & tcpFlags.ack) === 0 ? 0 : this.#expected,
      flags,
      window: this.#window,
      mss,
      data,
    });
  }

  #linger(): void {
    this.#stopTimer();
    this.#cancelQuestion?.();
    this.#state = 'time-wait';
    this.#options.onOver();
    this.#cancelTimer = this.#options.timers.after(timeWait, () => {
      this.#close(false);
    });
  }

  #close(reset: boolean): void {
    this.#stopTimer();
    this.#cancelQuestion?.();
    this.#held.clear();
    this.#state = 'closed';
    this.#options.onClosed(reset);
  }
}

function has(segment: TcpSegment, flag: number): boolean {
  return (segment.flags & flag) !== 0;
}

/** How far `to` lies behind `from` in the circle of sequence numbers; negative when it lies before it. */
function distance(from: number, to: number): number {
  return (to - from) | 0;
}
