import { PrivateKeyInfo } from '@peculiar/asn1-pkcs8';
import { AsnConvert } from '@peculiar/asn1-schema';

/**
 * Returns the PKCS#1 RSAPrivateKey (DER) inside an RSA key in PKCS#8 (DER). The device's libssl reads PKCS#1 only,
 * libmbedtls both; WebCrypto and today's OpenSSL write PKCS#8.
 */
export function pkcs1FromPkcs8(pkcs8: Uint8Array): Uint8Array {
  return new Uint8Array(AsnConvert.parse(pkcs8, PrivateKeyInfo).privateKey.buffer);
}

/** Returns `der` as PEM with the given label, for example CERTIFICATE. */
export function pem(label: string, der: Uint8Array): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .match(/.{1,64}/g);
  return [`-----BEGIN ${label}-----`, ...(lines ?? []), `-----END ${label}-----`, ''].join('\n');
}
