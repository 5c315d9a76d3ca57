import type { Answer, Call, Family } from './call';
import type { Device } from './device';
import { softApLayout, ssidSize, stationConfigSize } from './wifiSettings';
import { softApClientMac, status, type Wifi } from './wifi';
import { addressOf } from './wifiEvents';

/** STATION_IF; the other one is the soft-AP's. */
const interfaceStation = 0;

/** struct station_info of the SDK: next, bssid, ip. */
const stationInfoLayout = { bssid: 4, ip: 12, size: 16 } as const;

const bit = (value: boolean) => (value ? 1 : 0);
const yes = () => 1;
const nothing = () => undefined;

/** wifi_*: what the SDK's functions make of {@link Wifi}. */
export function wifiFamily(
  wifi: Wifi,
  device: Pick<Device, 'cpu' | 'netif' | 'reserve' | 'softApNetif'>,
): Family {
  const { memory } = device.cpu;
  const hostnameAt = device.reserve(ssidSize + 4);
  const stationInfoAt = device.reserve(stationInfoLayout.size);
  const isStation = (call: Call) => (call.int(0) & 0xff) === interfaceStation;
  const flag = (call: Call) => (call.int(0) & 0xff) !== 0;
  const setMode =
    (keep: boolean): Answer =>
    call =>
      bit(wifi.setMode(call.int(0) & 0xff, keep));
  const setStation =
    (keep: boolean): Answer =>
    call => {
      const station = call.load(call.uint(0), stationConfigSize);
      wifi.current.station = station;
      if (keep) wifi.saveSettings({ station });
      return 1;
    };
  const setSoftAp =
    (keep: boolean): Answer =>
    call => {
      const softAp = call.load(call.uint(0), softApLayout.size);
      wifi.current.softAp = softAp;
      if (keep) wifi.saveSettings({ softAp });
      return 1;
    };
  const get =
    (config: () => Uint8Array): Answer =>
    call => {
      call.store(call.uint(0), config());
      return 1;
    };
  return {
    wifi_get_opmode: () => wifi.current.mode,
    wifi_get_opmode_default: () => wifi.current.settings.mode,
    wifi_set_opmode: setMode(true),
    wifi_set_opmode_current: setMode(false),
    wifi_set_event_handler_cb: call => {
      wifi.current.handler = call.uint(0);
      return undefined;
    },
    wifi_station_set_config: setStation(true),
    wifi_station_set_config_current: setStation(false),
    wifi_station_get_config: get(() => wifi.current.station),
    wifi_station_get_config_default: get(() => wifi.current.settings.station),
    wifi_station_connect: () => {
      wifi.connect();
      return 1;
    },
    wifi_station_disconnect: () => {
      wifi.disconnect();
      return 1;
    },
    wifi_station_get_connect_status: () => (wifi.hasStation ? wifi.current.status : status.none),
    wifi_station_set_auto_connect: call => {
      wifi.saveSettings({ autoConnect: flag(call) });
      return 1;
    },
    wifi_station_get_auto_connect: () => bit(wifi.current.settings.autoConnect),
    wifi_station_set_reconnect_policy: call => {
      wifi.current.reconnect = flag(call);
      return 1;
    },
    wifi_station_get_reconnect_policy: () => bit(wifi.current.reconnect),
    wifi_station_scan: call => bit(wifi.scan(call.uint(1))),
    // 31 is what the SDK says while the station is not connected.
    wifi_station_get_rssi: () => wifi.current.associated?.rssi ?? 31,
    wifi_station_ap_number_set: yes,
    wifi_station_get_ap_info: () => 0,
    wifi_station_ap_change: () => 0,
    wifi_station_get_current_ap_id: () => 0,
    wifi_station_dhcpc_start: () => {
      wifi.startDhcpClient();
      return 1;
    },
    wifi_station_dhcpc_stop: () => {
      wifi.current.dhcpClient = false;
      return 1;
    },
    wifi_station_dhcpc_status: () => bit(wifi.current.dhcpClient),
    wifi_station_dhcpc_set_maxtry: yes,
    wifi_station_get_hostname: () => {
      memory.write(hostnameAt, Buffer.from(`${wifi.current.hostname}\0`, 'latin1'));
      return hostnameAt;
    },
    wifi_station_set_hostname: call => {
      const name = Buffer.from(call.cString(call.uint(0))).toString('latin1');
      if (name === '' || name.length > ssidSize) return 0;
      wifi.current.hostname = name;
      return 1;
    },
    wifi_softap_get_config: get(() => wifi.current.softAp),
    wifi_softap_get_config_default: get(() => wifi.current.settings.softAp),
    wifi_softap_set_config: setSoftAp(true),
    wifi_softap_set_config_current: setSoftAp(false),
    wifi_softap_get_station_num: () => bit(wifi.hasSoftAp),
    wifi_softap_get_station_info: () => {
      if (!wifi.hasSoftAp) return 0;
      memory.write(stationInfoAt, new Uint8Array(stationInfoLayout.size));
      memory.write(stationInfoAt + stationInfoLayout.bssid, Uint8Array.from(softApClientMac));
      memory.write(stationInfoAt + stationInfoLayout.ip, Uint8Array.from(wifi.softApClient));
      return stationInfoAt;
    },
    wifi_softap_free_station_info: nothing,
    wifi_softap_dhcps_start: () => {
      wifi.current.dhcpServer = true;
      return 1;
    },
    wifi_softap_dhcps_stop: () => {
      wifi.current.dhcpServer = false;
      return 1;
    },
    wifi_softap_dhcps_status: () => bit(wifi.current.dhcpServer),
    wifi_get_ip_info: call => {
      call.store(call.uint(1), isStation(call) ? wifi.stationIpInfo : wifi.softApIpInfo);
      return 1;
    },
    wifi_set_ip_info: call => {
      const address = addressOf(call.load(call.uint(1), 12));
      return bit(isStation(call) ? wifi.setStationAddress(address) : wifi.setSoftApAddress(address));
    },
    wifi_get_macaddr: call => {
      call.store(call.uint(1), Uint8Array.from(wifi.macOf(isStation(call))));
      return 1;
    },
    wifi_set_macaddr: call => {
      if (isStation(call)) wifi.current.mac = [...call.load(call.uint(1), 6)];
      return 1;
    },
    wifi_get_channel: () =>
      wifi.current.associated?.channel ?? wifi.current.softAp[softApLayout.channel] ?? 1,
    wifi_set_channel: yes,
    wifi_set_country: yes,
    wifi_set_listen_interval: yes,
    wifi_set_sleep_level: yes,
    wifi_set_user_ie: yes,
    wifi_set_user_fixed_rate: () => 0,
    wifi_set_user_sup_rate: () => 0,
    wifi_set_user_rate_limit: yes,
    wifi_get_phy_mode: () => wifi.current.settings.phyMode,
    wifi_set_phy_mode: call => {
      const wanted = call.int(0) & 0xff;
      if (wanted < 1 || wanted > 3) return 0;
      wifi.saveSettings({ phyMode: wanted });
      return 1;
    },
    wifi_set_sleep_type: call => {
      const wanted = call.int(0) & 0xff;
      if (wanted > 2) return 0;
      wifi.current.sleepType = wanted;
      return 1;
    },
    wifi_get_sleep_type: () => wifi.current.sleepType,
    system_restore: () => {
      wifi.restoreFactorySettings();
      return undefined;
    },
    wifi_status_led_install: nothing,
    wifi_status_led_uninstall: nothing,
    wifi_set_broadcast_if: yes,
    wifi_get_broadcast_if: () => 1,
    // lwIP asks for the interface, and tells the Wi-Fi library about its address; here the netif itself is watched.
    eagle_lwip_getif: call => (isStation(call) ? device.netif : device.softApNetif)?.address ?? 0,
    system_station_got_ip_set: nothing,
  };
}
