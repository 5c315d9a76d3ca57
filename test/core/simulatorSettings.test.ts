import assert from 'node:assert/strict';
import path from 'node:path';
import { newestAbilities } from '../../src/sdk/tls';
import { checkSettings, launchOptions, type Settings } from '../../src/simulator/settings';

const folder = path.resolve('/project');
const absolute = path.resolve('/elsewhere/b.bin');
const program = 'app.elf';

function optionsOf(own: Settings, project: Settings = {}) {
  return launchOptions({ program, ...checkSettings(own) }, checkSettings(project), folder, newestAbilities);
}

describe('the settings of the simulator', () => {
  it('give the files of a launch as paths from the folder, and nothing where nothing is said', () => {
    const inFolder = (name: string) => path.join(folder, name);
    const all = optionsOf({
      upgrades: ['user2.elf', absolute],
      certificates: 'ssl',
      flash: { '0x3fc000': 'init.bin', '4096': absolute },
      flashImage: 'flash.bin',
      capture: 'run.pcapng',
      flashSize: '2MB',
      ports: { 443: 8443 },
    });
    assert.equal(all.program, inFolder(program));
    assert.deepEqual(all.upgrades, [inFolder('user2.elf'), absolute]);
    assert.equal(all.certificates, inFolder('ssl'));
    assert.deepEqual(
      all.flash,
      new Map([
        [4096, absolute],
        [0x3fc000, inFolder('init.bin')],
      ]),
    );
    assert.deepEqual([all.flashImage, all.capture], [inFolder('flash.bin'), inFolder('run.pcapng')]);
    assert.equal(all.flashSize, 0x200000);
    assert.deepEqual(all.ports, new Map([[443, 8443]]));

    const none = optionsOf({ certificates: '' });
    assert.equal(none.certificates, undefined);
    for (const key of ['upgrades', 'flashImage', 'capture', 'flashSize', 'resets'])
      assert.ok(!(key in none), key);
    assert.deepEqual([none.flash?.size, none.ports?.size], [0, 0]);
  });

  it('prefer those of the launch to those of the project', () => {
    const { flashSize, capture } = optionsOf({ flashSize: '1MB' }, { flashSize: '4MB', capture: 'a.pcapng' });
    assert.deepEqual([flashSize, capture], [0x100000, path.join(folder, 'a.pcapng')]);
  });

  it('say how the Wi-Fi is: address, access points with their security, and when it is away', () => {
    const { device } = optionsOf({
      wifi: {
        mac: '5c:cf:7f:01:02:03',
        ip: '10.1.2.3',
        accessPoints: [
          { ssid: 'open' },
          { ssid: 'home', password: 'secret12' },
          {
            ssid: 'old',
            password: 'secret12',
            security: 'wep',
            channel: 11,
            rssi: -80,
            bssid: '02:00:00:00:00:09',
          },
        ],
        outages: [
          { after: 2, for: 3 },
          { after: 10, for: 1, reason: 8 },
        ],
      },
    });
    const { wifi } = device ?? {};
    assert.deepEqual([...(wifi?.mac ?? [])], [0x5c, 0xcf, 0x7f, 1, 2, 3]);
    assert.deepEqual([...(wifi?.address.ip ?? [])], [10, 1, 2, 3]);
    assert.deepEqual(
      wifi?.accessPoints?.map(({ ssid, authmode, bssid }) => [ssid, authmode, bssid[5]]),
      [
        ['open', 0, 1],
        ['home', 3, 2],
        ['old', 1, 9],
      ],
    );
    assert.deepEqual(
      wifi.accessPoints.slice(2).map(({ channel, rssi }) => [channel, rssi]),
      [[11, -80]],
    );
    assert.deepEqual(wifi.outages, [
      { start: 2e6, end: 5e6, reason: 200 },
      { start: 10e6, end: 11e6, reason: 8 },
    ]);
  });
});
