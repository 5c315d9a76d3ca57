import { X509Certificate } from 'node:crypto';
import { limits } from '../files/limits';
import { readRegularFileSync } from '../files/readFile';
import { certificatesBeside } from '../certificates/certificatesBeside';
import type { DeviceEvent } from '../simulator/events';
import { portUrl } from '../simulator/portUrl';
import { eventBody } from './eventBody';

/** Name of the event that tells clients of a port; docs/simulator.md describes it. */
export const portOpenedEvent = 'esp8266-ssl.portOpened';

/** A port of the device is open on this computer. */
export interface PortOpened {
  protocol: 'tls' | 'tcp' | 'udp';
  devicePort: number;
  host: string;
  port: number;
  /** What a browser opens; undefined where the port is not one of HTTP. */
  url?: string;
  /** File of the CA that has signed the device's certificate, PEM, where the launch names its folder. */
  caCertificate?: string;
  /** A name that the device's certificate is for, when that is not `host`. */
  serverName?: string;
}

/** What clients are told of a port; `recordFolder` has the files of certificates that were put into the flash. */
export function portOpened(
  { protocol, devicePort, host, port }: DeviceEvent & { kind: 'listening' },
  recordFolder: string | undefined,
): PortOpened {
  const opened = { protocol, devicePort, host, port };
  const url = portUrl(opened);
  const files = recordFolder === undefined ? undefined : certificatesBeside(recordFolder);
  if (url?.startsWith('https:') !== true || files === undefined) return { ...opened, ...(url && { url }) };
  const serverName = files.server && nameOtherThan(host, files.server);
  return { ...opened, url, caCertificate: files.ca, ...(serverName && { serverName }) };
}

/** What a certificate may name a server: nothing that means more than a name in an address or to a shell. */
const hostName = /^[a-z\d]+(?:[.-]+[a-z\d]+)*$/i;

/** The first name in a certificate that is not for `host`; undefined when it is, or cannot be read. */
function nameOtherThan(host: string, file: string): string | undefined {
  try {
    const certificate = new X509Certificate(readRegularFileSync(file, limits.certificates));
    if (certificate.checkIP(host) !== undefined) return undefined;
    const names = (certificate.subjectAltName ?? '').matchAll(/(?:^|, )(?:DNS|IP Address):([^,]+)/g);
    return Array.from(names, ([, name = '']) => name).find(name => hostName.test(name));
  } catch {
    return undefined;
  }
}

/** Reads the body of the event as a client gets it, from a program that launch.json may have named; undefined for what is none. */
export function readPortOpened(body: unknown): PortOpened | undefined {
  const given = eventBody(body);
  const text = (key: string) => optional(given.get(key), value => typeof value === 'string');
  const number = (key: string) => optional(given.get(key), value => typeof value === 'number');
  const protocol = (['tls', 'tcp', 'udp'] as const).find(each => each === given.get('protocol'));
  const [host, devicePort, port] = [text('host'), number('devicePort'), number('port')];
  if (protocol === undefined || host === undefined || devicePort === undefined || port === undefined)
    return undefined;
  const [url, caCertificate, serverName] = [text('url'), text('caCertificate'), text('serverName')];
  if (!hostName.test(host) || (url !== undefined && url !== portUrl({ protocol, devicePort, host, port })))
    return undefined;
  if (serverName !== undefined && !hostName.test(serverName)) return undefined;
  return {
    ...{ protocol, devicePort, host, port },
    ...(url !== undefined && { url }),
    ...(caCertificate !== undefined && { caCertificate }),
    ...(serverName !== undefined && { serverName }),
  };
}

function optional<T>(value: unknown, is: (value: unknown) => value is T): T | undefined {
  return is(value) ? value : undefined;
}
