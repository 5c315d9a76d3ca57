import type { Call } from './call';
import type { Device, Family } from './device';
import { layoutOf } from './layout';

/** What the simulated access point gives the station. */
export const station = { ip: [192, 168, 1, 104], netmask: [255, 255, 255, 0], gateway: [192, 168, 1, 1] };
/** A locally administered address, so that it is nobody's. */
const stationMac = [0x02, 0x08, 0x26, 0x60, 0x00, 0x01];
const softApMac = [0x06, ...stationMac.slice(1)];

/** WIFI_MODE: bit 0 station, bit 1 soft-AP. */
const stationMode = 1;
/** What wifi_station_get_connect_status answers. */
const status = { idle: 0, connecting: 1, gotIp: 5 };
/** System_Event_t. */
const event = { connected: 0, disconnected: 1, gotIp: 3 };
/** The reason code of an IEEE 802.11 disassociation on the station's own wish. */
const reasonLeaving = 8;

/** Association and DHCP of the simulated access point take this long, in µs. */
const associationTime = 50_000;
const dhcpTime = 50_000;

/** The Wi-Fi station: connects by itself after user_init, as NON-OS SDK firmware does by default. */
export function wifiFamily(device: Device): Family {
  const { memory } = device.cpu;
  const eventLayout = layoutOf('_esp_event', 'event', 'event_info');
  const disconnectedLayout = layoutOf('_event_sta_mode_disconnected', 'reason');
  let mode = stationMode;
  // ssid and password: the part of struct station_config that all SDK versions share.
  const stationConfigSize = layoutOf('station_config', 'channel').channel;
  let autoConnect = true;
  let state = status.idle;
  let handler = 0;
  let config: Uint8Array = new Uint8Array(stationConfigSize);
  let step: { due: number; action: () => void } | undefined;

  const tell = (kind: number, fill: (info: number) => void) => {
    if (handler === 0) return;
    device.scheduler.post(() => {
      const address = device.heap.allocate(eventLayout.size);
      if (address === 0) return undefined;
      memory.write(address, new Uint8Array(eventLayout.size));
      memory.writeWord(address + eventLayout.event, kind);
      fill(address + eventLayout.event_info);
      return {
        name: 'wifi event',
        address: handler,
        arguments: [address],
        returned: () => device.heap.free(address),
      };
    });
  };
  const after = (duration: number, action: () => void) =>
    (step = { due: device.clock.now() + duration, action });
  const connect = () => {
    if ((mode & stationMode) === 0 || state !== status.idle) return;
    state = status.connecting;
    after(associationTime, () => {
      device.events.add({ kind: 'wifi', state: 'connected' });
      tell(event.connected, info => memory.write(info, config.subarray(0, 32)));
      after(dhcpTime, () => {
        state = status.gotIp;
        device.events.add({ kind: 'got-ip', ip: station.ip.join('.') });
        tell(event.gotIp, info => memory.write(info, ipInfo(true)));
      });
    });
  };
  const disconnect = () => {
    const wasConnected = state !== status.idle;
    state = status.idle;
    step = undefined;
    if (!wasConnected) return;
    device.events.add({ kind: 'wifi', state: 'disconnected' });
    tell(event.disconnected, info => memory.writeByte(info + disconnectedLayout.reason, reasonLeaving));
  };

  device.scheduler.addSource({
    next() {
      if (step !== undefined && step.due <= device.clock.now()) {
        const { action } = step;
        step = undefined;
        action();
      }
      return undefined;
    },
    due: () => step?.due,
  });
  device.onStarted(() => {
    if (autoConnect) connect();
  });

  const setMode = (call: Call) => {
    const wanted = call.int(0) & 0xff;
    if (wanted > 3) return 0;
    mode = wanted;
    if ((mode & stationMode) === 0) disconnect();
    return 1;
  };
  const setConfig = (call: Call) => {
    config = call.load(call.uint(0), stationConfigSize);
    return 1;
  };
  return {
    wifi_get_opmode: () => mode,
    wifi_get_opmode_default: () => mode,
    wifi_set_opmode: setMode,
    wifi_set_opmode_current: setMode,
    wifi_set_event_handler_cb: call => {
      handler = call.uint(0);
      return undefined;
    },
    wifi_station_set_config: setConfig,
    wifi_station_set_config_current: setConfig,
    wifi_station_get_config: call => {
      call.store(call.uint(0), config);
      return 1;
    },
    wifi_station_connect: () => {
      connect();
      return 1;
    },
    wifi_station_disconnect: () => {
      disconnect();
      return 1;
    },
    wifi_station_get_connect_status: () => state,
    wifi_station_set_auto_connect: call => {
      autoConnect = call.int(0) !== 0;
      return 1;
    },
    wifi_station_set_reconnect_policy: () => 1,
    wifi_get_ip_info: call => {
      call.store(call.uint(1), ipInfo((call.int(0) & 0xff) === 0 && state === status.gotIp));
      return 1;
    },
    wifi_get_macaddr: call => {
      call.store(call.uint(1), Uint8Array.from((call.int(0) & 0xff) === 0 ? stationMac : softApMac));
      return 1;
    },
    wifi_set_sleep_type: () => 1,
  };
}

/** struct ip_info: address, netmask, gateway. */
function ipInfo(connected: boolean): Uint8Array {
  return connected
    ? Uint8Array.from([...station.ip, ...station.netmask, ...station.gateway])
    : new Uint8Array(12);
}
