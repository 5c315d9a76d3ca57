import { ProblemError } from '../../problems';

/** Where a server listens. */
export interface ServerAddress {
  /** A name or an address, an IPv6 address without its brackets. */
  host: string;
  port: number;
}

/** Ports of protocols over TLS, by the scheme of their addresses. */
const schemes: ReadonlyMap<string, number> = new Map([
  ['https', 443],
  ['wss', 443],
  ['mqtts', 8883],
  ['ssl', 8883],
  ['tls', 443],
]);
const usualPort = 443;

/**
 * Reads “host”, “host:port”, “[::1]:port”, “::1” or an address with a scheme such as mqtts://host/path. Throws a Problem for
 * anything else.
 */
export function parseServerAddress(text: string): ServerAddress {
  const wrong = () => new ProblemError({ kind: 'server-address-wrong', address: text });
  const trimmed = text.trim();
  const [, scheme, rest = ''] = /^(?:([a-z]+):\/\/)?([^/?#]*)/i.exec(trimmed) ?? [];
  const defaultPort = scheme === undefined ? usualPort : schemes.get(scheme.toLowerCase());
  if (defaultPort === undefined) throw wrong();

  const ipv6 =
    /^\[([\da-f:.]+)\](?::(\d{1,5}))?$/i.exec(rest) ?? /^([\da-f]*:[\da-f.]*:[\da-f:.]*)$/i.exec(rest);
  const [, host, port = String(defaultPort)] = ipv6 ?? /^([\w.-]+)(?::(\d{1,5}))?$/.exec(rest) ?? [];
  const number = Number(port);
  if (host === undefined || host.length > 253 || number < 1 || number > 65535) throw wrong();
  return { host: host.toLowerCase(), port: number };
}

/** “host:port”, as {@link parseServerAddress} reads it. */
export function serverAddressText({ host, port }: ServerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
