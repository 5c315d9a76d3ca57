import type { Sender, TlsEvent } from '../../src/simulator/network/tlsMeter';
import { TlsRecords } from '../../src/simulator/network/tlsRecords';

export const flag = { fin: 1, syn: 2, rst: 4, ack: 16 };
export const deviceAddress = { ip: '192.168.4.2', port: 49152 };
export const remoteAddress = { ip: '10.0.0.1', port: 443 };

export interface Packet {
  sender: Sender;
  bytes: Uint8Array;
}

/** An IPv4 packet with a TCP segment, with correct checksums. */
export function tcpPacket(
  sender: Sender,
  sequence: number,
  flags: number,
  data: Uint8Array = new Uint8Array(),
  device = deviceAddress,
  remote = remoteAddress,
): Packet {
  const [from, to] = sender === 'device' ? [device, remote] : [remote, device];
  const bytes = Buffer.alloc(40 + data.length);
  bytes.set([0x45, 0]);
  bytes.writeUInt16BE(bytes.length, 2);
  bytes.set([64, 6], 8);
  bytes.set(from.ip.split('.').map(Number), 12);
  bytes.set(to.ip.split('.').map(Number), 16);
  bytes.writeUInt16BE(from.port, 20);
  bytes.writeUInt16BE(to.port, 22);
  bytes.writeUInt32BE(sequence >>> 0, 24);
  bytes.writeUInt8(5 << 4, 32);
  bytes.writeUInt8(flags, 33);
  bytes.writeUInt16BE(5840, 34);
  bytes.set(data, 40);
  return { sender, bytes: withChecksums(bytes) };
}

/** Sets both checksums of a packet whose IP header has 20 bytes. */
export function withChecksums(bytes: Buffer): Buffer {
  bytes.writeUInt16BE(0, 10);
  bytes.writeUInt16BE(checksum(bytes.subarray(0, 20)), 10);
  bytes.writeUInt16BE(0, 36);
  const pseudoHeader = Buffer.from([...bytes.subarray(12, 20), 0, 6, 0, 0]);
  pseudoHeader.writeUInt16BE(bytes.length - 20, 10);
  bytes.writeUInt16BE(checksum(Buffer.concat([pseudoHeader, bytes.subarray(20)])), 36);
  return bytes;
}

/** The internet checksum. */
export function checksum(bytes: Uint8Array): number {
  let sum = 0;
  bytes.forEach((byte, at) => (sum += at % 2 === 0 ? byte << 8 : byte));
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

/** The packets of a TCP connection that carries what both sides send. */
export class Conversation {
  readonly packets: Packet[] = [];
  readonly #next: Record<Sender, number>;
  readonly #device: typeof deviceAddress;
  readonly #remote: typeof remoteAddress;

  constructor(
    opener: Sender = 'device',
    { start = 1000, device = deviceAddress, remote = remoteAddress } = {},
  ) {
    this.#device = device;
    this.#remote = remote;
    this.#next = { device: start, remote: start + 70_000 };
    const answerer = opener === 'device' ? 'remote' : 'device';
    this.#packet(opener, flag.syn);
    this.#packet(answerer, flag.syn | flag.ack);
  }

  /** Sends bytes in segments of at most `segment` bytes. */
  send(sender: Sender, bytes: Uint8Array, segment = 1460): this {
    for (let at = 0; at < bytes.length; at += segment)
      this.#packet(sender, flag.ack, bytes.subarray(at, at + segment));
    return this;
  }

  close(sender: Sender): this {
    this.#packet(sender, flag.fin | flag.ack);
    return this;
  }

  #packet(sender: Sender, flags: number, data: Uint8Array = new Uint8Array()): void {
    this.packets.push(tcpPacket(sender, this.#next[sender], flags, data, this.#device, this.#remote));
    this.#next[sender] += data.length + (flags & (flag.syn | flag.fin) ? 1 : 0);
  }
}

/** What the meter reports of packets. */
export function eventsOf(packets: readonly Packet[], bufferSize?: number): TlsEvent[] {
  const events: TlsEvent[] = [];
  const size = bufferSize === undefined ? undefined : () => bufferSize;
  const records = new TlsRecords(event => events.push(event), size && { bufferSize: size });
  for (const { bytes, sender } of packets) records.packet(bytes, sender);
  return events;
}

/** A number in network order. */
export function number(value: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
}

/** Bytes after their length, a number of `size` bytes. */
export function vector(size: number, ...parts: Uint8Array[]): Buffer {
  const bytes = Buffer.concat(parts);
  return Buffer.concat([number(bytes.length, size), bytes]);
}

export function record(type: number, body: Uint8Array, version = 0x0303): Buffer {
  return Buffer.concat([number(type, 1), number(version, 2), vector(2, body)]);
}

export function handshake(type: number, body: Uint8Array): Buffer {
  return Buffer.concat([number(type, 1), vector(3, body)]);
}

export function extension(type: number, body: Uint8Array): Buffer {
  return Buffer.concat([number(type, 2), vector(2, body)]);
}

/** `extensions` undefined: the hello ends before them, as those of axTLS do. */
export function clientHello(
  version: number,
  suites: readonly number[],
  extensions?: readonly Uint8Array[],
): Buffer {
  return handshake(
    1,
    Buffer.concat([
      number(version, 2),
      Buffer.alloc(32, 0xaa),
      vector(1, Buffer.alloc(4, 0xbb)),
      vector(2, ...suites.map(suite => number(suite, 2))),
      vector(1, number(0, 1)),
      ...(extensions === undefined ? [] : [vector(2, ...extensions)]),
    ]),
  );
}

export function serverHello(version: number, suite: number, extensions?: readonly Uint8Array[]): Buffer {
  return handshake(
    2,
    Buffer.concat([
      number(version, 2),
      Buffer.alloc(32, 0xcc),
      vector(1, Buffer.alloc(32, 0xdd)),
      number(suite, 2),
      number(0, 1),
      ...(extensions === undefined ? [] : [vector(2, ...extensions)]),
    ]),
  );
}

export function certificate(...sizes: number[]): Buffer {
  return handshake(11, vector(3, ...sizes.map(size => vector(3, Buffer.alloc(size, 0x30)))));
}
