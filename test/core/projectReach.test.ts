import assert from 'node:assert/strict';
import { newestAbilities } from '../../src/sdk/tls';
import type { DeviceEvent } from '../../src/simulator/events';
import { eventText } from '../../src/simulator/eventText';
import type { NetworkChoices } from '../../src/project/settings/simulator';
import { networkOf, type ReachWish } from '../../src/simulator/projectReach';
import { checkSettings, launchOptions } from '../../src/simulator/settings';

const hosts = {
  'broker.example': '127.0.0.1:8883',
  'nas.example': '10.9.8.7',
  'cloud.example': '93.184.216.34:443',
  'here.example': 'localhost:1883',
};
const localTargets = ['127.0.0.1:8883', '10.9.8.7', 'localhost:1883'];

describe("what a project's file says about this computer and private networks", () => {
  for (const [what, own, project, outbound, reach, wish] of [
    ['counts for nothing by itself', {}, { hosts }, 'public', [], { targets: localTargets }],
    ['is no wish where it is public', {}, { outbound: 'public' }, 'public', [], { targets: [] }],
    ['is narrowed: local', {}, { outbound: 'local' }, 'public', [], { outbound: 'local', targets: [] }],
    [
      'is narrowed: loopback',
      {},
      { outbound: 'loopback' },
      'deny',
      [],
      { outbound: 'loopback', targets: [] },
    ],
    ['may forbid everything', {}, { outbound: 'deny', hosts }, 'deny', [], { targets: [] }],
    ['counts where the user opens all', { outbound: 'local' }, { hosts }, 'local', [], { targets: [] }],
    [
      'does not widen what the user says',
      { outbound: 'deny' },
      { outbound: 'local', hosts },
      'deny',
      [],
      { targets: [] },
    ],
    [
      'counts where the user lists the same, and only that',
      { reach: ['127.0.0.1:8883', '10.9.8.7'] },
      { hosts, reach: ['10.9.8.7:22', '192.168.0.1'] },
      'public',
      ['127.0.0.1:8883', '10.9.8.7'],
      { targets: ['192.168.0.1', 'localhost:1883'] },
    ],
    [
      'is no wish where the user has hosts of their own, which count',
      { hosts: { a: '127.0.0.1:1' } },
      { hosts },
      'public',
      ['127.0.0.1:1'],
      { targets: [] },
    ],
  ] as const satisfies [
    string,
    NetworkChoices | object,
    NetworkChoices | object,
    string,
    readonly string[],
    ReachWish,
  ][]) {
    it(what, () => {
      const checked = (network: object) => checkSettings({ network }).network ?? {};
      const result = networkOf(checked(own), checked(project));
      assert.equal(result.network.outbound, outbound);
      assert.deepEqual(result.network.reach, reach);
      assert.deepEqual(result.wish, wish);
    });
  }

  it('still names the hosts, and sets all else of the network', () => {
    const project = checkSettings({ network: { hosts, delay: 5 }, ports: { 443: 9443 } });
    const { network, ports, reachWish } = launchOptions(
      { program: 'firmware.elf' },
      project,
      '.',
      newestAbilities,
    );
    assert.deepEqual(network?.hosts, new Map(Object.entries(hosts)));
    assert.deepEqual(network.reach, new Set());
    assert.deepEqual(network.faults, { delay: 5 });
    assert.deepEqual(ports, new Map([[443, 9443]]));
    assert.deepEqual(reachWish?.targets, localTargets);
  });

  it('asks for a number of places that a reader reads', () => {
    const reach = Array.from({ length: 500 }, (_, index) => `10.0.0.1:${index + 1}`);
    assert.equal(networkOf({}, { reach }).wish.targets.length, 20);
  });

  it('is said in one line, with what allows it', () => {
    const event = (wish: ReachWish): DeviceEvent => ({ time: 0, kind: 'reach-wish', ...wish });
    const some = event({ targets: ['127.0.0.1:8883', '10.9.8.7'] });
    assert.equal(
      eventText(some, false, 'terminal'),
      'esp8266-ssl.json asks to reach 127.0.0.1:8883, 10.9.8.7; only you can allow that. ' +
        'To allow it, add --reach 127.0.0.1:8883 --reach 10.9.8.7.',
    );
    assert.equal(
      eventText(some),
      'esp8266-ssl.json asks to reach 127.0.0.1:8883, 10.9.8.7; only you can allow that. ' +
        'To allow it, add "127.0.0.1:8883", "10.9.8.7" to "network.reach" in launch.json.',
    );
    const all = event({ outbound: 'local', targets: [] });
    assert.match(
      eventText(all, false, 'terminal') ?? '',
      /asks for "outbound": "local".*add --outbound local\.$/,
    );
    assert.match(eventText(all) ?? '', /set "network\.outbound" to "local" in launch\.json\.$/);
  });
});
