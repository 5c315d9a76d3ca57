import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import net from 'node:net';
import { encode } from 'dns-packet';
import { DeviceClock } from '../../src/simulator/clock';
import { type DeviceEvent, EventLog } from '../../src/simulator/events';
import { eventText } from '../../src/simulator/eventText';
import { defaultNetwork, Gateway, type GatewayOptions } from '../../src/simulator/network/gateway';
import {
  buildIp,
  buildTcp,
  buildUdp,
  type IpPacket,
  ipOf,
  parseIp,
  parseTcp,
  protocols,
  tcpFlags,
} from '../../src/simulator/network/packets';
import { PortMap } from '../../src/simulator/network/ports';
import { placeOf, Reach } from '../../src/simulator/network/reach';

const device = ipOf('192.168.1.104') ?? 0;
const none: ReadonlySet<string> = new Set();

describe('where the device may connect to', () => {
  for (const [place, ...addresses] of [
    ['host', '0.0.0.0', '0.1.2.3', '127.0.0.1', '127.255.255.254', '::', '::1', '0:0:0:0:0:0:0:1'],
    ['host', '::ffff:127.0.0.1', '::ffff:7f00:1', '64:ff9b::127.0.0.1', 'no address', ''],
    ['private', '10.0.0.0', '10.255.255.255', '100.64.0.1', '100.127.255.255', '169.254.169.254'],
    ['private', '172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.255.255'],
    ['private', '224.0.0.251', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
    ['private', 'fc00::1', 'fdff::1', 'fe80::1%eth0', 'febf::1', 'fec0::1', 'ff02::1', '::ffff:10.0.0.1'],
    ['public', '1.0.0.0', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
    ['public', '128.0.0.1', '169.253.0.1', '172.15.255.255', '172.32.0.0', '192.167.0.1', '192.169.0.1'],
    ['private', '::10.0.0.1', '64:ff9b:1::1', '2001::1', '2002:7f00:1::1'],
    ['public', '223.255.255.255', '2001:4860:4860::8888', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'],
  ] as const) {
    for (const address of addresses) {
      it(`takes ${address || 'nothing'} for ${place}`, () => {
        assert.equal(placeOf(address, none), place);
      });
    }
  }

  it("takes the computer's public address for this computer", () => {
    assert.equal(placeOf('93.184.216.34', new Set(['93.184.216.34'])), 'host');
  });

  const listed = new Set(['127.0.0.1:8883', '10.9.8.7']);
  for (const [outbound, ...refusals] of [
    ['public', undefined, 'local', undefined, undefined, 'local'],
    ['local', undefined, undefined, undefined, undefined, undefined],
    ['loopback', 'off', undefined, undefined, 'off', 'off'],
    ['deny', 'off', 'off', 'off', 'off', 'off'],
  ] as const) {
    it(`knows what “${outbound}” allows`, () => {
      const reach = new Reach({ outbound, reach: listed, own: () => none });
      const places = [
        ['8.8.8.8', 53],
        ['127.0.0.1', 8884],
        ['127.0.0.1', 8883],
        ['10.9.8.7', 1],
        ['10.9.8.8', 1],
      ] as const;
      assert.deepEqual(
        places.map(([host, port]) => reach.refusal(host, port)),
        refusals,
      );
    });
  }
});

describe('the gateway with its usual settings', () => {
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  function create(options: Partial<GatewayOptions> = {}) {
    const clock = new DeviceClock(() => 0);
    const events = new EventLog(() => clock.now());
    const log: DeviceEvent[] = [];
    events.listen(event => log.push(event));
    const packets: IpPacket[] = [];
    const gateway = new Gateway({
      ...defaultNetwork,
      clock,
      events,
      ports: new PortMap(new Map([[7000, 0]])),
      address: { ip: [192, 168, 1, 104], netmask: [255, 255, 255, 0], gateway: [192, 168, 1, 1] },
      toDevice: packet => packets.push(parseIp(packet) ?? assert.fail('no IP packet')),
      ...options,
    });
    ends.push(() => {
      gateway.close();
    });
    let sourcePort = 50000;
    return {
      gateway,
      packets,
      denied: () => log.filter(event => event.kind === 'outbound-denied'),
      log,
      /** Flags of the answer to a SYN. */
      connect: async (to: string, port: number) => {
        const source = sourcePort++;
        const { syn } = tcpFlags;
        gateway.receive(
          buildTcp(device, ipOf(to) ?? assert.fail(to), {
            ...{ sourcePort: source, destinationPort: port, sequence: 1, acknowledgement: 0, flags: syn },
            ...{ window: 5840, mss: undefined, data: Buffer.alloc(0) },
          }),
        );
        const answer = () => packets.map(parseTcp).find(segment => segment?.destinationPort === source);
        await until(() => answer() !== undefined);
        return answer()?.flags;
      },
      udp: (to: string, port: number, content: string | Uint8Array, source = 6000) => {
        const data = Buffer.from(content);
        const datagram = { sourcePort: source, destinationPort: port, data };
        gateway.receive(buildUdp(device, ipOf(to) ?? assert.fail(to), datagram));
      },
    };
  }

  async function until(found: () => boolean): Promise<void> {
    while (!found()) await new Promise(resolve => setTimeout(resolve, 2));
  }

  /** A server of this computer at an address; the connections that it got. */
  async function serve(host: string): Promise<{ port: number; connections: () => number }> {
    let connections = 0;
    const server = net.createServer(socket => {
      connections++;
      socket.on('error', () => undefined);
      ends.push(() => socket.destroy());
    });
    ends.push(() => server.close());
    await new Promise<void>(resolve => server.listen(0, host, resolve));
    const address = server.address();
    return {
      port: typeof address === 'object' ? (address?.port ?? 0) : 0,
      connections: () => connections,
    };
  }

  const [accepted, refused] = [tcpFlags.syn | tcpFlags.ack, tcpFlags.rst | tcpFlags.ack];

  it('refuses this computer by each of its addresses, says so once, and how to allow it', async () => {
    const server = await serve('0.0.0.0');
    const { connect, denied } = create();
    for (const address of ['192.168.1.1', '127.0.0.1', '127.0.0.2', '0.0.0.0', '192.168.1.1'])
      assert.equal(await connect(address, server.port), refused, address);
    assert.equal(server.connections(), 0);
    assert.deepEqual(
      denied().map(({ target }) => target),
      ['127.0.0.1', '127.0.0.2', '0.0.0.0'].map(host => `${host}:${server.port}`),
    );
    const [event] = denied();
    assert.ok(event);
    assert.equal(
      eventText(event, false, 'terminal'),
      `The device may not reach 192.168.1.1:${server.port}: it is this computer. ` +
        `To allow it, add --reach 127.0.0.1:${server.port}.`,
    );
    assert.equal(
      eventText(event),
      `The device may not reach 192.168.1.1:${server.port}: it is this computer. ` +
        `To allow it, add "127.0.0.1:${server.port}" to "network.reach" in launch.json.`,
    );
  });

  it('refuses an address of an interface of this computer, whatever it is', async () => {
    const server = await serve('127.0.0.1');
    const { connect, denied } = create({ own: () => new Set(['93.184.216.34']) });
    assert.equal(await connect('93.184.216.34', server.port), refused);
    assert.equal(denied()[0]?.place, 'host');
  });

  it('connects to what is listed, and to what is allowed', async () => {
    const server = await serve('127.0.0.1');
    const target = `127.0.0.1:${server.port}`;
    const hosts = new Map([['a.example', target]]);
    const named = create({ hosts });
    assert.equal(await named.connect('192.168.1.200', 8883), refused);
    assert.equal(server.connections(), 0);
    const listed = create({ hosts, reach: new Set([target]) });
    assert.equal(await listed.connect('192.168.1.200', 8883), accepted);
    assert.equal(await listed.connect('192.168.1.1', server.port), accepted);
    assert.equal(await create({ outbound: 'local' }).connect('192.168.1.1', server.port), accepted);
    assert.equal(server.connections(), 3);
  });

  it("connects to the device's own port", async () => {
    const { gateway, connect, log } = create();
    gateway.setListeners([{ protocol: 'tcp', port: 7000 }]);
    await until(() => log.some(({ kind }) => kind === 'listening'));
    const own = log.find(event => event.kind === 'listening');
    assert.equal(await connect('192.168.1.1', own?.port ?? 0), accepted);
  });

  it('decides on the address that a name has, and names it', async () => {
    const server = await serve('127.0.0.1');
    const { connect, denied, udp, log } = create({ lookup: () => Promise.resolve('127.0.0.1') });
    const questions = [{ type: 'A', name: 'rebind.example' } as const];
    udp('192.168.1.1', 53, encode({ type: 'query', id: 1, questions }), 4096);
    await until(() => log.some(({ kind }) => kind === 'dns'));
    assert.equal(await connect('127.0.0.1', server.port), refused);
    assert.equal(server.connections(), 0);
    assert.equal(denied()[0]?.name, 'rebind.example');
  });

  it('refuses datagrams alike, but lets the device answer who has written to it', async () => {
    const got: string[] = [];
    const socket = dgram.createSocket('udp4', data => got.push(data.toString()));
    ends.push(() => socket.close());
    await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve));
    const { port } = socket.address();
    const { gateway, udp, denied, packets, log } = create();
    udp('192.168.1.1', port, 'refused');
    udp('127.0.0.1', port, 'refused');
    udp('10.0.0.1', 9, 'refused');
    assert.deepEqual(
      denied().map(({ target }) => target),
      [`127.0.0.1:${port}`, '10.0.0.1:9'],
    );
    assert.deepEqual(
      packets.map(({ protocol, payload }) => [protocol, payload[0], payload[1]]),
      Array.from({ length: 3 }, () => [protocols.icmp, 3, 13]),
    );
    gateway.setListeners([{ protocol: 'udp', port: 7000 }]);
    await until(() => log.some(({ kind }) => kind === 'listening'));
    const own = log.find(event => event.kind === 'listening');
    socket.send('hello', own?.port ?? 0, '127.0.0.1');
    await until(() => packets.some(({ protocol }) => protocol === protocols.udp));
    udp('192.168.1.1', port, 'answer', 7000);
    await until(() => got.length > 0);
    assert.deepEqual(got, ['answer']);
  });

  it('answers a ping to a private address with “forbidden”', () => {
    const { gateway, packets, log } = create();
    const echo = Buffer.from([8, 0, 0xf7, 0xff, 0, 0, 0, 0]);
    for (const to of ['10.0.0.1', '127.0.0.1', '8.8.8.8', '10.0.0.1'])
      gateway.receive(buildIp(device, ipOf(to) ?? 0, protocols.icmp, echo));
    assert.deepEqual(
      packets.map(({ payload }) => [payload[0], payload[1]]),
      [
        [3, 13],
        [3, 13],
        [3, 1],
        [3, 13],
      ],
    );
    assert.equal(log.filter(({ kind }) => kind === 'ping-not-forwarded').length, 3);
  });

  it('asks for a name once and connects to the address that it answered', async () => {
    const server = await serve('127.0.0.1');
    const answers = ['93.184.216.34', '127.0.0.1'];
    let asked = 0;
    const { connect, udp, log, denied } = create({
      own: () => new Set(['93.184.216.34']),
      lookup: () => Promise.resolve(answers[asked++] ?? ''),
    });
    const questions = [{ type: 'A', name: 'rebind.example' } as const];
    udp('192.168.1.1', 53, encode({ type: 'query', id: 1, questions }), 4096);
    await until(() => log.some(({ kind }) => kind === 'dns'));
    assert.equal(await connect('93.184.216.34', server.port), refused);
    assert.equal(asked, 1);
    assert.equal(denied()[0]?.target, `93.184.216.34:${server.port}`);
  });

  it('logs a bounded number of refusals, also over resets of the device', async () => {
    const told = new Set<string>();
    const [first, second] = [create({ refused: told }), create({ refused: told })];
    for (let port = 1; port <= 300; port++) first.udp('10.0.0.1', port, 'scan');
    assert.equal(first.denied().length, 100);
    second.udp('10.0.0.1', 1, 'scan');
    second.udp('10.0.0.1', 1000, 'scan');
    assert.equal(second.denied().length, 0);
    assert.equal(await second.connect('10.0.0.1', 80), refused);
  });
});
