import assert from 'node:assert/strict';
import { decode, encode, type Packet } from 'dns-packet';
import { answerDhcp } from '../../../src/simulator/network/dhcp';
import { answerDns } from '../../../src/simulator/network/nameServer';
import {
  buildIp,
  buildTcp,
  buildUdp,
  echoAnswer,
  ipOf,
  ipText,
  parseIp,
  parseTcp,
  parseUdp,
  unreachableAnswer,
} from '../../../src/simulator/network/packets';
import { parseSegment } from '../../../src/simulator/network/tcpSegment';
import { Timers } from '../../../src/simulator/network/timers';

const device = ipOf('192.168.1.104') ?? 0;
const router = ipOf('192.168.1.1') ?? 0;

/** RFC 791 and 793, byte by byte: SYN with MSS 1460 from port 50000 to 443. */
const synBytes = [
  ...['4500002c', '00000000', '4006f712', 'c0a80168', 'c0a80101'],
  ...['c35001bb', '00000001', '00000000', '60021000', '3f600000', '020405b4'],
].join('');
/** RFC 768: "hi" from port 4096 to 53. */
const hiBytes = [
  '4500001e',
  '00000000',
  '4011f715',
  'c0a80168',
  'c0a80101',
  '10000035',
  '000a0382',
  '6869',
].join('');

const changed = (bytes: Uint8Array, at: number, value: number) => {
  const copy = Buffer.from(bytes);
  copy[at] = value;
  return copy;
};

