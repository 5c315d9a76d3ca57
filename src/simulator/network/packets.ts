import type { Timers } from './timers';

/** IPv4 addresses are unsigned 32-bit numbers here. */
export type Ip = number;

export const protocols = { icmp: 1, igmp: 2, tcp: 6, udp: 17 } as const;

export interface IpPacket {
  source: Ip;
  destination: Ip;
  protocol: number;
  payload: Buffer;
  identification: number;
  /** Byte offset of a fragment, and whether more follow. */
  offset: number;
  more: boolean;
}

export const tcpFlags = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

export interface TcpSegment {
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  acknowledgement: number;
  flags: number;
  window: number;
  /** The MSS option of a SYN. */
  mss: number | undefined;
  data: Buffer;
}

export interface UdpDatagram {
  sourcePort: number;
  destinationPort: number;
  data: Buffer;
}

const ipHeader = 20;
const tcpHeader = 20;
const udpHeader = 8;
const timeToLive = 64;
const mssOption = 2;

/** "192.168.1.104" as a number; undefined when it is no IPv4 address. */
export function ipOf(text: string): Ip | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some(part => part > 255)) return undefined;
  return ipOfBytes(parts);
}

export function ipOfBytes(bytes: Iterable<number>): Ip {
  return [...bytes].reduce((ip, byte) => ip * 256 + byte, 0);
}

export function ipText(ip: Ip): string {
  return [24, 16, 8, 0].map(shift => (ip >>> shift) & 0xff).join('.');
}

/** Undefined when the bytes are no sound IPv4 packet. */
export function parseIp(bytes: Uint8Array): IpPacket | undefined {
  const packet = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (packet.length < ipHeader || packet.readUInt8(0) >> 4 !== 4) return undefined;
  const header = (packet.readUInt8(0) & 15) * 4;
  const total = packet.readUInt16BE(2);
  if (header < ipHeader || total < header || total > packet.length) return undefined;
  if (checksum(packet.subarray(0, header)) !== 0) return undefined;
  const fragment = packet.readUInt16BE(6);
  return {
    identification: packet.readUInt16BE(4),
    offset: (fragment & 0x1fff) * 8,
    more: (fragment & 0x2000) !== 0,
    protocol: packet.readUInt8(9),
    source: packet.readUInt32BE(12),
    destination: packet.readUInt32BE(16),
    payload: packet.subarray(header, total),
  };
}

/** Undefined for a broken segment or a wrong checksum. */
export function parseTcp({ source, destination, payload }: IpPacket): TcpSegment | undefined {
  if (payload.length < tcpHeader) return undefined;
  const header = (payload.readUInt8(12) >> 4) * 4;
  if (header < tcpHeader || header > payload.length) return undefined;
  if (checksum(payload, pseudoHeader(source, destination, protocols.tcp, payload.length)) !== 0)
    return undefined;
  return {
    sourcePort: payload.readUInt16BE(0),
    destinationPort: payload.readUInt16BE(2),
    sequence: payload.readUInt32BE(4),
    acknowledgement: payload.readUInt32BE(8),
    flags: payload.readUInt8(13),
    window: payload.readUInt16BE(14),
    mss: findMss(payload.subarray(tcpHeader, header)),
    data: payload.subarray(header),
  };
}

function findMss(options: Buffer): number | undefined {
  for (let at = 0; at < options.length;) {
    const kind = options[at] ?? 0;
    if (kind === 0) return undefined;
    if (kind === 1) {
      at++;
      continue;
    }
    const length = options[at + 1] ?? 0;
    if (length < 2 || at + length > options.length) return undefined;
    if (kind === mssOption && length === 4) return options.readUInt16BE(at + 2);
    at += length;
  }
  return undefined;
}

/** Undefined for a broken datagram or a wrong checksum; a checksum of 0 means none. */
export function parseUdp({ source, destination, payload }: IpPacket): UdpDatagram | undefined {
  if (payload.length < udpHeader) return undefined;
  const length = payload.readUInt16BE(4);
  if (length < udpHeader || length > payload.length) return undefined;
  const datagram = payload.subarray(0, length);
  if (
    datagram.readUInt16BE(6) !== 0 &&
    checksum(datagram, pseudoHeader(source, destination, protocols.udp, length)) !== 0
  )
    return undefined;
  return {
    sourcePort: datagram.readUInt16BE(0),
    destinationPort: datagram.readUInt16BE(2),
    data: datagram.subarray(udpHeader),
  };
}

/** A whole IP packet around a payload. */
export function buildIp(
  source: Ip,
  destination: Ip,
  protocol: number,
  payload: Uint8Array,
  identification = 0,
): Buffer {
  const packet = Buffer.alloc(ipHeader + payload.length);
  packet.writeUInt8(0x45, 0);
  packet.writeUInt16BE(packet.length, 2);
  packet.writeUInt16BE(identification & 0xffff, 4);
  packet.writeUInt8(timeToLive, 8);
  packet.writeUInt8(protocol, 9);
  packet.writeUInt32BE(source, 12);
  packet.writeUInt32BE(destination, 16);
  packet.writeUInt16BE(checksum(packet.subarray(0, ipHeader)), 10);
  packet.set(payload, ipHeader);
  return packet;
}

