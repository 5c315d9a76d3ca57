import dgram from 'node:dgram';
import net from 'node:net';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { Agenda } from './agenda';
import type { Dice } from './dice';

/** The address in the certificate of the firmware. */
const deviceAddress = '192.168.1.104';
/** Seconds of the device's time after which no client waits any longer. */
const patience = 90;
const udpPatience = 5;

/** Where clients find the device, and what decides what they do. */
export interface ClientOptions {
  agenda: Agenda;
  dice: Dice;
  caCertificate: Buffer;
  httpsPort: number;
  udpPort: number;
}

/** A client's visit; resolves to what became of it when the client has left. */
export type Visit = (options: ClientOptions) => Promise<string>;

/** Fetches a file by HTTPS. Resolves to 'answered', or why there is no answer. */
export function fetchFile(file: string): Visit {
  return async options => {
    const socket = connectTls(options);
    const page: Buffer[] = [];
    socket.on('secureConnect', () => socket.write(`GET ${file} HTTP/1.1\r\n\r\n`));
    socket.on('data', (data: Buffer) => page.push(data));
    socket.on('end', () => socket.end());
    const problem = await left(socket, options.agenda, patience);
    return Buffer.concat(page).toString().startsWith('HTTP/1.1 200 ') ? 'answered' : problem;
  };
}

/** Leaves at any moment of the handshake or the answer, with FIN or RST. */
export const leaveEarly: Visit = async options => {
  const { agenda, dice } = options;
  const socket = net.connect(options.httpsPort, '127.0.0.1');
  const secure = tls.connect({ ...tlsOptions(options), socket });
  secure.on('error', () => undefined);
  secure.on('secureConnect', () => secure.write('GET / HTTP/1.1\r\n\r\n'));
  const reset = dice.happens(0.5);
  const stays = dice.between(0, 6);
  agenda.after(stays, () => {
    if (reset && !socket.writableEnded) socket.resetAndDestroy();
    else socket.destroy();
  });
  await left(socket, agenda, patience);
  secure.destroy();
  return reset ? 'reset' : 'left';
};

/** Connects, says nothing or a part of a ClientHello byte by byte, and leaves late; often the device loses patience before. */
export const dawdle: Visit = async options => {
  const { agenda, dice, httpsPort } = options;
  const hello = await clientHello(options);
  const socket = net.connect(httpsPort, '127.0.0.1');
  const bytes = dice.happens(0.5) ? 0 : dice.whole(1, hello.length);
  const pause = dice.between(0.05, 2);
  let sent = 0;
  const trickle = () => {
    if (sent >= bytes || !socket.writable) return;
    socket.write(hello.subarray(sent, ++sent));
    agenda.after(pause, trickle);
  };
  socket.on('connect', trickle);
  await left(socket, agenda, dice.between(5, 120));
  return bytes === 0 ? 'silent' : 'slow';
};

/** Asks and never reads the answer, or closes its side at once. */
export const neglect: Visit = async options => {
  const { dice, agenda } = options;
  const socket = connectTls(options);
  const halfClosed = dice.happens(0.5);
  socket.on('secureConnect', () => {
    socket.write('GET / HTTP/1.1\r\n\r\n');
    if (halfClosed) socket.end();
    else socket.pause();
  });
  await left(socket, agenda, dice.between(5, 60));
  return halfClosed ? 'half-closed' : 'unread';
};

/** Sends what is no TLS, or TLS with wrong bits. */
export const talkNonsense: Visit = async options => {
  const { dice, agenda, httpsPort } = options;
  const hello = await clientHello(options);
  for (let count = dice.whole(1, 8); count > 0; count--)
    hello.writeUInt8(dice.whole(0, 255), dice.whole(0, hello.length - 1));
  const nonsense = dice.pick([
    Buffer.from('GET / HTTP/1.1\r\nHost: device\r\n\r\n'),
    dice.bytes(dice.whole(1, 3000)),
    hello,
  ]);
  const socket = net.connect(httpsPort, '127.0.0.1');
  socket.on('connect', () => socket.write(nonsense));
  socket.on('end', () => socket.end());
  socket.resume();
  await left(socket, agenda, dice.between(5, 40));
  return 'nonsense';
};

/** Sends datagrams of any size to the UDP echo. */
export const sendDatagrams: Visit = async ({ agenda, dice, udpPort }) => {
  const socket = dgram.createSocket('udp4');
  socket.on('error', () => undefined);
  const echoed = new Promise<void>(resolve =>
    socket.once('message', () => {
      resolve();
    }),
  );
  for (let count = dice.whole(1, 12); count > 0; count--)
    socket.send(dice.bytes(dice.whole(0, 1800)), udpPort, '127.0.0.1');
  const answered = await Promise.race([echoed.then(() => true), agenda.wait(udpPatience).then(() => false)]);
  await new Promise<void>(resolve =>
    socket.close(() => {
      resolve();
    }),
  );
  return answered ? 'echoed' : 'not echoed';
};

function tlsOptions({ caCertificate }: ClientOptions): tls.ConnectionOptions {
  return {
    ca: caCertificate,
    maxVersion: 'TLSv1.2',
    checkServerIdentity: (_, certificate) => tls.checkServerIdentity(deviceAddress, certificate),
  };
}

function connectTls(options: ClientOptions): tls.TLSSocket {
  return tls.connect({ ...tlsOptions(options), host: '127.0.0.1', port: options.httpsPort });
}

/** Resolves to the reason when the socket is closed, by itself or after so many seconds of the device's time. */
function left(socket: net.Socket, agenda: Agenda, seconds: number): Promise<string> {
  return new Promise(resolve => {
    let reason = 'closed';
    socket.on('error', (error: NodeJS.ErrnoException) => (reason = error.code ?? error.message));
    socket.on('close', () => {
      resolve(reason);
    });
    agenda.after(seconds, () => {
      if (socket.destroyed) return;
      reason = 'lost patience';
      socket.destroy();
    });
  });
}

/** What a client says first. */
function clientHello(options: ClientOptions): Promise<Buffer> {
  return new Promise(resolve => {
    const nowhere = new Duplex({
      read: () => undefined,
      write: (bytes: Buffer, _, done) => {
        resolve(Buffer.from(bytes));
        done();
      },
    });
    const socket = tls.connect({ ...tlsOptions(options), socket: nowhere });
    socket.on('error', () => undefined);
    setImmediate(() => socket.destroy());
  });
}
