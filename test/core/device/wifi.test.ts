import assert from 'node:assert/strict';
import { defaultWifi, type WifiOptions } from '../../../src/simulator/device/wifiOptions';
import { Bench, callback, data } from './bench';

/** enum of wifi_set_opmode. */
const [station, softAp, both] = [1, 2, 3];
const handler = callback(0);

/** struct station_config: 32 bytes of name, 64 of password, what a later SDK has behind. */
function stationConfig(ssid: string, password = ''): Uint8Array {
  const config = Buffer.alloc(96);
  config.write(ssid);
  config.write(password, 32);
  return config;
}

/** System_Event_t: its number, then at most 44 bytes of information. */
interface Happened {
  event: number;
  info: number[];
}

/** A device whose firmware handles events and has booted. */
function started(wifi: Partial<WifiOptions> = {}, before: (bench: Bench) => void = () => undefined) {
  const bench = new Bench({ device: { wifi: { ...defaultWifi, ...wifi } } });
  const happened: Happened[] = [];
  bench.onCall = ({ name, arguments: [block = 0] }) => {
    if (name === 'wifi event') happened.push({ event: bench.word(block), info: bench.bytes(block + 4, 44) });
  };
  bench.call('wifi_set_event_handler_cb', handler);
  before(bench);
  bench.boot();
  return { bench, happened };
}

const nameIn = ({ info }: Happened) => Buffer.from(info).toString('latin1', 0, info[32]);

