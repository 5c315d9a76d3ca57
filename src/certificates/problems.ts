import * as l10n from '@vscode/l10n';
import type { TlsLibrary } from '../sdk/tls';
import type { Words } from '../text/problemTexts';
import { advice, type Said } from '../text/remedies';
import {
  type RequestProblem,
  type RequestProblems,
  requestProblems,
  requestSentence,
} from './requestProblems';

/** What can be wrong with certificates, what they are made from, and lists of devices. */
export interface CertificateProblems extends RequestProblems {
  /** A new one may take the place of ours. */
  'ca-unusable': { file: string; reason: CaFault; isOurs?: boolean };
  'no-credentials': { file: string };
  'decryption-failed': { file: string; fault: DecryptionFault };
  'certificate-missing': { file: string };
  'key-missing': { file: string };
  'key-not-rsa': { file: string };
  'certificate-of-another-key': { file: string; keyFile: string };
  'too-many-cas': { library: string; count: number; size: number; most: number; maxRecords?: number };
  'no-ca-in-file': { file: string };
  /** `isOurs`: it signs the device's certificate. */
  'ca-refused': { file: string; library: TlsLibrary; reason: CaRefusal; isOurs: boolean };
  'another-ca-in-folder': { file: string };
  'files-in-the-way': { folder: string; files: string[] };
  'manifest-broken': { file: string };
  'bad-set-there': { folder: string };
  'sign-command-shell': { command: string; word: string };
  'sign-command-incomplete': { command: string };
  'sign-command-failed': { command: string; name: string; reason: string; said: string };
  'signed-certificate-wrong': { name: string; reason: SignedFault };
  'record-name-invalid': { name: string };
  'record-name-too-long': { name: string };
  'record-empty': { name: string };
  'record-too-large': { name: string; length: number };
  'records-broken': { file: string; offset: number };
  'device-list-too-large': { file: string; maxRows: number; maxBytes: number };
  'device-list-encoding': { file: string };
  'device-list-empty': { file: string };
  'device-list-faulty': { file: string; faults: LineFault[]; more: number };
  'device-folder-taken': { folder: string; line: number };
}

/** Why a CA cannot sign. */
export type CaFault = 'incomplete' | 'unreadable' | 'not-rsa' | 'not-a-ca' | 'other-key' | 'expired';

/** Why a TLS library does not verify peers by a CA. */
export type CaRefusal =
  | { kind: 'reader'; text: string }
  | { kind: 'too-few-bits'; bits: number; least: number }
  | { kind: 'too-many-bits'; bits: number; most: number };

/** Why what another CA gave back is no use. */
export type SignedFault =
  'no-certificate' | 'other-key' | 'other-name' | 'other-ca' | 'expired' | 'serial-repeated';

/** What is wrong in a line of a list. */
export interface LineFault {
  line: number;
  problem: RequestProblem;
}

/** Why something that a passphrase protects cannot be had. */
export type DecryptionFault =
  | { kind: 'passphrase-missing' }
  | { kind: 'passphrase-wrong' }
  /** An algorithm that is not known here: its name or object identifier. */
  | { kind: 'algorithm-unknown'; algorithm: string }
  /** Deriving the keys would take many seconds. */
  | { kind: 'too-many-rounds' };