describe('packets', () => {
  const texts: [text: string, ip: number | undefined][] = [
    ['192.168.1.104', 0xc0a80168],
    ['0.0.0.0', 0],
    ['255.255.255.255', 0xffffffff],
    ['256.1.1.1', undefined],
    ['1.2.3', undefined],
    ['1.2.3.4.5', undefined],
    ['1.2.3.4a', undefined],
    ['1.2.3.1234', undefined],
  ];
  for (const [text, ip] of texts)
    it(`${text} ${ip === undefined ? 'is no address' : 'is an address'}`, () => {
      assert.equal(ipOf(text), ip);
      if (ip !== undefined) assert.equal(ipText(ip), text);
    });

  it('of TCP are as the RFCs say, both ways', () => {
    const segment = {
      ...{ sourcePort: 50000, destinationPort: 443, sequence: 1, acknowledgement: 0, flags: 2, window: 4096 },
      ...{ mss: 1460, data: Buffer.alloc(0) },
    };
    assert.equal(buildTcp(device, router, segment).toString('hex'), synBytes);
    const packet = parseIp(Buffer.from(synBytes, 'hex'));
    assert.ok(packet);
    assert.deepEqual(
      [packet.source, packet.destination, packet.protocol, packet.offset, packet.more],
      [device, router, 6, 0, false],
    );
    assert.deepEqual(parseTcp(packet), segment);
  });

  it('of UDP are as the RFCs say, both ways', () => {
    const datagram = { sourcePort: 4096, destinationPort: 53, data: Buffer.from('hi') };
    assert.equal(buildUdp(device, router, datagram).toString('hex'), hiBytes);
    const packet = parseIp(Buffer.from(hiBytes, 'hex'));
    assert.deepEqual(packet && parseUdp(packet), datagram);
    const without = parseIp(changed(changed(Buffer.from(hiBytes, 'hex'), 26, 0), 27, 0));
    assert.deepEqual(without && parseUdp(without), datagram, 'a checksum of 0 is none');
  });

  const syn = Buffer.from(synBytes, 'hex');
  const broken: [what: string, bytes: Uint8Array][] = [
    ['is shorter than a header', syn.subarray(0, 19)],
    ['is of IP version 6', changed(syn, 0, 0x65)],
    ['has a header that is too short', changed(syn, 0, 0x44)],
    ['is longer than it came', changed(syn, 3, 0x2d)],
    ['is shorter than its header', changed(syn, 3, 0x13)],
    ['has another checksum', changed(syn, 11, 0x13)],
    ['is for another address than its checksum', changed(syn, 19, 2)],
  ];
  for (const [what, bytes] of broken)
    it(`are dropped when one ${what}`, () => {
      assert.equal(parseIp(bytes), undefined);
      assert.equal(parseSegment(bytes), undefined);
    });

  it('are dropped when their segment or datagram is broken', () => {
    const tcp = (payload: Uint8Array) => {
      const packet = parseIp(buildIp(device, router, 6, payload));
      return packet && parseTcp(packet);
    };
    const payload = syn.subarray(20);
    assert.ok(tcp(payload));
    assert.equal(tcp(payload.subarray(0, 19)), undefined, 'too short');
    assert.equal(tcp(changed(payload, 12, 0x40)), undefined, 'a header of 16 bytes');
    assert.equal(tcp(changed(payload, 12, 0x70)), undefined, 'a header that is longer than all');
    assert.equal(tcp(changed(payload, 3, 0)), undefined, 'another port than the checksum has');
    const udp = (bytes: Uint8Array) => {
      const packet = parseIp(buildIp(device, router, 17, bytes));
      return packet && parseUdp(packet);
    };
    const datagram = Buffer.from(hiBytes, 'hex').subarray(20);
    assert.ok(udp(Buffer.concat([datagram, Buffer.from('more')])), 'what follows is none of it');
    assert.equal(udp(datagram.subarray(0, 7)), undefined);
    assert.equal(udp(changed(datagram, 5, 7)), undefined, 'shorter than its header');
    assert.equal(udp(changed(datagram, 5, 11)), undefined, 'longer than it came');
    assert.equal(udp(changed(datagram, 8, 0)), undefined, 'damaged');
  });

  it('of a TCP stream are read with the names of both ends', () => {
    const read = parseSegment(syn);
    assert.ok(read);
    const { source, destination, sourcePort, destinationPort, sequence } = read;
    assert.deepEqual(
      { source, destination, sourcePort, destinationPort, sequence },
      {
        ...{ source: '192.168.1.104:50000', destination: '192.168.1.1:443' },
        ...{ sourcePort: 50000, destinationPort: 443, sequence: 1 },
      },
    );
    const flags = [2, 16, 1, 4].map(each => {
      const segment = { sourcePort: 1, destinationPort: 2, sequence: 0, acknowledgement: 0, window: 0 };
      const bytes = buildTcp(device, router, { ...segment, flags: each, mss: undefined, data: Buffer.of(7) });
      const found = parseSegment(bytes) ?? assert.fail();
      assert.deepEqual([...found.data], [7]);
      return [found.syn, found.ack, found.fin, found.rst];
    });
    assert.deepEqual(flags, [
      [true, false, false, false],
      [false, true, false, false],
      [false, false, true, false],
      [false, false, false, true],
    ]);
    assert.equal(parseSegment(Buffer.from(hiBytes, 'hex')), undefined, 'UDP');
  });

  it('for the router itself are echoed', () => {
    const request = Buffer.from('0800f7fd0001000100', 'hex').subarray(0, 8);
    const packet = parseIp(buildIp(device, router, 1, request)) ?? assert.fail();
    const answer = parseIp(echoAnswer(packet) ?? assert.fail());
    assert.deepEqual([answer?.source, answer?.destination, answer?.protocol], [router, device, 1]);
    assert.equal(answer?.payload.toString('hex'), '0000fffd00010001');
    for (const other of ['0000fffd00010001', '0800f7fd00010002', '0800f7fd000100'])
      assert.equal(echoAnswer({ ...packet, payload: Buffer.from(other, 'hex') }), undefined, other);
  });

  it('that lead nowhere are answered with what the device sent', () => {
    const answer = parseIp(unreachableAnswer(router, syn, 13) ?? assert.fail());
    assert.deepEqual([answer?.source, answer?.destination, answer?.protocol], [router, device, 1]);
    const message = answer?.payload ?? assert.fail();
    assert.deepEqual([...message.subarray(0, 2)], [3, 13]);
    assert.equal(message.subarray(8).toString('hex'), synBytes.slice(0, 2 * 28), 'header and 8 bytes');
    assert.equal(unreachableAnswer(router, syn.subarray(0, 10), 13), undefined);
  });
});

