import { earliest } from '../clock';
import type { Call, Family } from './call';
import type { Device } from './device';
import { Part } from './part';
import type { Source } from './scheduler';
import type { Callback } from './steps';
import type { Wifi } from './wifi';

/** WPS gives up after two minutes without a registrar. Source: the specification of Wi-Fi Simple Configuration. */
const wpsTime = 120_000_000;
const wpsTimedOut = 2;
/** wifi_fpm_do_sleep until somebody calls wifi_fpm_do_wakeup. Source: the SDK's API reference, as its results. */
const untilWoken = 0xfffffff;
const sleepResult = { ok: 0, wrongMode: -1, notOpen: -2 } as const;
/** esp_now_send: a station that nobody is does not acknowledge; a broadcast needs no acknowledgement. */
const espNowSent = { ok: 0, failed: 1 } as const;
const macSize = 6;

export interface RadioState {
  /** Forced sleep; `due` is when it ends by itself. */
  sleep: { open: boolean; type: number; callback: number; due: number | undefined };
  wps: { callback: number; due: number | undefined };
  /** What ESP-NOW calls when it has sent something. */
  espNowSent: number;
  /** Functions that the log has. */
  told: string[];
}

type RadioHost = Pick<Device, 'clock' | 'events' | 'firmware' | 'reserve' | 'scheduler'>;

/**
 * What of the radio needs a partner, or is sleep: ESP-NOW, SmartConfig, WPS, sniffing, raw packets. Nobody is there: the functions succeed
 * as on a chip that is alone, nothing ever comes in, and what waits for somebody gives up after its time.
 */
export class Radio extends Part<RadioState> implements Source {
  readonly #device: RadioHost;

  constructor(device: RadioHost) {
    super({
      sleep: { open: false, type: 0, callback: 0, due: undefined },
      wps: { callback: 0, due: undefined },
      espNowSent: 0,
      told: [],
    });
    this.#device = device;
  }

  get current(): RadioState {
    return this.state;
  }

  next(): Callback | undefined {
    const now = this.#device.clock.now();
    const { sleep, wps } = this.state;
    if (sleep.due !== undefined && sleep.due <= now) {
      sleep.due = undefined;
      if (sleep.callback !== 0) return { name: 'wakeup', address: sleep.callback, arguments: [] };
    }
    if (wps.due !== undefined && wps.due <= now) {
      wps.due = undefined;
      if (wps.callback !== 0) return { name: 'wps status', address: wps.callback, arguments: [wpsTimedOut] };
    }
    return undefined;
  }

  due(): number | undefined {
    return earliest([this.state.sleep.due, this.state.wps.due]);
  }

  /** Logs once for each function that nobody will answer. */
  tell(call: Call): void {
    const { told } = this.state;
    if (told.includes(call.name)) return;
    told.push(call.name);
    const caller = this.#device.firmware.describeAddress(call.returnAddress - 3);
    this.#device.events.add({ kind: 'nobody-on-radio', function: call.name, caller });
  }

  forceSleep(duration: number, hasMode: boolean): number {
    const { sleep } = this.state;
    if (!sleep.open) return sleepResult.notOpen;
    if (hasMode) return sleepResult.wrongMode;
    sleep.due = duration >= untilWoken ? undefined : this.#device.clock.now() + duration;
    return sleepResult.ok;
  }

  startWps(): void {
    this.state.wps.due = this.#device.clock.now() + wpsTime;
  }
}

/** What the SDK's functions make of {@link Radio}. */
export function radioFamily(radio: Radio, wifi: Wifi, device: RadioHost): Family {
  const { scheduler } = device;
  const macAt = device.reserve(macSize);
  const state = () => radio.current;
  const alone =
    (result: number | undefined): Family[string] =>
    call => {
      radio.tell(call);
      return result;
    };
  const done = (result: number | undefined) => () => result;
  return {
    wifi_promiscuous_enable: alone(undefined),
    wifi_promiscuous_set_mac: done(undefined),
    wifi_set_promiscuous_rx_cb: done(undefined),
    wifi_send_pkt_freedom: alone(0),
    wifi_register_send_pkt_freedom_cb: done(0),
    wifi_unregister_send_pkt_freedom_cb: done(undefined),
    wifi_rfid_locp_recv_open: alone(0),
    wifi_rfid_locp_recv_close: done(undefined),
    wifi_enable_signaling_measurement: alone(1),
    wifi_disable_signaling_measurement: done(1),

    smartconfig_start: alone(1),
    smartconfig_stop: done(1),
    smartconfig_set_type: done(1),
    esptouch_set_timeout: done(1),
    airkiss_config: alone(0),

    wifi_wps_enable: alone(1),
    wifi_wps_disable: () => {
      state().wps.due = undefined;
      return 1;
    },
    wifi_set_wps_cb: call => {
      state().wps.callback = call.uint(0);
      return 1;
    },
    wifi_wps_start: call => {
      radio.tell(call);
      radio.startWps();
      return 1;
    },

    esp_now_init: alone(0),
    esp_now_deinit: done(0),
    esp_now_register_send_cb: call => {
      state().espNowSent = call.uint(0);
      return 0;
    },
    esp_now_unregister_send_cb: () => {
      state().espNowSent = 0;
      return 0;
    },
    esp_now_register_recv_cb: done(0),
    esp_now_unregister_recv_cb: done(0),
    esp_now_set_self_role: done(0),
    esp_now_set_kok: done(0),
    esp_now_add_peer: done(0),
    esp_now_del_peer: done(0),
    esp_now_send: call => {
      const mac = call.uint(0) === 0 ? new Uint8Array(macSize).fill(0xff) : call.load(call.uint(0), macSize);
      call.store(macAt, mac);
      const { espNowSent: callback } = state();
      const result = mac.every(byte => byte === 0xff) ? espNowSent.ok : espNowSent.failed;
      if (callback !== 0)
        scheduler.call({ name: 'ESP-NOW sent', address: callback, arguments: [macAt, result] });
      return 0;
    },

    wifi_fpm_open: () => {
      state().sleep.open = true;
      return undefined;
    },
    wifi_fpm_close: () => {
      state().sleep.open = false;
      return undefined;
    },
    wifi_fpm_set_sleep_type: call => {
      state().sleep.type = call.int(0) & 0xff;
      return undefined;
    },
    wifi_fpm_get_sleep_type: () => state().sleep.type,
    wifi_fpm_set_wakeup_cb: call => {
      state().sleep.callback = call.uint(0);
      return undefined;
    },
    wifi_fpm_do_sleep: call => radio.forceSleep(call.uint(0), wifi.current.mode !== 0),
    wifi_fpm_do_wakeup: () => {
      state().sleep.due = undefined;
      return undefined;
    },
    wifi_fpm_auto_sleep_set_in_null_mode: done(undefined),
    wifi_enable_gpio_wakeup: done(undefined),
    wifi_disable_gpio_wakeup: done(undefined),
  };
}
