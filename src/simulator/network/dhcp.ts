import type { Ip } from './packets';

/** Offsets of RFC 2131's message. */
const at = {
  operation: 0,
  transaction: 4,
  yourAddress: 16,
  hardware: 28,
  cookie: 236,
  options: 240,
} as const;
const cookie = 0x63825363;
const boot = { request: 1, reply: 2 } as const;
const option = {
  netmask: 1,
  router: 3,
  dns: 6,
  wanted: 50,
  lease: 51,
  kind: 53,
  server: 54,
  end: 255,
} as const;
const kind = { discover: 1, offer: 2, request: 3, decline: 4, ack: 5, nak: 6, release: 7 } as const;
/** A day, in seconds. */
const leaseTime = 86400;
const shortestMessage = 300;

export interface Lease {
  ip: Ip;
  netmask: Ip;
  gateway: Ip;
}

/** The server's answer to a DHCP message of the device; undefined where none is due. */
export function answerDhcp(message: Buffer, lease: Lease): Buffer | undefined {
  if (message.length < at.options || message.readUInt8(at.operation) !== boot.request) return undefined;
  if (message.readUInt32BE(at.cookie) !== cookie) return undefined;
  const options = readOptions(message.subarray(at.options));
  const asked = options.get(option.kind)?.[0];
  const wanted = options.get(option.wanted);
  if (asked === kind.discover) return reply(message, kind.offer, lease);
  if (asked !== kind.request) return undefined;
  const other = wanted?.length === 4 && wanted.readUInt32BE(0) !== lease.ip;
  return reply(message, other ? kind.nak : kind.ack, lease);
}

function reply(request: Buffer, answer: number, lease: Lease): Buffer {
  const refused = answer === kind.nak;
  const message = Buffer.alloc(at.options);
  request.copy(message, 0, 0, at.cookie);
  message.writeUInt8(boot.reply, at.operation);
  message.writeUInt32BE(refused ? 0 : lease.ip, at.yourAddress);
  message.fill(0, at.hardware + 16, at.cookie);
  message.writeUInt32BE(cookie, at.cookie);
  const options = [
    Buffer.of(option.kind, 1, answer),
    word(option.server, lease.gateway),
    ...(refused
      ? []
      : [
          word(option.lease, leaseTime),
          word(option.netmask, lease.netmask),
          word(option.router, lease.gateway),
          word(option.dns, lease.gateway),
        ]),
    Buffer.of(option.end),
  ];
  const whole = Buffer.concat([message, ...options]);
  return Buffer.concat([whole, Buffer.alloc(Math.max(0, shortestMessage - whole.length))]);
}

function word(code: number, value: number): Buffer {
  const bytes = Buffer.of(code, 4, 0, 0, 0, 0);
  bytes.writeUInt32BE(value, 2);
  return bytes;
}

function readOptions(bytes: Buffer): Map<number, Buffer> {
  const options = new Map<number, Buffer>();
  for (let position = 0; position < bytes.length;) {
    const code = bytes[position] ?? option.end;
    if (code === option.end) break;
    if (code === 0) {
      position++;
      continue;
    }
    const length = bytes[position + 1] ?? 0;
    options.set(code, bytes.subarray(position + 2, position + 2 + length));
    position += 2 + length;
  }
  return options;
}
