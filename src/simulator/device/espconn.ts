import type { SecureContext } from 'node:tls';
import * as l10n from '@vscode/l10n';
import { listenAddress } from '../network/ports';
import { Connection, type PortEvents, type Remote, serveTcp } from '../network/tcpServer';
import { deviceIdentity, handshakeTimeout, listenTls } from '../network/tlsServer';
import type { Call, Family } from './call';
import type { Device } from './device';
import { layoutOf } from './layout';
import { errorValue } from '../../sdk/errors';

const ok = errorValue('ESPCONN_OK');
const inProgress = errorValue('ESPCONN_INPROGRESS');
const badArgument = errorValue('ESPCONN_ARG');
const outOfMemory = errorValue('ESPCONN_MEM');
const alreadyConnected = errorValue('ESPCONN_ISCONN');
const handshakeFailed = errorValue('ESPCONN_HANDSHAKE');
const handshakeTooLong = errorValue('ESPCONN_RESP_TIMEOUT');

/** enum espconn_type and espconn_state. */
const typeTcp = 0x10;
const state = { listen: 2, connect: 3, write: 4, read: 5, close: 6 };

/** Bits of the level that chooses client, server or both. */
const server = 2;
/** What the libraries since SDK 2.0.0 accept for espconn_secure_set_size, and their default, in bytes. */
const sizes = { least: 2048, greatest: 8192, default: 2048 };
/** TLS hands the application at most this many bytes a callback, and sends as many a piece: the TCP segment size. */
const segmentSize = 1460;
/** libmbedtls takes certificates and keys up to this length, in bytes. */
const longestObject = 8192;
/** The device lets the peer wait when this many bytes wait for their receive callback. */
const receiveWindow = 4 * segmentSize;

/** Clients of a plain server unless the firmware says otherwise: MEMP_NUM_TCP_PCB of the SDK's lwIP. */
const maxClients = 5;

/** Instructions for reading a certificate and its key, and for a port of the host that is opened. */
const perIdentity = 200_000;
const perPort = 20_000;

/** A server: its listening struct, and how many clients it takes. */
interface Server {
  espconn: number;
  secure: boolean;
  port: number;
  maxClients: number;
  close: () => void;
}

/** A connection of a server: its own struct espconn, which the SDK allocates for each client. */
interface Link {
  server: Server;
  espconn: number;
  tcp: number;
  connection: Connection;
  remote: Remote;
  sending: boolean;
  closing: boolean;
  waiting: number;
}

/**
 * The servers of espconn, answered by this computer, for firmware without lwIP: TCP and TLS by Node, the callbacks in the SDK's
 * order. There is one TLS server with one client, and plain servers with several. A link's struct is the SDK's own; disconnect and
 * reconnect callbacks get the listening struct, with the fields of the link copied back, as the SDK does.
 */
