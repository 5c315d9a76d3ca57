import type { DeviceEvent } from '../simulator/events';

/** What an editor is told about the device beside the protocol, as events of its own. */
export type News =
  | { name: 'esp8266-ssl.portClosed'; body: { devicePort: number } }
  /** Data went through a TLS connection of the device. */
  | { name: 'esp8266-ssl.tlsUsed'; body: Record<string, never> };

/** Returns what an editor is told of an event; undefined for most. */
export function newsOf(event: DeviceEvent): News | undefined {
  switch (event.kind) {
    case 'port-closed':
      return { name: 'esp8266-ssl.portClosed', body: { devicePort: event.devicePort } };
    case 'handshake':
      return { name: 'esp8266-ssl.tlsUsed', body: {} };
    case 'tls-record':
      return event.content.kind === 'application-data'
        ? { name: 'esp8266-ssl.tlsUsed', body: {} }
        : undefined;
    default:
      return undefined;
  }
}
