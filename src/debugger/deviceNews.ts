import type { DeviceEvent } from '../simulator/events';

/** What an editor is told about the device beside the protocol, as events of its own. */
export type News =
  | { name: 'esp8266-ssl.portClosed'; body: { devicePort: number } }
  /** A private key is in a file that was written: the image of the flash, or the capture. */
  | { name: 'esp8266-ssl.keySaved'; body: { file: string } }
  /** Data went through a TLS connection of the device. */
  | { name: 'esp8266-ssl.tlsUsed'; body: Record<string, never> };

/** Returns what an editor is told of an event; undefined for most. */
export function newsOf(event: DeviceEvent): News | undefined {
  switch (event.kind) {
    case 'port-closed':
      return { name: 'esp8266-ssl.portClosed', body: { devicePort: event.devicePort } };
    case 'key-saved':
      return { name: 'esp8266-ssl.keySaved', body: { file: event.file } };
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
