/** The libraries that bring espconn_secure_*, as the linker names them: -lssl is axTLS, -lmbedtls mbed TLS 2.2.1. */
export const tlsLibraries = ['libssl', 'libmbedtls'] as const;
export type TlsLibrary = (typeof tlsLibraries)[number];

/** The published versions of the SDK from which facts are known, oldest first. */
export const sdkVersions = [
  '2.0.0',
  '2.1.0',
  '2.2.0',
  '2.2.1',
  '3.0.0',
  '3.0.1',
  '3.0.2',
  '3.0.3',
  '3.0.4',
  '3.0.5',
  '3.0.6',
] as const;
export type SdkVersion = (typeof sdkVersions)[number];

/** Protocols as OpenSSL and Node name them, weakest first. */
export type TlsProtocol = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2';

/** Hashes of certificate signatures. */
export type SignatureHash = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

/**
 * What a TLS library in some version of the SDK can do. Neither sends a server name (SNI), compares names, knows elliptic curves,
 * GCM, RSASSA-PSS or revocation lists.
 */
export interface TlsAbilities {
  library: TlsLibrary;
  protocols: readonly TlsProtocol[];
  /** In the order in which the client offers them, by their IANA numbers. */
  cipherSuites: readonly number[];
  /** RSA bits below which no certificate passes CA verification. */
  minVerifiedBits: number;
  /** RSA bits above which old versions are reported to fail and handshakes take many seconds. */
  maxAdvisedBits: number;
  /** Hashes of signatures that CA verification accepts. */
  hashes: readonly SignatureHash[];
  /** Whether CA verification compares dates with the clock. */
  checksDates: boolean;
  /** Whether espconn_secure_connect answers -16 as long as SNTP has not set the clock. */
  needsTime: boolean;
  /** Encodings of its own private key that it reads. */
  keyFormats: readonly ('pkcs1' | 'pkcs8')[];
  /** Bytes from a record file's sector on that it can read. */
  recordWindow: number;
  /** CA records that it loads; the manual allows two whatever the library. */
  caRecords: number;
  /** Bytes of data that espconn_secure_sent copies; the rest of longer data is read from the caller's buffer later. */
  copied: number;
  /** Bytes that espconn_secure_set_size takes, and what is in force until then. */
  buffer: { least: number; most: number; initial: number; raisedTo?: number };
}

const axTls: TlsAbilities = {
  library: 'libssl',
  protocols: ['TLSv1', 'TLSv1.1'],
  // AES128-SHA, AES256-SHA, RC4-SHA, RC4-MD5: read-only data of libssl 2.0.0.
  cipherSuites: [0x002f, 0x0035, 0x0005, 0x0004],
  minVerifiedBits: 0,
  // Server keys of 2048 bits and more ended in ESPCONN_RST (devicehive/esp8266-firmware#38).
  maxAdvisedBits: 1024,
  hashes: ['md5', 'sha1', 'sha256', 'sha384', 'sha512'],
  checksDates: true,
  needsTime: true,
  keyFormats: ['pkcs1'],
  recordWindow: 4096,
  caRecords: 2,
  // libssl 2.0.0 cuts into records of 1024 bytes.
  copied: 1024,
  buffer: { least: 2048, most: 8192, initial: 2048 },
};

/** TLS_RSA_WITH_AES_256_CBC_SHA256, …_256_CBC_SHA, …_128_CBC_SHA256, …_128_CBC_SHA: config_esp.h of SDK 2.2.0. */
const rsaSuites = [0x003d, 0x0035, 0x003c, 0x002f];
/** The same with DHE. */
const dheSuites = [0x006b, 0x0039, 0x0067, 0x0033];

