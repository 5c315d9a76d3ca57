import { lookup } from 'node:dns/promises';
import net from 'node:net';
import { codeOf, systemCodes } from '../../files/systemErrors';
import { ProblemError } from '../../problems';
import type { TlsAbilities } from '../../sdk/tls';
import { tls12 } from '../../sdk/tlsNames';
import { type SocketAddress, sendClientHello, tls13Certificates, insistsOnCertificate } from './probes';
import { computerOffer, deviceOffer, type Offer, versionsOf } from './clientHello';
import type { ServerReply, ServerFlight } from './serverReply';
import { type ServerAddress, serverAddressText } from './serverAddress';

/** What a server answered to several clients, each of which differs from the one before in one thing. */
export interface Visit {
  place: ServerAddress;
  ip: string;
  /** The name that clients with SNI would send; an address is none. */
  serverName?: string;
  /** To the device's own hello. */
  device: ServerReply;
  /** To the same with SNI. */
  named?: ServerReply;
  /** To the versions of the device with a computer's cipher suites and SNI, if neither of the first two came through. */
  anySuite?: ServerReply;
  /** To a computer that speaks up to TLS 1.2, if that did not come through either and the device does not go so far. */
  anyVersion?: ServerReply;
  /** What came by TLS 1.3, if nothing else came through. */
  tls13?: { certificates: Uint8Array[] };
  /** Whether the server insists on a client certificate, if it asks for one and its answer tells. */
  insists?: boolean;
}

export interface VisitOptions {
  signal?: AbortSignal;
  /** ms for each connection (default: 10 s). */
  timeout?: number;
}

/**
 * Asks a server what it would answer to a device with these abilities and, where it refuses, what it has for others. Throws a
 * Problem for a server that is not found, does not answer or speaks no TLS, and what `signal` is aborted with.
 */
export async function visitServer(
  place: ServerAddress,
  abilities: TlsAbilities,
  { signal = new AbortController().signal, timeout = 10_000 }: VisitOptions = {},
): Promise<Visit> {
  const ip = await addressOf(place.host, signal);
  const address: SocketAddress = { ip, port: place.port };
  const patience = { signal, timeout };
  const sni = net.isIP(place.host) === 0 ? { serverName: place.host } : {};
  const asked = (offer: Offer) => sendClientHello(address, offer, patience);

  const offer = deviceOffer(abilities);
  const device = await asked(offer);
  checkReached(place, device);
  const visit: Visit = { place, ip, ...sni, device };
  if (sni.serverName !== undefined) visit.named = await asked({ ...offer, ...sni });
  if (!isFlight(visit.device) && !isFlight(visit.named)) {
    visit.anySuite = await asked({ ...computerOffer(offer.version), ...sni });
    if (offer.version < tls12 && !isFlight(visit.anySuite))
      visit.anyVersion = await asked({ ...computerOffer(tls12), ...sni });
    if (!isFlight(visit.anySuite) && !isFlight(visit.anyVersion)) {
      const certificates = await tls13Certificates(address, sni.serverName, patience);
      if (certificates !== undefined) visit.tls13 = { certificates };
      else checkAnswered(visit);
    }
  }
  if (isFlight(device) && device.flight.asksForCertificate && isForDevice(device.flight, abilities)) {
    const insists = await insistsOnCertificate(address, offer, patience);
    if (insists !== undefined) visit.insists = insists;
  }
  return visit;
}

function isFlight(answer: ServerReply | undefined): answer is ServerReply & { kind: 'flight' } {
  return answer?.kind === 'flight';
}

function isForDevice({ version, cipherSuite }: ServerFlight, abilities: TlsAbilities): boolean {
  return versionsOf(abilities).includes(version) && abilities.cipherSuites.includes(cipherSuite);
}

/** The device's lwIP has IPv4 only, so that such an address comes first. */
async function addressOf(host: string, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener(
      'abort',
      () => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason))),
      { once: true },
    );
  });
  try {
    const addresses = await Promise.race([lookup(host, { all: true }), aborted]);
    const found = addresses.find(({ family }) => family === 4) ?? addresses[0];
    if (found !== undefined) return found.address;
  } catch (error) {
    signal.throwIfAborted();
    const reason = codeOf(error) ?? String(error);
    throw new ProblemError({ kind: 'server-unknown', host, reason }, { cause: error });
  }
  throw new ProblemError({ kind: 'server-unknown', host, reason: systemCodes['host unknown'] });
}

function checkReached(place: ServerAddress, answer: ServerReply): void {
  const server = serverAddressText(place);
  if (answer.kind === 'unreachable')
    throw new ProblemError({ kind: 'server-unreachable', server, reason: answer.code });
  if (answer.kind === 'not-tls')
    throw new ProblemError({ kind: 'server-not-tls', server, beginning: answer.beginning });
}

/** A server that answers no client at all by a word of TLS is none that one could say more about. */
function checkAnswered({ place, device, named, anySuite, anyVersion }: Visit): void {
  const answers = [device, named, anySuite, anyVersion].filter(answer => answer !== undefined);
  if (answers.some(answer => answer.kind === 'alert')) return;
  throw new ProblemError({
    kind: 'server-silent',
    server: serverAddressText(place),
    answer: answers.some(({ kind }) => kind === 'damaged')
      ? 'damaged'
      : answers.every(({ kind }) => kind === 'silent')
        ? 'silent'
        : 'closed',
  });
}
