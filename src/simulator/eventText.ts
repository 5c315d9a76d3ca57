import * as l10n from '@vscode/l10n';
import { systemCodes } from '../files/systemErrors';
import type { ImageFault } from '../flash/contents';
import { sentence } from '../problems';
import { exceptionCauses } from '../sdk/exceptionCauses';
import { hex } from '../text/hex';
import { advice, advised, type Door } from '../text/remedies';
import { valueNames } from '../sdk/types';
import type { DeviceEvent } from './events';
import type { Identity } from './firmware/identify';
import { deniedText, wishText } from './reachText';
import { failureText } from './tlsFailures/failureText';
import { portUrl } from './portUrl';
import { tlsEventText } from './tlsText';

/**
 * An event as the console shows it, one line without line break; undefined for what only a trace shows. What the
 * firmware prints itself is not a line of ours and not answered here.
 */
export function eventText(event: DeviceEvent, trace = false, door: Door = 'editor'): string | undefined {
  switch (event.kind) {
    case 'print':
      return undefined;
    case 'print-cut':
      return l10n.t(
        'The firmware prints more than {0} bytes in one call; the rest is omitted.',
        event.length,
      );
    case 'boot':
      return [
        event.reset === 0
          ? l10n.t('Simulated ESP8266: {0}', event.firmware)
          : l10n.t('The device restarts, reset reason {0}', resetReason(event.reset)),
        ...(event.reset === 0 ? [parts(event)] : []),
        ...(event.reset === 0 ? event.flashFiles : []).map(file =>
          l10n.t('{0} at {1}, {2} bytes', file.file, hex(file.address), file.length),
        ),
      ].join('; ');
    case 'wifi':
      switch (event.state) {
        case 'connected':
          return l10n.t('Wi-Fi: connected to the simulated access point');
        case 'disconnected':
          return l10n.t('Wi-Fi: disconnected, {0}', wifiReason(event.reason));
        case 'failed':
          return l10n.t('Wi-Fi: no connection, {0}', wifiReason(event.reason));
      }
      break;
    case 'soft-ap':
      return l10n.t('Wi-Fi: soft-AP {0} is up', event.ssid);
    case 'got-ip':
      return l10n.t('Wi-Fi: got IP {0}', event.ip);
    case 'listening':
      return listeningText(event);
    case 'port-closed':
      return l10n.t('Port {0} of the device is closed', event.devicePort);
    case 'tcp-opened':
      return event.direction === 'in'
        ? l10n.t('TCP: {0} connects to port {1} of the device', event.remote, event.devicePort)
        : l10n.t('TCP: the device connects to {0}', event.remote);
    case 'tcp-closed':
      return event.reset
        ? l10n.t('TCP: connection with {0} aborted by the device', event.remote)
        : l10n.t('TCP: connection to {0} closed', event.remote);
    case 'tcp-failed':
      return l10n.t('TCP: no connection to {0}: {1}', event.remote, event.reason);
    case 'outbound-denied':
      return deniedText(event, door);
    case 'reach-wish':
      return wishText(event, door);
    case 'dns':
      return event.ip === undefined
        ? l10n.t('DNS: {0} cannot be resolved', event.name)
        : l10n.t('DNS: {0} is {1}', event.name, event.ip);
    case 'broadcast':
      return trace
        ? l10n.t(
            'A broadcast to {0}:{1} stays in the device’s network, {2} bytes',
            event.destination,
            event.port,
            event.length,
          )
        : undefined;
    case 'ping-not-forwarded':
      return l10n.t(
        'A ping to {0} is not forwarded: that needs privileges that the simulator does not request.',
        event.destination,
      );
    case 'packet-dropped':
      return event.reason === 'no-memory'
        ? l10n.t('A packet of {0} bytes is lost: the device is out of memory.', event.length)
        : l10n.t('The device sends a packet from a corrupt buffer; it is lost.');
    case 'interrupt':
      return trace ? l10n.t('{0}: {1} runs for the first time', event.interrupt, event.function) : undefined;
    case 'heap':
      return trace ? l10n.t('heap: {0} bytes free', event.free) : undefined;
    case 'watchdog':
      return l10n.t(
        'The {0} watchdog resets the device: the firmware has kept the CPU for {1} s, at {2}.',
        event.watchdog === 'software' ? l10n.t('software') : l10n.t('hardware'),
        (event.time / 1e6).toFixed(1),
        event.where,
      );
    case 'deep-sleep':
      return event.time === 0
        ? l10n.t('The device goes into deep sleep until it is reset from outside.')
        : l10n.t('The device goes into deep sleep for {0} s.', (event.time / 1e6).toFixed(1));
    case 'interrupt-not-simulated':
      return l10n.t(
        'The firmware attaches a handler to interrupt {0}, which the simulated device never raises.',
        event.line,
      );
    case 'connection':
      return l10n.t('TLS: {0} connects', event.remote);
    case 'handshake':
      return l10n.t('TLS: handshake with {0} complete, {1}, {2}', event.remote, event.protocol, event.cipher);
    case 'handshake-failed':
      if (event.fault === 'silent')
        return l10n.t(
          'TLS: {0} did not finish the handshake in time; the connection is closed.',
          event.remote,
        );
      if (!trace) return undefined;
      return event.reason === ''
        ? l10n.t('TLS: {0} closed the connection during the handshake', event.remote)
        : l10n.t('TLS: handshake with {0} failed: {1}', event.remote, event.reason);
    case 'refused':
      return l10n.t('TLS: {0} is not served: the device serves one TLS client at a time', event.remote);
    case 'disconnected':
      return l10n.t('TLS: {0} disconnected', event.remote);
    case 'certificate-refused':
      return l10n.t(
        'The firmware’s certificate and private key cannot be used: {0}. Regenerate them.',
        event.reason,
      );
    case 'tls-record':
    case 'tls-record-too-long':
    case 'tls-lost':
      return tlsEventText(event, trace);
    case 'connection-ended':
      return undefined;
    case 'tls-failed':
      return failureText(event, door);
    case 'call-returned':
      return trace
        ? l10n.t('{0} returns {1}, called from {2}', event.function, event.value, event.caller)
        : undefined;
    case 'allocation-failed':
      return trace
        ? l10n.t(
            'Not enough memory for {0} bytes, called from {1}: {2} bytes are free',
            event.size,
            event.caller,
            event.free,
          )
        : undefined;
    case 'bad-free':
      return l10n.t(
        'os_free of {0}, which is not an allocated block, called from {1}',
        hex(event.address),
        event.caller,
      );
    case 'nobody-on-radio':
      return l10n.t(
        'The firmware calls {0} at {1}. Nobody else is on the simulated radio, so nothing will answer.',
        event.function,
        event.caller,
      );
    case 'not-offered': {
      const text = l10n.t(
        'The firmware calls {0}, which the simulator does not implement, at {1}. The device stops here.',
        event.function,
        event.caller,
      );
      return advised(advice(text, 'warn-unanswered'), door);
    }
    case 'unanswered':
      return l10n.t(
        'The firmware calls {0}, which the simulator does not implement, at {1}. It returns 0.',
        event.function,
        event.caller,
      );
    case 'exception': {
      const cause = exceptionCauses.get(event.cause);
      return l10n.t(
        'Fatal exception {0} ({1}) at {2} in {3}, address {4}. {5}',
        event.cause,
        cause?.name ?? '?',
        hex(event.pc),
        event.where,
        hex(event.address),
        event.stack === undefined
          ? (cause?.meaning() ?? '')
          : l10n.t(
              'The stack has grown down to {0}, into the heap and the variables: a function recurses without end, or its local variables are too large.',
              hex(event.stack),
            ),
      );
    }
    case 'restart':
      return l10n.t('The firmware calls {0} at {1}.', event.function, event.caller);
    case 'image-started':
      return l10n.t(
        'Boot loader: user{0} at {1} starts, {2}',
        event.number,
        hex(event.address),
        event.firmware,
      );
    case 'image-damaged':
      return l10n.t(
        'Boot loader: user{0} at {1} cannot be started: {2}',
        event.number,
        hex(event.address),
        imageFault(event.fault),
      );
    case 'sdk-unknown':
      return l10n.t(
        'The firmware is linked with SDK {0}. The simulator supports SDK 2.0.0 to 3.0.6; others may differ from the chip.',
        event.sdk,
      );
    case 'events-lost':
      return l10n.t('The firmware triggers more events than it handles; some are lost.');
    case 'key-saved':
      return undefined;
    case 'problem':
      return sentence(event.problem, door);
    case 'callback':
      if (!trace) return undefined;
      return event.value === undefined
        ? l10n.t('callback {0}: {1}', event.callback, event.function)
        : l10n.t('callback {0}: {1}, {2}', event.callback, event.function, event.value);
    case 'register':
      return trace
        ? l10n.t('register {0} has no function here; it holds the value written', hex(event.address))
        : undefined;
  }
}

