import type { Identity } from './identity';
import { type CertificateRequest, dayInMs, requestForCa } from './request';
import { makeCa, makeCertificate, makeKeys } from './x509';

/** What can be wrong with a certificate, as the folder of an example is named; `good` is the one to compare with. */
export const badFaults = [
  'good',
  'expired',
  'not-yet-valid',
  'wrong-name',
  'unknown-ca',
  'other-key',
  'small-key',
  'chain-over-2048',
  'chain-over-4096',
  'chain-over-8192',
  'truncated',
  'broken-signature',
] as const;
export type BadFault = (typeof badFaults)[number];

export interface BadCertificate {
  fault: BadFault;
  device: Identity;
  /** The intermediate CA (DER) that a server sends with the certificate. */
  intermediate?: Uint8Array;
}

/** The name in the certificate for a wrong name; .invalid is nobody's (RFC 2606). */
export const wrongName = 'another-device.invalid';

/** RSA bits that OpenSSL's security level 1 and libmbedtls from SDK 3.0.2 on refuse. */
const smallBits = 512;
/** How far a chain exceeds its buffer, in bytes. */
const excess = 64;

/**
 * Makes a CA, a good certificate by it, and for each fault one that has this fault and no other. All but those with a fault in the key
 * have the same key. `request` says the right name and the rest.
 */
export async function makeBadSet(
  request: CertificateRequest,
): Promise<{ ca: Identity; certificates: BadCertificate[] }> {
  const small = { ...request, bits: smallBits } as const;
  const foreign = { ...request, organization: 'Unknown' };
  const [caKeys, keys, otherKeys, foreignKeys, intermediateKeys, smallKeys] = await Promise.all([
    makeKeys(request),
    makeKeys(request),
    makeKeys(request),
    makeKeys(request),
    makeKeys(request),
    makeKeys(small),
  ]);
  const ca = makeCa(requestForCa(request), caKeys);
  const now = Date.now();
  const day = (days: number) => new Date(Math.floor((now + days * dayInMs) / 1000) * 1000);

  const good = makeCertificate(request, keys, ca);
  const intermediateOf = (comment: number) =>
    makeCertificate(request, intermediateKeys, ca, { signsOthers: true, comment });
  const intermediate = intermediateOf(1);
  // It names its issuer and the issuer's key, which are the same however large the issuer's certificate is.
  const chained = makeCertificate(request, keys, intermediate);
  const chainOver = (limit: 2048 | 4096 | 8192): BadCertificate => {
    const missing = limit + excess - chained.certificate.length - intermediate.certificate.length;
    const { certificate } = intermediateOf(Math.max(1, missing));
    return { fault: `chain-over-${limit}`, device: chained, intermediate: certificate };
  };

  const certificates: BadCertificate[] = [
    { fault: 'good', device: good },
    {
      fault: 'expired',
      device: makeCertificate(request, keys, ca, { notBefore: day(-366), notAfter: day(-1) }),
    },
    {
      fault: 'not-yet-valid',
      device: makeCertificate(request, keys, ca, { notBefore: day(365), notAfter: day(730) }),
    },
    { fault: 'wrong-name', device: makeCertificate({ ...request, name: wrongName }, keys, ca) },
    {
      fault: 'unknown-ca',
      device: makeCertificate(request, keys, makeCa(foreign, foreignKeys)),
    },
    {
      fault: 'other-key',
      device: { ...good, key: otherKeys.privateKey.export({ type: 'pkcs8', format: 'der' }) },
    },
    { fault: 'small-key', device: makeCertificate(small, smallKeys, ca) },
    chainOver(2048),
    chainOver(4096),
    chainOver(8192),
    {
      fault: 'truncated',
      device: { ...good, certificate: good.certificate.subarray(0, Math.floor(good.certificate.length / 2)) },
    },
    { fault: 'broken-signature', device: { ...good, certificate: lastBitFlipped(good.certificate) } },
  ];
  return { ca, certificates };
}

/** The signature is the last thing in a certificate. */
function lastBitFlipped(certificate: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(certificate);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  return bytes;
}
