import { axTlsCodes, endOf, readCertificate, readPrivateKey } from './axTlsDer';
import { Refusal, type RefusalReason, refusalOf } from './refusal';
import { firstLabel } from './mbedTlsPem';
import type { Reading } from './reading';

/** What libssl takes data for: its own certificate, its own key, or CA certificates. */
export type AxTlsObject = 'certificate' | 'key' | 'CA';

/** CONFIG_SSL_MAX_CERTS and CONFIG_X509_MAX_CA_CERTS of ssl_config.h. */
const maxCertificates = 3;

/** What libssl has loaded, in the order of the data. */
interface Context {
  certificates: number;
  cas: number;
  keys: number;
  /** Why the first CA certificate is refused: the library says nothing of it. */
  caRefusal?: Refusal;
}

/** What the loader of libssl makes of data. */
export interface AxTlsLoading {
  /** What `ssl_obj_load` or `ssl_obj_memory_load` returns; NaN where that depends on what else is in the heap, or the device crashes. */
  code: number;
  loaded: Context;
  reason?: RefusalReason;
}

/**
 * Loads data as libssl of the SDK does (ssl_loader.o of SDK 2.0.0 to 3.0.6): an array, which `espconn_secure_set_default_certificate`
 * and `…_private_key` take, as DER; a record of the flash as DER or PEM.
 */
export function loadByAxTls(data: Uint8Array, what: AxTlsObject, isRecord: boolean): AxTlsLoading {
  const loaded: Context = { certificates: 0, cas: 0, keys: 0 };
  const isPem = isRecord && cString(data).includes('-----BEGIN');
  const refusal = refusalOf(() => {
    if (isPem) loadPem(cString(data), data.length + 1, what, loaded);
    else loadObject(data, what, loaded);
  });
  if (refusal !== undefined) return { code: refusal.code, loaded, reason: refusal.reason };
  return { code: 0, loaded, ...(loaded.caRefusal && { reason: loaded.caRefusal.reason }) };
}

/** What libssl makes of data that shall be this; a record without any is refused, whatever the loader returns. */
export function readByAxTls(data: Uint8Array, what: AxTlsObject, isRecord: boolean): Reading {
  const { code, loaded, reason } = loadByAxTls(data, what, isRecord);
  const role = what === 'key' ? 'key' : 'certificate';
  const read = { certificate: loaded.certificates, CA: loaded.cas, key: loaded.keys }[what];
  if (code === 0 && read > 0) return { role, code: 0, read };
  return {
    role,
    code: code < 0 ? code : axTlsCodes.badCertificate,
    read,
    reason: reason ?? { kind: 'unknown format' },
  };
}

function loadObject(der: Uint8Array, what: AxTlsObject, loaded: Context): void {
  switch (what) {
    case 'certificate':
      addCertificates(der, loaded);
      return;
    case 'CA':
      addCas(der, loaded);
      return;
    case 'key':
      readPrivateKey(der);
      loaded.keys++;
  }
}

/** What follows a certificate has to be another one. */
function addCertificates(der: Uint8Array, loaded: Context): void {
  let at = 0;
  do {
    if (loaded.certificates >= maxCertificates)
      throw new Refusal(axTlsCodes.noCertificate, { kind: 'too many certificates' });
    try {
      at = readCertificate(der, at);
    } catch (error) {
      if (at > 0 && error instanceof Refusal) throw new Refusal(error.code, { kind: 'trailing' });
      throw error;
    }
    loaded.certificates++;
  } while (at < der.length);
}

/**
 * What follows a CA certificate is not looked at: the same certificate is read again. One that is refused takes a place, too, and the
 * result says nothing of it.
 */
function addCas(der: Uint8Array, loaded: Context): void {
  const length = endOf(der, 0);
  for (let [left, place] = [der.length, loaded.cas]; left > 0 && place < maxCertificates; place++) {
    const refusal = refusalOf(() => {
      readCertificate(der);
    });
    if (refusal === undefined) loaded.cas++;
    else if (Number.isNaN(refusal.code)) throw refusal;
    else loaded.caRefusal ??= refusal;
    left -= length;
  }
}

