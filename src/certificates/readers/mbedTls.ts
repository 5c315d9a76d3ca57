import { readCertificate } from './mbedTlsCertificate';
import { readPrivateKey } from './mbedTlsKey';
import { firstLabel, pemCodes, readPem } from './mbedTlsPem';
import type { Reading } from './reading';
import { type Refusal, refusalOf, type RefusalReason } from './refusal';

const certificateLabel = 'CERTIFICATE';
const certificateMark = `-----BEGIN ${certificateLabel}-----`;
/** `MBEDTLS_ERR_X509_CERT_UNKNOWN_FORMAT` of x509.h. */
const unknownFormat = -0x2780;

/**
 * Reads certificates as `mbedtls_x509_crt_parse` of the SDK does (mbed TLS 2.2.1 with config_esp.h): one in DER, or any number in PEM.
 * The SDK adds a NUL where it sees `-----BEGIN` in a record or array (espconn_mbedtls.c); without a NUL the text is taken for DER.
 */
export function readCertificates(data: Uint8Array): Reading {
  const bytes = asGiven(data);
  const text = cString(bytes);
  if (bytes.at(-1) !== 0 || !text.includes(certificateMark)) {
    const refusal = refusalOf(() => {
      readCertificate(bytes);
    });
    if (refusal === undefined) return { role: 'certificate', code: 0, read: 1 };
    return { role: 'certificate', code: refusal.code, read: 0, reason: textReason(text) ?? refusal.reason };
  }

  let read = 0;
  let failed = 0;
  let first: Refusal | undefined;
  let last: RefusalReason | undefined;
  for (let rest = text; rest.length > 0;) {
    const block = readPem(rest, certificateLabel);
    if ('refusal' in block && block.refusal.code === pemCodes.noHeaderFooter) {
      last = rest.includes(certificateMark) ? block.refusal.reason : undefined;
      break;
    }
    rest = rest.slice(block.used);
    const refusal =
      'refusal' in block
        ? block.refusal
        : refusalOf(() => {
            readCertificate(block.der);
          });
    if (refusal === undefined) read++;
    else {
      failed++;
      first ??= refusal;
    }
  }
  const code = read > 0 ? failed : (first?.code ?? unknownFormat);
  const reason = first?.reason ?? (read === 0 ? last : undefined);
  return { role: 'certificate', code, read, ...(reason && { reason }) };
}

/** Reads a private key as `mbedtls_pk_parse_key` of the SDK does. */
export function readKey(data: Uint8Array): Reading {
  const bytes = asGiven(data);
  const refusal = refusalOf(() => {
    readPrivateKey(bytes);
  });
  return refusal === undefined
    ? { role: 'key', code: 0, read: 1 }
    : { role: 'key', code: refusal.code, read: 0, reason: refusal.reason };
}

/** With the NUL that the SDK adds to PEM. */
function asGiven(data: Uint8Array): Uint8Array {
  return cString(data).includes('-----BEGIN') ? Buffer.concat([data, Uint8Array.of(0)]) : data;
}

/** What the bytes are as a C string. */
function cString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end === -1 ? bytes : bytes.subarray(0, end)).toString('latin1');
}

/** Text that is taken for DER because it has no label that the reader looks for. */
function textReason(text: string): RefusalReason | undefined {
  const label = firstLabel(text);
  if (label !== undefined) return { kind: 'pem label', label };
  return text.charCodeAt(0) === 0x30 ? undefined : { kind: 'unknown format' };
}
