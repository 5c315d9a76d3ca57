import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { eventText } from '../../src/simulator/eventText';
import { PortMap } from '../../src/simulator/network/ports';
import { remoteText } from '../../src/simulator/network/tcpServer';
import { newestAbilities } from '../../src/sdk/tls';
import { deviceIdentity } from '../../src/simulator/network/tlsEngine';
import { speakTls } from '../../src/simulator/network/tlsLink';
import { serveOneClient } from '../../src/simulator/network/tlsServer';
import { generateCertificates } from '../../src/certificates/generate';

/** ms; what matters is that it is over some time. */
const limit = 100;
/** ms; what matters is that it is never over in a test. */
const anHour = 3_600_000;
/** ms; longer than any computer needs. */
const patience = 100_000;

describe('the time limit of a TLS handshake', () => {
  const ends: (() => void)[] = [];
  let identity: tls.SecureContext;
  before(async () => {
    const { device } = await generateCertificates({ name: '127.0.0.1', bits: 1024 });
    identity = deviceIdentity({ certificate: device.certificate, privateKey: device.key });
  });
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  /** A server with one slot, as the device has. */
  async function serve(time = limit) {
    let busy = false;
    const log: string[] = [];
    let close: () => void = () => undefined;
    const port = await new Promise<number>((resolve, reject) => {
      const place = { ports: new PortMap(new Map([[443, 0]])), devicePort: 443 };
      close = serveOneClient(place, {
        opened: resolve,
        failed: ({ code }) => {
          reject(new Error(code));
        },
        isBusy: () => busy,
        tooLate: socket => socket.destroy(),
        arrived: (socket, remote) => {
          busy = true;
          log.push('connecting');
          const manner = {
            ...{ abilities: newestAbilities, buffer: 8192, identity, asksForCertificate: false },
            ...{ verify: () => undefined, limit: time },
          };
          speakTls(socket, { remote: remoteText(remote), devicePort: 443 }, 'server', manner, {
            failed: fault => {
              busy = false;
              log.push(fault);
            },
            connected: () => {
              log.push('connected');
            },
            observed: () => undefined,
          });
        },
      });
      ends.push(close);
    });
    return { port, log, close };
  }

  /** Timers that keep the process alive. */
  function timers(): number {
    return process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length;
  }

  async function until(found: () => boolean): Promise<void> {
    for (const end = Date.now() + patience; !found();) {
      assert.ok(Date.now() < end, found.toString());
      await new Promise(resolve => setImmediate(resolve));
    }
  }

  async function open(port: number): Promise<net.Socket> {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    ends.push(() => socket.destroy());
    await once(socket, 'connect');
    return socket;
  }

  /** The first message of a client that knows TLS. */
  async function clientHello(): Promise<Buffer> {
    const listener = net.createServer();
    ends.push(() => listener.close());
    const port = await new Promise<number>(resolve => {
      listener.listen(0, '127.0.0.1', () => {
        const address = listener.address();
        resolve(typeof address === 'object' ? (address?.port ?? 0) : 0);
      });
    });
    const came = once(listener, 'connection') as Promise<[net.Socket]>;
    const client = tls.connect({ port, host: '127.0.0.1' });
    client.on('error', () => undefined);
    const [socket] = await came;
    const [hello] = (await once(socket, 'data')) as [Buffer];
    client.destroy();
    socket.destroy();
    return hello;
  }

  async function handshake(port: number): Promise<void> {
    const client = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    ends.push(() => client.destroy());
    await once(client, 'secureConnect');
  }

  it('frees the slot of a client that stays silent', async () => {
    const { port, log } = await serve();
    const silent = await open(port);
    await once(silent, 'close');
    assert.deepEqual(log, ['connecting', 'silent']);
    await open(port);
    await until(() => log.length > 2);
    assert.equal(log[2], 'connecting');
  });

  it('frees the slot of a client that stalls in the middle of its ClientHello', async () => {
    const { port, log } = await serve();
    const hello = await clientHello();
    const slow = await open(port);
    slow.write(hello.subarray(0, hello.length / 2));
    slow.resume();
    await once(slow, 'close');
    assert.deepEqual(log, ['connecting', 'silent']);
    await open(port);
    await until(() => log.length > 2);
    assert.equal(log[2], 'connecting');
  });

  it('frees the slot of a client that sends a byte now and then', async () => {
    const { port, log } = await serve();
    const hello = await clientHello();
    const slow = await open(port);
    let sent = 0;
    const timer = setInterval(() => slow.write(hello.subarray(sent, ++sent)), 20);
    ends.push(() => {
      clearInterval(timer);
    });
    slow.resume();
    await once(slow, 'close');
    assert.ok(log.includes('silent'));
  });

  it('is over with the handshake', async () => {
    const { port, log } = await serve(anHour);
    const before = timers();
    await handshake(port);
    await until(() => log.length === 2 && timers() === before);
    assert.deepEqual(log, ['connecting', 'connected']);
  });

  it('leaves no timer when the device is switched off: of the client, and of one that waits for the slot', async () => {
    const { port, log, close } = await serve(anHour);
    const before = timers();
    const first = await open(port);
    await until(() => log.length > 0);
    const second = await open(port);
    await until(() => timers() >= before + 2);
    const closed = Promise.all([once(first, 'close'), once(second, 'close')]);
    first.resume();
    second.resume();
    close();
    await closed;
    await until(() => timers() <= before);
  });

  it('is said in one sentence', () => {
    assert.equal(
      eventText({ time: 0, kind: 'handshake-failed', remote: '127.0.0.1:5000', reason: '', fault: 'silent' }),
      'TLS: 127.0.0.1:5000 did not finish the handshake in time; the connection is closed.',
    );
  });
});
