import type { TlsRole } from '../network/tlsMeter';
import type { SeenAlert, SeenCode } from './facts';

/** Why a TLS connection came to nothing. `versions` are numbers as hellos have them. */
export type Cause =
  /** Who verifies does not trust the CA that signed the other side's certificate. */
  | { id: 'unknown-ca'; issuer?: string }
  | { id: 'name-not-in-certificate'; names: string[]; asked: string[] }
  | { id: 'certificate-expired'; date: number }
  | { id: 'certificate-not-yet-valid'; date: number }
  | { id: 'key-too-small'; bits: number }
  | { id: 'certificate-refused' }
  /** One side demands a certificate of the client. */
  | { id: 'client-certificate-missing' }
  | { id: 'client-certificate-refused' }
  /** The other side speaks TLS 1.3 and nothing older. */
  | { id: 'tls13-only'; device: number | undefined }
  /** The other side wants a newer TLS than the device has. */
  | { id: 'version-too-new'; device: number }
  /** The other side has only TLS that the device takes no more. */
  | { id: 'version-too-old'; remote: number }
  | { id: 'cipher-mismatch'; offered: number[] }
  | { id: 'server-name-unknown'; asked?: string }
  | { id: 'plain-text'; isHttp: boolean }
  | { id: 'record-too-large'; length: number; buffer?: number }
  | { id: 'message-split' }
  | { id: 'out-of-memory'; free?: number }
  | { id: 'no-own-certificate' }
  /** The device serves another client at the moment. */
  | { id: 'busy' }
  /** libssl does not connect, or a certificate seems to be from the future. */
  | { id: 'no-time' }
  /** An SDK function refuses. */
  | { id: 'call-refused' }
  | { id: 'timed-out'; seconds: number }
  | { id: 'closed-in-handshake' }
  /** The handshake is done, and the client is gone without a word. */
  | { id: 'left-after-handshake' }
  /** The other side connects and leaves without a byte. */
  | { id: 'left-before-hello' }
  | { id: 'unexplained' };

export type CauseId = Cause['id'];

/** What is said about a failed connection. */
export interface TlsFailure {
  /** “127.0.0.1:40102”; missing where the device has not even connected. */
  remote?: string;
  /** What the device is. */
  role: TlsRole;
  cause: Cause;
  /** The alert that tells most. */
  alert?: SeenAlert;
  codes: SeenCode[];
  /** The SDK function that refuses and where it is called. */
  call?: { function: string; caller: string };
  /** The port of this computer at which the device can be reached. */
  port?: number;
}