const mbedTls22: TlsAbilities = {
  library: 'libmbedtls',
  protocols: ['TLSv1', 'TLSv1.1', 'TLSv1.2'],
  cipherSuites: rsaSuites,
  minVerifiedBits: 512,
  maxAdvisedBits: 2048,
  hashes: ['sha1', 'sha224', 'sha256', 'sha384', 'sha512'],
  checksDates: false,
  needsTime: false,
  keyFormats: ['pkcs1', 'pkcs8'],
  recordWindow: 8192,
  caRecords: 1,
  // espconn_mbedtls.c cuts into pieces of one TCP segment.
  copied: 1460,
  buffer: { least: 2048, most: 8192, initial: 2048, raisedTo: 4096 },
};

/** From 3.0 on the buffer is as large as it is asked to be. */
const mbedTls30: TlsAbilities = { ...mbedTls22, buffer: { least: 2048, most: 8192, initial: 2048 } };

/** From 3.0.2 on the profile of accepted certificates wants 0x800 bits, and DHE is offered first. */
const mbedTls302: TlsAbilities = {
  ...mbedTls30,
  cipherSuites: [...dheSuites, ...rsaSuites],
  minVerifiedBits: 2048,
};

interface Since {
  since: SdkVersion;
  abilities: TlsAbilities;
}

/** Which abilities a library has from a version of the SDK on; libmbedtls came with 2.2.0. */
const history: Record<TlsLibrary, readonly [Since, ...Since[]]> = {
  libssl: [{ since: '2.0.0', abilities: axTls }],
  libmbedtls: [
    { since: '2.2.0', abilities: mbedTls22 },
    { since: '3.0.0', abilities: mbedTls30 },
    { since: '3.0.2', abilities: mbedTls302 },
  ],
};

/** What a library can do in a version of the SDK; undefined where the SDK does not have it. */
export function tlsAbilities(library: TlsLibrary, version: SdkVersion): TlsAbilities | undefined {
  const at = sdkVersions.indexOf(version);
  return history[library].findLast(({ since }) => sdkVersions.indexOf(since) <= at)?.abilities;
}

/** The first version of the SDK that has a library. */
export function firstSdkWith(library: TlsLibrary): SdkVersion {
  return history[library][0].since;
}

/** What the newest library of the newest SDK can do. */
export const newestAbilities = mbedTls302;

/** What the libraries can do that a project may be linked with: one for every kind that library and version leave open. */
export function abilitiesOfAny(library?: TlsLibrary, version?: SdkVersion): TlsAbilities[] {
  const libraries = library === undefined ? tlsLibraries : [library];
  const versions = version === undefined ? sdkVersions : [version];
  const all = libraries.flatMap(one => versions.map(other => tlsAbilities(one, other)));
  return [...new Set(all.filter(each => each !== undefined))];
}

/** Bytes that espconn_secure_set_size takes in one library or another. */
export const bufferRange = {
  least: Math.min(...abilitiesOfAny().map(({ buffer }) => buffer.least)),
  most: Math.max(...abilitiesOfAny().map(({ buffer }) => buffer.most)),
};

/** Bytes of the TLS buffers until espconn_secure_set_size changes them: the same in all libraries. */
export const initialBuffer = Math.min(...abilitiesOfAny().map(({ buffer }) => buffer.initial));

/** Bits of the level that chooses the buffers: ESPCONN_CLIENT, ESPCONN_SERVER, and 3 for both (espconn.h). */
export const bufferLevel = { client: 1, server: 2 } as const;

/** Bytes of the longest certificate or key that espconn_secure_set_default_* of libmbedtls takes (espconn_secure.c, SDK 2.2 to 3.0.6). */
export const maxObject = 8192;

/** Bytes of heap that must be free beyond the buffer, else espconn_secure_connect answers -1 (espconn_secure.c; libssl 2.0.0). */
export const heapBeyondBuffer = 0x3800;

/** The libraries that a version of the SDK has. */
export function librariesOf(version: SdkVersion): TlsLibrary[] {
  return tlsLibraries.filter(library => tlsAbilities(library, version) !== undefined);
}
