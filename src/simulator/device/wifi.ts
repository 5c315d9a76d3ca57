import { structOf } from '../../sdk/types';
import type { Call, Family } from './call';
import type { Device } from './device';
import type { Flash } from './flash';
import { layoutOf } from './layout';
import { loadParameters, patchSystemParameters, systemSector } from './systemParameters';
import type { Address } from '../network/endpoints';
import { type AccessPoint, softApMac } from './wifiOptions';

/** The SDK's soft-AP gives itself this address. */
export const softApAddress: Address = {
  ip: [192, 168, 4, 1],
  netmask: [255, 255, 255, 0],
  gateway: [192, 168, 4, 1],
};

/** What survives a restart: the SDK keeps it in the flash. */
export interface WifiSettings {
  mode: number;
  autoConnect: boolean;
  station: Uint8Array;
  softAp: Uint8Array;
  phyMode: number;
}

const ssidSize = 32;
const passwordSize = 64;
const stationLayout = layoutOf('station_config', 'password', 'channel');
/** ssid and password: the part of struct station_config that all SDK versions share. */
const stationConfigSize = stationLayout.channel;
const softApLayout = layoutOf(
  'softap_config',
  'ssid_len',
  'channel',
  'authmode',
  'max_connection',
  'beacon_interval',
);

function newWifiSettings(): WifiSettings {
  return {
    mode: mode.station,
    autoConnect: true,
    station: new Uint8Array(stationConfigSize),
    softAp: defaultSoftAp(),
    phyMode: 3,
  };
}

/** Where in the SDK's parameters this device keeps its settings: behind those that the SDK itself writes. */
const settingsOffset = 0x800;
/** "wifi": somebody has saved them. Then mode, automatic connection, PHY mode, and the two structs. */
const settingsMark = 0x69666977;
const settingsHeader = 8;
const settingsSize = settingsHeader + stationConfigSize + structOf('softap_config').size;

/** What the flash has of an earlier start; the settings of the factory where it has nothing, or nothing sensible. */
export function loadWifiSettings(flash: Flash): WifiSettings {
  const settings = newWifiSettings();
  const found = loadParameters(flash, systemSector(flash), settingsOffset, settingsSize);
  const bytes = Buffer.from(found ?? []);
  if (bytes.length < settingsSize || bytes.readUInt32LE() !== settingsMark) return settings;
  const [wanted = 0, autoConnect = 0, phyMode = 0] = bytes.subarray(4);
  if (wanted > (mode.station | mode.softAp)) return settings;
  return {
    mode: wanted,
    autoConnect: autoConnect !== 0,
    phyMode,
    station: bytes.subarray(settingsHeader, settingsHeader + stationConfigSize),
    softAp: bytes.subarray(settingsHeader + stationConfigSize),
  };
}

function saveWifiSettings(flash: Flash, settings: WifiSettings): void {
  const bytes = Buffer.alloc(settingsSize);
  bytes.writeUInt32LE(settingsMark);
  bytes.set([settings.mode, settings.autoConnect ? 1 : 0, settings.phyMode], 4);
  bytes.set(settings.station, settingsHeader);
  bytes.set(settings.softAp, settingsHeader + stationConfigSize);
  patchSystemParameters(flash, settingsOffset, bytes);
}

/** WIFI_MODE: bit 0 station, bit 1 soft-AP. */
const mode = { station: 1, softAp: 2 } as const;
/** What wifi_station_get_connect_status answers. */
const status = {
  idle: 0,
  connecting: 1,
  wrongPassword: 2,
  noApFound: 3,
  connectFail: 4,
  gotIp: 5,
  none: 255,
} as const;
/** System_Event_t. */
const event = { connected: 0, disconnected: 1, gotIp: 3, stationConnected: 5, opmodeChanged: 8 } as const;
const reason = { leaving: 8, noApFound: 201, authFail: 202 } as const;
const interfaceStation = 0;
const scanOk = 0;

/** What the simulated air takes for association, DHCP without lwIP, a scan, and between two tries, in µs. */
const associationTime = 50_000;
const dhcpTime = 50_000;
const scanTime = 200_000;
const retryTime = 1_000_000;

/**
 * Wi-Fi as the SDK's functions show it, without radio: the station finds its access point, gets an address and tells
 * the firmware's handler; the soft-AP is there at once, and this computer is its client.
 */
