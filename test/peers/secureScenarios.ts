import { once } from 'node:events';
import { constants } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import { tlsAbilities, type TlsLibrary } from '../../src/sdk/tls';
import { deviceTlsOptions } from '../../src/simulator/network/tlsEngine';
import { type SecureDevice, sectors } from './secureDevice';
import type { SecureFiles } from './secureFiles';

/** What a peer of the device can use. */
export interface Surroundings {
  files: SecureFiles;
  device: SecureDevice;
  /** What has to be closed when the scenario is over. */
  ends: (() => void)[];
}

export interface Scenario {
  name: string;
  /** Macros of secure.c. */
  macros?: readonly string[];
  flash?: (files: SecureFiles) => [sector: number, file: string][];
  /** For a client of the device: what listens for it. */
  serve?: (files: SecureFiles, device: () => SecureDevice) => net.Server;
  /** For a server of the device: what connects to it. */
  visit?: (port: number, surroundings: Surroundings) => Promise<void>;
  /** What the device prints behind the calls that set it up, with both libraries or with each. */
  prints: string | Record<TlsLibrary, string>;
}

type Serve = NonNullable<Scenario['serve']>;
type Visit = NonNullable<Scenario['visit']>;
/** What a peer does on a connection. */
type Talk = (socket: tls.TLSSocket, device: SecureDevice) => unknown;

/** ms. libmbedtls keeps what comes together with the Finished message until more comes. */
const settling = 300;

/** libssl does not know secure renegotiation. */
const options = {
  ...deviceTlsOptions(tlsAbilities('libmbedtls', '2.2.0')),
  secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
  rejectUnauthorized: false,
  noDelay: true,
};

export const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/** A TLS server for a client of the device. */
function tlsServer(talk: Talk, more: (files: SecureFiles) => tls.TlsOptions = () => ({})): Serve {
  return (files, device) => {
    const server = tls.createServer({ ...options, ...files.server, ...more(files) }, socket => {
      socket.on('error', () => undefined);
      setTimeout(() => void talk(socket, device()), settling);
    });
    return server.on('tlsClientError', () => undefined);
  };
}

/** A server that speaks no TLS of its own: it answers the first bytes. */
function tcpServer(talk: (socket: net.Socket) => unknown): Serve {
  return () =>
    net.createServer({ allowHalfOpen: true }, socket => {
      socket.on('error', () => undefined);
      socket.once('data', () => void talk(socket));
    });
}

/** A server that breaks the TCP connection off after the handshake. */
const resettingServer: Serve = files =>
  net.createServer({ noDelay: true }, socket => {
    const secureContext = tls.createSecureContext({ ...options, ...files.server });
    const secure = new tls.TLSSocket(socket, { isServer: true, secureContext });
    secure.on('error', () => undefined);
    secure.on('secure', () => setTimeout(() => socket.resetAndDestroy(), settling));
  });

/** A TLS client for a server of the device. */
function tlsClient(
  talk: (socket: tls.TLSSocket, tcp: net.Socket) => unknown,
  more: (files: SecureFiles) => tls.ConnectionOptions = () => ({}),
): Visit {
  return async (port, { files, ends }) => {
    const tcp = net.connect({ host: '127.0.0.1', port, noDelay: true });
    const socket = tls.connect({ ...options, socket: tcp, ...more(files) });
    ends.push(() => tcp.destroy());
    tcp.on('error', () => undefined);
    socket.on('error', () => undefined);
    await new Promise(resolve => socket.once('secureConnect', resolve).once('close', resolve));
    await pause(settling);
    if (!socket.destroyed) await talk(socket, tcp);
  };
}

function tcpClient(talk: (socket: net.Socket) => unknown): Visit {
  return async (port, { ends }) => {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    ends.push(() => socket.destroy());
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    await pause(settling);
    await talk(socket);
  };
}

const ca = [`CA=${sectors.ca}`];
const own = [`CERT=${sectors.own}`];
const quiet = () => undefined;
const record = (length: number) => (socket: tls.TLSSocket) => socket.write(Buffer.alloc(length, 'Q'));
const says = (text: string) => (socket: tls.TLSSocket) => socket.write(text);
const whetherAuthorized: Talk = socket => socket.write(socket.authorized ? 'Yes' : 'No');
const demanding = (files: SecureFiles) => ({ requestCert: true, ca: files.ca });
const dhe = { ciphers: 'ECDHE-RSA-AES128-SHA:@SECLEVEL=0' };
/** handshake_failure */
const alert = Buffer.from('15030200020228', 'hex');
const http = 'HTTP/1.1 400 Bad Request\r\n\r\n';