export function buildTcp(source: Ip, destination: Ip, segment: TcpSegment): Buffer {
  const options = segment.mss === undefined ? 0 : 4;
  const bytes = Buffer.alloc(tcpHeader + options + segment.data.length);
  bytes.writeUInt16BE(segment.sourcePort, 0);
  bytes.writeUInt16BE(segment.destinationPort, 2);
  bytes.writeUInt32BE(segment.sequence >>> 0, 4);
  bytes.writeUInt32BE(segment.acknowledgement >>> 0, 8);
  bytes.writeUInt8(((tcpHeader + options) / 4) << 4, 12);
  bytes.writeUInt8(segment.flags, 13);
  bytes.writeUInt16BE(segment.window, 14);
  if (segment.mss !== undefined) {
    bytes.writeUInt8(mssOption, tcpHeader);
    bytes.writeUInt8(4, tcpHeader + 1);
    bytes.writeUInt16BE(segment.mss, tcpHeader + 2);
  }
  bytes.set(segment.data, tcpHeader + options);
  bytes.writeUInt16BE(checksum(bytes, pseudoHeader(source, destination, protocols.tcp, bytes.length)), 16);
  return buildIp(source, destination, protocols.tcp, bytes);
}

export function buildUdp(
  source: Ip,
  destination: Ip,
  { sourcePort, destinationPort, data }: UdpDatagram,
): Buffer {
  const bytes = Buffer.alloc(udpHeader + data.length);
  bytes.writeUInt16BE(sourcePort, 0);
  bytes.writeUInt16BE(destinationPort, 2);
  bytes.writeUInt16BE(bytes.length, 4);
  bytes.set(data, udpHeader);
  const sum = checksum(bytes, pseudoHeader(source, destination, protocols.udp, bytes.length));
  bytes.writeUInt16BE(sum === 0 ? 0xffff : sum, 6);
  return buildIp(source, destination, protocols.udp, bytes);
}

const echoRequest = 8;
const echoReply = 0;
const unreachable = 3;

/** The answer to an ICMP echo request; undefined when it is none. */
export function echoAnswer({ source, destination, payload }: IpPacket): Buffer | undefined {
  if (payload.length < 8 || payload.readUInt8(0) !== echoRequest || checksum(payload) !== 0) return undefined;
  const answer = Buffer.from(payload);
  answer.writeUInt8(echoReply, 0);
  answer.writeUInt16BE(0, 2);
  answer.writeUInt16BE(checksum(answer), 2);
  return buildIp(destination, source, protocols.icmp, answer);
}

/** ICMP destination unreachable for a packet of the device; `code` 1 host, 3 port, 13 forbidden. */
export function unreachableAnswer(from: Ip, packet: Uint8Array, code: number): Buffer | undefined {
  const sent = parseIp(packet);
  if (sent === undefined) return undefined;
  const quoted = packet.subarray(0, packet.length - sent.payload.length + 8);
  const message = Buffer.alloc(8 + quoted.length);
  message.writeUInt8(unreachable, 0);
  message.writeUInt8(code, 1);
  message.set(quoted, 8);
  message.writeUInt16BE(checksum(message), 2);
  return buildIp(from, sent.source, protocols.icmp, message);
}

function pseudoHeader(source: Ip, destination: Ip, protocol: number, length: number): number {
  return (
    (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff) + protocol + length
  );
}

/** The Internet checksum; 0 over bytes that contain their right checksum. */
function checksum(bytes: Buffer, start = 0): number {
  let sum = start;
  const even = bytes.length & ~1;
  for (let at = 0; at < even; at += 2) sum += bytes.readUInt16BE(at);
  if (even < bytes.length) sum += bytes.readUInt8(even) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

const largestDatagram = 65535;
const maxPartial = 16;
/** A datagram of 64 KB has 45 pieces in packets of 1500 bytes. */
const maxPieces = 200;
/** RFC 1122: so long a packet waits for its missing pieces, µs. */
const patience = 60_000_000;

/** The pieces of a packet that have come. */
interface Unfinished {
  pieces: IpPacket[];
  /** Takes back what would forget it in time. */
  cancel: () => void;
}

/** Puts fragments of the device's packets together. */
export class Reassembly {
  readonly #partial = new Map<string, Unfinished>();
  readonly #timers: Timers;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** How many packets wait for their missing pieces. */
  get size(): number {
    return this.#partial.size;
  }

  /** The whole packet, as soon as it is complete. */
  add(packet: IpPacket): IpPacket | undefined {
    if (packet.offset === 0 && !packet.more) return packet;
    const key = [packet.source, packet.destination, packet.protocol, packet.identification].join();
    const { pieces } = this.#partial.get(key) ?? this.#begin(key);
    if (packet.offset + packet.payload.length > largestDatagram || pieces.length >= maxPieces) {
      this.#forget(key);
      return undefined;
    }
    pieces.push(packet);
    const whole = join(pieces);
    if (whole !== undefined) this.#forget(key);
    return whole;
  }

  #begin(key: string): Unfinished {
    const [oldest] = this.#partial.keys();
    if (oldest !== undefined && this.#partial.size >= maxPartial) this.#forget(oldest);
    const cancel = this.#timers.after(patience, () => {
      this.#partial.delete(key);
    });
    const partial = { pieces: [], cancel };
    this.#partial.set(key, partial);
    return partial;
  }

  #forget(key: string): void {
    this.#partial.get(key)?.cancel();
    this.#partial.delete(key);
  }
}

function join(pieces: IpPacket[]): IpPacket | undefined {
  const sorted = pieces.toSorted((a, b) => a.offset - b.offset);
  const parts: Buffer[] = [];
  let end = 0;
  for (const { offset, payload, more } of sorted) {
    if (offset > end) return undefined;
    parts.push(payload.subarray(Math.min(payload.length, end - offset)));
    end = Math.max(end, offset + payload.length);
    if (!more) {
      const [first] = sorted;
      return first && { ...first, more: false, payload: Buffer.concat(parts) };
    }
  }
  return undefined;
}
