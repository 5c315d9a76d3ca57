import { bufferLevel, bufferRange, initialBuffer, maxObject } from '../../sdk/tls';
import type { Call, Family } from './call';
import type { Device } from './device';
import { espconnLayout, espconnState, type HostServers, tcpLayout } from './hostServers';
import { Part } from './part';
import { errorValue } from '../../sdk/errors';

const ok = errorValue('ESPCONN_OK');
const inProgress = errorValue('ESPCONN_INPROGRESS');
const badArgument = errorValue('ESPCONN_ARG');
const outOfMemory = errorValue('ESPCONN_MEM');
const alreadyConnected = errorValue('ESPCONN_ISCONN');

/** enum espconn_type. */
const typeTcp = 0x10;

const { client, server } = bufferLevel;

/** Clients of a plain server unless the firmware says otherwise: MEMP_NUM_TCP_PCB of the SDK's lwIP. */
const maxClients = 5;

/** Local ports that espconn_port gives. */
const ports = { first: 1024, end: 50_000 };

/** Instructions for reading a certificate and its key, and for a port of the host that is opened. */
const perIdentity = 200_000;
const perPort = 20_000;

export interface EspconnState {
  size: { client: number; server: number };
  certificate: Uint8Array | undefined;
  privateKey: Uint8Array | undefined;
}

/** What the firmware has set for TLS before it opens a server. */
export class Espconn extends Part<EspconnState> {
  constructor() {
    super({
      size: { client: initialBuffer, server: initialBuffer },
      certificate: undefined,
      privateKey: undefined,
    });
  }

  get identity() {
    const { certificate = new Uint8Array(), privateKey = new Uint8Array() } = this.state;
    return { certificate, privateKey };
  }

  /** Keeps a certificate or key that the firmware hands over. False when it is none. */
  keep(what: 'certificate' | 'privateKey', call: Call): boolean {
    const [address, length] = [call.uint(0), call.uint(1) & 0xffff];
    if (address === 0 || length === 0 || length > maxObject) return false;
    this.state[what] = call.load(address, length);
    return true;
  }

  forgetIdentity(): void {
    this.state.certificate = this.state.privateKey = undefined;
  }

  setSize(level: number, value: number): boolean {
    if (level < 1 || level > 3 || value < bufferRange.least || value > bufferRange.most) return false;
    if (level & client) this.state.size.client = value;
    if (level & server) this.state.size.server = value;
    return true;
  }

  /** Undefined for a level that is none, or for both when they differ. */
  sizeOf(level: number): number | undefined {
    const { size } = this.state;
    if (level === client || (level === (client | server) && size.client === size.server)) return size.client;
    return level === server ? size.server : undefined;
  }
}