export function wifiFamily(device: Device): Family {
  const { memory } = device.cpu;
  const { netif, softApNetif, options, flash } = device;
  const settings = loadWifiSettings(flash);
  const save = () => {
    saveWifiSettings(flash, settings);
  };
  /** What is in use: the functions for the current configuration change this and not the settings. */
  let { station, softAp } = settings;
  let hostname = defaultHostname;
  const { wifi } = options;
  const eventLayout = layoutOf('_esp_event', 'event', 'event_info');
  const connectedLayout = layoutOf('_event_sta_mode_connected', 'ssid_len', 'bssid', 'channel');
  const disconnectedLayout = layoutOf('_event_sta_mode_disconnected', 'ssid_len', 'bssid', 'reason');
  let currentMode = settings.mode;
  let state: number = status.idle;
  /** Associated with the access point, with or without address. */
  let associated: AccessPoint | undefined;
  let handler = 0;
  let dhcpClient = true;
  let dhcpServer = true;
  let reconnect = true;
  let sleepType = 2;
  let fixedAddress: Address | undefined;
  let softApNow = softApAddress;
  let mac = wifi.mac;
  let step: { due: number; action: () => void } | undefined;
  let scan: { due: number; done: number } | undefined;
  let outages = wifi.outages;

  const tell = (kind: number, fill: (info: number) => void) => {
    if (handler === 0) return;
    device.callWithBlock(eventLayout.size, block => {
      if (handler === 0) return undefined;
      memory.writeWord(block + eventLayout.event, kind);
      fill(block + eventLayout.event_info);
      return { name: 'wifi event', address: handler, arguments: [block] };
    });
  };
  const after = (duration: number, action: () => void) =>
    (step = { due: device.clock.now() + duration, action });
  const ssid = () => textOf(station.subarray(0, ssidSize));
  const describe = (info: number, at: { ssid_len: number; bssid: number }) => {
    const name = bytesOf(station.subarray(0, ssidSize));
    memory.write(info, name);
    memory.writeByte(info + at.ssid_len, name.length);
    memory.write(info + at.bssid, Uint8Array.from(associated?.bssid ?? openAir.bssid));
  };
  const inOutage = () => {
    const now = device.clock.now();
    return outages.find(({ start, end }) => now >= start && now < end);
  };

  const gotIp = () => {
    state = status.gotIp;
    const ip = netif?.ip ?? Uint8Array.from(wifi.address.ip);
    device.events.add({ kind: 'got-ip', ip: ip.join('.') });
    tell(event.gotIp, info => memory.write(info, stationInfo()));
  };
  const stationInfo = (): Uint8Array => {
    if (netif !== undefined && state === status.gotIp && associated !== undefined) return netif.ipInfo;
    if (!dhcpClient && fixedAddress !== undefined) return ipInfo(fixedAddress);
    return state === status.gotIp ? ipInfo(wifi.address) : new Uint8Array(12);
  };
  const fail = (why: number, shown: number) => {
    const wasAssociated = associated !== undefined;
    device.events.add({ kind: 'wifi', state: wasAssociated ? 'disconnected' : 'failed', reason: why });
    tell(event.disconnected, info => {
      describe(info, disconnectedLayout);
      memory.writeByte(info + disconnectedLayout.reason, why);
    });
    associated = undefined;
    if (wasAssociated) netif?.disconnect();
    state = shown;
    if (reconnect) after(retryTime, connect);
  };
  const softApOnly = () => currentMode === mode.softAp;
  const connect = () => {
    if ((currentMode & mode.station) === 0 || associated !== undefined) return;
    state = status.connecting;
    after(associationTime, () => {
      const outage = inOutage();
      const found =
        wifi.accessPoints === undefined
          ? openAir
          : wifi.accessPoints.find(({ ssid: name }) => name === ssid());
      if (outage !== undefined || found === undefined) {
        fail(outage?.reason ?? reason.noApFound, status.noApFound);
        return;
      }
      const password = textOf(
        station.subarray(stationLayout.password, stationLayout.password + passwordSize),
      );
      if (found.password !== undefined && found.password !== password) {
        fail(reason.authFail, status.wrongPassword);
        return;
      }
      associated = found;
      device.events.add({ kind: 'wifi', state: 'connected' });
      tell(event.connected, info => {
        describe(info, connectedLayout);
        memory.writeByte(info + connectedLayout.channel, found.channel);
      });
      join();
    });
  };
  /** Asks for an address, or takes the one that the firmware has set. */
  const join = () => {
    const address = dhcpClient ? undefined : (fixedAddress ?? wifi.address);
    if (netif === undefined) after(dhcpTime, gotIp);
    else {
      device.plugIn(netif, address ?? wifi.address);
      netif.connect(address ?? (netif.hasDhcp ? undefined : wifi.address));
    }
  };
  const disconnect = () => {
    const wasConnected = associated !== undefined || state === status.connecting;
    step = undefined;
    if (wasConnected) {
      const again = reconnect;
      reconnect = false;
      fail(reason.leaving, status.idle);
      reconnect = again;
    }
    state = status.idle;
  };
  const startSoftAp = () => {
    device.events.add({ kind: 'soft-ap', ssid: textOf(softAp.subarray(0, ssidSize)) });
    softApNetif?.connect(softApNow);
    if (!softApOnly()) return;
    if (softApNetif !== undefined)
      device.plugIn(softApNetif, { ...softApNow, gateway: softApClient(softApNow) });
    tell(event.stationConnected, info => {
      memory.write(info, Uint8Array.from(softApClientMac));
      memory.writeByte(info + softApClientMac.length, 1);
    });
  };

  device.scheduler.addSource({
    next() {
      const now = device.clock.now();
      if (step !== undefined && step.due <= now) {
        const { action } = step;
        step = undefined;
        action();
      }
      if (scan !== undefined && scan.due <= now) {
        const { done } = scan;
        scan = undefined;
        finishScan(device, done, wifi.accessPoints ?? [openAir]);
      }
      if (netif?.ip !== undefined && associated !== undefined && state === status.connecting) gotIp();
      const outage = associated === undefined ? undefined : inOutage();
      if (outage !== undefined) fail(outage.reason, status.noApFound);
      return undefined;
    },
    due() {
      const now = device.clock.now();
      outages = outages.filter(({ end }) => end > now);
      const times = [step?.due, scan?.due, associated && outages[0]?.start].filter(
        time => time !== undefined,
      );
      return times.length === 0 ? undefined : Math.min(...times);
    },
  });
  device.onStarted(() => {
    if ((currentMode & mode.softAp) !== 0) startSoftAp();
    if (settings.autoConnect) connect();
  });

  const setMode = (keep: boolean) => (call: Call) => {
    const wanted = call.int(0) & 0xff;
    if (wanted > 3) return 0;
    const before = currentMode;
    currentMode = wanted;
    if (keep) {
      settings.mode = wanted;
      save();
    }
    if ((wanted & mode.station) === 0) disconnect();
    if (before !== wanted && device.running) {
      if ((wanted & mode.softAp) !== 0 && (before & mode.softAp) === 0) startSoftAp();
      if ((wanted & mode.station) !== 0 && (before & mode.station) === 0 && settings.autoConnect) connect();
    }
    return 1;
  };
  const setStation = (keep: boolean) => (call: Call) => {
    station = call.load(call.uint(0), stationConfigSize);
    if (keep) {
      settings.station = station;
      save();
    }
    return 1;
  };
  const setSoftAp = (keep: boolean) => (call: Call) => {
    softAp = call.load(call.uint(0), softApLayout.size);
    if (keep) {
      settings.softAp = softAp;
      save();
    }
    return 1;
  };
  const get = (config: () => Uint8Array) => (call: Call) => {
    call.store(call.uint(0), config());
    return 1;
  };
  const yes = () => 1;
  const hostnameAt = device.reserve(ssidSize + 4);
  const stationInfoAt = device.reserve(stationInfoLayout.size);
  const isStation = (call: Call) => (call.int(0) & 0xff) === interfaceStation;

  return {
    wifi_get_opmode: () => currentMode,
    wifi_get_opmode_default: () => settings.mode,
    wifi_set_opmode: setMode(true),
    wifi_set_opmode_current: setMode(false),
    wifi_set_event_handler_cb: call => {
      handler = call.uint(0);
      return undefined;
    },
    wifi_station_set_config: setStation(true),
    wifi_station_set_config_current: setStation(false),
    wifi_station_get_config: get(() => station),
    wifi_station_get_config_default: get(() => settings.station),
    wifi_station_connect: () => {
      connect();
      return 1;
    },
    wifi_station_disconnect: () => {
      disconnect();
      return 1;
    },
    wifi_station_get_connect_status: () => ((currentMode & mode.station) === 0 ? status.none : state),
    wifi_station_set_auto_connect: call => {
      settings.autoConnect = (call.int(0) & 0xff) !== 0;
      save();
      return 1;
    },
    wifi_station_get_auto_connect: () => (settings.autoConnect ? 1 : 0),
    wifi_station_set_reconnect_policy: call => {
      reconnect = (call.int(0) & 0xff) !== 0;
      return 1;
    },
    wifi_station_get_reconnect_policy: () => (reconnect ? 1 : 0),
    wifi_station_scan: call => {
      if ((currentMode & mode.station) === 0 || scan !== undefined) return 0;
      scan = { due: device.clock.now() + scanTime, done: call.uint(1) };
      return 1;
    },
    // 31 is what the SDK says while the station is not connected.
    wifi_station_get_rssi: () => associated?.rssi ?? 31,
    wifi_station_ap_number_set: yes,
    wifi_station_get_ap_info: () => 0,
    wifi_station_ap_change: () => 0,
    wifi_station_get_current_ap_id: () => 0,
    wifi_station_dhcpc_start: () => {
      dhcpClient = true;
      if (associated !== undefined) {
        state = status.connecting;
        join();
      }
      return 1;
    },
    wifi_station_dhcpc_stop: () => {
      dhcpClient = false;
      return 1;
    },
    wifi_station_dhcpc_status: () => (dhcpClient ? 1 : 0),
    wifi_station_dhcpc_set_maxtry: yes,
    wifi_station_get_hostname: () => {
      memory.write(hostnameAt, Buffer.from(`${hostname}\0`, 'latin1'));
      return hostnameAt;
    },
    wifi_station_set_hostname: call => {
      const name = Buffer.from(call.cString(call.uint(0))).toString('latin1');
      if (name === '' || name.length > ssidSize) return 0;
      hostname = name;
      return 1;
    },
    wifi_softap_get_config: get(() => softAp),
    wifi_softap_get_config_default: get(() => settings.softAp),
    wifi_softap_set_config: setSoftAp(true),
    wifi_softap_set_config_current: setSoftAp(false),
    wifi_softap_get_station_num: () => ((currentMode & mode.softAp) === 0 ? 0 : 1),
    wifi_softap_get_station_info: () => {
      if ((currentMode & mode.softAp) === 0) return 0;
      memory.write(stationInfoAt, new Uint8Array(stationInfoLayout.size));
      memory.write(stationInfoAt + stationInfoLayout.bssid, Uint8Array.from(softApClientMac));
      memory.write(stationInfoAt + stationInfoLayout.ip, Uint8Array.from(softApClient(softApNow)));
      return stationInfoAt;
    },
    wifi_softap_free_station_info: () => undefined,
    wifi_softap_dhcps_start: () => {
      dhcpServer = true;
      return 1;
    },
    wifi_softap_dhcps_stop: () => {
      dhcpServer = false;
      return 1;
    },
    wifi_softap_dhcps_status: () => (dhcpServer ? 1 : 0),
    wifi_get_ip_info: call => {
      const info = isStation(call)
        ? stationInfo()
        : (currentMode & mode.softAp) === 0
          ? new Uint8Array(12)
          : ipInfo(softApNow);
      call.store(call.uint(1), info);
      return 1;
    },
    wifi_set_ip_info: call => {
      const address = addressOf(call.load(call.uint(1), 12));
      if (isStation(call)) {
        // As the SDK: refused while the DHCP client runs.
        if (dhcpClient) return 0;
        fixedAddress = address;
        if (associated !== undefined) netif?.setAddress(address);
      } else {
        if (dhcpServer) return 0;
        softApNow = address;
        softApNetif?.setAddress(address);
      }
      return 1;
    },
    wifi_get_macaddr: call => {
      call.store(call.uint(1), Uint8Array.from(isStation(call) ? mac : softApMac(wifi.mac)));
      return 1;
    },
    wifi_set_macaddr: call => {
      if (isStation(call)) mac = [...call.load(call.uint(1), 6)];
      return 1;
    },
    wifi_get_channel: () => associated?.channel ?? softAp[softApLayout.channel] ?? 1,
    wifi_set_channel: yes,
    wifi_set_country: yes,
    wifi_set_listen_interval: yes,
    wifi_set_sleep_level: yes,
    wifi_set_user_ie: yes,
    wifi_set_user_fixed_rate: () => 0,
    wifi_set_user_sup_rate: () => 0,
    wifi_set_user_rate_limit: yes,
    wifi_get_phy_mode: () => settings.phyMode,
    wifi_set_phy_mode: call => {
      const wanted = call.int(0) & 0xff;
      if (wanted < 1 || wanted > 3) return 0;
      settings.phyMode = wanted;
      save();
      return 1;
    },
    wifi_set_sleep_type: call => {
      const wanted = call.int(0) & 0xff;
      if (wanted > 2) return 0;
      sleepType = wanted;
      return 1;
    },
    wifi_get_sleep_type: () => sleepType,
    system_restore: () => {
      Object.assign(settings, newWifiSettings());
      save();
      return undefined;
    },
    wifi_status_led_install: () => undefined,
    wifi_status_led_uninstall: () => undefined,
    wifi_set_broadcast_if: yes,
    wifi_get_broadcast_if: () => 1,
    // lwIP asks for the interface, and tells the Wi-Fi library about its address; here the netif itself is watched.
    eagle_lwip_getif: call => (isStation(call) ? netif : softApNetif)?.address ?? 0,
    system_station_got_ip_set: () => undefined,
  };
}

