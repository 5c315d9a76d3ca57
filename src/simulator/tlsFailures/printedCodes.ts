import { errorCode } from '../../sdk/errorCodes';
import type { SeenCode } from './facts';

/** What libssl prints in words after “Error: ”, as the strings in it are, and the code that they stand for. */
const axTlsTexts: ReadonlyMap<string, number> = new Map([
  ['invalid handshake', -260],
  ['invalid protocol message', -261],
  ['invalid hmac', -262],
  ['no cipher', -266],
  ['invalid key', -269],
]);

/** Below it lie lengths, port numbers and temperatures. */
const minDecimal = 1000;

/**
 * The error code of a TLS library in a line that the firmware prints: “Reason:[-0x7200]” of libmbedtls, “Error: no cipher” of
 * libssl, “mbedtls_ssl_handshake returned -29312” of an application.
 */
export function printedCode(line: string): SeenCode | undefined {
  const text = /\bError: (.*)/.exec(line)?.[1]?.trim().toLowerCase();
  const worded = text === undefined ? undefined : axTlsTexts.get(text);
  if (worded !== undefined) return { source: 'axTLS', value: worded, from: 'print' };
  const hexadecimal = /-0x([0-9a-f]{2,4})\b/i.exec(line)?.[1];
  if (hexadecimal !== undefined) return mbedTls(-parseInt(hexadecimal, 16));
  const decimal = /(?<![\w.-])-(\d{4,5})\b(?!\.)/.exec(line)?.[1];
  return decimal === undefined || Number(decimal) < minDecimal ? undefined : mbedTls(-Number(decimal));
}

/** Mbed TLS adds a code below 0x80 to one above it. */
function mbedTls(value: number): SeenCode | undefined {
  const isKnown =
    errorCode('mbed TLS', value) !== undefined || errorCode('mbed TLS', -(-value & 0xff80)) !== undefined;
  return isKnown ? { source: 'mbed TLS', value, from: 'print' } : undefined;
}
