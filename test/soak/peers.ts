import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { freePort } from '../freePort';
import { peerName, type StackFirmware } from '../firmware-sources/stack/build';

/** Hosts that the firmware's TLS client fetches from, by their names; `hosts` says where they are on this computer. */
export interface Peers {
  hosts: ReadonlyMap<string, string>;
  /** Closes all that is connected. */
  drop(): void;
  close(): void;
}

/** Servers that answer, say nothing, break off and are not there. */
export async function startPeers({ peerCertificate, peerKey }: StackFirmware): Promise<Peers> {
  const sockets = new Set<net.Socket>();
  const answering = tls.createServer(
    { cert: readFileSync(peerCertificate), key: readFileSync(peerKey), maxVersion: 'TLSv1.2' },
    socket => {
      socket.on('error', () => undefined);
      socket.on('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nhello from the peer\n'));
    },
  );
  answering.on('tlsClientError', (_, socket) => socket.destroy());
  const silent = net.createServer({ allowHalfOpen: true });
  const rude = net.createServer(socket => socket.once('data', () => socket.resetAndDestroy()));
  const hosts = new Map([['refused.example', `127.0.0.1:${await freePort()}`]]);
  for (const [name, server] of [
    [peerName, answering],
    ['silent.example', silent],
    ['rude.example', rude],
  ] as const) {
    server.on('connection', (socket: net.Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error(`${name} has no port`);
    hosts.set(name, `127.0.0.1:${address.port}`);
  }
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    hosts,
    drop,
    close: () => {
      for (const server of [answering, silent, rude]) server.close();
      drop();
    },
  };
}
