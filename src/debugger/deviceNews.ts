import type { DeviceEvent } from '../simulator/events';

/** What an editor is told about the device beside the protocol, as events of its own. */
export type News =
  | {
      name: 'esp8266-ssl.portOpened';
      body: { protocol: 'tls' | 'tcp' | 'udp'; devicePort: number; host: string; port: number; url?: string };
    }
  | { name: 'esp8266-ssl.portClosed'; body: { devicePort: number } }
  /** Data went through a TLS connection of the device. */
  | { name: 'esp8266-ssl.tlsUsed'; body: Record<string, never> };

/** Returns what an editor is told of an event; undefined for most. */
export function newsOf(event: DeviceEvent): News | undefined {
  switch (event.kind) {
    case 'listening': {
      const { protocol, devicePort, host, port } = event;
      const scheme =
        protocol === 'tls' || devicePort === 443 ? 'https' : devicePort === 80 ? 'http' : undefined;
      const url = scheme && `${scheme}://${host}:${port}/`;
      return {
        name: 'esp8266-ssl.portOpened',
        body: { protocol, devicePort, host, port, ...(url !== undefined && { url }) },
      };
    }
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