/** In the order in which the loader looks for them. */
const labels = ['RSA PRIVATE KEY', 'ENCRYPTED PRIVATE KEY', 'PRIVATE KEY', 'CERTIFICATE'] as const;

/** Loads the blocks of a PEM text, keys first. `size` counts the text and what follows its first NUL. */
function loadPem(text: string, size: number, what: AxTlsObject, loaded: Context): void {
  let rest = text;
  let left = size;
  let isAnyLoaded = false;
  while (left > 0) {
    const label = labels.find(label => rest.includes(begin(label)) && rest.includes(end(label)));
    if (label === undefined) {
      // Searching for the END line of a certificate has no end.
      if (rest.includes(begin('CERTIFICATE'))) throw new Refusal(Number.NaN, { kind: 'pem end' });
      break;
    }
    const start = rest.indexOf(begin(label)) + begin(label).length;
    const stop = rest.indexOf(end(label));
    // A negative size, and then a NULL pointer.
    if (stop < start) throw new Refusal(Number.NaN, { kind: 'pem end' });
    loadBlock(label, rest.slice(start, stop), rest.slice(start), what, loaded);
    isAnyLoaded = true;
    left -= stop + end(label).length;
    rest = rest.slice(stop + end(label).length);
    const lineEnds = /^[\r\n]*/.exec(rest.slice(0, Math.max(0, left)))?.[0].length ?? 0;
    left -= lineEnds;
    rest = rest.slice(lineEnds);
  }
  if (!isAnyLoaded) throw new Refusal(axTlsCodes.badCertificate, labelReason(text));
}

function loadBlock(
  label: (typeof labels)[number],
  body: string,
  rest: string,
  what: AxTlsObject,
  loaded: Context,
): void {
  if (label === 'RSA PRIVATE KEY' && rest.includes('Proc-Type:') && rest.includes('4,ENCRYPTED'))
    throw new Refusal(axTlsCodes.badCertificate, { kind: 'encrypted' });
  const der = decode(body);
  switch (label) {
    case 'CERTIFICATE':
      loadObject(der, what === 'CA' ? what : 'certificate', loaded);
      return;
    case 'RSA PRIVATE KEY':
      loadObject(der, 'key', loaded);
      return;
    default:
      throw new Refusal(axTlsCodes.notSupported, {
        kind: label === 'PRIVATE KEY' ? 'key format' : 'encrypted',
      });
  }
}

/** As `base64_decode`: what is not base64 is passed over, whatever it is. */
function decode(body: string): Uint8Array {
  const fault = new Refusal(axTlsCodes.badCertificate, { kind: 'pem character', character: '=' });
  const out: number[] = [];
  let bytesOfGroup = 3;
  let group = 0;
  let count = 0;
  for (const character of body) {
    const symbol = String.fromCharCode(character.charCodeAt(0) & 0x7f);
    if (symbol === '=') {
      if (--bytesOfGroup < 0) throw fault;
    } else if (!/[A-Za-z0-9+/]/.test(symbol)) continue;
    else if (bytesOfGroup !== 3) throw fault;
    group = (group << 6) | (symbol === '=' ? 0 : alphabet.indexOf(symbol));
    if (++count < 4) continue;
    const bytes = [group >> 16, group >> 8, group].map(byte => byte & 0xff);
    out.push(...bytes.slice(0, Math.max(1, bytesOfGroup)));
    group = count = 0;
  }
  if (count !== 0) throw new Refusal(axTlsCodes.badCertificate, { kind: 'damaged' });
  return Uint8Array.from(out);
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function labelReason(text: string): RefusalReason {
  const label = firstLabel(text);
  if (label === undefined) return { kind: 'unknown format' };
  return labels.some(known => known === label) ? { kind: 'pem end' } : { kind: 'pem label', label };
}

function begin(label: string): string {
  return `-----BEGIN ${label}-----`;
}

function end(label: string): string {
  return `-----END ${label}-----`;
}

function cString(data: Uint8Array): string {
  const end = data.indexOf(0);
  return Buffer.from(end === -1 ? data : data.subarray(0, end)).toString('latin1');
}
