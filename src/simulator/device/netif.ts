import type { Firmware } from '../firmware/firmware';
import type { Cpu } from '../cpu/cpu';
import type { EventLog } from '../events';
import type { Answer } from './call';
import { Part } from './part';
import type { Scheduler } from './scheduler';
import type { Callback } from './steps';
import type { Address, Listener } from '../network/endpoints';

/** Where lwIP keeps what the device has to read or write: offsets in bytes, and the values of two enumerators. */
interface LwipLayout {
  netif: Record<NetifMember | 'size', number>;
  pbuf: Record<PbufMember, number>;
  listenPort: number;
  listenNext: number;
  udpPort: number;
  udpNext: number;
  udpRecv: number;
  raw: number;
  ram: number;
}

const netifMembers = [
  'next',
  'ip_addr',
  'netmask',
  'gw',
  'output',
  'linkoutput',
  'mtu',
  'hwaddr_len',
  'hwaddr',
  'flags',
] as const;
type NetifMember = (typeof netifMembers)[number];
const pbufMembers = ['next', 'payload', 'tot_len', 'len'] as const;
type PbufMember = (typeof pbufMembers)[number];

/** lwIP 1.4 as Espressif's liblwip has it, the same in SDK 2.0.0 to 3.0.6. */
const sdkLayout: LwipLayout = {
  netif: {
    size: 68,
    next: 0,
    ip_addr: 4,
    netmask: 8,
    gw: 12,
    output: 20,
    linkoutput: 24,
    mtu: 48,
    hwaddr_len: 50,
    hwaddr: 51,
    flags: 57,
  },
  pbuf: { next: 0, payload: 4, tot_len: 8, len: 10 },
  listenNext: 12,
  listenPort: 32,
  udpNext: 12,
  udpPort: 18,
  udpRecv: 28,
  raw: 3,
  ram: 0,
};

/** NETIF_FLAG_*: the same numbers in lwIP 1.4 and 2. */
const flag = { up: 0x01, broadcast: 0x02 };
/** Link up, ARP (which DHCP insists on) and IGMP: other bits in lwIP 1.4 and 2. */
const linkFlags = { version1: 0x10 | 0x20 | 0x80, version2: 0x04 | 0x08 | 0x20 };
/** lwIP 1.4 gives the first UDP ports from here on to its own questions; in the SDK's libraries their names are gone. */
const firstUdpPort = 4096;
const maxQuestions = 64;
/** Receive functions of lwIP itself. */
const questions = new Set(['dns_recv', 'sntp_recv', 'dhcp_recv']);
const ethernetHeader = 14;
const etherTypeIp = 0x0800;
const mtu = 1500;
const macLength = 6;
/** No lwIP of this chip has more connections, buffers in a packet or listeners: a longer list has been overwritten. */
const longestList = 200;
/** Packets that wait for the firmware; the chip has no room for more either, and loses what comes then. */
const maxWaiting = 200;
/** Instructions for a packet that the firmware sends; a chip's radio takes longer. */
const perPacket = 2000;

/** What of the device the interface of lwIP works with. */
interface NetifHost {
  readonly cpu: Cpu;
  readonly events: EventLog;
  readonly firmware: Firmware;
  readonly scheduler: Scheduler;
  reserve(size: number): number;
  hostFunction(name: string, answer: Answer): number;
}

export interface NetifState {
  /** What lwIP listens at by itself, such as "udp68"; undefined until it has initialised itself. */
  ownPorts: string[] | undefined;
  up: boolean;
  /** Packets that wait for their turn. */
  waiting: number;
}

/**
 * The network interface between the firmware's own lwIP and the outside: the driver that on the chip belongs to the
 * Wi-Fi library. It takes IP packets from lwIP's output function and hands arriving ones to ip_input.
 */
export class NetworkInterface extends Part<NetifState> {
  readonly #device: NetifHost;
  /** Of the device's interfaces: 0 the station's, 1 the soft-AP's. */
  readonly index: number;
  readonly #layout: LwipLayout;
  readonly #pbufAlloc: number;
  readonly #ipInput: number;
  readonly #listenLists: { address: number; protocol: Listener['protocol']; next: number; port: number }[];
  /** Address of the struct netif; 0 before the first use. */
  readonly #netif: number;
  readonly #version2: boolean;
  /** An IP packet that the firmware sends. */
  onSend: (packet: Uint8Array) => void = () => undefined;

