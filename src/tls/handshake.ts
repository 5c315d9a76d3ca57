import { handshakeTypes, isGrease } from '../sdk/tlsNames';

/** A handshake message that could be read. Numbers are IANA's; src/sdk/tlsNames.ts has their names. */
export interface HandshakeMessage {
  type: number;
  /** Bytes after the message's own header; SSL 2.0 has none. */
  length: number;
  /** What is in a message of these types, unless it is damaged. */
  clientHello?: ClientHello;
  serverHello?: ServerHello;
  /** The bytes of each certificate, the sender's own first. */
  certificates?: number[];
}

export interface ClientHello {
  /** The versions on offer, if the client lists them; else all up to `version`. */
  version: number;
  versions: number[];
  cipherSuites: number[];
  serverName?: string;
  /** Bytes of plaintext a record may have, if the client asks for a limit (RFC 6066). */
  maxFragmentLength?: number;
}

export interface ServerHello {
  version: number;
  cipherSuite: number;
  maxFragmentLength?: number;
}

const extensions = { serverName: 0, maxFragmentLength: 1, supportedVersions: 43 };

/** Takes a message apart. `body` is what follows its header of 4 bytes. */
export function readHandshake(type: number, body: Uint8Array): HandshakeMessage {
  const message = { type, length: body.length };
  const fields = new Fields(body);
  try {
    if (type === handshakeTypes.clientHello) return { ...message, clientHello: clientHello(fields) };
    if (type === handshakeTypes.serverHello) return { ...message, serverHello: serverHello(fields) };
    if (type === handshakeTypes.certificate)
      return { ...message, certificates: certificates(fields).map(each => each.length) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return message;
}

/** Takes a ClientHello in the form of SSL 2.0 apart. `body` is what follows the record's length. */
export function readSsl2ClientHello(body: Uint8Array): HandshakeMessage {
  const fields = new Fields(body);
  const message = { type: handshakeTypes.clientHello, length: body.length };
  try {
    fields.skip(1);
    const version = fields.u16();
    const suitesLength = fields.u16();
    // The lengths of a session id and a challenge, which nobody needs.
    fields.skip(4);
    return {
      ...message,
      clientHello: { version, versions: [], cipherSuites: fields.part(suitesLength).rest(3) },
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return message;
  }
}

function clientHello(fields: Fields): ClientHello {
  const hello: ClientHello = { version: fields.u16(), versions: [], cipherSuites: [] };
  fields.skip(32);
  fields.skip(fields.u8());
  hello.cipherSuites = withoutGrease(fields.part(fields.u16()).rest(2));
  fields.skip(fields.u8());
  for (const [type, extension] of extensionsOf(fields)) {
    if (type === extensions.serverName && !extension.isEmpty) {
      const name = serverName(extension.part(extension.u16()));
      if (name !== undefined) hello.serverName = name;
    }
    if (type === extensions.maxFragmentLength) hello.maxFragmentLength = maxFragmentLength(extension);
    if (type === extensions.supportedVersions)
      hello.versions = withoutGrease(extension.part(extension.u8()).rest(2));
  }
  return hello;
}

function serverHello(fields: Fields): ServerHello {
  const version = fields.u16();
  fields.skip(32);
  fields.skip(fields.u8());
  const hello: ServerHello = { version, cipherSuite: fields.u16() };
  fields.skip(1);
  for (const [type, extension] of extensionsOf(fields)) {
    if (type === extensions.maxFragmentLength) hello.maxFragmentLength = maxFragmentLength(extension);
    if (type === extensions.supportedVersions) hello.version = extension.u16();
  }
  return hello;
}

/** The certificates (DER) in the body of a Certificate message of TLS 1.2 or older; undefined when it is damaged. */
export function readCertificates(body: Uint8Array): Uint8Array[] | undefined {
  return unlessDamaged(() => certificates(new Fields(body)));
}

/** p and g of the ServerKeyExchange of a DHE cipher suite; undefined when it is damaged. */
export function readDiffieHellman(body: Uint8Array): { p: Uint8Array; g: Uint8Array } | undefined {
  const fields = new Fields(body);
  return unlessDamaged(() => ({ p: fields.bytes(fields.u16()), g: fields.bytes(fields.u16()) }));
}

function unlessDamaged<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}

function certificates(fields: Fields): Uint8Array[] {
  const list = fields.part(fields.u24());
  const found: Uint8Array[] = [];
  while (!list.isEmpty) found.push(list.bytes(list.u24()));
  return found;
}

function* extensionsOf(fields: Fields): Generator<[type: number, extension: Fields]> {
  if (fields.isEmpty) return;
  const list = fields.part(fields.u16());
  while (!list.isEmpty) yield [list.u16(), list.part(list.u16())];
}

/** The first host name of the list. */
function serverName(list: Fields): string | undefined {
  const hostName = 0;
  while (!list.isEmpty) {
    const type = list.u8();
    const name = list.part(list.u16()).rest(1);
    // It is shown in consoles, where control characters have no business.
    if (type === hostName)
      return name.map(code => (code > 0x20 && code < 0x7f ? String.fromCharCode(code) : '?')).join('');
  }
  return undefined;
}

/** RFC 6066 has four: 512, 1024, 2048 and 4096 bytes. */
function maxFragmentLength(extension: Fields): number {
  const code = extension.u8();
  if (code < 1 || code > 4) throw new RangeError('no such max_fragment_length');
  return 256 << code;
}

function withoutGrease(values: number[]): number[] {
  return values.filter(value => !isGrease(value));
}

/** Reads numbers in network order; a RangeError when there are too few bytes. */
class Fields {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isEmpty(): boolean {
    return this.#at === this.#bytes.length;
  }

  u8(): number {
    return this.#number(1);
  }

  u16(): number {
    return this.#number(2);
  }

  u24(): number {
    return this.#number(3);
  }

  skip(length: number): void {
    this.part(length);
  }

  part(length: number): Fields {
    return new Fields(this.#take(length));
  }

  bytes(length: number): Uint8Array {
    return this.#take(length);
  }

  /** All that is left, as numbers of `size` bytes. */
  rest(size: number): number[] {
    const numbers: number[] = [];
    while (!this.isEmpty) numbers.push(this.#number(size));
    return numbers;
  }

  #number(size: number): number {
    return this.#take(size).reduce((value, byte) => value * 256 + byte, 0);
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) throw new RangeError('too few bytes');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
