import type { CodeSource } from '../../sdk/errorCodes';
import { handshakeTypes, recordTypes } from '../../sdk/tlsNames';
import type { ClientHello, ServerHello } from '../../tls/handshake';
import type { PeerCertificate } from '../network/peerCertificate';
import type { PlainText, RecordContent, Sender, TlsEvent, TlsRole } from '../network/tlsMeter';
import type { ConnectionEnd } from '../network/tlsRecords';

/** An error code of the firmware, and how it came: printed, or handed to the reconnect callback. */
export interface SeenCode {
  source: CodeSource;
  value: number;
  from: 'print' | 'callback';
}

/** What can be seen of a connection; `time` is µs of the device's clock. */
export type Sight = { time: number } & (
  | TlsEvent
  | { kind: 'allocation-failed'; free: number }
  | ({ kind: 'code' } & SeenCode)
  | ({ kind: 'connection-ended' } & ConnectionEnd)
);

export interface SeenAlert {
  sender: Sender;
  level: number;
  description: number;
}

/** A connection, as far as its bytes are in the clear and the firmware speaks about it. */
export interface ConnectionFacts {
  role: TlsRole;
  clientHello?: ClientHello;
  serverHello?: ServerHello;
  /** What each side has shown; missing: no Certificate message, or one without certificate. */
  certificates: Partial<Record<Sender, PeerCertificate>>;
  /** Who has sent a Certificate message without a certificate. */
  withoutCertificate: Partial<Record<Sender, boolean>>;
  /** The server asks the client for a certificate. */
  certificateRequested: boolean;
  /** In the clear only. */
  alerts: SeenAlert[];
  /** Who has sent an encrypted handshake message: its Finished. */
  finished: Partial<Record<Sender, boolean>>;
  /** Who has sent application data. */
  sentData: Partial<Record<Sender, boolean>>;
  /** Who has sent the first encrypted alert: close_notify, as far as anybody can know. */
  farewell?: Sender;
  /** Whether there was a TLS record at all. */
  isTls: boolean;
  /** The longest record of the remote side, bytes. */
  longest: number;
  /** A record of the remote side is longer than the device's buffer. */
  tooLong?: { length: number; buffer: number };
  /** The remote side has spread a handshake message over several records. */
  isSplit: boolean;
  plainText?: PlainText;
  codes: SeenCode[];
  /** Bytes of free heap when an allocation failed. */
  freeAtFailure?: number;
  end?: ConnectionEnd;
  /** µs that the connection was silent before its end. */
  silence: number;
}

/** Puts together what the sights of one connection tell. */
export function readFacts(sights: readonly Sight[]): ConnectionFacts {
  const facts: ConnectionFacts = {
    role: 'server',
    certificates: {},
    withoutCertificate: {},
    certificateRequested: false,
    alerts: [],
    finished: {},
    sentData: {},
    isTls: false,
    longest: 0,
    isSplit: false,
    codes: [],
    silence: 0,
  };
  let lastRecord = sights[0]?.time ?? 0;
  for (const sight of sights) {
    switch (sight.kind) {
      case 'tls-record':
        lastRecord = sight.time;
        addRecord(facts, sight);
        break;
      case 'tls-record-too-long':
        facts.isTls = true;
        facts.tooLong = { length: sight.length, buffer: sight.buffer };
        break;
      case 'tls-lost':
        break;
      case 'allocation-failed':
        facts.freeAtFailure = sight.free;
        break;
      case 'code':
        facts.codes.push({ source: sight.source, value: sight.value, from: sight.from });
        break;
      case 'connection-ended': {
        facts.role = sight.role;
        facts.end = sight;
        if (sight.plainText !== undefined) facts.plainText = sight.plainText;
        facts.longest = Math.max(facts.longest, sight.unfinished ?? 0);
        facts.silence = sight.time - lastRecord;
      }
    }
  }
  return facts;
}

function addRecord(facts: ConnectionFacts, record: TlsEvent & { kind: 'tls-record' }): void {
  const { sender, type, length, content } = record;
  facts.isTls = true;
  if (sender === 'remote') facts.longest = Math.max(facts.longest, length);
  switch (content.kind) {
    case 'alert':
      facts.alerts.push({ sender, level: content.level, description: content.description });
      break;
    case 'application-data':
      facts.sentData[sender] = true;
      break;
    case 'encrypted':
      if (type === recordTypes.handshake) facts.finished[sender] = true;
      if (type === recordTypes.alert) facts.farewell ??= sender;
      break;
    case 'handshake':
      addMessages(facts, sender, content);
      break;
    case 'change-cipher-spec':
    case 'unknown':
  }
}

function addMessages(
  facts: ConnectionFacts,
  sender: Sender,
  { messages, continued, certificate }: RecordContent & { kind: 'handshake' },
): void {
  if (continued && sender === 'remote') facts.isSplit = true;
  if (certificate !== undefined) facts.certificates[sender] ??= certificate;
  for (const message of messages) {
    if (message.clientHello !== undefined) facts.clientHello ??= message.clientHello;
    if (message.serverHello !== undefined) facts.serverHello ??= message.serverHello;
    if (message.type === handshakeTypes.certificateRequest) facts.certificateRequested = true;
    if (message.certificates?.length === 0) facts.withoutCertificate[sender] = true;
  }
}
