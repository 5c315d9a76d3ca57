/** What following a TCP stream needs of an IPv4 packet with a TCP segment in it. */
export interface TcpSegment {
  /** “192.168.4.1:443”. */
  source: string;
  destination: string;
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  syn: boolean;
  ack: boolean;
  fin: boolean;
  rst: boolean;
  /** A view into the packet. */
  data: Uint8Array;
}

const protocolTcp = 6;

/**
 * Returns undefined for whatever a receiver would drop or that is no whole TCP segment: other protocols, IP version 6,
 * fragments, lengths that do not fit, wrong checksums.
 */
export function parseSegment(packet: Uint8Array): TcpSegment | undefined {
  if (packet.length < 20) return undefined;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const versionAndLength = view.getUint8(0);
  const ipHeader = (versionAndLength & 15) * 4;
  const end = view.getUint16(2);
  const isFragment = (view.getUint16(6) & 0x3fff) !== 0;
  if (versionAndLength >> 4 !== 4 || isFragment || view.getUint8(9) !== protocolTcp) return undefined;
  if (ipHeader < 20 || end < ipHeader + 20 || end > packet.length) return undefined;
  const tcpHeader = (view.getUint8(ipHeader + 12) >> 4) * 4;
  if (tcpHeader < 20 || ipHeader + tcpHeader > end) return undefined;
  const pseudoHeader = sum(view, 12, 20) + protocolTcp + end - ipHeader;
  if (!isSound(sum(view, 0, ipHeader)) || !isSound(pseudoHeader + sum(view, ipHeader, end))) return undefined;

  const sourcePort = view.getUint16(ipHeader);
  const destinationPort = view.getUint16(ipHeader + 2);
  const flags = view.getUint8(ipHeader + 13);
  return {
    source: `${packet.subarray(12, 16).join('.')}:${sourcePort}`,
    destination: `${packet.subarray(16, 20).join('.')}:${destinationPort}`,
    sourcePort,
    destinationPort,
    sequence: view.getUint32(ipHeader + 4),
    syn: (flags & 2) !== 0,
    ack: (flags & 16) !== 0,
    fin: (flags & 1) !== 0,
    rst: (flags & 4) !== 0,
    data: packet.subarray(ipHeader + tcpHeader, end),
  };
}

/** Sum of 16-bit words; an odd byte at the end is the high one. */
function sum(view: DataView, start: number, end: number): number {
  let total = 0;
  let at = start;
  for (; at + 1 < end; at += 2) total += view.getUint16(at);
  return at < end ? total + view.getUint8(at) * 256 : total;
}

/** Whether words with their checksum add up to all ones. */
function isSound(total: number): boolean {
  return total > 0 && total % 0xffff === 0;
}