describe('the DHCP server', () => {
  const lease = { ip: device, netmask: 0xffffff00, gateway: router };

  function message(...options: number[]): Buffer {
    const bytes = Buffer.alloc(240);
    bytes.set([1, 1, 6, 0, 0x11, 0x22, 0x33, 0x44]);
    bytes.set([2, 8, 0x26, 0x60, 0, 1], 28);
    bytes.fill('file', 44, 236);
    bytes.writeUInt32BE(0x63825363, 236);
    return Buffer.concat([bytes, Buffer.from([...options, 255])]);
  }
  const optionsOf = (answer: Buffer) => {
    const options: Record<number, string> = {};
    for (let at = 240; answer[at] !== 255; at += 2 + (answer[at + 1] ?? 0))
      options[answer[at] ?? 0] = answer.subarray(at + 2, at + 2 + (answer[at + 1] ?? 0)).toString('hex');
    return options;
  };
  const address = {
    1: 'ffffff00',
    3: 'c0a80101',
    6: 'c0a80101',
    51: '00015180',
    54: 'c0a80101',
  };

  const asked: [what: string, options: number[], kind: string, gets: boolean][] = [
    ['offers an address to who looks for one', [53, 1, 1], '02', true],
    ['confirms it', [53, 1, 3, 50, 4, 192, 168, 1, 104], '05', true],
    ['confirms it to who names none', [53, 1, 3], '05', true],
    ['reads options behind padding and others', [0, 0, 12, 3, 65, 66, 67, 53, 1, 1], '02', true],
    ['refuses another one', [53, 1, 3, 50, 4, 10, 0, 0, 1], '06', false],
  ];
  for (const [what, options, kind, gets] of asked)
    it(what, () => {
      const request = message(...options);
      const answer = answerDhcp(request, lease) ?? assert.fail('no answer');
      assert.equal(answer[0], 2, 'a reply');
      assert.equal(answer.subarray(1, 16).toString('hex'), request.subarray(1, 16).toString('hex'));
      assert.equal(ipText(answer.readUInt32BE(16)), gets ? '192.168.1.104' : '0.0.0.0');
      assert.equal(answer.subarray(28, 34).toString('hex'), '020826600001', 'for whom');
      assert.ok(
        answer.subarray(44, 236).every(byte => byte === 0),
        'no file to boot',
      );
      assert.equal(answer.readUInt32BE(236), 0x63825363);
      assert.deepEqual(optionsOf(answer), gets ? { ...address, 53: kind } : { 53: kind, 54: 'c0a80101' });
      assert.ok(answer.length >= 300, 'BOOTP has a least length');
    });

  const silent: [what: string, request: Buffer][] = [
    ['a reply', changed(message(53, 1, 1), 0, 2)],
    ['another cookie', changed(message(53, 1, 1), 239, 0)],
    ['a message without kind', message(12, 1, 65)],
    ['a release', message(53, 1, 7)],
    ['a message that is cut off', message(53, 1, 1).subarray(0, 239)],
  ];
  for (const [what, request] of silent)
    it(`says nothing to ${what}`, () => {
      assert.equal(answerDhcp(request, lease), undefined);
    });
});

