import type { Hash } from './request';

/** A certificate and the private key it is for. */
export interface Identity {
  /** X.509, DER. */
  certificate: Uint8Array;
  /** PKCS#8, DER. */
  key: Uint8Array;
}

/** What a certificate says. */
export interface CertificateFacts {
  /** O and CN of the subject; empty if it has none. */
  organization: string;
  commonName: string;
  /** The subject alternative names: addresses and host names. */
  names: string[];
  /** RSA bits of its key. */
  bits: number;
  /** Hash of its signature; undefined if it is none of ours. */
  hash: Hash | undefined;
  notBefore: Date;
  notAfter: Date;
  /** False only if the certificate says that it is none: certificates of version 1 say nothing. */
  mayBeCa: boolean;
}
