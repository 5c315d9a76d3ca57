import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { alerts, cipherSuiteName, handshakeName, recordName, versionName } from '../../src/sdk/tlsNames';
import { writeCertificates } from '../../src/certificates/writeFiles';
import { Capture } from '../../src/simulator/network/capture';
import type { Sender, TlsEvent } from '../../src/simulator/network/tlsMeter';
import { Conversation, eventsOf, flag, type Packet, tcpPacket } from '../core/tlsBytes';

/** Lets OpenSSL take what it refuses by default: TLS 1.0 and 1.1. */
const anySecurity = 'DEFAULT@SECLEVEL=0';
const switchedOn = new Date('2026-01-02T03:04:05.678Z');

describe('tshark', function () {
  // Two programs of OpenSSL and tshark, on a busy machine.
  let scratch: string;
  before(async () => {
    scratch = mkdtempSync(path.join(tmpdir(), 'tshark-'));
    await writeCertificates(
      { name: '192.168.4.2', bits: 2048, hash: 'sha256', days: 100, organization: 'A device' },
      scratch,
    );
  });
  after(() => {
    rmSync(scratch, { recursive: true });
  });

  interface Handshake {
    title: string;
    server: string[];
    client: string[];
    /** Who is the client. */
    opener: Sender;
    /** What tshark has to find, so that no comparison is one of nothing with nothing. */
    has: Partial<Record<Field, RegExp>>;
  }
  const own = ['-cert', 'server.crt', '-key', 'server.key', '-cipher', anySecurity];
  const handshakes: Handshake[] = [
    ...(['tls1', 'tls1_1', 'tls1_2'] as const).map((version, index) => ({
      title: `a handshake, data and the end in ${version}`,
      server: own,
      client: [
        `-${version}`,
        '-cipher',
        anySecurity,
        '-servername',
        'iot.example.com',
        '-maxfraglen',
        '2048',
      ],
      opener: 'device' as const,
      has: {
        'tls.handshake.type': /^1,2,11(,12)?,14,16(,4)?$/,
        'tls.record.version': new RegExp(`0x030${index + 1}`),
        'tls.record.content_type': /20.*23.*21/,
        'tls.handshake.extensions_server_name': /^iot\.example\.com$/,
        'tls.handshake.max_fragment_length': /^3,3$/,
      },
    })),
    {
      title: 'a handshake in TLS 1.2 in which both sides have a certificate, with the device as server',
      server: [...own, '-Verify', '1', '-CAfile', 'ca.crt', '-cert_chain', 'ca.crt'],
      client: ['-tls1_2', '-cert', 'server.crt', '-key', 'server.key'],
      opener: 'remote',
      has: {
        'tls.handshake.type': /^1,2,11,12,13,14,11,16,15/,
        'tls.handshake.certificate_length': /^\d+,\d+,\d+$/,
      },
    },
    {
      title: 'a handshake with RSA and AES-CBC, as axTLS offers it',
      server: own,
      client: ['-tls1_1', '-cipher', 'AES128-SHA:AES256-SHA:@SECLEVEL=0', '-no_ticket'],
      opener: 'device',
      has: { 'tls.handshake.type': /^1,2,11,14,16$/, 'tls.handshake.ciphersuite': /,0x002f|0x0035$/ },
    },
    {
      title: 'a handshake that fails because no cipher suite suits both sides',
      server: [...own.slice(0, 4), '-cipher', 'AES256-SHA256'],
      client: ['-tls1_2', '-cipher', 'AES128-SHA256'],
      opener: 'device',
      has: { 'tls.handshake.type': /^1$/, 'tls.alert_message.desc': /^40$/ },
    },
    {
      title: 'a handshake that fails because no version suits both sides',
      server: [...own, '-tls1_2'],
      client: ['-tls1_1', '-cipher', anySecurity],
      opener: 'device',
      has: { 'tls.handshake.type': /^1$/, 'tls.alert_message.desc': /^70$/ },
    },
    {
      title: 'a handshake that fails because the client does not trust the CA',
      server: own,
      client: ['-tls1_2', '-verify_return_error', '-no-CAfile', '-no-CApath', '-no-CAstore'],
      opener: 'device',
      has: { 'tls.handshake.type': /^1,2,11/, 'tls.alert_message.desc': /^48$/ },
    },
    {
      title: 'a handshake in TLS 1.3 up to where all is encrypted',
      server: own,
      client: ['-tls1_3'],
      opener: 'remote',
      has: {
        'tls.handshake.type': /^1,2$/,
        'tls.record.opaque_type': /^23(,23)+$/,
        'tls.handshake.extensions.supported_version': /0x0304,0x0304$/,
      },
    },
  ];

  for (const { title, server, client, opener, has } of handshakes) {
    it(`reads of our capture the records that we read: ${title}`, async () => {
      const packets = await talk(scratch, server, client, opener);
      const file = path.join(scratch, 'device.pcapng');
      write(file, packets);
      const theirs = found(file);
      for (const [field, expected] of Object.entries(has))
        assert.match(theirs[field as Field].join(','), expected, field);
      assert.deepEqual(seen(eventsOf(packets, 16_384)), theirs);
      assert.equal(Number(capinfos(file, '-c')), packets.length);
    });
  }

  it('reads a ClientHello in the form of SSL 2.0 as we do', () => {
    const hello = Buffer.from(
      '80220103010009000000100000350000' + '2f0000050102030405060708090a0b0c0d0e0f10',
      'hex',
    );
    const { packets } = new Conversation('remote').send('remote', hello);
    const file = path.join(scratch, 'ssl2.pcapng');
    write(file, packets);
    const theirs = found(file);
    const [event] = eventsOf(packets);
    assert.ok(event?.kind === 'tls-record' && event.content.kind === 'handshake');
    assert.deepEqual(theirs['tls.record.length'], [String(event.length)]);
    assert.deepEqual(theirs['tls.handshake.type'], ['1']);
    assert.deepEqual(event.content.messages[0]?.clientHello?.cipherSuites, [0x35, 0x2f, 5]);
  });

  it('reads direction, date, comment and lengths of each packet', () => {
    const file = path.join(scratch, 'packets.pcapng');
    const capture = new Capture(file, switchedOn, problem => assert.fail(JSON.stringify(problem)));
    const packets = [
      tcpPacket('device', 1, flag.syn),
      tcpPacket('remote', 1, flag.syn, Buffer.alloc(1)),
      tcpPacket('device', 2, flag.ack, Buffer.alloc(1459)),
    ];
    const comments = ['“证书”', undefined, ''];
    packets.forEach(({ sender, bytes }, at) => {
      capture.packet(at * 4_000_000_123, sender, bytes, comments[at]);
    });
    capture.close();
    const names = [
      'frame.packet_flags_direction',
      'frame.time_epoch',
      'frame.comment',
      'frame.len',
      'ip.src',
      'frame.interface_name',
      'frame.encap_type',
    ];
    const rows = tshark(file, names);
    assert.deepEqual(
      rows,
      [
        ['2', '1767323045.678000000', '“证书”', '40', '192.168.4.2', 'esp8266', '7'],
        ['1', '1767327045.678123000', '', '41', '10.0.0.1', 'esp8266', '7'],
        ['2', '1767331045.678246000', '', '1499', '192.168.4.2', 'esp8266', '7'],
      ].map(row =>
        row.map((value, at) => (names[at] === 'frame.packet_flags_direction' ? `0x0000000${value}` : value)),
      ),
    );
    assert.equal(capinfos(file, '-c'), '3');
    assert.equal(capinfos(file, '-E'), 'rawip');
  });

  it('finds no fault with the checksums that the tests’ own packets have', () => {
    const file = path.join(scratch, 'checksums.pcapng');
    write(file, new Conversation().send('device', Buffer.alloc(2001, 7), 333).packets);
    const rows = tshark(
      file,
      ['ip.checksum.status', 'tcp.checksum.status'],
      ['-o', 'ip.check_checksum:TRUE', '-o', 'tcp.check_checksum:TRUE'],
    );
    assert.ok(rows.length > 8);
    for (const row of rows) assert.deepEqual(row, ['1', '1']);
  });

  describe('and OpenSSL name as we do', () => {
    let values: string;
    before(() => {
      values = execFileSync('tshark', ['-G', 'values'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 1e9,
      });
    });
    /** One of tshark's own tables: number → name. */
    const table = (field: string) =>
      [...values.matchAll(new RegExp(`^V\t${field}\t(\\S+)\t(.+)$`, 'gm'))].map(
        ([, value, text]) => [Number(value), text ?? ''] as const,
      );
    const letters = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');

    it('cipher suites', () => {
      const known = table('tls.handshake.ciphersuite');
      const named = known.filter(([suite]) => !cipherSuiteName(suite).startsWith('0x'));
      assert.ok(named.length > 250, `${named.length}`);
      for (const [suite, text] of named) assert.equal(cipherSuiteName(suite), text);
      const numbers = new Set(known.map(([suite]) => suite));
      for (let suite = 0; suite < 0x10000; suite++)
        if (!numbers.has(suite)) assert.match(cipherSuiteName(suite), /^0x[0-9a-f]{4}$/);
    });

    it('every cipher suite that OpenSSL has', () => {
      const output = execFileSync('openssl', ['ciphers', '-V', '-stdname', 'ALL:eNULL:aNULL:@SECLEVEL=0'], {
        encoding: 'utf8',
      });
      const suites = [...output.matchAll(/0x(..),0x(..) - (\S+)/g)];
      assert.ok(suites.length > 100);
      for (const [, high = '', low = '', text] of suites)
        assert.equal(cipherSuiteName(Number(`0x${high}${low}`)), text);
    });

    it('alerts, handshake messages, records and versions', () => {
      const described = table('tls.alert_message.desc');
      for (const [code, { name }] of alerts) {
        const text = described.find(([value]) => value === code)?.[1] ?? '';
        assert.equal(letters(name), letters(text), `${code}`);
      }
      assert.ok(alerts.size >= 34);
      const messages = table('tls.handshake.type').slice(9);
      const named = messages.filter(([type]) => handshakeName(type) !== String(type));
      assert.equal(named.length, 18);
      for (const [type, text] of named)
        assert.equal(
          letters(handshakeName(type)),
          letters(text).replace('clientcertificateurl', 'certificateurl'),
        );
      for (const [type, text] of table('tls.record.content_type'))
        if (type < 25) assert.equal(letters(recordName(type)), letters(text));
      for (const [version, text] of table('tls.record.version'))
        if (version === 2 || version >> 8 === 3) assert.equal(versionName(version), text);
    });
  });
});

