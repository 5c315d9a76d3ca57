import { earliest } from '../clock';
import type { Address } from '../network/endpoints';
import type { Device } from './device';
import { Part } from './part';
import type { Source } from './scheduler';
import {
  connectedInfo,
  disconnectedInfo,
  event,
  eventLayout,
  ipInfo,
  scanList,
  scanListSize,
  stationInfo,
  textOf,
} from './wifiEvents';
import { type AccessPoint, type Outage, softApMac } from './wifiOptions';
import {
  defaultHostname,
  loadWifiSettings,
  mode,
  newWifiSettings,
  passwordSize,
  saveWifiSettings,
  ssidSize,
  stationLayout,
  type WifiSettings,
} from './wifiSettings';

/** The SDK's soft-AP gives itself this address. */
export const softApAddress: Address = {
  ip: [192, 168, 4, 1],
  netmask: [255, 255, 255, 0],
  gateway: [192, 168, 4, 1],
};

/** The access point of a user who has named none. */
export const openAir: AccessPoint = {
  ssid: 'simulated',
  bssid: [0x02, 0x00, 0x5e, 0x10, 0x00, 0x01],
  channel: 6,
  rssi: -50,
  authmode: 3,
};

/** This computer, as a client of the device's soft-AP. */
export const softApClientMac = [0x02, 0x00, 0x5e, 0x20, 0x00, 0x02];

/** What wifi_station_get_connect_status answers. */
export const status = {
  idle: 0,
  connecting: 1,
  wrongPassword: 2,
  noApFound: 3,
  connectFail: 4,
  gotIp: 5,
  none: 255,
} as const;
const reason = { leaving: 8, noApFound: 201, authFail: 202 } as const;
const scanOk = 0;

/** What the simulated air takes for association, DHCP without lwIP, a scan, and between two tries, in µs. */
const associationTime = 50_000;
const dhcpTime = 50_000;
const scanTime = 200_000;
const retryTime = 1_000_000;

/** What the station does next by itself. */
type StationStep = 'connect' | 'associate' | 'got-ip';

export interface WifiState {
  /** What is kept in the flash. */
  settings: WifiSettings;
  /** What is in use: the functions for the current configuration change this and not the settings. */
  mode: number;
  station: Uint8Array;
  softAp: Uint8Array;
  hostname: string;
  mac: number[];
  /** What wifi_station_get_connect_status answers while there is a station. */
  status: number;
  /** Associated with the access point, with or without address. */
  associated: AccessPoint | undefined;
  /** What wifi_set_event_handler_cb was given; 0 for nothing. */
  handler: number;
  dhcpClient: boolean;
  dhcpServer: boolean;
  reconnect: boolean;
  sleepType: number;
  /** What wifi_set_ip_info has set for the station. */
  fixedAddress: Address | undefined;
  softApAddress: Address;
  step: { due: number; action: StationStep } | undefined;
  /** A scan, with the firmware's callback for its end. */
  scan: { due: number; callback: number } | undefined;
}

export type WifiHost = Pick<
  Device,
  | 'callWithBlock'
  | 'clock'
  | 'cpu'
  | 'events'
  | 'flash'
  | 'netif'
  | 'onStarted'
  | 'options'
  | 'plugIn'
  | 'running'
  | 'scheduler'
  | 'softApNetif'
>;

/**
 * Wi-Fi as the SDK's functions show it, without radio: the station finds its access point, gets an address and tells
 * the firmware's handler; the soft-AP is there at once, and this computer is its client.
 */
export class Wifi extends Part<WifiState> implements Source {
  readonly #device: WifiHost;

