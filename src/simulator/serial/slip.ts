/** SLIP (RFC 1055), as the chip's loader frames packets: begun and ended by 0xC0. */
export const packetEnd = 0xc0;
const escape = 0xdb;
const escapedEnd = 0xdc;
const escapedEscape = 0xdd;

/** No packet of the loader is longer: a block of 16 KB with its header. */
const longest = 0x8000;

/** A packet with its frame. */
export function slipFrame(packet: Uint8Array): Uint8Array {
  const framed = [packetEnd];
  for (const byte of packet) {
    if (byte === packetEnd) framed.push(escape, escapedEnd);
    else if (byte === escape) framed.push(escape, escapedEscape);
    else framed.push(byte);
  }
  framed.push(packetEnd);
  return Uint8Array.from(framed);
}

/** Finds packets in a stream of bytes. What is no packet is passed over. */
export class SlipReader {
  #packet: number[] | undefined;
  #escaped = false;

  /** Returns the packets that these bytes complete. */
  read(bytes: Uint8Array): Uint8Array[] {
    return [...bytes].flatMap(byte => this.readByte(byte) ?? []);
  }

  /** Returns the packet that this byte completes. */
  readByte(byte: number): Uint8Array | undefined {
    const packet = this.#packet;
    if (byte === packetEnd) {
      this.#escaped = false;
      // An end without a packet before it is the beginning of the next one.
      this.#packet = packet === undefined || packet.length === 0 ? [] : undefined;
      return this.#packet === undefined && packet !== undefined ? Uint8Array.from(packet) : undefined;
    }
    if (packet === undefined) return undefined;
    if (this.#escaped) {
      this.#escaped = false;
      if (byte === escapedEnd) packet.push(packetEnd);
      else if (byte === escapedEscape) packet.push(escape);
      else this.#packet = undefined;
    } else if (byte === escape) this.#escaped = true;
    else packet.push(byte);
    if (packet.length > longest) this.#packet = undefined;
    return undefined;
  }
}