/** What is compared. */
const fields = [
  'tls.record.content_type',
  'tls.record.opaque_type',
  'tls.record.version',
  'tls.record.length',
  'tls.handshake.type',
  'tls.handshake.length',
  'tls.handshake.version',
  'tls.handshake.ciphersuite',
  'tls.handshake.certificate_length',
  'tls.handshake.extensions_server_name',
  'tls.handshake.extensions.supported_version',
  'tls.handshake.max_fragment_length',
  'tls.alert_message.level',
  'tls.alert_message.desc',
] as const;
type Field = (typeof fields)[number];

/** The fields of tshark as what we read would fill them. */
function seen(events: readonly TlsEvent[]): Record<Field, string[]> {
  const values = Object.fromEntries(fields.map(field => [field, [] as string[]])) as Record<Field, string[]>;
  const hex = (value: number) => `0x${value.toString(16).padStart(4, '0')}`;
  let isTls13 = false;
  for (const event of events) {
    assert.ok(event.kind === 'tls-record', event.kind);
    const { type, version, length, content } = event;
    // tshark says that the type of an encrypted record of TLS 1.3 is not its real one.
    values[isTls13 && type === 23 ? 'tls.record.opaque_type' : 'tls.record.content_type'].push(String(type));
    values['tls.record.version'].push(hex(version));
    values['tls.record.length'].push(String(length));
    if (content.kind === 'alert') {
      values['tls.alert_message.level'].push(String(content.level));
      values['tls.alert_message.desc'].push(String(content.description));
    }
    for (const message of content.kind === 'handshake' ? content.messages : []) {
      const { clientHello, serverHello, certificates = [] } = message;
      values['tls.handshake.type'].push(String(message.type));
      values['tls.handshake.length'].push(String(message.length));
      values['tls.handshake.certificate_length'].push(...certificates.map(String));
      if (clientHello !== undefined) {
        values['tls.handshake.version'].push(hex(clientHello.version));
        values['tls.handshake.ciphersuite'].push(...clientHello.cipherSuites.map(hex));
        values['tls.handshake.extensions.supported_version'].push(...clientHello.versions.map(hex));
        values['tls.handshake.extensions_server_name'].push(...[clientHello.serverName ?? []].flat());
      }
      if (serverHello !== undefined) {
        isTls13 = serverHello.version === 0x0304;
        // ServerHello of TLS 1.3 says 1.2, and the version that counts in an extension.
        values['tls.handshake.version'].push(isTls13 ? '0x0303' : hex(serverHello.version));
        if (isTls13) values['tls.handshake.extensions.supported_version'].push('0x0304');
        values['tls.handshake.ciphersuite'].push(hex(serverHello.cipherSuite));
      }
      const limit = clientHello?.maxFragmentLength ?? serverHello?.maxFragmentLength;
      if (limit !== undefined) values['tls.handshake.max_fragment_length'].push(String(Math.log2(limit) - 8));
    }
  }
  return values;
}

