import * as l10n from '@vscode/l10n';
import { hexDigits } from '../../text/hex';
import { inLanguage } from '../../language';
import { callbackError, errorCode, type ErrorCode, mbedTlsCodes } from '../../sdk/errorCodes';
import { alerts } from '../../sdk/tlsNames';
import type { SeenAlert, SeenCode } from './facts';
import type { TlsFailure } from './failure';

/** What both sides say about a failure: the alert with its meaning, the firmware's codes with their names. */
export function evidenceText({ alert, codes, call }: TlsFailure): string {
  return [
    ...(alert === undefined ? [] : [alertText(alert)]),
    ...codes.map(code => codeText(code, call?.function, codes)),
  ].join('; ');
}

function alertText({ sender, description }: SeenAlert): string {
  const known = alerts.get(description);
  const name = known?.name ?? String(description);
  const meaning = known?.meaning() ?? l10n.t('unknown');
  return sender === 'device'
    ? l10n.t('the device’s alert: {0}, {1}', name, meaning)
    : l10n.t('the peer’s alert: {0}, {1}', name, meaning);
}

function codeText(
  { source, value, from }: SeenCode,
  called: string | undefined,
  all: readonly SeenCode[],
): string {
  const number = source === 'mbed TLS' ? `-${hexOf(-value)}` : String(value);
  // What libmbedtls prints and what it hands to the callback is the same, and explained once.
  const isKnown =
    from === 'callback' &&
    all.some(other => other.source === 'mbed TLS' && callbackError(other.value) === value);
  const text = named(number, isKnown ? [] : meaningsOf(source, value));
  if (called !== undefined) return l10n.t('{0} returns {1}', called, text);
  return from === 'callback' ? l10n.t('reconnect callback: {0}', text) : l10n.t('firmware: {0}', text);
}

function hexOf(value: number): string {
  return `0x${hexDigits(value, 4).toUpperCase()}`;
}

function meaningsOf(source: SeenCode['source'], value: number): ErrorCode[] {
  const known = errorCode(source, value);
  if (known !== undefined) return [known];
  // libmbedtls hands its codes to the callback truncated to 8 bits; mbed TLS adds a lower code to a higher one.
  if (source === 'espconn') return mbedTlsCodes(value).slice(0, 1);
  return [-(-value & 0xff80), -(-value & 0x7f)].flatMap(part => errorCode(source, part) ?? []);
}

function named(number: string, meanings: readonly ErrorCode[]): string {
  if (meanings.length === 0) return number;
  const names = meanings.map(({ name }) => name).join(' + ');
  return `${number} ${names}, ${meanings.map(inLanguage).join('; ')}`;
}
