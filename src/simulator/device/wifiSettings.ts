import { structOf } from '../../sdk/types';
import type { Flash } from './flash';
import { layoutOf } from './layout';
import { loadParameters, patchSystemParameters, systemSector } from './systemParameters';

/** What survives a restart: the SDK keeps it in the flash. */
export interface WifiSettings {
  mode: number;
  autoConnect: boolean;
  station: Uint8Array;
  softAp: Uint8Array;
  phyMode: number;
}

export const ssidSize = 32;
export const passwordSize = 64;
export const stationLayout = layoutOf('station_config', 'password', 'channel');
/** ssid and password: the part of struct station_config that all SDK versions share. */
export const stationConfigSize = stationLayout.channel;
export const softApLayout = layoutOf(
  'softap_config',
  'ssid_len',
  'channel',
  'authmode',
  'max_connection',
  'beacon_interval',
);

/** As the factory leaves them. */
export function newWifiSettings(): WifiSettings {
  return {
    mode: mode.station,
    autoConnect: true,
    station: new Uint8Array(stationConfigSize),
    softAp: defaultSoftAp(),
    phyMode: 3,
  };
}

/** Where in the SDK's parameters this device keeps its settings: behind the ones that the SDK itself writes. */
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
    station: Uint8Array.from(bytes.subarray(settingsHeader, settingsHeader + stationConfigSize)),
    softAp: Uint8Array.from(bytes.subarray(settingsHeader + stationConfigSize)),
  };
}

export function saveWifiSettings(flash: Flash, settings: WifiSettings): void {
  const bytes = Buffer.alloc(settingsSize);
  bytes.writeUInt32LE(settingsMark);
  bytes.set([settings.mode, settings.autoConnect ? 1 : 0, settings.phyMode], 4);
  bytes.set(settings.station, settingsHeader);
  bytes.set(settings.softAp, settingsHeader + stationConfigSize);
  patchSystemParameters(flash, settingsOffset, bytes);
}

/** WIFI_MODE: bit 0 station, bit 1 soft-AP. */
export const mode = { station: 1, softAp: 2 } as const;

export const defaultHostname = 'ESP_600001';

function defaultSoftAp(): Uint8Array {
  const config = Buffer.alloc(structOf('softap_config').size);
  const name = Buffer.from(defaultHostname);
  name.copy(config);
  config[softApLayout.ssid_len] = name.length;
  config[softApLayout.channel] = 1;
  config[softApLayout.max_connection] = 4;
  config.writeUInt16LE(100, softApLayout.beacon_interval);
  return Uint8Array.from(config);
}
