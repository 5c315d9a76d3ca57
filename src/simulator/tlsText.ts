import * as l10n from '@vscode/l10n';
import {
  alertLevelName,
  alerts,
  cipherSuiteName,
  handshakeName,
  recordName,
  recordTypes,
  versionName,
} from '../sdk/tlsNames';
import type { ClientHello, HandshakeMessage } from '../tls/handshake';
import type { RecordContent, TlsEvent } from './network/tlsMeter';

/**
 * What the TLS record meter saw, as one line. Only a trace shows it: what matters of it to a failed connection is said when the
 * connection is over. That packets are missing is always shown, as nothing is said afterwards.
 */
export function tlsEventText(event: TlsEvent, trace: boolean): string | undefined {
  if (!trace && !(event.kind === 'tls-lost' && event.reason === 'gap')) return undefined;
  switch (event.kind) {
    case 'tls-lost':
      return lostText(event);
    case 'tls-record-too-long':
      return l10n.t(
        'TLS: {0} sends a record of {1} bytes, more than the {2} of the device’s buffer (espconn_secure_set_size)',
        event.remote,
        event.length,
        event.buffer,
      );
    case 'tls-record':
      return event.content.kind === 'alert' ? alertText(event, event.content) : recordText(event);
  }
}

function lostText({ sender, remote, reason }: TlsEvent & { kind: 'tls-lost' }): string {
  if (reason === 'gap')
    return l10n.t(
      'TLS: packets of the connection to {0} are missing; its records are no longer shown',
      remote,
    );
  return sender === 'device'
    ? l10n.t('TLS: what the device sends to {0} is not TLS', remote)
    : l10n.t('TLS: what {0} sends is not TLS', remote);
}

function alertText(
  { sender, remote }: TlsEvent,
  { level, description }: RecordContent & { kind: 'alert' },
): string {
  const alert = alerts.get(description);
  const name = alert?.name ?? String(description);
  const meaning = alert?.meaning() ?? l10n.t('unknown');
  return sender === 'device'
    ? l10n.t(
        'TLS: the device sends {0} the alert {1} ({2}): {3}',
        remote,
        name,
        alertLevelName(level),
        meaning,
      )
    : l10n.t('TLS: {0} sends the alert {1} ({2}): {3}', remote, name, alertLevelName(level), meaning);
}

function recordText({
  sender,
  remote,
  type,
  version,
  length,
  content,
}: TlsEvent & { kind: 'tls-record' }): string {
  const named = [recordName(type), versionName(version)] as const;
  const text =
    sender === 'device'
      ? l10n.t('TLS: device → {0}: {1}, {2}, {3} bytes', remote, ...named, length)
      : l10n.t('TLS: {0} → device: {1}, {2}, {3} bytes', remote, ...named, length);
  const detail = contentText(type, content);
  return detail === '' ? text : `${text}: ${detail}`;
}

function contentText(type: number, content: RecordContent): string {
  switch (content.kind) {
    case 'handshake':
      return [
        ...content.messages.map(messageText),
        ...(content.continued ? [l10n.t('continued in the next record')] : []),
      ].join(', ');
    case 'encrypted':
      return type === recordTypes.alert ? l10n.t('encrypted alert') : l10n.t('encrypted');
    case 'unknown':
      return l10n.t('unknown');
    case 'alert':
    case 'application-data':
    case 'change-cipher-spec':
      return '';
  }
}

function messageText({ type, clientHello, serverHello, certificates }: HandshakeMessage): string {
  const details: string[] = [];
  if (clientHello !== undefined) details.push(...clientHelloTexts(clientHello));
  if (serverHello !== undefined)
    details.push(versionName(serverHello.version), cipherSuiteName(serverHello.cipherSuite));
  const fragment = clientHello?.maxFragmentLength ?? serverHello?.maxFragmentLength;
  if (fragment !== undefined) details.push(l10n.t('max_fragment_length {0} bytes', fragment));
  if (certificates !== undefined) {
    details.push(l10n.t('certificates: {0}', certificates.length));
    if (certificates.length > 0) details.push(l10n.t('{0} bytes', certificates.join(' + ')));
  }
  return details.length === 0 ? handshakeName(type) : `${handshakeName(type)} (${details.join('; ')})`;
}

function clientHelloTexts({ version, versions, cipherSuites, serverName }: ClientHello): string[] {
  return [
    versions.length === 0 ? l10n.t('up to {0}', versionName(version)) : versions.map(versionName).join(', '),
    suitesText(cipherSuites),
    ...(serverName === undefined ? [] : [l10n.t('server name {0}', serverName)]),
  ];
}

/** OpenSSL offers a hundred cipher suites when it is let; the first are the ones that it prefers. */
const maxSuites = 8;

function suitesText(suites: readonly number[]): string {
  const names = suites.slice(0, maxSuites).map(cipherSuiteName).join(', ');
  const more = suites.length - maxSuites;
  return more > 0 ? l10n.t('{0} and {1} more', names, more) : names;
}