const trusted = (files: SecureFiles): [number, string][] => [[sectors.ca, files.flash.ca]];
const otherCa = (files: SecureFiles): [number, string][] => [[sectors.ca, files.flash.otherCa]];
const twoCas = (files: SecureFiles): [number, string][] => [[sectors.ca, files.flash.twoCas]];

const client: Scenario[] = [
  {
    name: 'sends, receives, and its server ends',
    macros: ['GREETING="hello"'],
    serve: tlsServer(socket => {
      socket.once('data', (data: Buffer) => {
        socket.write(data);
        setTimeout(() => socket.end(), settling);
      });
    }),
    prints: 'connect 0, connected, send 0, sent, received 5 h, disconnected',
  },
  {
    name: 'disconnects, twice',
    serve: tlsServer(says('C')),
    prints: {
      libmbedtls: 'connect 0, connected, received 1 C, disconnect 0, disconnect -5, disconnected',
      libssl: 'connect 0, connected, received 1 C, disconnect 0, disconnect 0, disconnected, disconnected',
    },
  },
  {
    name: 'sends twice at once',
    serve: tlsServer(says('T')),
    prints: 'connect 0, connected, received 1 T, send 0, send -5, sent',
  },
  {
    name: 'sends 5000 bytes at once',
    serve: tlsServer(says('L')),
    prints: 'connect 0, connected, received 1 L, send 0, sent',
  },
  {
    name: 'connects while it is connected',
    macros: ['TWICE'],
    serve: tlsServer(quiet),
    prints: {
      libmbedtls: 'connect 0, connected, connect 0, connected',
      libssl: 'connect 0, connected, connect -15',
    },
  },
  { name: 'gets RST', serve: resettingServer, prints: 'connect 0, connected, failed -9' },
  {
    name: 'gets RST in the handshake',
    serve: tcpServer(socket => socket.resetAndDestroy()),
    prints: 'connect 0, failed -9',
  },
  {
    name: 'gets FIN in the handshake',
    serve: tcpServer(socket => socket.end()),
    prints: 'connect 0, disconnected',
  },
  {
    name: 'gets HTTP in place of TLS',
    serve: tcpServer(socket => socket.write(http)),
    prints: { libmbedtls: 'connect 0, failed -114', libssl: 'connect 0, failed -28' },
  },
  {
    name: 'gets a fatal alert',
    serve: tcpServer(socket => socket.write(alert)),
    prints: { libmbedtls: 'connect 0, failed 9', libssl: 'connect 0, disconnected' },
  },
  { name: 'connects to where nobody listens', prints: 'connect 0, failed -9' },
  {
    name: 'trusts the CA in its flash',
    macros: ca,
    flash: trusted,
    serve: tlsServer(quiet),
    prints: 'ca_enable 1, connect 0, connected',
  },
  {
    name: 'does not trust another CA',
    macros: ca,
    flash: otherCa,
    serve: tlsServer(quiet),
    prints: {
      libmbedtls: 'ca_enable 1, connect 0, failed -39',
      libssl: 'ca_enable 1, connect 0, failed -28',
    },
  },
  {
    name: 'has two CAs, and the second signed',
    macros: ca,
    flash: twoCas,
    serve: tlsServer(quiet),
    prints: { libmbedtls: 'ca_enable 1, connect 0, failed -39', libssl: 'ca_enable 1, connect 0, connected' },
  },
  {
    name: 'has two CAs, and the first signed',
    macros: ca,
    flash: twoCas,
    serve: tlsServer(quiet, files => files.stranger),
    prints: 'ca_enable 1, connect 0, connected',
  },
  {
    name: 'has no CA in its flash',
    macros: ca,
    serve: tlsServer(quiet),
    prints: {
      libmbedtls: 'ca_enable 1, connect 0, failed -127',
      libssl: 'ca_enable 1, connect 0, disconnected',
    },
  },
  {
    name: 'has a CA that cannot be read',
    macros: ca,
    flash: files => [[sectors.ca, files.flash.broken]],
    serve: tlsServer(quiet),
    prints: {
      libmbedtls: 'ca_enable 1, connect 0, failed -127',
      libssl: 'ca_enable 1, connect 0, failed -28',
    },
  },
  {
    name: 'trusts anybody with the CA switched off',
    macros: [...ca, 'CA_OFF'],
    flash: otherCa,
    serve: tlsServer(quiet),
    prints: 'ca_enable 1, ca_disable 1, connect 0, connected',
  },
  {
    name: 'authenticates both ways',
    macros: [...ca, ...own],
    flash: files => [...trusted(files), [sectors.own, files.flash.own]],
    serve: tlsServer(whetherAuthorized, demanding),
    prints: 'ca_enable 1, cert_req_enable 1, connect 0, connected, received 3 Y',
  },
  {
    name: 'shows its certificate and trusts anybody',
    macros: own,
    flash: files => [[sectors.own, files.flash.own]],
    serve: tlsServer(whetherAuthorized, demanding),
    prints: 'cert_req_enable 1, connect 0, connected, received 3 Y',
  },
  {
    name: 'has no certificate for a server that demands one',
    serve: tlsServer(quiet, files => ({ ...demanding(files), rejectUnauthorized: true })),
    prints: { libmbedtls: 'connect 0, failed 9', libssl: 'connect 0, disconnected' },
  },
  {
    name: 'has no certificate in its flash',
    macros: own,
    serve: tlsServer(quiet, demanding),
    prints: {
      libmbedtls: 'cert_req_enable 1, connect 0, failed -127',
      libssl: 'cert_req_enable 1, connect 0, disconnected',
    },
  },
  {
    name: 'gets a record of 1900 bytes',
    serve: tlsServer(record(1900)),
    prints: {
      libmbedtls: 'connect 0, connected, received 1460 Q, received 440 Q',
      libssl: 'connect 0, connected, received 1900 Q',
    },
  },
  {
    name: 'gets a record as long as its buffer',
    serve: tlsServer(record(2048)),
    prints: {
      libmbedtls: 'connect 0, connected, received 1460 Q, received 588 Q',
      libssl: 'connect 0, connected, failed -61',
    },
  },
  {
    name: 'gets a record a little longer than its buffer',
    serve: tlsServer(record(2100)),
    prints: {
      libmbedtls: 'connect 0, connected, failed 15',
      libssl: 'connect 0, connected, failed -61',
    },
  },
  {
    name: 'gets a record much longer than its buffer',
    serve: tlsServer(record(3000)),
    prints: {
      libmbedtls: 'connect 0, connected, failed -114',
      libssl: 'connect 0, connected, failed -61',
    },
  },
  {
    name: 'gets such a record into a buffer of 4096 bytes',
    macros: ['SIZE=4096'],
    serve: tlsServer(record(3000)),
    prints: {
      libmbedtls: 'set_size 1, connect 0, connected, received 1460 Q, received 1460 Q, received 80 Q',
      libssl: 'set_size 1, connect 0, connected, received 3000 Q',
    },
  },
  {
    name: 'gets certificates over its buffer',
    serve: tlsServer(quiet, files => ({ cert: files.server.cert + files.ca.repeat(2) })),
    prints: { libmbedtls: 'connect 0, failed -114', libssl: 'connect 0, failed -28' },
  },
  {
    name: 'meets a server with TLS 1.2 only',
    serve: tlsServer(quiet, () => ({ minVersion: 'TLSv1.2' })),
    prints: { libmbedtls: 'connect 0, connected', libssl: 'connect 0, disconnected' },
  },
  {
    name: 'meets a server with elliptic curves only',
    serve: tlsServer(quiet, () => dhe),
    prints: { libmbedtls: 'connect 0, failed 9', libssl: 'connect 0, disconnected' },
  },
];