  /** Undefined for a firmware without lwIP. */
  static of(device: NetifHost, index: number, mac: readonly number[]): NetworkInterface | undefined {
    const { symbols } = device.firmware;
    const ipInput = symbols.code('ip_input') ?? symbols.code('ip4_input');
    const pbufAlloc = symbols.code('pbuf_alloc');
    if (symbols.code('lwip_init') === undefined || ipInput === undefined || pbufAlloc === undefined)
      return undefined;
    return new NetworkInterface(device, index, mac, ipInput, pbufAlloc);
  }

  private constructor(
    device: NetifHost,
    index: number,
    mac: readonly number[],
    ipInput: number,
    pbufAlloc: number,
  ) {
    super({ ownPorts: undefined, up: false, waiting: 0 });
    this.#device = device;
    this.index = index;
    this.#ipInput = ipInput;
    this.#pbufAlloc = pbufAlloc;
    const { symbols } = device.firmware;
    const layout = lwipLayout(device.firmware);
    this.#layout = layout;
    this.#version2 = symbols.code('ip4_input') !== undefined;
    const list = (name: string, protocol: Listener['protocol'], next: number, port: number) => {
      const address = symbols.address(name);
      return address === undefined ? [] : [{ address, protocol, next, port }];
    };
    this.#listenLists = [
      ...list('tcp_listen_pcbs', 'tcp', layout.listenNext, layout.listenPort),
      ...list('udp_pcbs', 'udp', layout.udpNext, layout.udpPort),
    ];
    this.#netif = device.reserve(layout.netif.size);
    this.#fill(mac);
  }

  /** Its address as the firmware has it now; undefined without one. */
  get ip(): Uint8Array | undefined {
    const ip = this.#device.cpu.memory.read(this.#netif + this.#layout.netif.ip_addr, 4);
    return ip?.some(byte => byte !== 0) === true ? ip : undefined;
  }

  /** Address, netmask and gateway in the order of struct ip_info. */
  get ipInfo(): Uint8Array {
    const { memory } = this.#device.cpu;
    const { ip_addr: ip, netmask, gw } = this.#layout.netif;
    return Buffer.concat([ip, netmask, gw].map(at => memory.read(this.#netif + at, 4) ?? new Uint8Array(4)));
  }

  /** Whether lwIP's DHCP client is part of the firmware. */
  get hasDhcp(): boolean {
    return this.#device.firmware.symbols.code('dhcp_start') !== undefined;
  }

  /** The address of the struct netif. */
  get address(): number {
    return this.#netif;
  }

  /** Makes it one of the interfaces that lwIP knows, and the one for packets to anywhere. To be called after lwip_init. */
  attach(): void {
    const { memory } = this.#device.cpu;
    const { symbols } = this.#device.firmware;
    const [list, standard] = [symbols.address('netif_list'), symbols.address('netif_default')];
    if (list !== undefined) {
      memory.writeWord(this.#netif + this.#layout.netif.next, memory.readWord(list) ?? 0);
      memory.writeWord(list, this.#netif);
    }
    if (standard !== undefined) memory.writeWord(standard, this.#netif);
  }

  /** The link is there: with a fixed address it can be used at once, otherwise lwIP's own DHCP client asks for one. */
  connect(address: Address | undefined): void {
    this.state.up = true;
    const setUp = this.#device.firmware.symbols.code('netif_set_up') === undefined ? flag.up : 0;
    this.#setFlags(flag.broadcast | this.#linkFlags | setUp);
    if (address !== undefined) this.setAddress(address);
    // DHCP of lwIP 1.4 takes the interface up when it has an address, that of lwIP 2 wants it to be up before.
    if (address !== undefined || this.#version2) this.#call('netif_set_up');
    if (address === undefined) this.#call('dhcp_start');
  }

  /** Calls a function of lwIP that takes the interface. */
  #call(name: string): void {
    const callback = this.#callback(name);
    if (callback !== undefined) this.#device.scheduler.call(callback);
  }

  #callback(name: string): Callback | undefined {
    const address = this.#device.firmware.symbols.code(name);
    return address === undefined ? undefined : { name, address, arguments: [this.#netif], internal: true };
  }

  /** The link is gone, and with it the address. */
  disconnect(): void {
    if (!this.state.up) return;
    this.state.up = false;
    const stop = this.#callback('dhcp_stop');
    if (stop === undefined) this.dhcpStopped();
    else
      this.#device.scheduler.call({
        ...stop,
        returned: { kind: 'dhcpStopped', data: { netif: this.index } },
      });
  }

  /** lwIP's DHCP client has given the address back. */
  dhcpStopped(): void {
    this.#setFlags(flag.broadcast);
    this.setAddress({ ip: noAddress, netmask: noAddress, gateway: noAddress });
  }

  setAddress({ ip, netmask, gateway }: Address): void {
    const { memory } = this.#device.cpu;
    const { ip_addr: ipAt, netmask: netmaskAt, gw } = this.#layout.netif;
    memory.write(this.#netif + ipAt, Uint8Array.from(ip));
    memory.write(this.#netif + netmaskAt, Uint8Array.from(netmask));
    memory.write(this.#netif + gw, Uint8Array.from(gateway));
  }

  /** Hands an IP packet to lwIP, as soon as it is its turn. */
  receive(bytes: Uint8Array): void {
    if (this.state.waiting >= maxWaiting) return;
    if (this.#device.scheduler.post({ kind: 'packet', data: { netif: this.index, bytes } }))
      this.state.waiting++;
  }

  /** A packet's turn has come: it needs a buffer of lwIP. */
  takePacket(bytes: Uint8Array): Callback | undefined {
    this.state.waiting--;
    if (!this.state.up) return undefined;
    return {
      name: 'pbuf_alloc',
      address: this.#pbufAlloc,
      arguments: [this.#layout.raw, bytes.length, this.#layout.ram],
      internal: true,
      returned: { kind: 'packetBuffer', data: { netif: this.index, bytes } },
    };
  }

  /** lwIP has given a buffer for a packet, or 0. */
  fillBuffer(bytes: Uint8Array, buffer: number): Callback | undefined {
    const { cpu, events } = this.#device;
    const payload = buffer === 0 ? undefined : cpu.memory.readWord(buffer + this.#layout.pbuf.payload);
    if (payload === undefined || !cpu.memory.write(payload, bytes)) {
      events.add({ kind: 'packet-dropped', reason: 'no-memory', length: bytes.length });
      return undefined;
    }
    return { name: 'ip_input', address: this.#ipInput, arguments: [buffer, this.#netif], internal: true };
  }

  /** What lwIP listens at by itself, such as its name resolver, is nothing for the computer to reach. */
  keepOwnPorts(): void {
    this.state.ownPorts = this.#listed().map(({ protocol, port }) => `${protocol}${port}`);
  }

  /** The ports at which the firmware listens, as lwIP's lists have them. */
  listeners(): Listener[] {
    const { ownPorts } = this.state;
    if (ownPorts === undefined) return [];
    return this.#listed().filter(({ protocol, port }) => !ownPorts.includes(`${protocol}${port}`));
  }

  #listed(): Listener[] {
    const { memory } = this.#device.cpu;
    const listeners: Listener[] = [];
    for (const { address, protocol, next, port } of this.#listenLists) {
      let block = memory.readWord(address) ?? 0;
      for (let count = 0; block !== 0 && count < longestList; count++) {
        const number = memory.readHalf(block + port) ?? 0;
        if (number !== 0 && (protocol === 'tcp' || !this.#isQuestion(block, number)))
          listeners.push({ protocol, port: number });
        block = memory.readWord(block + next) ?? 0;
      }
    }
    return listeners;
  }

  /** Whether lwIP asks something at this UDP port, names or the time, rather than the firmware waiting for somebody. */
  #isQuestion(block: number, port: number): boolean {
    if (!this.#version2 && port >= firstUdpPort && port < firstUdpPort + maxQuestions) return true;
    const { cpu, firmware } = this.#device;
    const receiver = cpu.memory.readWord(block + this.#layout.udpRecv);
    const name = receiver === undefined ? undefined : firmware.symbols.at(receiver)?.symbol.name;
    return name !== undefined && questions.has(name);
  }

  get #linkFlags(): number {
    return this.#version2 ? linkFlags.version2 : linkFlags.version1;
  }

  #fill(mac: readonly number[]): void {
    const { memory } = this.#device.cpu;
    const at = this.#layout.netif;
    memory.write(this.#netif, new Uint8Array(at.size));
    memory.writeWord(
      this.#netif + at.output,
      this.#device.hostFunction('netif output', call => this.#output(call.uint(1), 0)),
    );
    memory.writeWord(
      this.#netif + at.linkoutput,
      this.#device.hostFunction('netif linkoutput', call => this.#output(call.uint(1), ethernetHeader)),
    );
    memory.writeHalf(this.#netif + at.mtu, mtu);
    memory.writeByte(this.#netif + at.hwaddr_len, macLength);
    memory.write(this.#netif + at.hwaddr, Uint8Array.from(mac));
    this.#setFlags(flag.broadcast);
  }

  #setFlags(flags: number): void {
    this.#device.cpu.memory.writeByte(this.#netif + this.#layout.netif.flags, flags);
  }

  /** Takes a packet out of lwIP's buffers, behind a link header of so many bytes. */
  #output(buffer: number, header: number): number {
    if (!this.state.up) return 0;
    const packet = this.#gather(buffer);
    this.#device.cpu.charge(perPacket + (packet?.length ?? 0));
    if (packet === undefined) {
      this.#device.events.add({ kind: 'packet-dropped', reason: 'broken-buffer', length: 0 });
      return 0;
    }
    // ARP has nobody to ask here: the gateway answers for every address.
    if (packet.length < header || (header > 0 && packet.readUInt16BE(header - 2) !== etherTypeIp)) return 0;
    this.onSend(packet.subarray(header));
    return 0;
  }

  #gather(first: number): Buffer | undefined {
    const { memory } = this.#device.cpu;
    const { pbuf } = this.#layout;
    const pieces: Uint8Array[] = [];
    const total = memory.readHalf(first + pbuf.tot_len) ?? 0;
    let length = 0;
    for (let buffer = first; buffer !== 0 && length < total && pieces.length < longestList;) {
      const payload = memory.readWord(buffer + pbuf.payload);
      const size = memory.readHalf(buffer + pbuf.len);
      const piece = payload === undefined || size === undefined ? undefined : memory.read(payload, size);
      if (piece === undefined) return undefined;
      pieces.push(piece);
      length += piece.length;
      buffer = memory.readWord(buffer + pbuf.next) ?? 0;
    }
    return length >= total && total > 0 ? Buffer.concat(pieces).subarray(0, total) : undefined;
  }
}

const noAddress = [0, 0, 0, 0];

/** From the firmware's debug information where lwIP was compiled with it, else Espressif's. */
function lwipLayout(firmware: Firmware): LwipLayout {
  const { types } = firmware;
  const netif = types?.structLayout('netif');
  const pbuf = types?.structLayout('pbuf');
  const listen = types?.structLayout('tcp_pcb_listen');
  const udp = types?.structLayout('udp_pcb');
  if (types === undefined || netif === undefined || pbuf === undefined) return sdkLayout;
  const at = (layout: typeof netif | undefined, name: string) =>
    layout?.members.find(member => member.name === name)?.offset;
  const offsets = <Name extends string>(
    layout: typeof netif,
    names: readonly Name[],
    known: Record<Name, number>,
  ) => {
    const found = { ...known };
    for (const name of names) found[name] = at(layout, name) ?? known[name];
    return found;
  };
  return {
    netif: { ...offsets(netif, netifMembers, sdkLayout.netif), size: netif.size },
    pbuf: offsets(pbuf, pbufMembers, sdkLayout.pbuf),
    listenNext: at(listen, 'next') ?? sdkLayout.listenNext,
    listenPort: at(listen, 'local_port') ?? sdkLayout.listenPort,
    udpNext: at(udp, 'next') ?? sdkLayout.udpNext,
    udpPort: at(udp, 'local_port') ?? sdkLayout.udpPort,
    udpRecv: at(udp, 'recv') ?? sdkLayout.udpRecv,
    raw: types.enumerator('PBUF_RAW')?.value ?? sdkLayout.raw,
    ram: types.enumerator('PBUF_RAM')?.value ?? sdkLayout.ram,
  };
}
