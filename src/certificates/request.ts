import net from 'node:net';
import { ProblemError } from '../problems';
import type { Role } from './layouts';

export const keySizes = [512, 1024, 2048] as const;
export const hashes = ['sha1', 'sha256'] as const;

type KeySize = (typeof keySizes)[number];
export type Hash = (typeof hashes)[number];

/** What the certificate of a device shall be. */
export interface CertificateRequest {
  /** The address or name by which clients reach the device: an IPv4 address or a host name. Of a client any name. */
  name: string;
  /** RSA bits of the device's key, and of a CA made with it. */
  bits: KeySize;
  /** Hash of the signatures. */
  hash: Hash;
  /** Days until the certificate ends. */
  days: number;
  /** O of the subject. */
  organization: string;
}

/** A request as a person gives it: unchecked, and with {@link defaults} for what is left out. */
export interface CertificateOptions {
  name: string;
  bits?: string | number | undefined;
  hash?: string | undefined;
  days?: string | number | undefined;
  organization?: string | undefined;
}

/**
 * What a certificate gets unless it is asked for otherwise. With CA verification on, libmbedtls of SDK 3.0.2 and later
 * refuses RSA keys below 2048 bits, and today's OpenSSL refuses them and SHA-1 unless its security level is lowered.
 */
export const defaults = {
  bits: 2048,
  hash: 'sha256',
  /** The most that browsers and Apple's clients accept of a server: https://support.apple.com/103769 */
  days: 825,
  organization: 'ESP8266 SSL',
} as const satisfies Omit<CertificateRequest, 'name'>;

/** Days of what no browser judges: of a client's certificate, and at least of a CA, which outlives what it signs. */
export const longDays = 3650;

export const dayInMs = 86_400_000;

/** The first instant that X.509 writes as GeneralizedTime (RFC 5280, 4.1.2.5); small parsers read only the older UTCTime. */
const endOfUtcTime = Date.UTC(2050, 0, 1);

/** X.520's upper bound for the attributes of a subject, in characters. */
const attributeLimit = 64;

/** Returns the request with its defaults filled in. Throws a Problem for the first value that cannot be. */
export function checkedRequest(options: CertificateOptions, role: Role = 'server'): CertificateRequest {
  return {
    name: checkedName(options.name, role),
    bits: oneOf('bits', keySizes, options.bits ?? defaults.bits),
    hash: oneOf('hash', hashes, options.hash ?? defaults.hash),
    days: checkedDays(options.days ?? defaults.days),
    organization: checkedOrganization(options.organization ?? defaults.organization),
  };
}

/** Returns the request for a new CA that signs what `request` asks for: it lasts for the next certificates, too. */
export function requestForCa(request: CertificateRequest): CertificateRequest {
  return { ...request, days: Math.max(request.days, longDays) };
}

/**
 * Returns `text` without the spaces around it, if it is an IPv4 address or a host name. A client may have any other name, too, which is
 * returned as given: a user's, a thing's, a MAC address. Throws a Problem for what cannot be the name.
 */
export function checkedName(text: string, role: Role = 'server'): string {
  const name = text.trim();
  if (name === '') throw new ProblemError({ kind: 'certificate-name-empty' });
  if (alternativeNames(name).length > 0) return name;
  if (role === 'server') throw new ProblemError({ kind: 'certificate-name-invalid', name });
  if (!isAttribute(text))
    throw new ProblemError({ kind: 'client-name-invalid', name: text, most: attributeLimit });
  return text;
}

/** The subject alternative names of the device with this name: none for the name of a user or thing, which is in the subject alone. */
export function alternativeNames(name: string): { type: 'ip' | 'dns'; value: string }[] {
  if (net.isIPv4(name)) return [{ type: 'ip', value: name }];
  return isHostName(name) ? [{ type: 'dns', value: name }] : [];
}

function isHostName(text: string): boolean {
  const labels = text.split('.');
  return (
    text.length <= 253 &&
    labels.every(label => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(label)) &&
    // Otherwise a mistyped address such as 192.168.4.256 would pass.
    !/^\d+$/.test(labels.at(-1) ?? '')
  );
}

/** Returns the one of `allowed` that `value` is; throws a Problem that names `option` if it is none. */
export function oneOf<T extends string | number>(
  option: string,
  allowed: readonly T[],
  value: string | number,
): T {
  const found = allowed.find(each => String(each) === String(value));
  if (found === undefined) throw invalid(option, value, allowed.join(', '));
  return found;
}

/** How many days a certificate may be valid from now on. */
export function maxDays(): number {
  return Math.floor((endOfUtcTime - Date.now()) / dayInMs);
}

function checkedDays(value: string | number): number {
  const most = maxDays();
  const days = /^\d{1,6}$/.test(String(value)) ? Number(value) : 0;
  if (days < 1 || days > most) throw invalid('days', value, `1 … ${most}`);
  return days;
}

function checkedOrganization(organization: string): string {
  if (!isAttribute(organization))
    throw new ProblemError({ kind: 'organization-invalid', organization, most: attributeLimit });
  return organization;
}

/** Whether an attribute of a subject may have as many characters. */
export function isShort(text: string): boolean {
  return Array.from(text).length <= attributeLimit;
}

/** Whether a text can be an attribute of a subject, character by character as it is. */
function isAttribute(text: string): boolean {
  return text.trim() !== '' && isShort(text) && !/\p{C}/u.test(text);
}

function invalid(option: string, value: string | number, allowed: string): ProblemError {
  return new ProblemError({ kind: 'certificate-option-invalid', option, value: String(value), allowed });
}
