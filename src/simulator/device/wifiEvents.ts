import type { Address } from '../network/endpoints';
import { layoutOf } from './layout';
import { ssidSize } from './wifiSettings';
import type { AccessPoint } from './wifiOptions';

/** System_Event_t. */
export const event = { connected: 0, disconnected: 1, gotIp: 3, stationConnected: 5 } as const;

/** System_Event_t with its information, as handlers get it. */
export const eventLayout = layoutOf('_esp_event', 'event', 'event_info');
const connectedLayout = layoutOf('_event_sta_mode_connected', 'ssid_len', 'bssid', 'channel');
const disconnectedLayout = layoutOf('_event_sta_mode_disconnected', 'ssid_len', 'bssid', 'reason');
const bssLayout = layoutOf('bss_info', 'bssid', 'ssid', 'ssid_len', 'channel', 'rssi', 'authmode');

/** The ssid (a C string, or 32 bytes) and what else both events of the station say about an access point. */
function describe(
  layout: { ssid_len: number; bssid: number; size: number },
  ssid: Uint8Array,
  bssid: readonly number[],
): Uint8Array {
  const info = new Uint8Array(layout.size);
  const name = upToNul(ssid);
  info.set(name);
  info[layout.ssid_len] = name.length;
  info.set(bssid, layout.bssid);
  return info;
}

export function connectedInfo(ssid: Uint8Array, { bssid, channel }: AccessPoint): Uint8Array {
  const info = describe(connectedLayout, ssid, bssid);
  info[connectedLayout.channel] = channel;
  return info;
}

/** @param reason REASON_* */
export function disconnectedInfo(ssid: Uint8Array, bssid: readonly number[], reason: number): Uint8Array {
  const info = describe(disconnectedLayout, ssid, bssid);
  info[disconnectedLayout.reason] = reason;
  return info;
}

/** A client of the soft-AP: its MAC address, then its number. */
export function stationInfo(mac: readonly number[], number: number): Uint8Array {
  return Uint8Array.from([...mac, number]);
}

/** Bytes of the list of access points that {@link scanList} makes. */
export function scanListSize(count: number): number {
  return bssLayout.size * (count + 1);
}

/** Access points as a chain of struct bss_info behind a head of the same kind, which is to lie at `address`. */
export function scanList(address: number, found: readonly AccessPoint[]): Uint8Array {
  const at = bssLayout;
  const list = Buffer.alloc(scanListSize(found.length));
  found.forEach((point, index) => {
    const info = at.size * (index + 1);
    list.writeUInt32LE(address + info, info - at.size);
    const name = Buffer.from(point.ssid).subarray(0, ssidSize);
    list.set(point.bssid, info + at.bssid);
    list.set(name, info + at.ssid);
    list[info + at.ssid_len] = name.length;
    list[info + at.channel] = point.channel;
    list[info + at.rssi] = point.rssi & 0xff;
    list.writeUInt32LE(point.authmode, info + at.authmode);
  });
  return list;
}

/** struct ip_info: address, netmask, gateway. */
export function ipInfo({ ip, netmask, gateway }: Address): Uint8Array {
  return Uint8Array.from([...ip, ...netmask, ...gateway]);
}

export function addressOf(info: Uint8Array): Address {
  return {
    ip: [...info.subarray(0, 4)],
    netmask: [...info.subarray(4, 8)],
    gateway: [...info.subarray(8, 12)],
  };
}

/** The text up to the first NUL. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(upToNul(bytes)).toString('utf8');
}

function upToNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
