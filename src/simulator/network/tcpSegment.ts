import { ipText, parseIp, parseTcp, protocols, tcpFlags } from './packets';

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

/**
 * Returns undefined for whatever a receiver would drop or that is not a whole TCP segment: other protocols, IP version 6,
 * fragments, lengths that do not fit, wrong checksums.
 */
export function parseSegment(packet: Uint8Array): TcpSegment | undefined {
  const ip = parseIp(packet);
  if (ip?.protocol !== protocols.tcp || ip.more || ip.offset > 0) return undefined;
  const tcp = parseTcp(ip);
  if (tcp === undefined) return undefined;
  const { sourcePort, destinationPort, sequence, flags, data } = tcp;
  return {
    source: `${ipText(ip.source)}:${sourcePort}`,
    destination: `${ipText(ip.destination)}:${destinationPort}`,
    sourcePort,
    destinationPort,
    sequence,
    syn: (flags & tcpFlags.syn) !== 0,
    ack: (flags & tcpFlags.ack) !== 0,
    fin: (flags & tcpFlags.fin) !== 0,
    rst: (flags & tcpFlags.rst) !== 0,
    data,
  };
}
