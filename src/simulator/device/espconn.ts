import { heapBeyondBuffer } from '../../sdk/tls';
import { tlsBehaviour } from '../../sdk/tlsBehaviour';
import { errorValue } from '../../sdk/errors';
import type { Call, Family } from './call';
import type { Device } from './device';
import { espconnLayout, espconnState, tcpLayout, typeTcp } from './espconnStruct';
import type { HostClients } from './hostClients';
import type { HostServers } from './hostServers';
import type { Links } from './links';
import type { TlsSettings } from './tlsSettings';
import type { Wifi } from './wifi';

const ok = errorValue('ESPCONN_OK');
const inProgress = errorValue('ESPCONN_INPROGRESS');
const badArgument = errorValue('ESPCONN_ARG');
const outOfMemory = errorValue('ESPCONN_MEM');
const alreadyConnected = errorValue('ESPCONN_ISCONN');
const noRoute = errorValue('ESPCONN_RTE');

/** Clients of a plain server unless the firmware says otherwise: MEMP_NUM_TCP_PCB of the SDK's lwIP. */
const maxClients = 5;

/** Local ports that espconn_port gives. */
const ports = { first: 1024, end: 50_000 };

/** Instructions for reading a certificate and its key, and for a port of the host that is opened. */
const perIdentity = 200_000;
const perPort = 20_000;

/** What the functions of espconn work on. */
export interface EspconnParts {
  links: Links;
  servers: HostServers;
  clients: HostClients;
  settings: TlsSettings;
  wifi: Wifi;
}

type EspconnHost = Pick<Device, 'events' | 'heap' | 'options' | 'random' | 'time'>;

/** What both kinds of functions share. */
class EspconnCalls {
  readonly #parts: EspconnParts;

  constructor(parts: EspconnParts) {
    this.#parts = parts;
  }

  /** The struct of a call if it is for TCP and has its esp_tcp. */
  tcpStruct(call: Call): number | undefined {
    const struct = call.uint(0);
    if (struct === 0 || call.loadWord(struct + espconnLayout.type) !== typeTcp) return undefined;
    return call.loadWord(struct + espconnLayout.proto) === 0 ? undefined : struct;
  }

  /** The port at which a listening struct wants to be reached. */
  portOf(call: Call, struct: number): number {
    return call.loadWord(call.loadWord(struct + espconnLayout.proto) + tcpLayout.local_port) & 0xffff;
  }

  /** The connection of one kind that a struct is of; a struct of the other kind is none that the functions know. */
  linkOf(call: Call, secure: boolean) {
    const link = this.#parts.links.find(call.uint(0));
    return link?.secure === secure ? link : undefined;
  }

  delete(call: Call, secure: boolean): number {
    const { links, servers } = this.#parts;
    const found = servers.server(call.uint(0));
    if (found?.secure !== secure || (secure && found !== servers.tlsServer)) return badArgument;
    if (links.clientsOf(found.espconn).length > 0) return inProgress;
    servers.remove(found);
    return ok;
  }

  /** What speaks against a connection to where the struct says: no address of the device, the state of its station. */
  noWay(call: Call, struct: number): number | undefined {
    const { wifi } = this.#parts;
    const { status } = wifi.current;
    const hasAddress = (info: Uint8Array) => info.subarray(0, 4).some(byte => byte !== 0);
    if (!wifi.hasStation) return hasAddress(wifi.softApIpInfo) ? undefined : noRoute;
    if (hasAddress(wifi.stationIpInfo)) return undefined;
    if (!wifi.hasSoftAp) return noRoute;
    const tcp = call.loadWord(struct + espconnLayout.proto);
    const remote = call.load(tcp + tcpLayout.remote_ip, 4);
    const isOfSoftAp = [0, 1, 2].every(at => wifi.softApIpInfo[at] === remote[at]);
    // With both interfaces the SDK returns the station's status, unless that is idle.
    return isOfSoftAp ? undefined : status === 0 ? noRoute : status;
  }
}

