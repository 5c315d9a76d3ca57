import type { Call, Family } from './call';
import type { Device } from './device';
import { Part } from './part';
import type { WallClock } from './wallClock';

/** Time servers that sntp_setserver and sntp_setservername can set (SNTP_MAX_SERVERS of the SDK's lwIP). */
const maxServers = 3;
/** The SDK's time zone until the firmware sets one: that of Beijing. */
const usualZone = 8;
const zones = { first: -11, last: 13 };
const secondsAnHour = 3600;
const textSize = 40;

export interface SntpState {
  running: boolean;
  zone: number;
  /** Addresses of names and IP addresses that the firmware has set. */
  names: number[];
  servers: number[];
  /** What the time server has said, in ms since 1970, and when, in µs of the device's clock. */
  told: { time: number; at: number } | undefined;
}

/** SNTP of a firmware without lwIP: this computer is its time server. */
export class Sntp extends Part<SntpState> implements WallClock {
  readonly #device: Pick<Device, 'clock' | 'enter' | 'outlet' | 'scheduler'>;

  constructor(device: Pick<Device, 'clock' | 'enter' | 'outlet' | 'scheduler'>) {
    super({ running: false, zone: usualZone, names: [], servers: [], told: undefined });
    this.#device = device;
    device.scheduler.handle('timeTold', ({ time }) => {
      if (this.state.running) this.state.told = { time, at: device.clock.now() };
      return undefined;
    });
  }

  get current(): SntpState {
    return this.state;
  }

  get isSet(): boolean {
    return this.state.told !== undefined;
  }

  get now(): Date {
    const { time, at } = this.state.told ?? { time: 0, at: 0 };
    return new Date(time + (this.#device.clock.now() - at) / 1000);
  }

  /** Seconds since 1970 in the device's time zone; 0 as long as no server has told the time. */
  get timestamp(): number {
    return this.isSet ? Math.floor(this.now.getTime() / 1000) + this.state.zone * secondsAnHour : 0;
  }

  start(): void {
    const { names, servers } = this.state;
    this.state.running = true;
    if ([...names, ...servers].every(set => !set)) return;
    this.#device.outlet.askTime(time => {
      this.#device.enter({ kind: 'timeTold', data: { time } });
    });
  }
}

/** sntp_*: the functions of sntp.h. */
export function sntpFamily(sntp: Sntp, device: Pick<Device, 'cpu' | 'reserve'>): Family {
  const text = device.reserve(textSize);
  const index = (call: Call) => call.uint(0) & 0xff;
  return {
    sntp_init: () => {
      sntp.start();
      return undefined;
    },
    sntp_stop: () => {
      sntp.current.running = false;
      return undefined;
    },
    sntp_setserver: call => {
      if (index(call) < maxServers) sntp.current.servers[index(call)] = call.loadWord(call.uint(1));
      return undefined;
    },
    sntp_getserver: call => sntp.current.servers[index(call)] ?? 0,
    sntp_setservername: call => {
      if (index(call) < maxServers) sntp.current.names[index(call)] = call.uint(1);
      return undefined;
    },
    sntp_getservername: call => sntp.current.names[index(call)] ?? 0,
    sntp_set_timezone: call => {
      const zone = (call.int(0) << 24) >> 24;
      if (sntp.current.running || zone < zones.first || zone > zones.last) return 0;
      sntp.current.zone = zone;
      return 1;
    },
    sntp_get_timezone: () => sntp.current.zone,
    sntp_get_current_timestamp: () => sntp.timestamp,
    sntp_get_real_time: call => {
      device.cpu.memory.write(text, Buffer.from(`${dateText(call.uint(0))}\n\0`));
      return text;
    },
  };
}

/** “Mon Nov 30 15:42:00 2026”. */
function dateText(seconds: number): string {
  const [day = '', date = '', month = '', year = '', time = ''] = new Date(seconds * 1000)
    .toUTCString()
    .replace(',', '')
    .split(' ');
  return `${day} ${month} ${date} ${time} ${year}`;
}