describe('the station', () => {
  it('connects by itself and gets its address, in this order and in the time that it takes', () => {
    const { bench, happened } = started({}, bench => {
      bench.put(data, stationConfig('home', 'secret'));
      assert.equal(bench.call('wifi_station_set_config_current', data), 1);
    });
    const status = () => bench.call('wifi_station_get_connect_status');
    assert.equal(status(), 1, 'connecting');
    assert.equal(bench.call('wifi_station_get_rssi'), 31, 'none yet');
    bench.pass(40_000);
    assert.equal(happened.length, 0);
    bench.pass(15_000);
    const [connected] = happened;
    assert.ok(connected);
    assert.equal(connected.event, 0);
    assert.equal(nameIn(connected), 'home');
    assert.deepEqual(connected.info.slice(33, 40), [0x02, 0x00, 0x5e, 0x10, 0x00, 0x01, 6]);
    assert.equal(status(), 1, 'without address');
    assert.equal(bench.call('wifi_station_get_rssi'), -50);
    assert.equal(bench.call('wifi_get_channel'), 6);
    bench.pass(55_000);
    assert.equal(status(), 5);
    assert.deepEqual(
      happened.map(({ event }) => event),
      [0, 3],
    );
    assert.deepEqual(happened[1]?.info.slice(0, 12), [192, 168, 1, 104, 255, 255, 255, 0, 192, 168, 1, 1]);
    assert.deepEqual(bench.log(), [
      { kind: 'wifi', state: 'connected' },
      { kind: 'got-ip', ip: '192.168.1.104' },
    ]);
    assert.equal(bench.call('wifi_get_ip_info', 0, data), 1);
    assert.deepEqual(bench.bytes(data, 12), [192, 168, 1, 104, 255, 255, 255, 0, 192, 168, 1, 1]);
  });

  it('stays alone when the firmware has switched that off, until it is told to connect', () => {
    const { bench, happened } = started({}, bench => {
      assert.equal(bench.call('wifi_station_get_auto_connect'), 1);
      assert.equal(bench.call('wifi_station_set_auto_connect', 0), 1);
      assert.equal(bench.call('wifi_station_get_auto_connect'), 0);
    });
    bench.pass(1_000_000);
    assert.equal(happened.length, 0);
    assert.equal(bench.call('wifi_station_get_connect_status'), 0);
    assert.equal(bench.call('wifi_station_connect'), 1);
    bench.pass(200_000);
    bench.pass(200_000);
    assert.equal(bench.call('wifi_station_get_connect_status'), 5);
  });

  const known = { ...openPoint('home'), password: 'secret' };
  const failures: [what: string, ssid: string, password: string, reason: number, status: number][] = [
    ['an access point that is not there', 'elsewhere', 'secret', 201, 3],
    ['a wrong password', 'home', 'Secret', 202, 2],
  ];
  for (const [what, ssid, password, reason, status] of failures) {
    it(`says why it fails at ${what}, and tries again each second unless told not to`, () => {
      const { bench, happened } = started({ accessPoints: [known] }, bench => {
        bench.call('wifi_station_set_config_current', bench.put(data, stationConfig(ssid, password)));
      });
      bench.pass(55_000);
      const [failed] = happened;
      assert.ok(failed);
      assert.equal(failed.event, 1);
      assert.equal(nameIn(failed), ssid);
      assert.equal(failed.info[39], reason);
      assert.deepEqual(bench.log(), [{ kind: 'wifi', state: 'failed', reason }]);
      assert.equal(bench.call('wifi_station_get_connect_status'), status);
      assert.equal(bench.call('wifi_station_get_reconnect_policy'), 1);
      bench.pass(1_001_000);
      bench.pass(55_000);
      assert.equal(happened.length, 2);
      bench.call('wifi_station_set_reconnect_policy', 0);
      assert.equal(bench.call('wifi_station_get_reconnect_policy'), 0);
      bench.pass(1_001_000);
      bench.pass(55_000);
      assert.equal(happened.length, 3, 'the try that was on its way');
      bench.pass(10_000_000);
      bench.pass(55_000);
      assert.equal(happened.length, 3);
    });
  }

  it('leaves its access point when it is told to, and when its mode has no station any more', () => {
    const { bench, happened } = started();
    bench.pass(60_000);
    bench.pass(60_000);
    happened.length = 0;
    bench.log();
    assert.equal(bench.call('wifi_station_disconnect'), 1);
    bench.run();
    assert.deepEqual(
      happened.map(({ event, info }) => [event, info[39]]),
      [[1, 8]],
    );
    assert.deepEqual(bench.log(), [{ kind: 'wifi', state: 'disconnected', reason: 8 }]);
    bench.pass(10_000_000);
    bench.pass(10_000_000);
    assert.equal(happened.length, 1, 'it does not return by itself');
    assert.equal(bench.call('wifi_station_get_connect_status'), 0);
    bench.call('wifi_station_connect');
    bench.pass(60_000);
    bench.pass(60_000);
    assert.equal(bench.call('wifi_station_get_connect_status'), 5);
    assert.equal(bench.call('wifi_set_opmode_current', softAp), 1);
    bench.run();
    assert.equal(bench.call('wifi_station_get_connect_status'), 255);
    assert.equal(bench.call('wifi_station_get_rssi'), 31);
  });

  it('loses its access point for as long as that is away, and returns', () => {
    const { bench, happened } = started({ outages: [{ start: 500_000, end: 3_000_000, reason: 200 }] });
    bench.pass(60_000);
    bench.pass(60_000);
    assert.equal(bench.chip.due(), 500_000, 'it wakes for the outage');
    bench.clock.set(499_000);
    bench.run();
    assert.equal(bench.call('wifi_station_get_connect_status'), 5);
    bench.clock.set(500_000);
    bench.run();
    assert.deepEqual(
      happened.map(({ event }) => event),
      [0, 3, 1],
    );
    assert.equal(happened[2]?.info[39], 200);
    assert.equal(bench.call('wifi_station_get_connect_status'), 3);
    bench.clock.set(1_600_000);
    bench.run();
    bench.pass(60_000);
    assert.equal(happened.at(-1)?.event, 1, 'still away');
    bench.clock.set(3_000_000);
    bench.run();
    for (let second = 0; second < 20; second++) bench.pass(100_000);
    assert.deepEqual(
      happened.slice(-2).map(({ event }) => event),
      [0, 3],
    );
  });

  it('has the address that the firmware sets, once it does not ask for one', () => {
    const { bench } = started({}, bench => {
      bench.put(data, Uint8Array.of(10, 0, 0, 7, 255, 0, 0, 0, 10, 0, 0, 1));
      assert.equal(bench.call('wifi_set_ip_info', 0, data), 0, 'while DHCP runs');
      assert.equal(bench.call('wifi_station_dhcpc_status'), 1);
      assert.equal(bench.call('wifi_station_dhcpc_stop'), 1);
      assert.equal(bench.call('wifi_station_dhcpc_status'), 0);
      assert.equal(bench.call('wifi_set_ip_info', 0, data), 1);
    });
    bench.pass(60_000);
    bench.pass(60_000);
    bench.call('wifi_get_ip_info', 0, data + 100);
    assert.deepEqual(bench.bytes(data + 100, 12), [10, 0, 0, 7, 255, 0, 0, 0, 10, 0, 0, 1]);
    bench.call('wifi_station_dhcpc_start');
    assert.equal(bench.call('wifi_station_dhcpc_status'), 1);
  });
});

function openPoint(ssid: string) {
  return { ssid, bssid: [2, 4, 6, 8, 10, 12], channel: 11, rssi: -70, authmode: 3 };
}