/** What OpenSSL's client and server say to each other, as the packets of a device. */
async function talk(
  folder: string,
  serverArguments: readonly string[],
  clientArguments: readonly string[],
  opener: Sender,
): Promise<Packet[]> {
  const device = { ip: '192.168.4.2', port: opener === 'device' ? 49152 : 443 };
  const remote = { ip: '10.0.0.1', port: opener === 'device' ? 443 : 49152 };
  const conversation = new Conversation(opener, { device, remote });
  const answerer = opener === 'device' ? 'remote' : 'device';
  const openssl = (...args: string[]) =>
    spawn('openssl', args, { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] });

  const server = openssl('s_server', '-accept', '127.0.0.1:0', '-rev', ...serverArguments);
  const sockets: net.Socket[] = [];
  const proxy = net.createServer({ allowHalfOpen: true });
  let client: ChildProcess | undefined;
  try {
    const [, port] = await output(server, /ACCEPT .*:(\d+)/);
    const both = once(proxy, 'connection').then(async ([socket]) => {
      assert.ok(socket instanceof net.Socket);
      const upstream = net.connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
      sockets.push(socket, upstream);
      await Promise.all([
        pass(socket, upstream, opener, conversation),
        pass(upstream, socket, answerer, conversation),
      ]);
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const address = proxy.address();
    assert.ok(address !== null && typeof address === 'object');
    const started = openssl('s_client', '-connect', `127.0.0.1:${address.port}`, ...clientArguments);
    client = started;
    // A client whose handshake fails is gone before it has read this.
    started.stdin.on('error', () => undefined);
    started.stdin.write('esp8266\n');
    void output(started, /6628pse/).then(
      () => started.stdin.end(),
      () => undefined,
    );
    await Promise.all([both, once(started, 'exit')]);
  } finally {
    for (const socket of sockets) socket.destroy();
    proxy.close();
    server.kill();
    client?.kill();
  }
  return conversation.packets;
}

/** Hands on what one side sends until it ends. */
async function pass(
  from: net.Socket,
  to: net.Socket,
  sender: Sender,
  conversation: Conversation,
): Promise<void> {
  from.on('data', bytes => {
    conversation.send(sender, bytes, 536);
    to.write(bytes);
  });
  // A side that resets the connection has ended, too.
  from.on('error', () => undefined);
  await new Promise(resolve => from.once('end', resolve).once('close', resolve));
  conversation.close(sender);
  to.end();
}

/** Waits until a program has written what matches; fails if it ends before. */
async function output(program: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  let text = '';
  for await (const chunk of program.stdout ?? assert.fail()) {
    text += String(chunk);
    const match = pattern.exec(text);
    if (match) return match;
  }
  return assert.fail(`${pattern.source} is not in: ${text}`);
}

function write(file: string, packets: readonly Packet[]): void {
  const capture = new Capture(file, switchedOn, problem => assert.fail(JSON.stringify(problem)));
  packets.forEach(({ sender, bytes }, at) => {
    capture.packet(at * 1000, sender, bytes);
  });
  capture.close();
}

/** A row for each packet. */
function tshark(file: string, names: readonly string[], options: readonly string[] = []): string[][] {
  const text = execFileSync(
    'tshark',
    [
      '-n',
      '-r',
      file,
      '-d',
      'tcp.port==443,tls',
      ...options,
      '-T',
      'fields',
      ...names.flatMap(name => ['-e', name]),
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  return text
    .split('\n')
    .slice(0, -1)
    .map(line => line.split('\t'));
}

/** What tshark finds in all packets, field by field. */
function found(file: string): Record<Field, string[]> {
  const rows = tshark(file, fields);
  const values = fields.map((field, at) => [
    field,
    rows.flatMap(row => (row[at] ?? '').split(',').filter(Boolean)),
  ]);
  return Object.fromEntries(values) as Record<Field, string[]>;
}

/** What capinfos says of a file for one of its options. */
function capinfos(file: string, option: string): string {
  const text = execFileSync('capinfos', ['-M', '-r', '-T', option, file], { encoding: 'utf8' });
  return text.trim().split('\t').at(-1) ?? '';
}
