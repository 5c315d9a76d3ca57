import type { RuleId } from '../../findings/rule';
import type { Severity } from '../../findings/severity';
import type { LibraryRefusal } from './sentCertificate';

/** Why the device does not use a certificate as its CA. */
export type PassedOver = 'unreadable' | 'key-too-small' | 'too-large' | 'expired' | 'not-yet-valid';

/** What follows from a visit for the device, as data; src/certificates/server/findingText.ts words it. */
export type ServerFact =
  | { kind: 'ipv6-only'; ip: string }
  | { kind: 'name-needed'; name: string }
  | { kind: 'name-changes-certificate'; name: string; without: string; with: string }
  | { kind: 'no-common-version'; device: readonly number[]; server: number }
  | { kind: 'no-common-suite'; server: number; version: number; keyType: string | undefined }
  | { kind: 'refused'; alert?: number }
  | { kind: 'record-too-large'; length: number; buffer: number; size?: number; heap?: number }
  | { kind: 'message-split'; type: number; length: number }
  | { kind: 'group-too-small'; bits: number }
  | { kind: 'certificate-damaged'; position: number }
  | {
      kind: 'certificate-unreadable' | 'anchor-unreadable';
      name: string;
      keyType: string | undefined;
      signature: string;
      /** What the parser of libmbedtls returns. */
      refusal?: LibraryRefusal;
    }
  | { kind: 'key-too-small'; name: string; bits: number; least: number }
  | { kind: 'key-large'; name: string; bits: number; most: number }
  | { kind: 'hash-refused'; name: string; hash: string }
  | { kind: 'hash-weak'; name: string }
  | { kind: 'expired' | 'not-yet-valid'; name: string; date: Date; noticed: boolean }
  | { kind: 'anchor-expired' | 'anchor-not-yet-valid'; name: string; date: Date }
  | { kind: 'anchor-passed-over'; name: string; why: PassedOver; chosen: string }
  | { kind: 'anchor-unmarked'; name: string; version: number }
  | { kind: 'order-broken' }
  | { kind: 'issuer-missing'; issuer: string }
  | { kind: 'issuer-rejected'; issuer: string; why: 'not-ca' | 'path-length' }
  | { kind: 'anchor-too-large'; length: number; window: number }
  | { kind: 'client-certificate'; insists: boolean | undefined }
  | { kind: 'needs-time' }
  | { kind: 'slow-exchange' }
  | { kind: 'names-unchecked' }
  | { kind: 'long-answers'; buffer: number }
  | { kind: 'agreed'; version: number; cipherSuite: number; chain: number; record: number };

/** What a fact prevents: any connection, or one with espconn_secure_ca_enable. */
export type Prevents = 'connection' | 'verification';

/** The same as a finding of its rule. The verdict goes by `prevents`: settings change severities only. */
export type ServerFinding = ServerFact & { rule: RuleId; severity: Severity; prevents?: Prevents };
