import { randomBytes } from 'node:crypto';
import { handshakeTypes, recordTypes, tls12 } from '../../sdk/tlsNames';
import type { SignatureHash, TlsAbilities, TlsProtocol } from '../../sdk/tls';

/** What a client offers in its hello. */
export interface Offer {
  /** The highest version it speaks. */
  version: number;
  /** The version in the header of the record. */
  recordVersion: number;
  cipherSuites: readonly number[];
  /** SignatureAndHashAlgorithm of TLS 1.2. */
  signatures?: readonly number[];
  /** Elliptic curves, by IANA's numbers. */
  groups?: readonly number[];
  /** The name in the extension server_name. */
  serverName?: string;
}

const versions: Record<TlsProtocol, number> = { TLSv1: 0x0301, 'TLSv1.1': 0x0302, 'TLSv1.2': tls12 };

/** HashAlgorithm of RFC 5246, 7.4.1.4.1. */
const hashNumbers: Record<SignatureHash, number> = {
  md5: 1,
  sha1: 2,
  sha224: 3,
  sha256: 4,
  sha384: 5,
  sha512: 6,
};
const rsaSignature = 1;
const ecdsaSignature = 3;
/** libmbedtls offers them, too, although espconn has no function to set the key that they need. */
const rsaPskSuites = [0x00b7, 0x0095, 0x00b6, 0x0094];
const noRenegotiation = 0x00ff;
const extensions = { serverName: 0, groups: 10, pointFormats: 11, signatures: 13 };

/** The versions of the device, by their numbers. */
export function versionsOf(abilities: TlsAbilities): number[] {
  return abilities.protocols.map(protocol => versions[protocol]);
}

/**
 * What the device itself offers. libssl is axTLS 1.x, whose hello ends before the extensions (its tls1_clnt.c); mbed TLS 2.2.1
 * as config_esp.h configures it adds TLS_EMPTY_RENEGOTIATION_INFO_SCSV and, of all extensions, signature_algorithms alone,
 * strongest hash first, in a record of version 1.0 (ssl_cli.c and ssl_tls.c of SDK 2.2.0 and 3.0.6).
 */
export function deviceOffer(abilities: TlsAbilities): Offer {
  const version = Math.max(...versionsOf(abilities));
  const { cipherSuites } = abilities;
  if (abilities.library === 'libssl') return { version, recordVersion: version, cipherSuites };
  return {
    version,
    recordVersion: versions.TLSv1,
    cipherSuites: [...cipherSuites, ...rsaPskSuites, noRenegotiation],
    signatures: abilities.hashes.map(hash => hashNumbers[hash] * 256 + rsaSignature).reverse(),
  };
}

/** What clients of a computer offer up to TLS 1.2: ECDHE, DHE and RSA with AEAD and CBC, but nothing without encryption or authentication. */
const usualSuites = [
  ...[
    0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc009, 0xc013, 0xc00a, 0xc014, 0xc023, 0xc027, 0xc024,
    0xc028,
  ],
  ...[0x009e, 0x009f, 0xccaa, 0x0033, 0x0039, 0x0067, 0x006b],
  ...[0x009c, 0x009d, 0x002f, 0x0035, 0x003c, 0x003d, 0x000a, 0x0005, 0x0004],
];

/** Offers what a computer does, up to `version`. */
export function computerOffer(version: number): Offer {
  const hashes = [4, 5, 6, 2];
  return {
    version,
    recordVersion: versions.TLSv1,
    cipherSuites: [...usualSuites, noRenegotiation],
    // x25519, P-256, P-384, P-521
    groups: [29, 23, 24, 25],
    ...(version === tls12 && {
      signatures: hashes.flatMap(hash => [hash * 256 + ecdsaSignature, hash * 256 + rsaSignature]),
    }),
  };
}

/** The record with the ClientHello. */
export function clientHello(offer: Offer): Buffer {
  const { version, recordVersion, cipherSuites } = offer;
  const list = extensionsOf(offer);
  const hello = Buffer.concat([
    u16(version),
    randomBytes(32),
    // No session to resume.
    vector(1),
    vector(2, ...cipherSuites.map(u16)),
    // No compression.
    vector(1, Buffer.of(0)),
    ...(list.length === 0 ? [] : [vector(2, ...list)]),
  ]);
  return record(recordTypes.handshake, recordVersion, handshake(handshakeTypes.clientHello, hello));
}

function extensionsOf({ serverName, signatures, groups }: Offer): Buffer[] {
  const list: Buffer[] = [];
  if (serverName !== undefined)
    list.push(extension(extensions.serverName, vector(2, Buffer.of(0), vector(2, Buffer.from(serverName)))));
  if (groups !== undefined) {
    list.push(extension(extensions.groups, vector(2, ...groups.map(u16))));
    list.push(extension(extensions.pointFormats, vector(1, Buffer.of(0))));
  }
  if (signatures !== undefined)
    list.push(extension(extensions.signatures, vector(2, ...signatures.map(u16))));
  return list;
}

/** A record with one or more handshake messages, or other contents. */
export function record(type: number, version: number, ...parts: Uint8Array[]): Buffer {
  return Buffer.concat([Buffer.of(type), u16(version), vector(2, ...parts)]);
}

export function handshake(type: number, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(type), vector(3, body)]);
}

/** Bytes after their length, a number of `size` bytes. */
export function vector(size: number, ...parts: Uint8Array[]): Buffer {
  const bytes = Buffer.concat(parts);
  const length = Buffer.alloc(size);
  length.writeUIntBE(bytes.length, 0, size);
  return Buffer.concat([length, bytes]);
}

function extension(type: number, body: Uint8Array): Buffer {
  return Buffer.concat([u16(type), vector(2, body)]);
}

function u16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff);
}