  constructor(device: WifiHost) {
    const settings = loadWifiSettings(device.flash);
    super({
      settings,
      mode: settings.mode,
      station: settings.station,
      softAp: settings.softAp,
      hostname: defaultHostname,
      mac: [...device.options.wifi.mac],
      status: status.idle,
      associated: undefined,
      handler: 0,
      dhcpClient: true,
      dhcpServer: true,
      reconnect: true,
      sleepType: 2,
      fixedAddress: undefined,
      softApAddress,
      step: undefined,
      scan: undefined,
    });
    this.#device = device;
    device.scheduler.handle('wifiEvent', (happened, block) => {
      const { handler } = this.state;
      if (handler === 0) return undefined;
      const { memory } = device.cpu;
      memory.writeWord(block + eventLayout.event, happened.event);
      memory.write(block + eventLayout.event_info, happened.info);
      return { name: 'wifi event', address: handler, arguments: [block] };
    });
    device.scheduler.handle('scanDone', ({ callback }, block) => {
      device.cpu.memory.write(block, scanList(block, this.#around));
      return { name: 'scan done', address: callback, arguments: [block, scanOk] };
    });
    device.onStarted(() => {
      if (this.hasSoftAp) this.#startSoftAp();
      if (this.state.settings.autoConnect) this.connect();
    });
  }

  /** What the functions of the SDK read and set without more ado. */
  get current(): WifiState {
    return this.state;
  }

  get hasStation(): boolean {
    return (this.state.mode & mode.station) !== 0;
  }

  get hasSoftAp(): boolean {
    return (this.state.mode & mode.softAp) !== 0;
  }

  next(): undefined {
    const { netif, clock } = this.#device;
    const { state } = this;
    const now = clock.now();
    if (state.step !== undefined && state.step.due <= now) {
      const { action } = state.step;
      state.step = undefined;
      this.#act(action);
    }
    if (state.scan !== undefined && state.scan.due <= now) {
      const { callback } = state.scan;
      state.scan = undefined;
      if (callback !== 0)
        this.#device.callWithBlock(scanListSize(this.#around.length), {
          kind: 'scanDone',
          data: { callback },
        });
    }
    if (netif?.ip !== undefined && state.associated !== undefined && state.status === status.connecting)
      this.#gotIp();
    const outage = state.associated === undefined ? undefined : this.#outage();
    if (outage !== undefined) this.#fail(outage.reason, status.noApFound);
  }

  due(): number | undefined {
    const { step, scan, associated } = this.state;
    const now = this.#device.clock.now();
    const outage = this.#device.options.wifi.outages.find(({ end }) => end > now);
    return earliest([step?.due, scan?.due, associated && outage?.start]);
  }

  /** Keeps the settings in the flash. */
  saveSettings(changed: Partial<WifiSettings>): void {
    Object.assign(this.state.settings, changed);
    saveWifiSettings(this.#device.flash, this.state.settings);
  }

  restoreFactorySettings(): void {
    this.saveSettings(newWifiSettings());
  }

  setMode(wanted: number, keep: boolean): boolean {
    if (wanted > (mode.station | mode.softAp)) return false;
    const before = this.state.mode;
    this.state.mode = wanted;
    if (keep) this.saveSettings({ mode: wanted });
    if (!this.hasStation) this.disconnect();
    if (before !== wanted && this.#device.running) {
      if (this.hasSoftAp && (before & mode.softAp) === 0) this.#startSoftAp();
      if (this.hasStation && (before & mode.station) === 0 && this.state.settings.autoConnect) this.connect();
    }
    return true;
  }

  connect(): void {
    if (!this.hasStation || this.state.associated !== undefined) return;
    this.state.status = status.connecting;
    this.#after(associationTime, 'associate');
  }

  disconnect(): void {
    const { state } = this;
    const wasConnected = state.associated !== undefined || state.status === status.connecting;
    state.step = undefined;
    if (wasConnected) this.#lose(reason.leaving, status.idle);
    state.status = status.idle;
  }

  /** False while another scan is under way. */
  scan(callback: number): boolean {
    if (!this.hasStation || this.state.scan !== undefined) return false;
    this.state.scan = { due: this.#device.clock.now() + scanTime, callback };
    return true;
  }

  startDhcpClient(): void {
    this.state.dhcpClient = true;
    if (this.state.associated === undefined) return;
    this.state.status = status.connecting;
    this.#join();
  }

  /** False while DHCP gives the address, as in the SDK. */
  setStationAddress(address: Address): boolean {
    if (this.state.dhcpClient) return false;
    this.state.fixedAddress = address;
    if (this.state.associated !== undefined) this.#device.netif?.setAddress(address);
    return true;
  }

  /** False while the DHCP server runs, as in the SDK. */
  setSoftApAddress(address: Address): boolean {
    if (this.state.dhcpServer) return false;
    this.state.softApAddress = address;
    this.#device.softApNetif?.setAddress(address);
    return true;
  }

  /** struct ip_info of the station. */
  get stationIpInfo(): Uint8Array {
    const { netif, options } = this.#device;
    const { associated, dhcpClient, fixedAddress } = this.state;
    const hasIp = this.state.status === status.gotIp;
    if (netif !== undefined && hasIp && associated !== undefined) return netif.ipInfo;
    if (!dhcpClient && fixedAddress !== undefined) return ipInfo(fixedAddress);
    return hasIp ? ipInfo(options.wifi.address) : new Uint8Array(12);
  }

  /** struct ip_info of the soft-AP. */
  get softApIpInfo(): Uint8Array {
    return this.hasSoftAp ? ipInfo(this.state.softApAddress) : new Uint8Array(12);
  }

  /** The address that the soft-AP gives to its first client. */
  get softApClient(): number[] {
    const { ip } = this.state.softApAddress;
    return [...ip.slice(0, 3), ((ip[3] ?? 0) + 1) & 0xff];
  }

  /** Of the station, else of the soft-AP. */
  macOf(station: boolean): readonly number[] {
    return station ? this.state.mac : softApMac(this.#device.options.wifi.mac);
  }

  get #around(): readonly AccessPoint[] {
    return this.#device.options.wifi.accessPoints ?? [openAir];
  }

  get #ssid(): Uint8Array {
    return this.state.station.subarray(0, ssidSize);
  }

  #act(action: StationStep): void {
    if (action === 'connect') this.connect();
    else if (action === 'associate') this.#associate();
    else this.#gotIp();
  }