export const certificateProblems: Words<CertificateProblems> = {
  ...requestProblems,
  'ca-unusable': problem =>
    advice(
      l10n.t('{0} cannot sign: {1}. Put the right file there.', problem.file, caFault(problem.reason)),
      ...(problem.isOurs ? (['new-ca'] as const) : []),
    ),
  'no-credentials': problem =>
    l10n.t(
      '{0} contains no readable certificate or private key. Use PEM, DER, PKCS#7 or PKCS#12.',
      problem.file,
    ),
  'decryption-failed': problem => decryptionFault(problem.file, problem.fault),
  'certificate-missing': problem =>
    l10n.t('{0} contains no certificate. Add the file with the certificate.', problem.file),
  'key-missing': problem =>
    l10n.t(
      '{0} contains no private key. Add the file with the key that was created with the request.',
      problem.file,
    ),
  'key-not-rsa': problem =>
    l10n.t('The key in {0} is not RSA, the only type that the device supports.', problem.file),
  'certificate-of-another-key': problem =>
    l10n.t(
      '{0} contains no certificate for the key in {1}. Nothing was written. Use the certificate issued for this key’s request.',
      problem.file,
      problem.keyFile,
    ),
  'too-many-cas': problem =>
    problem.maxRecords === undefined
      ? l10n.t(
          '{0} CA certificates take {1} bytes, but {2} reads only {3}. Take fewer CAs.',
          problem.count,
          problem.size,
          problem.library,
          problem.most,
        )
      : l10n.t(
          '{0} CA certificates take {1} bytes; {2} reads at most {3} certificates in {4} bytes. Take fewer CAs, or link libmbedtls, which reads several from one record.',
          problem.count,
          problem.size,
          problem.library,
          problem.maxRecords,
          problem.most,
        ),
  'no-ca-in-file': problem =>
    l10n.t('{0} contains no CA certificate. Name the file of the CA that issued it.', problem.file),
  'ca-refused': problem =>
    advice(
      problem.isOurs
        ? l10n.t(
            '{0} cannot verify by the CA in {1}: {2}. Nothing was written. Sign with an RSA CA of 2048 bits.',
            problem.library,
            problem.file,
            caRefusal(problem.reason),
          )
        : l10n.t(
            '{0} cannot verify by the CA in {1}: {2}. Nothing was written. Ask for an RSA CA of the same servers.',
            problem.library,
            problem.file,
            caRefusal(problem.reason),
          ),
      'write-anyway',
    ),
  'another-ca-in-folder': problem =>
    l10n.t(
      '{0} is the key of another CA. Choose another folder so that this CA can keep signing.',
      problem.file,
    ),
  'files-in-the-way': problem =>
    advice(
      l10n.t(
        '{0} already has other files with these names: {1}. Nothing was written.',
        problem.folder,
        problem.files.join(', '),
      ),
      'replace',
    ),
  'manifest-broken': problem =>
    l10n.t(
      '{0} is not a device manifest. Restore the right one, or move it away; its serial numbers are then forgotten.',
      problem.file,
    ),
  'bad-set-there': problem =>
    l10n.t(
      '{0} already exists. The bad certificates need a new folder: remove this one or choose another.',
      problem.folder,
    ),
  'sign-command-shell': problem =>
    l10n.t(
      'The command “{0}” runs without a shell, so “{1}” has no effect. Quote it, or wrap the whole command in sh -c.',
      problem.command,
      problem.word,
    ),
  'sign-command-incomplete': problem =>
    l10n.t(
      'The command “{0}” does not use the request. Put {csr} where it expects the request file.',
      problem.command,
    ),
  'sign-command-failed': problem =>
    problem.said === ''
      ? l10n.t('The command “{0}” failed for {1} ({2}).', problem.command, problem.name, problem.reason)
      : l10n.t(
          'The command “{0}” failed for {1} ({2}): {3}',
          problem.command,
          problem.name,
          problem.reason,
          problem.said,
        ),
  'signed-certificate-wrong': problem =>
    l10n.t(
      'The command returned an unusable result for {0}: {1}. The devices before it are done; run the same command to continue.',
      problem.name,
      signedFault(problem.reason),
    ),
  'record-name-invalid': problem =>
    l10n.t(
      '“{0}” cannot be the name of a flash record. Use ASCII letters, digits and punctuation.',
      problem.name,
    ),
  'record-name-too-long': problem =>
    l10n.t(
      'The record name “{0}” is longer than 32 bytes, the limit of a flash record. Use a shorter file name.',
      problem.name,
    ),
  'record-empty': problem =>
    l10n.t('{0} is empty, so there is nothing to write to a flash record.', problem.name),
  'record-too-large': problem =>
    l10n.t(
      '{0} has {1} bytes; a flash record holds at most 65,534. Use a smaller certificate.',
      problem.name,
      problem.length,
    ),
  'records-broken': problem =>
    l10n.t(
      '{0} is not a list of certificate records: unexpected data at byte {1}. Generate it again.',
      problem.file,
      problem.offset,
    ),
  'device-list-too-large': problem =>
    l10n.t(
      '{0} has more than {1} rows or {2} bytes. Split the list; the parts can use the same folder.',
      problem.file,
      problem.maxRows,
      problem.maxBytes,
    ),
  'device-list-encoding': problem => l10n.t('{0} is not UTF-8 text. Save it as CSV UTF-8.', problem.file),
  'device-list-empty': problem =>
    l10n.t(
      '{0} lists no devices. The first row must name the columns, such as name; each further row is a device.',
      problem.file,
    ),
  'device-list-faulty': problem => {
    const lines = problem.faults
      .map(fault => l10n.t('line {0}: {1}', fault.line, requestSentence(fault.problem)))
      .join(' ');
    return problem.more === 0
      ? l10n.t('{0}, nothing was written: {1}', problem.file, lines)
      : l10n.t('{0}, nothing was written: {1} And {2} more lines.', problem.file, lines, problem.more);
  },
  'device-folder-taken': problem =>
    l10n.t(
      '{0} exists but does not contain the certificate that line {1} asks for, issued by this CA and valid for more than a day. Remove the folder, change the line, or choose another folder for all devices. Nothing was written.',
      problem.folder,
      problem.line,
    ),
};

