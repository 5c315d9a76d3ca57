import net from 'node:net';
import os from 'node:os';

/** Who an address belongs to: this computer, a private network around it, or anybody. */
export type Place = 'host' | 'private' | 'public';

interface Choice {
  /** Whom the device may connect to. */
  places: readonly Place[];
  /** Whether it may also connect to what the user has listed. */
  listed: boolean;
}

/** The values of `network.outbound`. */
const choices = {
  public: { places: ['public'], listed: true },
  local: { places: ['public', 'private', 'host'], listed: true },
  loopback: { places: ['host'], listed: false },
  deny: { places: [], listed: false },
} satisfies Record<string, Choice>;

/** Where the device may connect to. */
export type Outbound = keyof typeof choices;

/** What the device may not reach without being allowed to (RFC 6890); more specific ranges first. */
const ranges: readonly (readonly [range: string, bits: number, place: Place])[] = [
  // Systems connect 0.0.0.0 and :: to themselves.
  ['0.0.0.0', 8, 'host'],
  ['127.0.0.0', 8, 'host'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'private'],
  ['169.254.0.0', 16, 'private'],
  ['172.16.0.0', 12, 'private'],
  ['192.168.0.0', 16, 'private'],
  // Multicast, reserved and broadcast.
  ['224.0.0.0', 3, 'private'],
  ['::', 128, 'host'],
  ['::1', 128, 'host'],
  // IPv4 addresses inside IPv6 ones: compatible (RFC 4291), NAT64 of a network (RFC 8215), Teredo, 6to4.
  ['::', 96, 'private'],
  ['64:ff9b:1::', 48, 'private'],
  ['2001::', 32, 'private'],
  ['2002::', 16, 'private'],
  ['fc00::', 7, 'private'],
  // Link-local, and site-local of old (RFC 3879).
  ['fe80::', 9, 'private'],
  ['ff00::', 8, 'private'],
];

/** An IPv4 address in an IPv6 one: mapped, and translated by NAT64 (RFC 6052). */
const embedded = /^(?:::ffff:|64:ff9b::)([\da-f]{1,4}):([\da-f]{1,4})$/;

const lists = ranges.map(([range, bits, place]) => {
  const list = new net.BlockList();
  list.addSubnet(range, bits, familyOf(range));
  return { list, place };
});

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return net.isIPv6(address) ? 'ipv6' : 'ipv4';
}

/**
 * Who a numeric address belongs to; `own` are the addresses of this computer's interfaces. What is not an address is taken for this
 * computer's: nobody knows where it leads.
 */
export function placeOf(address: string, own: ReadonlySet<string> = ownAddresses()): Place {
  const [plain = ''] = address.split('%');
  if (net.isIP(plain) === 0) return 'host';
  if (own.has(plain)) return 'host';
  if (net.isIPv6(plain)) {
    const [, high, low] = embedded.exec(new URL(`http://[${plain}]`).hostname.slice(1, -1)) ?? [];
    if (high !== undefined && low !== undefined) {
      const [a, b] = [parseInt(high, 16), parseInt(low, 16)];
      return placeOf([a >> 8, a & 0xff, b >> 8, b & 0xff].join('.'), own);
    }
  }
  return lists.find(({ list }) => list.check(plain, familyOf(plain)))?.place ?? 'public';
}

/** The addresses of this computer's interfaces as they are now. */
export function ownAddresses(): ReadonlySet<string> {
  return new Set(
    Object.values(os.networkInterfaces()).flatMap(addresses =>
      (addresses ?? []).map(({ address }) => address),
    ),
  );
}

/** What decides whether the device may reach a place. */
export interface ReachOptions {
  outbound: Outbound;
  /** "ADDRESS" or "ADDRESS:PORT": what the user has listed. */
  reach: ReadonlySet<string>;
  /** Addresses of this computer. */
  own?: (() => ReadonlySet<string>) | undefined;
}

/** Why the device may not reach a place: the user has to list what is local; all else is off. */
export type Refusal = 'local' | 'off';

/** Says where the device may connect to. It decides on the address that is really connected, never on a name. */
export class Reach {
  readonly #options: ReachOptions;

  constructor(options: ReachOptions) {
    this.#options = options;
  }

  /** Undefined when the device may connect there. */
  refusal(host: string, port: number): Refusal | undefined {
    const { outbound, own, reach } = this.#options;
    const { places, listed }: Choice = choices[outbound];
    const place = host === 'localhost' ? 'host' : placeOf(host, own?.());
    if (places.includes(place)) return undefined;
    if (listed && (reach.has(host) || reach.has(`${host}:${port}`))) return undefined;
    return outbound === 'public' ? 'local' : 'off';
  }
}
