import * as l10n from '@vscode/l10n';
import { exceptionCauses } from './cpu/exceptions';
import { hex, sentence } from '../problems';
import type { DeviceEvent } from './events';
import { tlsEventText } from './tlsText';

/**
 * An event as the console shows it, one line without line break; undefined for what only a trace shows. What the
 * firmware prints itself is no line of ours and not answered here.
 */
export function eventText(event: DeviceEvent, trace = false): string | undefined {
  switch (event.kind) {
    case 'print':
      return undefined;
    case 'boot':
      return [
        l10n.t('Simulated ESP8266: {0}', event.firmware),
        ...event.flashFiles.map(file =>
          l10n.t('{0} at {1}, {2} bytes', file.file, hex(file.address), file.length),
        ),
      ].join('; ');
    case 'wifi':
      return event.state === 'connected'
        ? l10n.t('Wi-Fi: connected to the simulated access point')
        : l10n.t('Wi-Fi: disconnected');
    case 'got-ip':
      return l10n.t('Wi-Fi: got IP {0}', event.ip);
    case 'listening':
      return l10n.t(
        'Port {0} of the device is open at https://{1}:{2}/',
        event.devicePort,
        event.host,
        event.port,
      );
    case 'connection':
      return l10n.t('TLS: {0} connects', event.remote);
    case 'handshake':
      return l10n.t('TLS: handshake with {0} done, {1}, {2}', event.remote, event.protocol, event.cipher);
    case 'handshake-failed':
      return event.reason === ''
        ? l10n.t('TLS: {0} left before the handshake was done', event.remote)
        : l10n.t('TLS: handshake with {0} failed: {1}', event.remote, event.reason);
    case 'refused':
      return l10n.t('TLS: {0} refused, the device serves one TLS client at a time', event.remote);
    case 'disconnected':
      return l10n.t('TLS: {0} disconnected', event.remote);
    case 'certificate-refused':
      return l10n.t(
        'The certificate and private key that the firmware set cannot be used: {0}. Generate them again.',
        event.reason,
      );
    case 'tls-record':
    case 'tls-record-too-long':
    case 'tls-lost':
      return tlsEventText(event, trace);
    case 'bad-free':
      return l10n.t(
        'os_free of {0}, which is no block in use, called from {1}',
        hex(event.address),
        event.caller,
      );
    case 'not-offered':
      return l10n.t(
        'The firmware calls {0}, which this simulator does not offer yet, at {1}. The device stops here.',
        event.function,
        event.caller,
      );
    case 'exception': {
      const cause = exceptionCauses.get(event.cause);
      return l10n.t(
        'Fatal exception {0} ({1}) at {2} in {3}, address {4}. {5} The device stops here.',
        event.cause,
        cause?.name ?? '?',
        hex(event.pc),
        event.where,
        hex(event.address),
        cause?.meaning() ?? '',
      );
    }
    case 'restart':
      return l10n.t('The firmware calls system_restart at {0}. The simulation ends here.', event.caller);
    case 'problem':
      return sentence(event.problem);
    case 'callback':
      return trace ? l10n.t('callback {0}: {1}', event.callback, event.function) : undefined;
    case 'register':
      return trace
        ? l10n.t('register {0} has no meaning here; it keeps what is written', hex(event.address))
        : undefined;
  }
}
