import { callbackError } from './errorCodes';
import { type ErrorName, errorValue } from './errors';
import type { TlsAbilities, TlsLibrary } from './tls';

/** How a TLS connection can fail, as far as one library or the other tells it apart. */
export type TlsFault =
  /** The peer breaks the TCP connection off. */
  | 'reset'
  /** Nobody listens there, or the device may not reach it. */
  | 'refused'
  /** The peer ends the TCP connection during the handshake. */
  | 'closed'
  | 'silent'
  /** What the peer sends is not TLS. */
  | 'not TLS'
  | 'alert'
  /** A record is longer than the buffer with all that encryption may add. */
  | 'long record'
  /** The data in a record are longer than the buffer. */
  | 'long data'
  /** A handshake message is spread over several records. */
  | 'split message'
  /** A record that is damaged or out of place. */
  | 'wrong record'
  | 'no common suite'
  | 'wrong version'
  /** The first bytes to a server are not a ClientHello. */
  | 'wrong ClientHello'
  /** They are an alert. */
  | 'alert as ClientHello'
  | 'wrong ServerHello'
  | 'untrusted'
  | 'unreadable certificate'
  | 'no client certificate'
  /** The records that the device needs are not in its flash, or its own certificate and key cannot be used. */
  | 'no CA'
  | 'no own certificate';

/** How the application learns of it: by its disconnect callback, or by the reconnect callback with an error. */
export type FaultOutcome = 'disconnect' | number;

/** An outcome that is another one once the handshake is complete. */
interface OutcomeByPhase {
  handshake: FaultOutcome;
  later: FaultOutcome;
}

/** What the functions of espconn do with one of the libraries; all of it measured with the SDK's own code. */
export interface TlsBehaviour {
  /** Whether espconn_secure_set_size has one size for all levels. */
  sharesBuffer: boolean;
  /** Whether espconn_secure_ca_enable for the server makes it ask its clients for a certificate. */
  verifiesClients: boolean;
  /** What a call answers that comes too early or once too often. */
  second: { accept: number; connect: number; disconnect: number };
  /** Whether espconn_secure_set_default_* takes no bytes for a certificate or key. */
  keepsNothing: boolean;
  /** Whether nothing can be sent any more after espconn_secure_sent of no bytes. */
  staysBusyAfterNothing: boolean;
  /** What happens to a second client of the server. */
  secondClient: 'reset' | 'ignored';
  /** ms after which a peer that is silent in the handshake is given up; undefined: never. */
  handshakeLimit: number | undefined;
  /** Bytes that a record may have beyond the buffer: in the clear, and once it is encrypted. */
  recordRoom: { clear: number; encrypted: number };
  /** Bytes of a record's data that one receive callback gets. */
  received: number;
  /** The alerts that the library sends when it gives up, by their numbers in TLS. */
  alerts: Partial<Record<TlsFault, number>>;
  outcomes: Readonly<Record<TlsFault, FaultOutcome | OutcomeByPhase>>;
}

/** TLS AlertDescription. */
const handshakeFailure = 40;

const error = (name: ErrorName) => errorValue(name);

const invalidData = { handshake: error('ESPCONN_HANDSHAKE'), later: error('ESPCONN_SSL_INVALID_DATA') };

/** SDK 2.1.0. */
const libssl: TlsBehaviour = {
  sharesBuffer: false,
  verifiesClients: false,
  second: { accept: error('ESPCONN_OK'), connect: error('ESPCONN_ISCONN'), disconnect: error('ESPCONN_OK') },
  keepsNothing: false,
  staysBusyAfterNothing: true,
  secondClient: 'reset',
  handshakeLimit: 60_000,
  // Its header lies in the buffer, too.
  recordRoom: { clear: -5, encrypted: -5 },
  received: 8192,
  alerts: {},
  outcomes: {
    reset: error('ESPCONN_RST'),
    refused: error('ESPCONN_RST'),
    closed: 'disconnect',
    silent: error('ESPCONN_RESP_TIMEOUT'),
    'not TLS': invalidData,
    alert: 'disconnect',
    'long record': invalidData,
    'long data': invalidData,
    'split message': error('ESPCONN_HANDSHAKE'),
    'wrong record': invalidData,
    'no common suite': error('ESPCONN_HANDSHAKE'),
    'wrong version': error('ESPCONN_HANDSHAKE'),
    'wrong ClientHello': error('ESPCONN_HANDSHAKE'),
    'alert as ClientHello': 'disconnect',
    'wrong ServerHello': error('ESPCONN_HANDSHAKE'),
    untrusted: error('ESPCONN_HANDSHAKE'),
    'unreadable certificate': error('ESPCONN_HANDSHAKE'),
    'no client certificate': error('ESPCONN_HANDSHAKE'),
    'no CA': 'disconnect',
    'no own certificate': 'disconnect',
  },
};

/** SDK 3.0.6: the codes of mbed TLS as the callback gets them. */
const libmbedtls: TlsBehaviour = {
  sharesBuffer: true,
  verifiesClients: true,
  second: {
    accept: error('ESPCONN_INPROGRESS'),
    connect: error('ESPCONN_OK'),
    disconnect: error('ESPCONN_INPROGRESS'),
  },
  keepsNothing: true,
  staysBusyAfterNothing: false,
  secondClient: 'ignored',
  handshakeLimit: undefined,
  // A MAC, an IV, padding (ssl_internal.h).
  recordRoom: { clear: 0, encrypted: 256 + 64 },
  received: 1460,
  alerts: { 'no common suite': handshakeFailure },
  outcomes: {
    reset: error('ESPCONN_RST'),
    refused: error('ESPCONN_RST'),
    closed: 'disconnect',
    silent: error('ESPCONN_RESP_TIMEOUT'),
    'not TLS': callbackError(-0x7200),
    alert: callbackError(-0x7780),
    'long record': callbackError(-0x7200),
    'long data': callbackError(-0x7180),
    'split message': callbackError(-0x7080),
    'wrong record': callbackError(-0x7180),
    'no common suite': callbackError(-0x7380),
    'wrong version': callbackError(-0x6e80),
    'wrong ClientHello': callbackError(-0x7900),
    'alert as ClientHello': callbackError(-0x7900),
    'wrong ServerHello': callbackError(-0x7980),
    untrusted: callbackError(-0x2700),
    'unreadable certificate': callbackError(-0x2180),
    'no client certificate': callbackError(-0x7480),
    'no CA': callbackError(-0x7f00),
    'no own certificate': callbackError(-0x7f00),
  },
};

/** What a fault leads to. */
export function faultOutcome(
  fault: TlsFault,
  phase: keyof OutcomeByPhase,
  { outcomes }: TlsBehaviour,
): FaultOutcome {
  const outcome = outcomes[fault];
  return typeof outcome === 'object' ? outcome[phase] : outcome;
}

const behaviours: Record<TlsLibrary, TlsBehaviour> = { libssl, libmbedtls };

/** What espconn does with a library. */
export function tlsBehaviour({ library }: Pick<TlsAbilities, 'library'>): TlsBehaviour {
  return behaviours[library];
}
