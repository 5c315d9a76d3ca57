/** lwIP of the SDK does not scale windows: what lies further ahead is not a part of the stream. */
const window = 0xffff;
/** More is never held back; it is enough for a window that comes in segments of a few bytes. */
const heldBytesLimit = 0x40000;
/** What holding one segment back costs besides its bytes. */
const segmentCost = 64;

/** Puts the segments of one direction of a TCP connection in order: each byte is delivered once. */
export class TcpStream {
  readonly #deliver: (bytes: Uint8Array) => void;
  readonly #lost: () => void;
  /** Sequence number of the SYN; nothing is delivered before it is known. */
  #start: number | undefined;
  #next = 0;
  /** In order of their sequence numbers. */
  #held: { sequence: number; data: Uint8Array }[] = [];
  #heldBytes = 0;
  #left = false;

  /**
   * @param deliver is handed views that it must copy to keep
   * @param lost is called at most once, when what is missing stayed away for too long; nothing is delivered after it
   */
  constructor(deliver: (bytes: Uint8Array) => void, lost: () => void) {
    this.#deliver = deliver;
    this.#lost = lost;
  }

  /** The sequence number of the SYN, if it came. */
  get start(): number | undefined {
    return this.#start;
  }

  /** The sequence number of the next byte that is to come. */
  get next(): number {
    return this.#next;
  }

  /** The stream begins after the SYN with this number. */
  begin(sequence: number): void {
    this.#start = sequence;
    this.#next = (sequence + 1) >>> 0;
    const early = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    for (const segment of early) this.add(segment.sequence, segment.data);
  }

  add(sequence: number, data: Uint8Array): void {
    if (this.#left || data.length === 0) return;
    const isBegun = this.#start !== undefined;
    if (isBegun && this.#distance(sequence) > window) return;
    if (!isBegun || this.#distance(sequence) > 0) {
      this.#hold(sequence, data);
      return;
    }
    this.#take(sequence, data);
    this.#release();
  }

  /** From now on nothing is held or delivered. */
  leave(): void {
    this.#left = true;
    this.#held = [];
    this.#heldBytes = 0;
  }

  #distance(sequence: number): number {
    return (sequence - this.#next) | 0;
  }

  /** Delivers what of the data is new. */
  #take(sequence: number, data: Uint8Array): void {
    const known = -this.#distance(sequence);
    if (known >= data.length) return;
    this.#next = (sequence + data.length) >>> 0;
    this.#deliver(data.subarray(known));
  }

  #hold(sequence: number, data: Uint8Array): void {
    const after = this.#held.findIndex(each => ((each.sequence - sequence) | 0) > 0);
    const at = after === -1 ? this.#held.length : after;
    const before = this.#held[at - 1];
    if (before?.sequence === sequence && before.data.length >= data.length) return;
    this.#held.splice(at, 0, { sequence, data: Uint8Array.from(data) });
    this.#heldBytes += data.length + segmentCost;
    if (this.#heldBytes <= heldBytesLimit) return;
    this.leave();
    this.#lost();
  }

  #release(): void {
    let first: { sequence: number; data: Uint8Array } | undefined;
    while ((first = this.#held[0]) !== undefined && this.#distance(first.sequence) <= 0) {
      this.#held.shift();
      this.#heldBytes -= first.data.length + segmentCost;
      this.#take(first.sequence, first.data);
    }
  }
}