  #after(duration: number, action: StationStep): void {
    this.state.step = { due: this.#device.clock.now() + duration, action };
  }

  #tell(kind: number, info: Uint8Array): void {
    if (this.state.handler === 0) return;
    this.#device.callWithBlock(eventLayout.size, { kind: 'wifiEvent', data: { event: kind, info } });
  }

  #outage(): Outage | undefined {
    const now = this.#device.clock.now();
    return this.#device.options.wifi.outages.find(({ start, end }) => now >= start && now < end);
  }

  #associate(): void {
    const { accessPoints } = this.#device.options.wifi;
    const outage = this.#outage();
    const name = textOf(this.#ssid);
    const found = accessPoints === undefined ? openAir : accessPoints.find(({ ssid }) => ssid === name);
    if (outage !== undefined || found === undefined) {
      this.#fail(outage?.reason ?? reason.noApFound, status.noApFound);
      return;
    }
    const { password } = stationLayout;
    if (
      found.password !== undefined &&
      found.password !== textOf(this.state.station.subarray(password, password + passwordSize))
    ) {
      this.#fail(reason.authFail, status.wrongPassword);
      return;
    }
    this.state.associated = found;
    this.#device.events.add({ kind: 'wifi', state: 'connected' });
    this.#tell(event.connected, connectedInfo(this.#ssid, found));
    this.#join();
  }

  /** Asks for an address, or takes the one that the firmware has set. */
  #join(): void {
    const { netif, options } = this.#device;
    const { address: given } = options.wifi;
    const address = this.state.dhcpClient ? undefined : (this.state.fixedAddress ?? given);
    if (netif === undefined) {
      this.#after(dhcpTime, 'got-ip');
      return;
    }
    this.#device.plugIn(netif, address ?? given);
    netif.connect(address ?? (netif.hasDhcp ? undefined : given));
  }

  #gotIp(): void {
    const { events, netif, options } = this.#device;
    this.state.status = status.gotIp;
    const ip = netif?.ip ?? Uint8Array.from(options.wifi.address.ip);
    events.add({ kind: 'got-ip', ip: ip.join('.') });
    this.#tell(event.gotIp, this.stationIpInfo);
  }

  #fail(why: number, shown: number): void {
    this.#lose(why, shown);
    if (this.state.reconnect) this.#after(retryTime, 'connect');
  }

  /** The station is not connected any more, or could not be. */
  #lose(why: number, shown: number): void {
    const { associated } = this.state;
    const state = associated === undefined ? 'failed' : 'disconnected';
    this.#device.events.add({ kind: 'wifi', state, reason: why });
    this.#tell(event.disconnected, disconnectedInfo(this.#ssid, associated?.bssid ?? openAir.bssid, why));
    this.state.associated = undefined;
    if (associated !== undefined) this.#device.netif?.disconnect();
    this.state.status = shown;
  }

  #startSoftAp(): void {
    const { events, softApNetif } = this.#device;
    const { softAp, softApAddress: address } = this.state;
    events.add({ kind: 'soft-ap', ssid: textOf(softAp.subarray(0, ssidSize)) });
    softApNetif?.connect(address);
    if (this.state.mode !== mode.softAp) return;
    if (softApNetif !== undefined)
      this.#device.plugIn(softApNetif, { ...address, gateway: this.softApClient });
    this.#tell(event.stationConnected, stationInfo(softApClientMac, 1));
  }
}