const server: Scenario[] = [
  {
    name: 'receives, sends, and its client ends',
    visit: tlsClient(async socket => {
      socket.write('Echo');
      await once(socket, 'data');
      socket.end();
    }),
    prints: 'accept 0, connected, received 4 E, send 0, sent, disconnected',
  },
  {
    name: 'disconnects, twice',
    visit: tlsClient(says('C')),
    prints: {
      libmbedtls: 'accept 0, connected, received 1 C, disconnect 0, disconnect -5, disconnected',
      libssl: 'accept 0, connected, received 1 C, disconnect 0, disconnect 0, disconnected, disconnected',
    },
  },
  {
    name: 'sends twice at once',
    visit: tlsClient(says('T')),
    prints: 'accept 0, connected, received 1 T, send 0, send -5, sent',
  },
  {
    name: 'gets RST',
    visit: tlsClient((_, tcp) => tcp.resetAndDestroy()),
    prints: 'accept 0, connected, failed -9',
  },
  {
    name: 'gets RST in the handshake',
    visit: tcpClient(async socket => {
      socket.write(Buffer.from('160301', 'hex'));
      await pause(settling);
      socket.resetAndDestroy();
    }),
    prints: 'accept 0, failed -9',
  },
  {
    name: 'gets FIN in the handshake',
    visit: tcpClient(socket => socket.end()),
    prints: 'accept 0, disconnected',
  },
  {
    name: 'gets HTTP in place of TLS',
    visit: tcpClient(socket => socket.write('GET / HTTP/1.1\r\n\r\n')),
    prints: { libmbedtls: 'accept 0, failed -121', libssl: 'accept 0, failed -28' },
  },
  {
    name: 'gets an alert in place of TLS',
    visit: tcpClient(socket => socket.write(alert)),
    prints: { libmbedtls: 'accept 0, failed -121', libssl: 'accept 0, disconnected' },
  },
  {
    name: 'has no cipher suite in common with its client',
    visit: tlsClient(quiet, () => dhe),
    prints: { libmbedtls: 'accept 0, failed 13', libssl: 'accept 0, failed -28' },
  },
  {
    name: 'meets a client with TLS 1.3 only',
    visit: tlsClient(quiet, () => ({
      ...{ minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3', ciphers: 'TLS_AES_128_GCM_SHA256' },
    })),
    prints: { libmbedtls: 'accept 0, failed 13', libssl: 'accept 0, failed -28' },
  },
  {
    name: 'meets a client with TLS 1.2 only',
    visit: tlsClient(quiet, () => ({ minVersion: 'TLSv1.2' })),
    prints: { libmbedtls: 'accept 0, connected', libssl: 'accept 0, disconnected' },
  },
  {
    name: 'gets a record a little longer than its buffer',
    visit: tlsClient(record(2100)),
    prints: {
      libmbedtls: 'accept 0, connected, failed 15',
      libssl: 'accept 0, connected, failed -61',
    },
  },
  {
    name: 'gets a record much longer than its buffer',
    visit: tlsClient(record(3000)),
    prints: {
      libmbedtls: 'accept 0, connected, failed -114',
      libssl: 'accept 0, connected, failed -61',
    },
  },
  {
    name: 'trusts a client of the CA in its flash',
    macros: ca,
    flash: trusted,
    visit: tlsClient(says('Q'), files => files.client),
    prints: 'ca_enable 1, accept 0, connected, received 1 Q',
  },
  {
    name: 'wants a certificate, and its client has none',
    macros: ca,
    flash: trusted,
    visit: tlsClient(says('Q')),
    prints: {
      libmbedtls: 'ca_enable 1, accept 0, failed 12',
      libssl: 'ca_enable 1, accept 0, connected, received 1 Q',
    },
  },
  {
    name: 'does not trust a client of another CA',
    macros: ca,
    flash: trusted,
    visit: tlsClient(says('Q'), files => files.stranger),
    prints: {
      libmbedtls: 'ca_enable 1, accept 0, failed -39',
      libssl: 'ca_enable 1, accept 0, connected, received 1 Q',
    },
  },
  {
    name: 'has no CA in its flash',
    macros: ca,
    visit: tlsClient(says('Q'), files => files.client),
    prints: {
      libmbedtls: 'ca_enable 1, accept 0, failed -127',
      libssl: 'ca_enable 1, accept 0, connected, received 1 Q',
    },
  },
  {
    name: 'says nothing of a second client at once',
    visit: async (port, surroundings) => {
      await tlsClient(async socket => {
        socket.write('Echo');
        await once(socket, 'data');
      })(port, surroundings);
      await tcpClient(socket => socket.write('Echo'))(port, surroundings);
      // Longer than the device gives the first one to leave.
      await pause(6000);
    },
    prints: 'accept 0, connected, received 4 E, send 0, sent',
  },
  {
    name: 'takes one client after the other',
    visit: async (port, surroundings) => {
      for (const count of [1, 2]) {
        await tlsClient(says('C'))(port, surroundings);
        await surroundings.device.line('disconnected', count);
      }
    },
    prints: {
      libmbedtls:
        'accept 0, connected, received 1 C, disconnect 0, disconnect -5, disconnected, connected, received 1 C, disconnect 0, disconnect -5, disconnected',
      libssl:
        'accept 0, connected, received 1 C, disconnect 0, disconnect 0, disconnected, disconnected, connected, received 1 C, disconnect 0, disconnect 0, disconnected, disconnected',
    },
  },
];

export const scenarios: Record<'client' | 'server', Scenario[]> = {
  client,
  server: server.map(scenario => ({ ...scenario, macros: ['SERVER', ...(scenario.macros ?? [])] })),
};
