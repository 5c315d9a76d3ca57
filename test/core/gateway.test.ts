import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { decode, encode } from 'dns-packet';
import { type DeviceEvent, type EventDetail, EventLog } from '../../src/simulator/events';
import { defaultNetwork, Gateway, type NetworkOptions } from '../../src/simulator/network/gateway';
import {
  buildIp,
  buildTcp,
  buildUdp,
  type Ip,
  type IpPacket,
  ipOf,
  ipText,
  parseIp,
  parseTcp,
  parseUdp,
  protocols,
  tcpFlags,
  type TcpSegment,
} from '../../src/simulator/network/packets';
import { PortMap } from '../../src/simulator/network/ports';
import type { Clock } from '../../src/simulator/clock';
import { eventText } from '../../src/simulator/eventText';
import { takenPort } from '../takenPort';

const { syn, ack, fin, rst, psh } = tcpFlags;
const device = ip('192.168.1.104');
const router = ip('192.168.1.1');

function ip(text: string): Ip {
  return ipOf(text) ?? assert.fail(text);
}

/** Time that the test moves. */
class TestClock implements Clock {
  time = 0;
  now(): number {
    return this.time;
  }
  advance(duration: number): void {
    this.time += duration;
  }
  pause(): void {
    // Moved by the test alone.
  }
  resume(): void {
    // Moved by the test alone.
  }
}