function imageFault(fault: ImageFault): string {
  switch (fault) {
    case 'nothing':
      return l10n.t('there is no image');
    case 'cut-off':
      return l10n.t('the image is truncated');
    case 'checksum':
      return l10n.t('its checksum is wrong');
  }
}

/** What the firmware is made of: "SDK 2.1.0(116b762), axTLS". */
function parts({ sdk, tls, lwip }: Identity): string {
  const stack = lwip
    ? l10n.t('its own lwIP runs on the simulated CPU')
    : l10n.t('without lwIP: the simulator implements espconn');
  return [
    sdk === undefined ? l10n.t('no Espressif SDK') : `SDK ${sdk}`,
    ...(tls === undefined ? [] : [tls]),
    stack,
  ].join(', ');
}

/** Where a port of the device is open and, when that is not where it was wanted, why. */
function listeningText(event: Extract<DeviceEvent, { kind: 'listening' }>): string {
  const { devicePort, host, port, refused } = event;
  const address = `${host}:${port}`;
  const text =
    event.protocol === 'udp'
      ? l10n.t('UDP port {0} of the device is open at {1}', devicePort, address)
      : l10n.t('Port {0} of the device is open at {1}', devicePort, portUrl(event) ?? address);
  if (refused === undefined) return text;
  return refused.code === systemCodes['port in use']
    ? l10n.t('{0}, because port {1} of this computer is in use', text, refused.port)
    : l10n.t(
        '{0}, because port {1} of this computer cannot be opened ({2})',
        text,
        refused.port,
        refused.code,
      );
}

const resetReasons = valueNames('REASON_EXCEPTION_RST');
const wifiReasons = valueNames('REASON_NO_AP_FOUND');

function resetReason(value: number): string {
  return resetReasons.get(value) ?? String(value);
}

function wifiReason(value = 0): string {
  return wifiReasons.get(value) ?? String(value);
}