describe('a scan', () => {
  it('hands over the access points as a chain of struct bss_info', () => {
    const second = { ...openPoint('a name of more than 32 bytes, cut off'), channel: 1, authmode: 0 };
    const { bench } = started({ accessPoints: [openPoint('home'), second] });
    const found: object[] = [];
    bench.onCall = ({ name, address, arguments: [list = 0, status] }) => {
      if (name !== 'scan done') return;
      found.push({ address, status });
      // The head itself is none.
      for (let at = bench.word(list); at !== 0; at = bench.word(at)) {
        const bssid = bench.bytes(at + 4, 6);
        const length = bench.bytes(at + 42, 1)[0] ?? 0;
        const [channel, rssi] = bench.bytes(at + 43, 2);
        found.push({
          bssid,
          ssid: bench.text(at + 10, length),
          channel,
          rssi,
          authmode: bench.word(at + 48),
        });
      }
    };
    assert.equal(bench.call('wifi_station_scan', 0, callback(3)), 1);
    bench.pass(190_000);
    assert.deepEqual(found, []);
    bench.pass(11_000);
    const bssid = [2, 4, 6, 8, 10, 12];
    assert.deepEqual(found, [
      { address: callback(3), status: 0 },
      { bssid, ssid: 'home', channel: 11, rssi: 256 - 70, authmode: 3 },
      { bssid, ssid: second.ssid.slice(0, 32), channel: 1, rssi: 256 - 70, authmode: 0 },
    ]);
  });

  it('needs a station', () => {
    const { bench } = started({}, bench => bench.call('wifi_set_opmode_current', softAp));
    assert.equal(bench.call('wifi_station_scan', 0, callback(3)), 0);
  });
});

describe('the soft-AP', () => {
  it('has this computer as its client, and tells the firmware', () => {
    const { bench, happened } = started({}, bench => {
      assert.equal(bench.call('wifi_softap_get_station_num'), 0);
      assert.equal(bench.call('wifi_softap_get_station_info'), 0);
      assert.equal(bench.call('wifi_set_opmode', softAp), 1);
    });
    bench.run();
    const client = [0x02, 0x00, 0x5e, 0x20, 0x00, 0x02];
    assert.deepEqual(
      happened.map(({ event, info }) => [event, info.slice(0, 7)]),
      [[5, [...client, 1]]],
    );
    assert.deepEqual(bench.log(), [{ kind: 'soft-ap', ssid: 'ESP_600001' }]);
    assert.equal(bench.call('wifi_softap_get_station_num'), 1);
    const info = bench.call('wifi_softap_get_station_info');
    assert.deepEqual(bench.bytes(info, 16), [0, 0, 0, 0, ...client, 0, 0, 192, 168, 4, 2]);
    assert.equal(bench.call('wifi_get_channel'), 1);
    bench.call('wifi_get_ip_info', 1, data);
    assert.deepEqual(bench.bytes(data, 12), [192, 168, 4, 1, 255, 255, 255, 0, 192, 168, 4, 1]);
  });

  it('starts when its mode is set later, beside the station', () => {
    const { bench } = started();
    bench.pass(60_000);
    bench.pass(60_000);
    bench.log();
    bench.call('wifi_set_opmode_current', both);
    bench.run();
    assert.deepEqual(bench.log(), [{ kind: 'soft-ap', ssid: 'ESP_600001' }]);
    assert.equal(bench.call('wifi_station_get_connect_status'), 5);
  });

  it('takes an address while its DHCP server does not run', () => {
    const { bench } = started({}, bench => bench.call('wifi_set_opmode_current', softAp));
    bench.put(data, Uint8Array.of(10, 1, 1, 9, 255, 255, 0, 0, 10, 1, 1, 9));
    assert.equal(bench.call('wifi_set_ip_info', 1, data), 0);
    assert.equal(bench.call('wifi_softap_dhcps_status'), 1);
    assert.equal(bench.call('wifi_softap_dhcps_stop'), 1);
    assert.equal(bench.call('wifi_softap_dhcps_status'), 0);
    assert.equal(bench.call('wifi_set_ip_info', 1, data), 1);
    assert.equal(bench.call('wifi_softap_dhcps_start'), 1);
    assert.equal(bench.call('wifi_softap_dhcps_status'), 1);
    bench.call('wifi_get_ip_info', 1, data + 16);
    assert.deepEqual(bench.bytes(data + 16, 12), bench.bytes(data, 12));
  });
});

