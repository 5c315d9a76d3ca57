import { lookup } from 'node:dns/promises';
import type { EventLog } from '../events';
import type { Address } from './endpoints';
import { type Ip, ipOf, ipOfBytes, ipText } from './packets';
import { listenAddress } from './ports';
import { type Outbound, placeOf, Reach, type ReachOptions, type Refusal } from './reach';
import type { Target } from './udpPort';

/** Names with a port or on this computer get an address of the device's own network, from here on. */
const firstHostNumber = 200;
const maxHosts = 50;
/** A device that tries out every address is not to fill the log. */
const maxRefusals = 100;
const maxResolved = 1000;

export interface DestinationOptions {
  events: EventLog;
  /** The device's address. */
  address: Address;
  outbound: Outbound;
  /** DNS name → address of the computer's network, with a port where it differs: "127.0.0.1:8883". */
  hosts: ReadonlyMap<string, string>;
  /** "ADDRESS" or "ADDRESS:PORT" of this computer and of private networks that the device may reach. */
  reach: ReadonlySet<string>;
  /** What the computer knows; its own resolver and interfaces where left out. */
  own?: ReachOptions['own'];
  lookup?: ((name: string) => Promise<string>) | undefined;
  /** What has been logged as refused before the device was reset. */
  refused?: Set<string>;
}

/** Where the addresses of the device's network lead on this computer, under which names it knows them, and what it may not reach. */
export class Destinations {
  readonly #options: DestinationOptions;
  readonly #gateway: Ip;
  readonly #netmask: Ip;
  readonly #reach: Reach;
  /** What has been logged as refused. */
  readonly #refused: Set<string>;
  /** The name that the device asked for last, by the address it got. */
  readonly #resolved = new Map<Ip, string>();
  /** Addresses of the device's network that stand for places named in `hosts`. */
  readonly #names = new Map<string, { ip: Ip; host: string; port: number | undefined }>();
  /** Where the device's own ports are open on this computer: "tcp 443" → 8443. */
  readonly #ownPorts = new Map<string, number>();

  constructor(options: DestinationOptions) {
    this.#options = options;
    this.#gateway = ipOfBytes(options.address.gateway);
    this.#netmask = ipOfBytes(options.address.netmask);
    this.#reach = new Reach(options);
    this.#refused = options.refused ?? new Set();
    for (const [name, place] of options.hosts) this.#addName(name, place);
  }

  /** A port of the device is open on this computer. */
  opened(protocol: 'tcp' | 'udp', devicePort: number, port: number): void {
    this.#ownPorts.set(`${protocol} ${devicePort}`, port);
  }

  closed(protocol: 'tcp' | 'udp', devicePort: number): void {
    this.#ownPorts.delete(`${protocol} ${devicePort}`);
  }

  /** The address that a name of the user's has, or that it is; undefined for others. */
  known(name: string): Ip | undefined {
    return this.#names.get(name.toLowerCase())?.ip ?? ipOf(name);
  }

  /** Whether the computer's resolver may be asked. */
  get mayAsk(): boolean {
    return ['public', 'local'].includes(this.#options.outbound);
  }

  /** The IPv4 address that the computer's resolver has for a name; throws where there is none. */
  async ask(name: string): Promise<string> {
    const { lookup: given } = this.#options;
    return given === undefined ? (await lookup(name, { family: 4 })).address : given(name);
  }

  /** Logs what a name was answered with; undefined: there is no such name. */
  resolved(name: string, ip: Ip | undefined): void {
    if (this.#resolved.size >= maxResolved) this.#resolved.clear();
    if (ip !== undefined) this.#resolved.set(ip, name);
    this.#options.events.add({ kind: 'dns', name, ...(ip !== undefined && { ip: ipText(ip) }) });
  }

  /** Where an address of the device's network leads on the computer. */
  target(ip: Ip, port: number): Target {
    for (const name of this.#names.values()) {
      if (name.ip === ip) return { host: name.host, port: name.port ?? port };
    }
    return { host: ip === this.#gateway ? listenAddress : ipText(ip), port };
  }

  /** The address under which the device knows a place of the computer's network. */
  sourceOf({ host, port }: Target): Ip {
    if (!host.startsWith('127.')) return ipOf(host) ?? this.#gateway;
    return (
      [...this.#names.values()].find(name => name.host === host && name.port === port)?.ip ?? this.#gateway
    );
  }

  /** Whether an address is this computer's, as the device's router or under a name of the user's. */
  isHere(ip: Ip): boolean {
    return ip === this.#gateway || [...this.#names.values()].some(name => name.ip === ip);
  }

  /** Whether the user's settings forbid an address, whatever the port. */
  isForbidden(destination: string): boolean {
    return this.#reach.refusal(destination, 0) !== undefined;
  }

  /** Why the device may not send there; undefined when it may. A place that it has opened itself leads back to it. */
  refusal(protocol: 'tcp' | 'udp', { host, port }: Target): Refusal | undefined {
    const refusal = this.#reach.refusal(host, port);
    if (refusal !== 'local' || host !== listenAddress) return refusal;
    const isOwn = [...this.#ownPorts].some(([own, at]) => at === port && own.startsWith(protocol));
    return isOwn ? undefined : refusal;
  }

  /** Logs once what the device may not reach. */
  tellRefused(
    protocol: 'tcp' | 'udp',
    to: Ip,
    port: number,
    { host, port: at }: Target,
    refusal: Refusal,
  ): void {
    const target = `${host}:${at}`;
    if (!this.isFirst(target)) return;
    const name = this.#resolved.get(to);
    this.#options.events.add({
      kind: 'outbound-denied',
      protocol,
      remote: `${ipText(to)}:${port}`,
      refusal,
      ...(name !== undefined && { name }),
      target,
      place: placeOf(host, this.#options.own?.()),
    });
  }

  /** Whether nothing has been logged yet about a place that cannot be reached. */
  isFirst(place: string): boolean {
    if (this.#refused.size >= maxRefusals || this.#refused.has(place)) return false;
    this.#refused.add(place);
    return true;
  }

  #addName(name: string, place: string): void {
    const [host = place, port] = place.split(':');
    const ip = ipOf(host);
    const direct = ip !== undefined && port === undefined && ip >>> 24 !== 127;
    const number = firstHostNumber + (this.#names.size % maxHosts);
    this.#names.set(name.toLowerCase(), {
      ip: direct ? ip : ((this.#gateway & this.#netmask) | number) >>> 0,
      host,
      port: port === undefined ? undefined : Number(port),
    });
  }
}
