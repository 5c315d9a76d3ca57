import type { TlsAbilities } from '../../sdk/tls';
import { type TlsFault, tlsBehaviour } from '../../sdk/tlsBehaviour';
import { handshakeTypes, recordTypes } from '../../sdk/tlsNames';
import { readCertificates, readHandshake } from '../../tls/handshake';
import { HandshakeAssembler, type RawMessage } from '../../tls/handshakeAssembler';
import { RecordReader, type RecordHeader, ssl2 } from '../../tls/recordReader';
import type { TlsRole } from './tlsMeter';

const fatal = 2;
const ssl3 = 0x0300;

export interface GuardOptions {
  role: TlsRole;
  abilities: TlsAbilities;
  /** Bytes of the buffer that espconn_secure_set_size has set. */
  buffer: number;
  /** What is wrong with the certificates that the peer has sent; none are sent by a client that has none. */
  verify: (certificates: readonly Uint8Array[]) => TlsFault | undefined;
}

/**
 * Reads what a peer sends before this computer's TLS does, and finds what the device's library would not take: records over its
 * buffer, suites that it does not know, certificates that it does not trust. Up to TLS 1.2 all of that is in the clear.
 */
export class HandshakeGuard {
  readonly #options: GuardOptions;
  readonly #reader: RecordReader;
  readonly #assembler = new HandshakeAssembler();
  readonly #versions: number;
  #encrypted = false;
  #started = false;
  #fault: TlsFault | undefined;

  constructor(options: GuardOptions) {
    this.#options = options;
    this.#versions = ssl3 + Math.max(...options.abilities.protocols.map(protocol => minorOf[protocol]));
    this.#reader = new RecordReader({
      header: header => {
        this.#find(this.#header(header));
      },
      record: (header, body) => {
        if (body !== undefined && !this.#encrypted) this.#find(this.#record(header, body));
      },
      broken: () => {
        this.#find(this.#isFirst ? 'wrong ClientHello' : 'not TLS');
      },
    });
  }

  /** What is wrong with these bytes or what came before; undefined while the library would go on. */
  add(bytes: Uint8Array): TlsFault | undefined {
    if (this.#fault === undefined) this.#reader.add(bytes);
    return this.#fault;
  }

  #find(fault: TlsFault | undefined): void {
    this.#fault ??= fault;
  }

  /** Whether a server still waits for the ClientHello. */
  get #isFirst(): boolean {
    return this.#options.role === 'server' && !this.#started;
  }

  #header({ length }: RecordHeader): TlsFault | undefined {
    const { abilities, buffer } = this.#options;
    const { clear, encrypted } = tlsBehaviour(abilities).recordRoom;
    return length > buffer + (this.#encrypted ? encrypted : clear) ? 'long record' : undefined;
  }

  #record({ type, version }: RecordHeader, body: Uint8Array): TlsFault | undefined {
    if (this.#isFirst && type !== recordTypes.handshake)
      return type === recordTypes.alert ? 'alert as ClientHello' : 'wrong ClientHello';
    this.#started = true;
    if (type === recordTypes.changeCipherSpec) this.#encrypted = true;
    // A warning does no harm.
    if (type === recordTypes.alert) return body[0] === fatal ? 'alert' : undefined;
    if (type !== recordTypes.handshake || version === ssl2) return undefined;
    const part = this.#assembler.add(body);
    if (part === undefined) return 'wrong record';
    for (const message of part.messages) {
      const fault = this.#message(message);
      if (fault !== undefined) return fault;
    }
    return part.continued ? 'split message' : undefined;
  }

  #message({ type, body }: RawMessage): TlsFault | undefined {
    const { abilities, role, verify } = this.#options;
    switch (type) {
      case handshakeTypes.clientHello: {
        const hello = readHandshake(type, body).clientHello;
        if (hello === undefined || role === 'client') return 'wrong record';
        if (hello.version <= ssl3) return 'wrong version';
        return hello.cipherSuites.some(suite => abilities.cipherSuites.includes(suite))
          ? undefined
          : 'no common suite';
      }
      case handshakeTypes.serverHello: {
        const hello = readHandshake(type, body).serverHello;
        const isKnown =
          hello !== undefined && hello.version > ssl3 && hello.version <= this.#versions && role === 'client';
        return isKnown ? undefined : 'wrong ServerHello';
      }
      case handshakeTypes.certificate: {
        const certificates = readCertificates(body);
        return certificates === undefined ? 'unreadable certificate' : verify(certificates);
      }
      default:
        return undefined;
    }
  }
}

/** Second byte of the version on the wire. */
const minorOf = { TLSv1: 1, 'TLSv1.1': 2, 'TLSv1.2': 3 } as const;