/** The functions of espconn for servers, for firmware without lwIP. */
export function espconnFamily(
  espconn: Espconn,
  servers: HostServers,
  { events, random }: Pick<Device, 'events' | 'random'>,
): Family {
  const at = espconnLayout;
  const register = (member: 'recv_callback' | 'sent_callback') => (call: Call) => {
    if (call.uint(0) === 0) return badArgument;
    call.storeWord(call.uint(0) + at[member], call.uint(1));
    return ok;
  };
  /** As in the SDK nobody checks here whether proto.tcp has been set: without it this writes to NULL and faults. */
  const registerTcp = (member: keyof typeof tcpLayout) => (call: Call) => {
    if (call.uint(0) === 0) return badArgument;
    call.storeWord(call.loadWord(call.uint(0) + at.proto) + tcpLayout[member], call.uint(1));
    return ok;
  };
  /** The port at which a listening struct wants to be reached; undefined for a struct that is not for TCP. */
  const portOf = (call: Call): number | undefined => {
    const struct = call.uint(0);
    if (struct === 0 || call.loadWord(struct + at.type) !== typeTcp) return undefined;
    const tcp = call.loadWord(struct + at.proto);
    return tcp === 0 ? undefined : call.loadWord(tcp + tcpLayout.local_port) & 0xffff;
  };
  /** The connection of one kind that a struct is of; a struct of the other kind is none that the functions know. */
  const linkOf = (call: Call, secure: boolean) => {
    const link = servers.link(call.uint(0));
    return link !== undefined && (link.server.identity !== undefined) === secure ? link : undefined;
  };
  const sender = (secure: boolean) => (call: Call) => {
    const [address, length] = [call.uint(1), call.uint(2) & 0xffff];
    const link = linkOf(call, secure);
    if (link === undefined) return badArgument;
    // The plain function refuses what the TLS function takes, and has another number for “still sending” (espconn.c).
    if (!secure && (address === 0 || length === 0)) return badArgument;
    if (link.sending !== undefined) return secure ? inProgress : badArgument;
    call.storeWord(link.espconn + at.state, espconnState.write);
    servers.send(link, address, length, call.load(address, servers.pieceLength(length)));
    return ok;
  };
  const closer = (secure: boolean) => (call: Call) => {
    const link = linkOf(call, secure);
    if (link === undefined) return badArgument;
    if (link.closing) return inProgress;
    servers.close(link);
    return ok;
  };
  const deleter = (secure: boolean) => (call: Call) => {
    const found = servers.server(call.uint(0));
    if (found === undefined || (found.identity !== undefined) !== secure) return badArgument;
    if (servers.clientsOf(found).length > 0) return inProgress;
    servers.remove(found);
    if (secure) espconn.forgetIdentity();
    return ok;
  };

  return {
    espconn_port: () => ports.first + (random.word() % (ports.end - ports.first)),
    espconn_regist_recvcb: register('recv_callback'),
    espconn_regist_sentcb: register('sent_callback'),
    espconn_regist_connectcb: registerTcp('connect_callback'),
    espconn_regist_reconcb: registerTcp('reconnect_callback'),
    espconn_regist_disconcb: registerTcp('disconnect_callback'),

    espconn_secure_set_default_certificate: call => (espconn.keep('certificate', call) ? 1 : 0),
    espconn_secure_set_default_private_key: call => (espconn.keep('privateKey', call) ? 1 : 0),
    espconn_secure_set_size: call => (espconn.setSize(call.int(0) & 0xff, call.int(1) & 0xffff) ? 1 : 0),
    espconn_secure_get_size: call => espconn.sizeOf(call.int(0) & 0xff) ?? badArgument,

    espconn_secure_accept: call => {
      const port = portOf(call);
      if (port === undefined) return badArgument;
      if (servers.tlsServer !== undefined) return inProgress;
      call.charge(perIdentity);
      const struct = call.uint(0);
      try {
        servers.add({ espconn: struct, identity: espconn.identity, port, maxClients: 1 });
      } catch (error) {
        events.add({
          kind: 'certificate-refused',
          reason: error instanceof Error ? error.message : String(error),
        });
        return outOfMemory;
      }
      call.storeWord(struct + at.state, espconnState.listen);
      return ok;
    },
    ...alias(['espconn_secure_send', 'espconn_secure_sent'], sender(true)),
    espconn_secure_disconnect: closer(true),
    espconn_secure_delete: deleter(true),

    espconn_accept: call => {
      const port = portOf(call);
      if (port === undefined) return badArgument;
      if (servers.servers.some(other => other.port === port)) return alreadyConnected;
      call.charge(perPort);
      call.storeWord(call.uint(0) + at.state, espconnState.listen);
      servers.add({ espconn: call.uint(0), identity: undefined, port, maxClients });
      return ok;
    },
    ...alias(['espconn_send', 'espconn_sent'], sender(false)),
    espconn_disconnect: closer(false),
    espconn_delete: deleter(false),
    espconn_tcp_set_max_con_allow: call => {
      const found = servers.server(call.uint(0));
      const count = call.uint(1) & 0xff;
      if (found === undefined || count > maxClients) return badArgument;
      found.maxClients = count;
      return ok;
    },
    espconn_tcp_get_max_con_allow: call => servers.server(call.uint(0))?.maxClients ?? badArgument,
  };
}

function alias(names: string[], answer: (call: Call) => number): Family {
  return Object.fromEntries(names.map(name => [name, answer]));
}