describe('the name server', () => {
  async function ask(
    given: Partial<Packet> | Buffer,
    lookup: (name: string) => Promise<string> = () => Promise.reject(new Error('not to be asked')),
    mayAsk = true,
  ) {
    const told: [string, string][] = [];
    const message = Buffer.isBuffer(given) ? given : encode({ type: 'query', id: 9, ...given });
    const answer = await answerDns(message, {
      known: name => (name === 'mine.example' ? router : undefined),
      mayAsk,
      lookup,
      resolved: (name, ip) => told.push([name, ip === undefined ? '-' : ipText(ip)]),
    });
    const reply = answer && decode(answer);
    return {
      told,
      id: reply?.id,
      code: reply && (reply.flags ?? 0) & 15,
      answers: reply?.answers?.map(each =>
        each.type === 'A' ? `${each.name} ${each.ttl ?? 0} ${each.data}` : each.type,
      ),
    };
  }
  const question = (name: string, type: 'A' | 'AAAA' = 'A') => ({ questions: [{ type, name }] });
  const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

  it('knows the names that the user has given', async () => {
    assert.deepEqual(await ask(question('mine.example')), {
      told: [['mine.example', '192.168.1.1']],
      id: 9,
      code: 0,
      answers: ['mine.example 60 192.168.1.1'],
    });
  });

  it('asks the computer for others, where it may', async () => {
    const lookup = () => Promise.resolve('93.184.216.34');
    const { told, answers } = await ask(question('far.example'), lookup);
    assert.deepEqual([told, answers], [[['far.example', '93.184.216.34']], ['far.example 60 93.184.216.34']]);
    const refused = await ask(question('far.example'), lookup, false);
    assert.deepEqual(refused, { told: [['far.example', '-']], id: 9, code: 3, answers: [] });
  });

  const failures: [what: string, lookup: () => Promise<string>, code: number][] = [
    ['a name that nobody has', failing('ENOTFOUND'), 3],
    ['a resolver that fails', failing('ETIMEOUT'), 2],
    ['an address that is not of IPv4', () => Promise.resolve('::1'), 2],
  ];
  for (const [what, lookup, code] of failures)
    it(`has an answer for ${what}`, async () => {
      const reply = await ask(question('far.example'), lookup);
      assert.deepEqual(reply, { told: [['far.example', '-']], id: 9, code, answers: [] });
    });

  it('has no other records than addresses of IPv4', async () => {
    assert.deepEqual(await ask(question('mine.example', 'AAAA')), { told: [], id: 9, code: 0, answers: [] });
  });

  it('says nothing to what is no question', async () => {
    for (const message of [
      Buffer.from('no DNS'),
      encode({ type: 'response', id: 9, ...question('mine.example') }),
      encode({ type: 'query', id: 9, questions: [] }),
    ])
      assert.equal((await ask(message)).id, undefined);
  });
});

describe('timers in the time of the device', () => {
  it('call back in their order, once, unless they are taken back', () => {
    let now = 0;
    const timers = new Timers({ now: () => now, advance: () => now, pause: () => now, resume: () => now });
    let added = 0;
    timers.onAdd = () => added++;
    const called: string[] = [];
    const after = (duration: number, name: string) => timers.after(duration, () => called.push(name));
    after(30, 'late');
    after(10, 'early');
    const cancel = after(20, 'never');
    after(20, 'middle');
    assert.deepEqual([added, timers.size, timers.due()], [4, 4, 10]);
    cancel();
    now = 9;
    timers.run();
    assert.deepEqual(called, []);
    now = 20;
    timers.run();
    assert.deepEqual(called, ['early', 'middle']);
    assert.deepEqual([timers.size, timers.due()], [1, 30]);
    timers.clear();
    now = 100;
    timers.run();
    assert.deepEqual([called.length, timers.due()], [2, undefined]);
  });

  it('do not call one that another has taken back at the same moment', () => {
    const timers = new Timers({ now: () => 0, advance: () => 0, pause: () => 0, resume: () => 0 });
    const called: number[] = [];
    let cancel: () => void = () => undefined;
    timers.after(0, () => {
      called.push(1);
      cancel();
    });
    cancel = timers.after(0, () => called.push(2));
    timers.run();
    assert.deepEqual(called, [1]);
  });
});