function decryptionFault(file: string, fault: DecryptionFault): Said {
  switch (fault.kind) {
    case 'passphrase-missing':
      return advice(l10n.t('{0} is encrypted.', file), 'passphrase');
    case 'passphrase-wrong':
      return advice(l10n.t('Wrong passphrase for {0}.', file), 'passphrase');
    case 'algorithm-unknown':
      return l10n.t(
        '{0} is encrypted with {1}, which is not supported. Export it again with AES, for example with “openssl pkcs8 -topk8 -v2 aes-256-cbc”.',
        file,
        fault.algorithm,
      );
    case 'too-many-rounds':
      return l10n.t(
        '{0} uses so many key derivation rounds that decryption would take many seconds. Export it again with fewer.',
        file,
      );
  }
}

function caRefusal(reason: CaRefusal): string {
  switch (reason.kind) {
    case 'reader':
      return reason.text;
    case 'too-few-bits':
      return l10n.t(
        'its key has only {0} bits, and keys below {1} bits are rejected',
        reason.bits,
        reason.least,
      );
    case 'too-many-bits':
      return l10n.t('with its key of {0} bits, handshakes take too long or fail', reason.bits);
  }
}

function caFault(reason: CaFault): string {
  switch (reason) {
    case 'incomplete':
      return l10n.t('the certificate or its key is missing');
    case 'unreadable':
      return l10n.t('it is damaged or has the wrong type');
    case 'not-rsa':
      return l10n.t('its key is not RSA, the only type that the device supports');
    case 'not-a-ca':
      return l10n.t('it is not marked as a CA certificate');
    case 'other-key':
      return l10n.t('the certificate and the key do not match');
    case 'expired':
      return l10n.t('it has expired');
  }
}

function signedFault(reason: SignedFault): string {
  switch (reason) {
    case 'no-certificate':
      return l10n.t('it is not a PEM or DER certificate');
    case 'other-key':
      return l10n.t('the certificate is for another key');
    case 'other-name':
      return l10n.t(
        'the certificate is for another name (openssl ca takes the name from the request only with copy_extensions = copy)',
      );
    case 'other-ca':
      return l10n.t('the certificate was not issued by the given CA');
    case 'expired':
      return l10n.t('the certificate has expired');
    case 'serial-repeated':
      return l10n.t('its serial number is already used by another device');
  }
}