export function espconnFamily(device: Device): Family {
  const { memory } = device.cpu;
  const at = layoutOf('espconn', 'type', 'state', 'proto', 'recv_callback', 'sent_callback');
  const tcpAt = layoutOf(
    '_esp_tcp',
    'remote_port',
    'local_port',
    'local_ip',
    'remote_ip',
    'connect_callback',
    'reconnect_callback',
    'disconnect_callback',
  );
  const size = { client: sizes.default, server: sizes.default };
  let certificate: Uint8Array | undefined;
  let privateKey: Uint8Array | undefined;
  /** By their listening struct, and by the struct of the connection. */
  const servers = new Map<number, Server>();
  const links = new Map<number, Link>();
  const secureServer = () => [...servers.values()].find(({ secure }) => secure);
  const clientsOf = (server: Server) => [...links.values()].filter(link => link.server === server);

  const word = (address: number) => memory.readWord(address) ?? 0;
  const callbackOf = (
    espconn: number,
    member: 'connect_callback' | 'reconnect_callback' | 'disconnect_callback',
  ) => word(word(espconn + at.proto) + tcpAt[member]);
  const register = (member: 'recv_callback' | 'sent_callback') => (call: Call) => {
    if (call.uint(0) === 0) return badArgument;
    call.storeWord(call.uint(0) + at[member], call.uint(1));
    return ok;
  };
  /** As in the SDK nobody checks here whether proto.tcp has been set: without it this writes to NULL and faults. */
  const registerTcp = (member: keyof typeof tcpAt) => (call: Call) => {
    if (call.uint(0) === 0) return badArgument;
    call.storeWord(call.loadWord(call.uint(0) + at.proto) + tcpAt[member], call.uint(1));
    return ok;
  };

  /** Makes the structs of a connection and tells the firmware. */
  const open = (server: Server, connection: Connection, remote: Remote) => {
    connection.pause();
    device.scheduler.post(() => {
      if (servers.get(server.espconn) !== server) return undefined;
      const espconn = device.heap.allocate(at.size);
      const tcp = espconn === 0 ? 0 : device.heap.allocate(tcpAt.size);
      if (tcp === 0) {
        if (espconn !== 0) device.heap.free(espconn);
        if (server.secure) pending = undefined;
        connection.close();
        return undefined;
      }
      memory.write(espconn, memory.read(server.espconn, at.size) ?? new Uint8Array(at.size));
      memory.write(
        tcp,
        memory.read(word(server.espconn + at.proto), tcpAt.size) ?? new Uint8Array(tcpAt.size),
      );
      memory.writeWord(espconn + at.proto, tcp);
      memory.writeWord(espconn + at.state, state.connect);
      memory.write(tcp + tcpAt.local_ip, Uint8Array.from(device.options.wifi.address.ip));
      memory.write(tcp + tcpAt.remote_ip, Uint8Array.from(remote.address.split('.').map(Number)));
      memory.writeWord(tcp + tcpAt.remote_port, remote.port);
      const opened: Link = {
        ...{ server, espconn, tcp, connection, remote },
        ...{ sending: false, closing: false, waiting: 0 },
      };
      links.set(espconn, opened);
      connection.onData = bytes => {
        receive(opened, bytes);
      };
      connection.onClose = () => {
        closed(opened);
      };
      return named('connect', callbackOf(espconn, 'connect_callback'), [espconn], () => {
        connection.resume();
      });
    });
  };
  let pending: Remote | undefined;

  const receive = (from: Link, bytes: Uint8Array) => {
    for (let start = 0; start < bytes.length; start += segmentSize) {
      const piece = bytes.subarray(start, start + segmentSize);
      from.waiting += piece.length;
      device.scheduler.post(() => {
        from.waiting -= piece.length;
        if (from.waiting < receiveWindow) from.connection.resume();
        const callback = word(from.espconn + at.recv_callback);
        if (links.get(from.espconn) !== from || from.closing || callback === 0) return undefined;
        // The SDK ends the data with a NUL that len does not count.
        const buffer = device.heap.allocate(piece.length + 1);
        if (buffer === 0) return undefined;
        memory.write(buffer, Uint8Array.from([...piece, 0]));
        memory.writeWord(from.espconn + at.state, state.read);
        return named('recv', callback, [from.espconn, buffer, piece.length], () => {
          device.heap.free(buffer);
          if (word(from.espconn + at.state) === state.read)
            memory.writeWord(from.espconn + at.state, state.connect);
        });
      });
    }
    if (from.waiting >= receiveWindow) from.connection.pause();
  };

  /** Sends the piece at `address`; what lies behind it is read when its turn comes, as the libraries do. */
  const send = (to: Link, address: number, length: number, first: Uint8Array) => {
    to.connection.send(first, () => {
      device.scheduler.post(() => {
        if (links.get(to.espconn) !== to) return undefined;
        const rest = length - first.length;
        if (rest > 0) {
          const next = memory.read(address + first.length, Math.min(rest, segmentSize));
          if (next !== undefined) {
            send(to, address + first.length, rest, next);
            return undefined;
          }
        }
        to.sending = false;
        memory.writeWord(to.espconn + at.state, state.connect);
        return named('sent', word(to.espconn + at.sent_callback), [to.espconn]);
      });
    });
  };

  const closed = (gone: Link) => {
    device.scheduler.post(() => {
      if (links.get(gone.espconn) !== gone) return undefined;
      links.delete(gone.espconn);
      if (gone.server.secure) pending = undefined;
      const remote = `${gone.remote.address}:${gone.remote.port}`;
      device.events.add(
        gone.server.secure
          ? { kind: 'disconnected', remote }
          : { kind: 'tcp-closed', remote, devicePort: gone.server.port, reset: false },
      );
      const callback = callbackOf(gone.espconn, 'disconnect_callback');
      copyBack(gone);
      return named('disconnect', callback, [gone.server.espconn]);
    });
  };

  /** The listening struct gets the peer's address, then the link's structs are free. */
  const copyBack = (gone: Link) => {
    const { espconn } = gone.server;
    const tcp = word(espconn + at.proto);
    memory.writeWord(espconn + at.state, state.close);
    memory.writeWord(tcp + tcpAt.remote_port, gone.remote.port);
    memory.write(tcp + tcpAt.remote_ip, memory.read(gone.tcp + tcpAt.remote_ip, 4) ?? new Uint8Array(4));
    device.heap.free(gone.tcp);
    device.heap.free(gone.espconn);
  };

  const failed = (remote: Remote, reason: string) => {
    device.events.add({ kind: 'handshake-failed', remote: `${remote.address}:${remote.port}`, reason });
    device.scheduler.post(() => {
      pending = undefined;
      const server = secureServer();
      if (server === undefined) return undefined;
      const callback = callbackOf(server.espconn, 'reconnect_callback');
      const told = reason === handshakeTimeout ? handshakeTooLong : handshakeFailed;
      const call = named('reconnect', callback, [server.espconn, told]);
      return call && { ...call, told };
    });
  };

  const store = (keep: (bytes: Uint8Array) => void) => (call: Call) => {
    const [address, length] = [call.uint(0), call.uint(1) & 0xffff];
    if (address === 0 || length === 0 || length > longestObject) return 0;
    keep(call.load(address, length));
    return 1;
  };
  const setSize = (level: number, value: number) => {
    if (level < 1 || level > 3 || value < sizes.least || value > sizes.greatest) return 0;
    if (level & 1) size.client = value;
    if (level & server) size.server = value;
    return 1;
  };

  /** The port at which a listening struct wants to be reached; undefined for a struct that is not for TCP. */
  const portOf = (call: Call): number | undefined => {
    const espconn = call.uint(0);
    if (espconn === 0 || call.loadWord(espconn + at.type) !== typeTcp) return undefined;
    const tcp = call.loadWord(espconn + at.proto);
    return tcp === 0 ? undefined : call.loadWord(tcp + tcpAt.local_port) & 0xffff;
  };
  const portEvents = (protocol: 'tls' | 'tcp', devicePort: number): PortEvents => ({
    opened: (port, refused) => {
      const where = { protocol, devicePort, host: listenAddress, port };
      device.events.add({ kind: 'listening', ...where, ...(refused && { refused }) });
    },
    failed: ({ port, code }) => {
      device.events.add({ kind: 'problem', problem: { kind: 'port-refused', port, reason: code } });
      device.halt('problem');
    },
  });
  /** Sends for the connections of one kind; a struct of the other kind is none that they know. */
  const sender = (secure: boolean) => (call: Call) => {
    const [address, length] = [call.uint(1), call.uint(2) & 0xffff];
    const link = links.get(call.uint(0));
    if (link?.server.secure !== secure) return badArgument;
    // The plain function refuses what the TLS function takes, and has another number for “still sending” (espconn.c).
    if (!secure && (address === 0 || length === 0)) return badArgument;
    if (link.sending) return secure ? inProgress : badArgument;
    link.sending = true;
    call.storeWord(link.espconn + at.state, state.write);
    send(link, address, length, call.load(address, Math.min(length, segmentSize)));
    return ok;
  };
  const closer = (secure: boolean) => (call: Call) => {
    const link = links.get(call.uint(0));
    if (link?.server.secure !== secure) return badArgument;
    if (link.closing) return inProgress;
    link.closing = true;
    link.connection.close();
    return ok;
  };
  const deleter = (secure: boolean) => (call: Call) => {
    const server = servers.get(call.uint(0));
    if (server?.secure !== secure) return badArgument;
    if (clientsOf(server).length > 0) return inProgress;
    server.close();
    servers.delete(server.espconn);
    if (secure) certificate = privateKey = undefined;
    return ok;
  };

  device.onSwitchOff(() => {
    for (const server of servers.values()) server.close();
  });

  return {
    espconn_port: () => 1024 + Math.floor(Math.random() * (50000 - 1024)),
    espconn_regist_recvcb: register('recv_callback'),
    espconn_regist_sentcb: register('sent_callback'),
    espconn_regist_connectcb: registerTcp('connect_callback'),
    espconn_regist_reconcb: registerTcp('reconnect_callback'),
    espconn_regist_disconcb: registerTcp('disconnect_callback'),

    espconn_secure_set_default_certificate: store(bytes => (certificate = bytes)),
    espconn_secure_set_default_private_key: store(bytes => (privateKey = bytes)),
    espconn_secure_set_size: call => setSize(call.int(0) & 0xff, call.int(1) & 0xffff),
    espconn_secure_get_size: call => {
      const level = call.int(0) & 0xff;
      return level === 1
        ? size.client
        : level === server
          ? size.server
          : level === 3 && size.client === size.server
            ? size.client
            : badArgument;
    },

    espconn_secure_accept: call => {
      const devicePort = portOf(call);
      if (devicePort === undefined) return badArgument;
      if (secureServer() !== undefined) return inProgress;
      call.charge(perIdentity);
      let identity: SecureContext;
      try {
        identity = deviceIdentity(certificate ?? new Uint8Array(), privateKey ?? new Uint8Array());
      } catch (error) {
        device.events.add({
          kind: 'certificate-refused',
          reason: error instanceof Error ? error.message : String(error),
        });
        return outOfMemory;
      }
      const espconn = call.uint(0);
      call.storeWord(espconn + at.state, state.listen);
      const close = listenTls({ ports: device.ports, devicePort }, identity, device.options.handshakeLimit, {
        ...portEvents('tls', devicePort),
        isBusy: () => pending !== undefined,
        connecting: remote => {
          const address = `${remote.address}:${remote.port}`;
          if (pending !== undefined) {
            device.events.add({ kind: 'refused', remote: address });
            return false;
          }
          pending = remote;
          device.events.add({ kind: 'connection', remote: address });
          return true;
        },
        handshakeFailed: failed,
        connected: (connection, remote) => {
          const { protocol, cipher } = connection;
          device.events.add({
            ...{ kind: 'handshake', protocol, cipher },
            remote: `${remote.address}:${remote.port}`,
          });
          open(server, connection, remote);
        },
        observed: event => {
          device.events.add(event);
        },
      });
      const server: Server = { espconn, secure: true, port: devicePort, maxClients: 1, close };
      servers.set(espconn, server);
      return ok;
    },
    ...alias(['espconn_secure_send', 'espconn_secure_sent'], sender(true)),
    espconn_secure_disconnect: closer(true),
    espconn_secure_delete: deleter(true),

    espconn_accept: call => {
      const devicePort = portOf(call);
      if (devicePort === undefined) return badArgument;
      if ([...servers.values()].some(({ port }) => port === devicePort)) return alreadyConnected;
      const espconn = call.uint(0);
      call.charge(perPort);
      call.storeWord(espconn + at.state, state.listen);
      const close = serveTcp(
        { ports: device.ports, devicePort },
        portEvents('tcp', devicePort),
        (socket, remote) => {
          const address = `${remote.address}:${remote.port}`;
          const accepted = clientsOf(server).length < server.maxClients;
          device.events.add(
            accepted
              ? { kind: 'tcp-opened', remote: address, direction: 'in', devicePort }
              : {
                  kind: 'tcp-failed',
                  remote: address,
                  reason: l10n.t('the server has its maximum number of clients'),
                },
          );
          if (!accepted) return false;
          open(server, new Connection(socket), remote);
          return true;
        },
      );
      const server: Server = { espconn, secure: false, port: devicePort, maxClients, close };
      servers.set(espconn, server);
      return ok;
    },
    ...alias(['espconn_send', 'espconn_sent'], sender(false)),
    espconn_disconnect: closer(false),
    espconn_delete: deleter(false),
    espconn_tcp_set_max_con_allow: call => {
      const server = servers.get(call.uint(0));
      const count = call.uint(1) & 0xff;
      if (server === undefined || count > maxClients) return badArgument;
      server.maxClients = count;
      return ok;
    },
    espconn_tcp_get_max_con_allow: call => servers.get(call.uint(0))?.maxClients ?? badArgument,
  };
}

function named(name: string, address: number, args: number[], returned?: () => void) {
  if (address === 0) {
    returned?.();
    return undefined;
  }
  return returned === undefined
    ? { name, address, arguments: args }
    : { name, address, arguments: args, returned };
}

function alias(names: string[], answer: (call: Call) => number): Family {
  return Object.fromEntries(names.map(name => [name, answer]));
}