/** The access point of a user who has named none. */
export const openAir: AccessPoint = {
  ssid: 'simulated',
  bssid: [0x02, 0x00, 0x5e, 0x10, 0x00, 0x01],
  channel: 6,
  rssi: -50,
  authmode: 3,
};

/** The address that the soft-AP gives to its first client. */
function softApClient({ ip }: Address): number[] {
  return [...ip.slice(0, 3), ((ip[3] ?? 0) + 1) & 0xff];
}

/** This computer, as a client of the device's soft-AP. */
const softApClientMac = [0x02, 0x00, 0x5e, 0x20, 0x00, 0x02];

/** struct station_info of the SDK: next, bssid, ip. */
const stationInfoLayout = { bssid: 4, ip: 12, size: 16 } as const;

/** Gives the list of access points to the firmware's callback: a chain of struct bss_info behind a head of the same kind. */
function finishScan(device: Device, done: number, found: readonly AccessPoint[]): void {
  if (done === 0) return;
  const { memory } = device.cpu;
  const at = layoutOf('bss_info', 'bssid', 'ssid', 'ssid_len', 'channel', 'rssi', 'authmode');
  device.callWithBlock(at.size * (found.length + 1), block => {
    found.forEach((point, index) => {
      const info = block + at.size * (index + 1);
      memory.writeWord(info - at.size, info);
      const name = Buffer.from(point.ssid).subarray(0, ssidSize);
      memory.write(info + at.bssid, Uint8Array.from(point.bssid));
      memory.write(info + at.ssid, name);
      memory.writeByte(info + at.ssid_len, name.length);
      memory.writeByte(info + at.channel, point.channel);
      memory.writeByte(info + at.rssi, point.rssi & 0xff);
      memory.writeWord(info + at.authmode, point.authmode);
    });
    return { name: 'scan done', address: done, arguments: [block, scanOk] };
  });
}

const defaultHostname = 'ESP_600001';

function defaultSoftAp(): Uint8Array {
  const config = Buffer.alloc(structOf('softap_config').size);
  const name = Buffer.from(defaultHostname);
  name.copy(config);
  config[softApLayout.ssid_len] = name.length;
  config[softApLayout.channel] = 1;
  config[softApLayout.max_connection] = 4;
  config.writeUInt16LE(100, softApLayout.beacon_interval);
  return config;
}

/** struct ip_info: address, netmask, gateway. */
function ipInfo({ ip, netmask, gateway }: Address): Uint8Array {
  return Uint8Array.from([...ip, ...netmask, ...gateway]);
}

function addressOf(info: Uint8Array): Address {
  return {
    ip: [...info.subarray(0, 4)],
    netmask: [...info.subarray(4, 8)],
    gateway: [...info.subarray(8, 12)],
  };
}

/** The text up to the first NUL. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytesOf(bytes)).toString('utf8');
}

function bytesOf(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
