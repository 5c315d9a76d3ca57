import type { SignatureHash } from '../sdk/tls';

/** A signature algorithm of certificates. */
export interface SignatureAlgorithm {
  /** As its OID is named. */
  name: string;
  /** How it signs, where there is a name for that. */
  scheme?: 'PKCS#1 v1.5' | 'RSASSA-PSS' | 'ECDSA' | 'Ed25519' | 'Ed448';
  /** Undefined where no TLS library of the SDK has it. */
  hash?: SignatureHash;
}

/** By OID: RFC 3279, 4055, 5758, 8410; SHA-1 of the OIW; SHA-3 of NIST, for RSA. */
export const signatureAlgorithms: ReadonlyMap<string, SignatureAlgorithm> = new Map<
  string,
  SignatureAlgorithm
>([
  ['1.2.840.113549.1.1.2', { name: 'md2WithRSAEncryption' }],
  ['1.2.840.113549.1.1.4', { name: 'md5WithRSAEncryption', scheme: 'PKCS#1 v1.5', hash: 'md5' }],
  ['1.2.840.113549.1.1.5', { name: 'sha1WithRSAEncryption', scheme: 'PKCS#1 v1.5', hash: 'sha1' }],
  ['1.3.14.3.2.29', { name: 'sha1WithRSA', hash: 'sha1' }],
  ['1.2.840.113549.1.1.14', { name: 'sha224WithRSAEncryption', scheme: 'PKCS#1 v1.5', hash: 'sha224' }],
  ['1.2.840.113549.1.1.11', { name: 'sha256WithRSAEncryption', scheme: 'PKCS#1 v1.5', hash: 'sha256' }],
  ['1.2.840.113549.1.1.12', { name: 'sha384WithRSAEncryption', scheme: 'PKCS#1 v1.5', hash: 'sha384' }],
  ['1.2.840.113549.1.1.13', { name: 'sha512WithRSAEncryption', scheme: 'PKCS#1 v1.5', hash: 'sha512' }],
  ['1.2.840.113549.1.1.10', { name: 'rsassaPss', scheme: 'RSASSA-PSS' }],
  ['1.2.840.10045.4.1', { name: 'ecdsa-with-SHA1', scheme: 'ECDSA' }],
  ['1.2.840.10045.4.3.1', { name: 'ecdsa-with-SHA224', scheme: 'ECDSA' }],
  ['1.2.840.10045.4.3.2', { name: 'ecdsa-with-SHA256', scheme: 'ECDSA' }],
  ['1.2.840.10045.4.3.3', { name: 'ecdsa-with-SHA384', scheme: 'ECDSA' }],
  ['1.2.840.10045.4.3.4', { name: 'ecdsa-with-SHA512', scheme: 'ECDSA' }],
  ['1.3.101.112', { name: 'Ed25519', scheme: 'Ed25519' }],
  ['1.3.101.113', { name: 'Ed448', scheme: 'Ed448' }],
  ['2.16.840.1.101.3.4.3.13', { name: 'SHA3-224' }],
  ['2.16.840.1.101.3.4.3.14', { name: 'SHA3-256' }],
  ['2.16.840.1.101.3.4.3.15', { name: 'SHA3-384' }],
  ['2.16.840.1.101.3.4.3.16', { name: 'SHA3-512' }],
]);