describe('the gateway', () => {
  const gateways: Gateway[] = [];
  const servers: net.Server[] = [];
  afterEach(() => {
    for (const gateway of gateways.splice(0)) gateway.close();
    for (const server of servers.splice(0)) server.close();
  });

  function create(options: Partial<NetworkOptions> = {}, ports = new PortMap()) {
    const clock = new TestClock();
    const events = new EventLog(() => clock.now());
    const log: DeviceEvent[] = [];
    events.listen(event => log.push(event));
    const packets: IpPacket[] = [];
    const gateway = new Gateway({
      ...defaultNetwork,
      // The servers of these tests are on this computer; reach.test.ts has the default.
      outbound: 'local',
      ...options,
      clock,
      events,
      ports,
      address: { ip: [192, 168, 1, 104], netmask: [255, 255, 255, 0], gateway: [192, 168, 1, 1] },
      toDevice: packet => packets.push(parseIp(packet) ?? assert.fail('no IP packet')),
    });
    gateways.push(gateway);
    const next = async (protocol: number): Promise<IpPacket> => {
      for (const end = Date.now() + 60_000; Date.now() < end;) {
        const at = packets.findIndex(packet => packet.protocol === protocol);
        const [found] = at < 0 ? [] : packets.splice(at, 1);
        if (found !== undefined) return found;
        await new Promise(resolve => setTimeout(resolve, 2));
      }
      throw new Error('no packet came');
    };
    return {
      gateway,
      clock,
      packets,
      of: <K extends EventDetail['kind']>(kind: K) =>
        log.filter((event): event is Extract<DeviceEvent, { kind: K }> => event.kind === kind),
      tcp: async () => parseTcp(await next(protocols.tcp)) ?? assert.fail('a broken segment'),
      udp: async () => {
        const packet = await next(protocols.udp);
        return { ...(parseUdp(packet) ?? assert.fail('a broken datagram')), packet };
      },
      next,
      /** Lets so many µs pass. */
      pass: (duration: number) => {
        clock.advance(duration);
        gateway.run();
      },
      send: (segment: Partial<TcpSegment>, to = router) => {
        gateway.receive(
          buildTcp(device, to, {
            sourcePort: 50000,
            destinationPort: 80,
            sequence: 0,
            acknowledgement: 0,
            flags: ack,
            window: 5840,
            mss: undefined,
            data: Buffer.alloc(0),
            ...segment,
          }),
        );
      },
      sendUdp: (to: string, sourcePort: number, destinationPort: number, data: Uint8Array, from = device) => {
        gateway.receive(buildUdp(from, ip(to), { sourcePort, destinationPort, data: Buffer.from(data) }));
      },
    };
  }

  /** A server of the computer that collects what comes and answers with `answer`. */
  async function serve(answer = ''): Promise<{ port: number; got: () => string; sockets: net.Socket[] }> {
    let text = '';
    const sockets: net.Socket[] = [];
    const server = net.createServer({ allowHalfOpen: true }, socket => {
      sockets.push(socket);
      socket.on('data', data => (text += data.toString()));
      socket.on('end', () => socket.end(answer));
      socket.on('error', () => undefined);
    });
    servers.push(server);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, got: () => text, sockets };
  }

  async function until(found: () => boolean): Promise<void> {
    for (const end = Date.now() + 60_000; !found();) {
      if (Date.now() > end) throw new Error('it did not happen');
      await new Promise(resolve => setTimeout(resolve, 2));
    }
  }

  it('takes a connection of the device to the computer, bytes both ways, and half a close', async () => {
    const server = await serve('goodbye');
    const { send, tcp, of } = create();
    const port = server.port;
    send({ flags: syn, sequence: 1000, destinationPort: port, mss: 536 });
    const answer = await tcp();
    assert.equal(answer.flags, syn | ack);
    assert.equal(answer.acknowledgement, 1001);
    assert.equal(answer.mss, 1460);
    const theirs = answer.sequence + 1;
    send({
      sequence: 1001,
      acknowledgement: theirs,
      destinationPort: port,
      flags: ack | psh,
      data: Buffer.from('hello'),
    });
    assert.equal((await tcp()).acknowledgement, 1006);
    send({ sequence: 1006, acknowledgement: theirs, destinationPort: port, flags: ack | fin });
    assert.equal((await tcp()).acknowledgement, 1007);
    const data = await tcp();
    assert.equal(data.data.toString(), 'goodbye');
    assert.equal(server.got(), 'hello');
    const last = await tcp();
    assert.equal(last.flags & fin, fin);
    send({ sequence: 1007, acknowledgement: last.sequence + 1, destinationPort: port });
    await until(() => of('tcp-closed').length === 1);
    assert.deepEqual(of('tcp-closed')[0]?.reset, false);
    // The last acknowledgement may be lost: a repeated FIN is answered once more, not refused.
    send({ sequence: 1006, acknowledgement: last.sequence + 1, destinationPort: port, flags: ack | fin });
    assert.equal((await tcp()).flags, ack);
  });

  it('lets go of the socket of a connection that the device ends and then breaks off', async () => {
    const server = await serve();
    const { send, tcp, of } = create();
    const { port } = server;
    send({ flags: syn, sequence: 1000, destinationPort: port });
    const { sequence } = await tcp();
    await until(() => server.sockets.length === 1);
    const gone = new Promise(resolve => server.sockets[0]?.once('close', resolve));
    const ending = { acknowledgement: sequence + 1, destinationPort: port };
    send({ ...ending, sequence: 1001, flags: ack | fin });
    send({ ...ending, sequence: 1002, flags: ack | rst });
    assert.equal(of('tcp-closed')[0]?.reset, true);
    await gone;
    await until(() => !process.getActiveResourcesInfo().includes('TCPSocketWrap'));
  });

  it('refuses with RST what nobody listens at, what is not allowed, and what it does not know', async () => {
    const closed = await serve();
    servers[0]?.close();
    const refused = create();
    refused.send({ flags: syn, sequence: 7, destinationPort: closed.port });
    const answer = await refused.tcp();
    assert.equal(answer.flags, rst | ack);
    assert.equal(answer.acknowledgement, 8);
    assert.equal(refused.of('tcp-failed')[0]?.reason, 'ECONNREFUSED');

    const denied = create({ outbound: 'deny' });
    denied.send({ flags: syn, sequence: 7 });
    assert.equal((await denied.tcp()).flags, rst | ack);
    const loopback = create({ outbound: 'loopback' });
    loopback.send({ flags: syn, sequence: 7 }, ip('93.184.216.34'));
    assert.equal((await loopback.tcp()).flags, rst | ack);
    assert.equal(loopback.of('outbound-denied')[0]?.remote, '93.184.216.34:80');

    refused.send({ sequence: 500, acknowledgement: 900, destinationPort: 4242, flags: ack });
    const unknown = await refused.tcp();
    assert.equal(unknown.flags & rst, rst);
    assert.equal(unknown.sequence, 900);
    refused.send({ sequence: 500, destinationPort: 4242, flags: rst });
    assert.equal(refused.packets.length, 0, 'a reset is not answered');
  });

  it('puts segments in order, takes each byte once, and says so', async () => {
    const server = await serve();
    const { send, tcp } = create();
    const to = { destinationPort: server.port };
    send({ flags: syn, sequence: 0xfffffffe, ...to });
    const acknowledgement = (await tcp()).sequence + 1;
    // The numbers wrap around behind the second byte.
    const at = (sequence: number, text: string) => {
      send({ sequence: sequence >>> 0, acknowledgement, ...to, data: Buffer.from(text) });
    };
    at(0xffffffff + 3, 'def');
    assert.equal((await tcp()).acknowledgement, 0xffffffff);
    at(0xffffffff, 'abc');
    assert.equal((await tcp()).acknowledgement, 5);
    at(0xffffffff + 2, 'cdefg');
    assert.equal((await tcp()).acknowledgement, 6);
    at(0xffffffff, 'abc');
    assert.equal((await tcp()).acknowledgement, 6);
    await until(() => server.got() === 'abcdefg');
  });

  it('repeats what is not acknowledged, and gives up in the end', async () => {
    const server = await serve();
    const { send, tcp, pass, of, packets } = create();
    const to = { destinationPort: server.port };
    send({ flags: syn, sequence: 1, ...to });
    const first = await tcp();
    pass(1_000_001);
    const again = await tcp();
    assert.deepEqual([again.flags, again.sequence], [syn | ack, first.sequence]);
    send({ sequence: 2, acknowledgement: first.sequence + 1, ...to });
    await until(() => server.sockets.length === 1);
    server.sockets[0]?.write('data');
    const data = await tcp();
    pass(1_000_001);
    assert.deepEqual((await tcp()).data, data.data);
    for (let i = 0; i < 20; i++) pass(8_000_001);
    const last = packets.map(packet => parseTcp(packet)).at(-1);
    assert.equal((last?.flags ?? 0) & rst, rst);
    assert.equal(of('tcp-closed')[0]?.reset, true);
  });

  it('respects the window of the device, probes a closed one, and goes on when it opens', async () => {
    const server = await serve();
    const { send, tcp, pass, packets } = create();
    const to = { destinationPort: server.port };
    send({ flags: syn, sequence: 1, window: 10, ...to });
    const base = (await tcp()).sequence + 1;
    send({ sequence: 2, acknowledgement: base, window: 10, ...to });
    await until(() => server.sockets.length === 1);
    server.sockets[0]?.write('0123456789abcdef');
    assert.equal((await tcp()).data.toString(), '0123456789');
    send({ sequence: 2, acknowledgement: base + 10, window: 0, ...to });
    assert.equal(packets.length, 0);
    pass(1_000_001);
    assert.equal((await tcp()).data.toString(), 'a');
    send({ sequence: 2, acknowledgement: base + 10, window: 0, ...to });
    send({ sequence: 2, acknowledgement: base + 11, window: 100, ...to });
    assert.equal((await tcp()).data.toString(), 'bcdef');
  });

  it('opens the ports of the device, lets clients in, and breaks off what the device breaks off', async () => {
    const { gateway, send, tcp, of } = create({}, new PortMap(new Map([[80, 0]])));
    gateway.setListeners([{ protocol: 'tcp', port: 80 }]);
    await until(() => of('listening').length === 1);
    const port = of('listening')[0]?.port ?? 0;
    const client = net.connect(port, '127.0.0.1');
    const closed = new Promise<string>(resolve => {
      client.on('error', (error: Error & { code?: string }) => {
        resolve(error.code ?? '');
      });
      client.on('close', () => {
        resolve('closed');
      });
    });
    const opening = await tcp();
    assert.equal(opening.flags, syn);
    assert.equal(opening.destinationPort, 80);
    const back = { sourcePort: 80, destinationPort: opening.sourcePort };
    send({ ...back, flags: syn | ack, sequence: 9, acknowledgement: opening.sequence + 1 });
    assert.equal((await tcp()).flags, ack);
    client.write('GET');
    assert.equal((await tcp()).data.toString(), 'GET');
    send({ ...back, flags: rst | ack, sequence: 10, acknowledgement: opening.sequence + 4 });
    assert.equal(await closed, 'ECONNRESET');
    gateway.setListeners([]);
    await assert.rejects(
      new Promise((resolve, reject) => net.connect(port, '127.0.0.1', () => resolve(1)).on('error', reject)),
    );
  });

  it('takes another port where the one of the map is taken, says so, and stays there after a reset', async () => {
    const taken = await takenPort();
    const takenUdp = dgram.createSocket('udp4').bind(0, '127.0.0.1');
    await once(takenUdp, 'listening');
    try {
      const wanted = { tcp: taken.port, udp: takenUdp.address().port };
      const ports = new PortMap(
        new Map([
          [80, wanted.tcp],
          [7000, wanted.udp],
        ]),
      );
      const listeners = [
        { protocol: 'tcp', port: 80 },
        { protocol: 'udp', port: 7000 },
      ] as const;
      const before = create({}, ports);
      before.gateway.setListeners(listeners);
      await until(() => before.of('listening').length === 2);
      for (const event of before.of('listening')) {
        const { protocol, host, port, refused } = event;
        assert.ok(protocol !== 'tls');
        assert.notEqual(port, wanted[protocol]);
        assert.deepEqual(refused, { port: wanted[protocol], code: 'EADDRINUSE' });
        assert.ok(eventText(event, false)?.includes(`${host}:${port}`));
        assert.ok(
          eventText(event, false)?.endsWith(`because port ${wanted[protocol]} of this computer is in use`),
        );
      }
      before.gateway.close();
      const after = create({}, ports);
      after.gateway.setListeners(listeners);
      await until(() => after.of('listening').length === 2);
      const places = ({ of }: typeof after) => of('listening').map(({ protocol, port }) => [protocol, port]);
      assert.deepEqual(places(after).sort(), places(before).sort());
      assert.ok(after.of('listening').every(({ refused }) => refused === undefined));
    } finally {
      taken.release();
      takenUdp.close();
    }
  });

  it('resolves names: those of the user, with and without port, and says when there is none', async () => {
    const server = await serve();
    const { sendUdp, udp, send, tcp } = create({
      outbound: 'loopback',
      hosts: new Map([
        ['broker.example', `127.0.0.1:${server.port}`],
        ['far.example', '10.9.8.7'],
      ]),
    });
    const ask = async (name: string, type: 'A' | 'AAAA' = 'A') => {
      sendUdp('192.168.1.1', 4096, 53, encode({ type: 'query', id: 77, questions: [{ type, name }] }));
      const { data, destinationPort } = await udp();
      assert.equal(destinationPort, 4096);
      const reply = decode(data);
      assert.equal(reply.id, 77);
      const [answer] = reply.answers ?? [];
      return answer?.type === 'A' ? answer.data : `${(reply.flags ?? 0) & 15}`;
    };
    assert.equal(await ask('far.example'), '10.9.8.7');
    assert.equal(await ask('nobody.example'), '3');
    assert.equal(await ask('far.example', 'AAAA'), '0');
    const address = await ask('Broker.Example');
    send({ flags: syn, sequence: 1, destinationPort: 8883 }, ip(address));
    assert.equal((await tcp()).flags, syn | ack, 'the name leads to the port it was given');
    sendUdp('192.168.1.1', 4096, 53, Buffer.from('no DNS at all'));
  });

  it('gives the device its address, and the time', async () => {
    const begin = Date.now();
    const { sendUdp, udp, clock } = create();
    const message = Buffer.alloc(240);
    message[0] = 1;
    message.writeUInt32BE(0x11223344, 4);
    message.writeUInt32BE(0x63825363, 236);
    const ask = async (...options: number[]) => {
      sendUdp('255.255.255.255', 68, 67, Buffer.concat([message, Buffer.from([...options, 255])]), 0);
      const { data, packet, destinationPort } = await udp();
      assert.equal(destinationPort, 68);
      assert.equal(ipText(packet.destination), '255.255.255.255');
      assert.equal(data.readUInt32BE(4), 0x11223344);
      return { kind: data[242], address: ipText(data.readUInt32BE(16)) };
    };
    assert.deepEqual(await ask(53, 1, 1), { kind: 2, address: '192.168.1.104' });
    assert.deepEqual(await ask(53, 1, 3, 50, 4, 192, 168, 1, 104), { kind: 5, address: '192.168.1.104' });
    assert.deepEqual(await ask(53, 1, 3, 50, 4, 10, 0, 0, 1), { kind: 6, address: '0.0.0.0' });

    clock.advance(60e6);
    const question = Buffer.alloc(48);
    question[0] = 0x1b;
    question.writeUInt32BE(0xabcdef, 40);
    sendUdp('162.159.200.1', 123, 123, question);
    const { data } = await udp();
    assert.equal(data.length, 48);
    assert.deepEqual([data[0], data[1]], [0x1c, 1], 'version 3, a server, of the first stratum');
    assert.equal(data.readUInt32BE(24), 0xabcdef, 'the time of the question');
    // When the clock was set, when the question came, when the answer left.
    for (const at of [16, 32, 40]) {
      const seconds = data.readUInt32BE(at) - 2208988800;
      // A minute has passed on the device only.
      assert.ok(seconds >= Math.floor(begin / 1000) + 60 && seconds <= Math.ceil(Date.now() / 1000) + 60);
    }
    sendUdp('162.159.200.1', 123, 123, question.subarray(0, 47));
    sendUdp('162.159.200.1', 123, 123, question);
    assert.equal((await udp()).data.readUInt32BE(24), 0xabcdef, 'a question that is cut off has no answer');
  });

  it('carries datagrams both ways, in pieces too, and drops broadcasts', async () => {
    const { gateway, sendUdp, udp, of } = create({}, new PortMap(new Map([[7000, 0]])));
    const host = dgram.createSocket('udp4');
    const got: Buffer[] = [];
    host.on('message', data => got.push(data));
    await new Promise<void>(resolve => host.bind(0, '127.0.0.1', resolve));
    try {
      const { port } = host.address();
      gateway.setListeners([{ protocol: 'udp', port: 7000 }]);
      await until(() => of('listening').length === 1);
      host.send('ping', of('listening')[0]?.port ?? 0, '127.0.0.1');
      const datagram = await udp();
      assert.equal(datagram.data.toString(), 'ping');
      assert.equal(datagram.destinationPort, 7000);
      sendUdp('192.168.1.1', 7000, datagram.sourcePort, Buffer.from('pong'));
      const whole = parseIp(
        buildUdp(device, router, { sourcePort: 7000, destinationPort: port, data: Buffer.alloc(3000, 'x') }),
      );
      const payload = whole?.payload ?? assert.fail('no packet');
      const piece = (from: number, to: number) => {
        const fragment = buildIp(device, router, protocols.udp, payload.subarray(from, to), 99);
        fragment.writeUInt16BE((from >> 3) | (to < payload.length ? 0x2000 : 0), 6);
        fragment.writeUInt16BE(0, 10);
        let sum = 0;
        for (let at = 0; at < 20; at += 2) sum += fragment.readUInt16BE(at);
        while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
        fragment.writeUInt16BE(~sum & 0xffff, 10);
        return fragment;
      };
      gateway.receive(piece(1480, payload.length));
      gateway.receive(piece(0, 1480));
      await until(() => got.length === 2);
      assert.deepEqual(got.map(data => data.length).sort(), [3000, 4]);
      sendUdp('192.168.1.255', 7000, 9, Buffer.from('everybody'));
      sendUdp('224.0.0.251', 5353, 5353, Buffer.from('mdns'));
      assert.deepEqual(
        of('broadcast').map(({ destination }) => destination),
        ['192.168.1.255', '224.0.0.251'],
      );
    } finally {
      host.close();
    }
  });

  it('opens no port of lwIP’s own, and closes those at which the device no longer listens', async () => {
    const { gateway, of } = create({}, new PortMap(new Map([[7000, 0]])));
    const own = [53, 67, 68, 123, 5353, 0xc000, 0xffff].map(port => ({ protocol: 'udp', port }) as const);
    gateway.setListeners([...own, { protocol: 'udp', port: 7000 }]);
    await until(() => of('listening').length === 1);
    const port = of('listening')[0]?.port;
    assert.deepEqual(
      of('listening').map(({ protocol, devicePort }) => [protocol, devicePort]),
      [['udp', 7000]],
    );
    gateway.setListeners(own);
    const taker = dgram.createSocket('udp4');
    try {
      // It is free for others as soon as it is closed.
      for (let bound = false; !bound;)
        bound = await new Promise<boolean>(resolve => {
          const failed = () => {
            setTimeout(() => {
              resolve(false);
            }, 5);
          };
          taker.once('error', failed);
          taker.bind(port, '127.0.0.1', () => {
            taker.off('error', failed);
            resolve(true);
          });
        });
    } finally {
      taker.close();
    }
    assert.equal(of('listening').length, 1, 'no other was opened meanwhile');
  });

  it('answers a ping to itself, and says that others are not forwarded', async () => {
    const { gateway, next, of } = create();
    const echo = Buffer.from([8, 0, 0xf7, 0xff, 0, 0, 0, 0]);
    gateway.receive(buildIp(device, router, protocols.icmp, echo));
    assert.equal((await next(protocols.icmp)).payload[0], 0);
    gateway.receive(buildIp(device, ip('8.8.8.8'), protocols.icmp, echo));
    assert.equal((await next(protocols.icmp)).payload[0], 3);
    assert.equal(of('ping-not-forwarded')[0]?.destination, '8.8.8.8');
  });

  /** A SYN of the device to the router. */
  const opening = (sourcePort: number, destinationPort: number) =>
    buildTcp(device, router, {
      ...{ sourcePort, destinationPort, sequence: 1, acknowledgement: 0 },
      ...{ flags: syn, window: 1000, mss: undefined, data: Buffer.alloc(0) },
    });

  it('lets a flood of connections, ports and questions take no more than its share of the computer', async () => {
    const { gateway, sendUdp, of, packets } = create({ outbound: 'loopback' });
    for (let port = 1; port <= 3000; port++) {
      sendUdp('192.168.1.1', 10_000 + port, 9, Buffer.from('x'));
      sendUdp(
        '192.168.1.1',
        4096,
        53,
        encode({ type: 'query', id: port, questions: [{ type: 'A', name: 'x.invalid' }] }),
      );
      gateway.receive(opening(10_000 + port, 1));
    }
    // What is too much is refused at once, the rest by the computer.
    const refused = () => packets.filter(({ protocol }) => protocol === protocols.tcp).length;
    assert.equal(refused(), 2000);
    await until(() => refused() === 3000);
    assert.equal(of('tcp-failed').length, 1000);
    assert.equal(of('dns').length, 50);
  });

  it('lets no more clients in than its share, and gives each a port of its own', async () => {
    const { gateway, of, packets, pass } = create({}, new PortMap(new Map([[80, 0]])));
    gateway.setListeners([{ protocol: 'tcp', port: 80 }]);
    await until(() => of('listening').length === 1);
    const clients = new Set<net.Socket>();
    let refused = 0;
    try {
      for (let count = 0; count < 1010; count++) {
        const client = net.connect(of('listening')[0]?.port ?? 0, '127.0.0.1');
        clients.add(client);
        client.on('error', () => refused++);
        // The computer keeps only some hundred waiting.
        if (count % 100 === 99) await until(() => gateway.counts.connections + refused > count);
      }
      await until(() => refused === 10);
      assert.equal(gateway.counts.connections, 1000);
      const ports = packets.map(packet => parseTcp(packet)?.sourcePort);
      assert.equal(new Set(ports).size, 1000);
    } finally {
      for (const client of clients) client.destroy();
    }
    // The device, which has not answered them, is asked for a while; then nothing is left.
    for (let second = 0; second < 60; second++) pass(1_000_000);
    assert.deepEqual([gateway.counts.connections, gateway.counts.timers], [0, 0]);
  });

  it('has nobody at port 0', async () => {
    const { gateway, sendUdp, packets } = create();
    sendUdp('192.168.1.1', 7000, 0, Buffer.from('nobody'));
    sendUdp('192.168.1.1', 0, 7000, Buffer.from('nobody'));
    gateway.receive(opening(10_000, 0));
    await new Promise(resolve => setImmediate(resolve));
    assert.equal(packets.length, 1);
  });
});