/** The functions of espconn that plain TCP and TLS share, and those of plain TCP, for firmware without lwIP. */
export function espconnFamily(parts: EspconnParts, { random }: Pick<Device, 'random'>): Family {
  const { clients, links, servers } = parts;
  const calls = new EspconnCalls(parts);
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
  const send = (call: Call) => {
    const [address, length] = [call.uint(1), call.uint(2) & 0xffff];
    const link = calls.linkOf(call, false);
    // Here -12 also means “still sending” (espconn.c).
    if (link === undefined || address === 0 || length === 0 || link.sending !== undefined) return badArgument;
    call.storeWord(link.espconn + at.state, espconnState.write);
    links.send(link, address, length, call.load(address, links.pieceLength(link, length)));
    return ok;
  };
  const disconnect = (call: Call) => {
    const link = calls.linkOf(call, false);
    if (link === undefined) return badArgument;
    if (link.state === 'closing') return inProgress;
    clients.cancel(link);
    links.close(link);
    return ok;
  };

  return {
    espconn_port: () => ports.first + (random.word() % (ports.end - ports.first)),
    espconn_regist_recvcb: register('recv_callback'),
    espconn_regist_sentcb: register('sent_callback'),
    espconn_regist_connectcb: registerTcp('connect_callback'),
    espconn_regist_reconcb: registerTcp('reconnect_callback'),
    espconn_regist_disconcb: registerTcp('disconnect_callback'),

    espconn_connect: call => {
      const struct = calls.tcpStruct(call);
      if (struct === undefined) return badArgument;
      const problem = calls.noWay(call, struct);
      if (problem !== undefined) return problem;
      if (links.find(struct) !== undefined) return alreadyConnected;
      call.charge(perPort);
      clients.connect(struct, false);
      return ok;
    },
    espconn_accept: call => {
      const struct = calls.tcpStruct(call);
      if (struct === undefined) return badArgument;
      const port = calls.portOf(call, struct);
      if (servers.servers.some(other => other.port === port)) return alreadyConnected;
      call.charge(perPort);
      call.storeWord(struct + at.state, espconnState.listen);
      servers.add({ espconn: struct, secure: false, port, maxClients });
      return ok;
    },
    espconn_send: send,
    espconn_sent: send,
    espconn_disconnect: disconnect,
    espconn_delete: call => calls.delete(call, false),
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

/** The functions of TLS, as the library that the project names has them. */
export function secureFamily(parts: EspconnParts, device: EspconnHost): Family {
  const { clients, links, servers, settings } = parts;
  const { events, heap, options, time } = device;
  const behaviour = tlsBehaviour(options.tls);
  const calls = new EspconnCalls(parts);
  const bit = (value: boolean) => (value ? 1 : 0);
  const level = (call: Call) => call.int(0) & 0xff;
  const send = (call: Call) => {
    const [address, length] = [call.uint(1), call.uint(2) & 0xffff];
    const link = calls.linkOf(call, true);
    if (link === undefined) return badArgument;
    if (link.sending !== undefined) return inProgress;
    call.storeWord(link.espconn + espconnLayout.state, espconnState.write);
    links.send(link, address, length, call.load(address, links.pieceLength(link, length)));
    return ok;
  };

  return {
    espconn_secure_set_default_certificate: call => bit(settings.keep('certificate', call)),
    espconn_secure_set_default_private_key: call => bit(settings.keep('privateKey', call)),
    espconn_secure_set_size: call => bit(settings.setSize(level(call), call.int(1) & 0xffff)),
    espconn_secure_get_size: call => settings.sizeOf(level(call)) ?? badArgument,
    espconn_secure_ca_enable: call => bit(settings.enable('ca', level(call), call.uint(1))),
    espconn_secure_ca_disable: call => bit(settings.disable('ca', level(call))),
    espconn_secure_cert_req_enable: call => bit(settings.enable('own', level(call), call.uint(1))),
    espconn_secure_cert_req_disable: call => bit(settings.disable('own', level(call))),

    espconn_secure_connect: call => {
      const struct = calls.tcpStruct(call);
      if (struct === undefined) return badArgument;
      if (options.tls.needsTime && !time.isSet) return errorValue('ESPCONN_TIME');
      const problem = calls.noWay(call, struct);
      if (problem !== undefined) return problem;
      if (heap.freeBytes() <= settings.sizeFor('client') + heapBeyondBuffer) return outOfMemory;
      const { connect } = behaviour.second;
      if (connect !== ok && links.all.some(({ secure }) => secure)) return connect;
      call.charge(perPort);
      clients.connect(struct, true);
      return ok;
    },
    espconn_secure_accept: call => {
      const struct = calls.tcpStruct(call);
      if (struct === undefined) return badArgument;
      const port = calls.portOf(call, struct);
      const { accept } = behaviour.second;
      const isSecond = servers.tlsServer !== undefined;
      if (isSecond && (accept !== ok || servers.servers.some(other => other.port === port))) return accept;
      call.charge(perIdentity);
      try {
        settings.checkIdentity();
      } catch (error) {
        // The libraries read it when a client comes.
        const reason = error instanceof Error ? error.message : String(error);
        events.add({ kind: 'certificate-refused', reason });
      }
      servers.add({ espconn: struct, secure: true, port, maxClients: 1 });
      call.storeWord(struct + espconnLayout.state, espconnState.listen);
      return ok;
    },
    espconn_secure_send: send,
    espconn_secure_sent: send,
    espconn_secure_disconnect: call => {
      const link = calls.linkOf(call, true);
      if (link === undefined) return badArgument;
      const isSecond = link.state === 'closing';
      if (isSecond && behaviour.second.disconnect !== ok) return behaviour.second.disconnect;
      clients.cancel(link);
      links.close(link);
      return ok;
    },
    espconn_secure_delete: call => {
      const result = calls.delete(call, true);
      if (result === ok) settings.forgetIdentity();
      return result;
    },
  };
}