describe('Wi-Fi settings', () => {
  /** A device as it boots with what another one has left in its flash. */
  const next = ({ flash }: Bench) => new Bench({ flash: flash.contents.slice() });

  it('are kept in the flash, but not those that are only current', () => {
    const first = new Bench();
    first.put(data, stationConfig('kept', 'long enough'));
    first.put(data + 200, stationConfig('current'));
    first.call('wifi_set_opmode', both);
    first.call('wifi_set_opmode_current', station);
    first.call('wifi_station_set_config', data);
    first.call('wifi_station_set_config_current', data + 200);
    first.call('wifi_softap_get_config', data + 400);
    first.put(data + 400, 'mine');
    first.call('wifi_softap_set_config', data + 400);
    first.put(data + 400, 'other');
    first.call('wifi_softap_set_config_current', data + 400);
    first.call('wifi_set_phy_mode', 2);
    first.call('wifi_station_set_auto_connect', 0);
    assert.deepEqual([first.call('wifi_get_opmode'), first.call('wifi_get_opmode_default')], [1, 3]);
    first.call('wifi_station_get_config', data + 600);
    first.call('wifi_station_get_config_default', data + 800);
    assert.deepEqual([first.text(data + 600), first.text(data + 800)], ['current', 'kept']);
    first.call('wifi_softap_get_config', data + 600);
    first.call('wifi_softap_get_config_default', data + 800);
    assert.deepEqual([first.text(data + 600), first.text(data + 800)], ['other', 'mine']);

    const second = next(first);
    assert.equal(second.call('wifi_get_opmode'), both);
    second.call('wifi_station_get_config', data);
    assert.deepEqual([second.text(data), second.text(data + 32)], ['kept', 'long enough']);
    second.call('wifi_softap_get_config', data);
    assert.equal(second.text(data), 'mine');
    assert.equal(second.call('wifi_get_phy_mode'), 2);
    assert.equal(second.call('wifi_station_get_auto_connect'), 0);

    second.call('system_restore');
    const third = next(second);
    assert.equal(third.call('wifi_get_opmode'), station);
    third.call('wifi_station_get_config', data);
    assert.equal(third.text(data), '');
    assert.equal(third.call('wifi_get_phy_mode'), 3);
    assert.equal(third.call('wifi_station_get_auto_connect'), 1);
  });

  it('are those of the factory where the flash holds none', () => {
    const bench = new Bench();
    bench.call('wifi_softap_get_config', data);
    const config = Buffer.from(bench.bytes(data, 108));
    assert.equal(config.toString('latin1', 0, 11), 'ESP_600001\0');
    assert.equal(config[96], 10, 'ssid_len');
    assert.deepEqual(
      [config[97], config.readUInt32LE(100), config[105], config.readUInt16LE(106)],
      [1, 0, 4, 100],
      'channel, authmode, max_connection, beacon_interval',
    );
  });

  const refused: [name: string, argument: number][] = [
    ['wifi_set_opmode', 4],
    ['wifi_set_opmode_current', 4],
    ['wifi_set_phy_mode', 0],
    ['wifi_set_phy_mode', 4],
    ['wifi_set_sleep_type', 3],
  ];
  for (const [name, argument] of refused)
    it(`does not take ${argument} for ${name}`, () => {
      const bench = new Bench();
      const values = () =>
        ['wifi_get_opmode', 'wifi_get_phy_mode', 'wifi_get_sleep_type'].map(each => bench.call(each));
      const before = values();
      assert.equal(bench.call(name, argument), 0);
      assert.deepEqual(values(), before);
    });

  const taken: [set: string, get: string, values: number[]][] = [
    ['wifi_set_opmode', 'wifi_get_opmode', [0, 1, 2, 3]],
    ['wifi_set_phy_mode', 'wifi_get_phy_mode', [1, 2, 3]],
    ['wifi_set_sleep_type', 'wifi_get_sleep_type', [0, 1, 2]],
  ];
  for (const [set, get, values] of taken)
    it(`${get} returns what ${set} has set`, () => {
      const bench = new Bench();
      for (const value of values) {
        assert.equal(bench.call(set, value), 1);
        assert.equal(bench.call(get), value);
      }
    });

  it('are the host name, of 1 to 32 bytes, and MAC addresses', () => {
    const bench = new Bench();
    const hostname = () => bench.text(bench.call('wifi_station_get_hostname'));
    assert.equal(hostname(), 'ESP_600001');
    assert.equal(bench.call('wifi_station_set_hostname', bench.put(data, 'n'.repeat(32))), 1);
    assert.equal(hostname(), 'n'.repeat(32));
    for (const name of ['', 'n'.repeat(33)])
      assert.equal(bench.call('wifi_station_set_hostname', bench.put(data, name)), 0);
    assert.equal(hostname(), 'n'.repeat(32));

    bench.call('wifi_get_macaddr', 0, data);
    assert.deepEqual(bench.bytes(data, 6), [0x02, 0x08, 0x26, 0x60, 0x00, 0x01]);
    bench.call('wifi_get_macaddr', 1, data);
    assert.deepEqual(bench.bytes(data, 6), [0x06, 0x08, 0x26, 0x60, 0x00, 0x01]);
    bench.put(data, Uint8Array.of(2, 1, 2, 3, 4, 5));
    assert.equal(bench.call('wifi_set_macaddr', 0, data), 1);
    bench.call('wifi_get_macaddr', 0, data + 8);
    assert.deepEqual(bench.bytes(data + 8, 6), [2, 1, 2, 3, 4, 5]);
  });
});
