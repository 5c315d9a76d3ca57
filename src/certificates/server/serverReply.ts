import { handshakeTypes, recordTypes } from '../../sdk/tlsNames';
import { readCertificates, readDiffieHellman, readHandshake } from '../../tls/handshake';
import { HandshakeAssembler, type RawMessage } from '../../tls/handshakeAssembler';
import { RecordReader, type RecordHeader } from '../../tls/recordReader';

/** What a server of TLS 1.2 or older sends up to ServerHelloDone. */
export interface ServerFlight {
  version: number;
  cipherSuite: number;
  /** DER, in the order in which they came. */
  certificates: Uint8Array[];
  /** Bytes of the Certificate message with its header. */
  certificateMessage: number;
  /** Bytes of the longest record, without its header. */
  longestRecord: number;
  /** The first message that does not fit one record, with the bytes it has with its header. */
  split?: { type: number; length: number };
  diffieHellman?: { p: Uint8Array; g: Uint8Array };
  asksForCertificate: boolean;
}

/** How a server answers a ClientHello. */
export type ServerReply =
  | { kind: 'flight'; flight: ServerFlight }
  /** A fatal alert. */
  | { kind: 'alert'; description: number }
  | { kind: 'closed' }
  | { kind: 'silent' }
  /** TLS, but no answer to a ClientHello: out of order, damaged or without end. */
  | { kind: 'damaged' }
  /** `beginning`: its first characters. */
  | { kind: 'not-tls'; beginning: string }
  /** No TCP connection; `code` as Node has it. */
  | { kind: 'unreachable'; code: string };

/** More than any server sends: chains of 20 certificates have 30 KB. */
const maxBytes = 0x40000;
const beginningLength = 40;
const messageHeader = 4;
const fatal = 2;
const closeNotify = 0;

/** Reads what a server answers to a ClientHello. */
export class ServerReplyReader {
  /** Undefined until it is complete. */
  answer: ServerReply | undefined;
  readonly #reader: RecordReader;
  readonly #assembler = new HandshakeAssembler();
  readonly #flight: Partial<ServerFlight> & { longestRecord: number; asksForCertificate: boolean } = {
    longestRecord: 0,
    asksForCertificate: false,
  };
  #beginning = '';
  #received = 0;
  #records = 0;
  #continued = false;

  constructor() {
    this.#reader = new RecordReader({
      header: header => this.#header(header),
      record: (header, body) => this.#record(header, body),
      broken: () => this.#broken(),
    });
  }

  add(bytes: Uint8Array): void {
    if (this.answer !== undefined) return;
    this.#received += bytes.length;
    if (this.#beginning.length < beginningLength)
      this.#beginning += Buffer.from(bytes.subarray(0, beginningLength)).toString('latin1');
    this.#reader.add(bytes);
    if (this.#received > maxBytes) this.#answer({ kind: 'damaged' });
  }

  #answer(answer: ServerReply): void {
    this.answer ??= answer;
  }

  #header({ length }: RecordHeader): void {
    this.#records++;
    if (length > this.#flight.longestRecord) this.#flight.longestRecord = length;
  }

  #broken(): void {
    const text = this.#beginning
      .slice(0, beginningLength)
      .replace(/[^\x20-\x7e]+/g, ' ')
      .trim();
    this.#answer(this.#records === 0 ? { kind: 'not-tls', beginning: text } : { kind: 'damaged' });
  }

  #record({ type }: RecordHeader, body: Uint8Array | undefined): void {
    if (this.answer !== undefined) return;
    if (type === recordTypes.alert && body?.length === 2) this.#alert(body);
    else if (type === recordTypes.handshake && body !== undefined) this.#handshake(body);
    else this.#answer({ kind: 'damaged' });
  }

  #alert([level, description = closeNotify]: Uint8Array): void {
    if (description === closeNotify) this.#answer({ kind: 'closed' });
    else if (level === fatal) this.#answer({ kind: 'alert', description });
  }

  #handshake(body: Uint8Array): void {
    const part = this.#assembler.add(body);
    if (part === undefined) {
      this.#answer({ kind: 'damaged' });
      return;
    }
    const [first] = part.messages;
    if (this.#continued && first !== undefined)
      this.#flight.split ??= { type: first.type, length: first.body.length + messageHeader };
    this.#continued = part.continued;
    for (const message of part.messages) this.#message(message);
  }

  #message({ type, body }: RawMessage): void {
    const flight = this.#flight;
    if (type === handshakeTypes.serverHello) {
      const { serverHello } = readHandshake(type, body);
      if (serverHello === undefined) this.#answer({ kind: 'damaged' });
      else Object.assign(flight, { version: serverHello.version, cipherSuite: serverHello.cipherSuite });
    } else if (type === handshakeTypes.certificate) {
      const certificates = readCertificates(body);
      if (certificates === undefined) this.#answer({ kind: 'damaged' });
      else Object.assign(flight, { certificates, certificateMessage: body.length + messageHeader });
    } else if (type === handshakeTypes.serverKeyExchange) {
      // Of an elliptic curve it is something else; who asks for one does not look.
      const diffieHellman = readDiffieHellman(body);
      if (diffieHellman !== undefined) flight.diffieHellman = diffieHellman;
    } else if (type === handshakeTypes.certificateRequest) {
      flight.asksForCertificate = true;
    } else if (type === handshakeTypes.serverHelloDone) {
      this.#answer(isWhole(flight) ? { kind: 'flight', flight } : { kind: 'damaged' });
    } else if (type !== handshakeTypes.helloRequest) {
      this.#answer({ kind: 'damaged' });
    }
  }
}

function isWhole(flight: Partial<ServerFlight>): flight is ServerFlight {
  return flight.version !== undefined && flight.certificates !== undefined && flight.certificates.length > 0;
}
