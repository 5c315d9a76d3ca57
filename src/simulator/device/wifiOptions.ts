import type { Address } from '../network/endpoints';

/** An access point that the station can find. */
export interface AccessPoint {
  ssid: string;
  /** Undefined: any password will do. */
  password?: string | undefined;
  bssid: readonly number[];
  channel: number;
  /** dBm. */
  rssi: number;
  /** AUTH_MODE. */
  authmode: number;
}

/** A time in which the access point is away, in µs of the device's clock. */
export interface Outage {
  start: number;
  end: number;
  /** What the disconnect event says: REASON_*. */
  reason: number;
}

export interface WifiOptions {
  /** The station's MAC address. */
  mac: readonly number[];
  /** What the network gives the station by DHCP. */
  address: Address;
  /** The access points around; undefined: whatever the firmware wants to connect to is there. */
  accessPoints: readonly AccessPoint[] | undefined;
  outages: readonly Outage[];
}

/** A locally administered address, so that it is nobody's; and a network as many a home has. */
export const defaultWifi: WifiOptions = {
  mac: [0x02, 0x08, 0x26, 0x60, 0x00, 0x01],
  address: { ip: [192, 168, 1, 104], netmask: [255, 255, 255, 0], gateway: [192, 168, 1, 1] },
  accessPoints: undefined,
  outages: [],
};

/** The soft-AP's MAC address: the station's with one bit more. */
export function softApMac(mac: readonly number[]): number[] {
  return [(mac[0] ?? 0) | 4, ...mac.slice(1)];
}
