import { Refusal, type RefusalReason } from './refusal';

/** Codes of pem.h and base64.h of mbed TLS 2.2.1. */
const codes = {
  noHeaderFooter: -0x1080,
  invalidData: -0x1100,
  invalidIv: -0x1200,
  unknownEncryption: -0x1280,
  passwordRequired: -0x1300,
  invalidCharacter: -0x2c,
} as const;

export const pemCodes: Readonly<typeof codes> = codes;

/** What the PEM reader returns: DER, or why not; `used` is how far the caller moves on, in characters. */
export type PemResult = { der: Uint8Array; used: number } | { refusal: Refusal; used: number };

/**
 * Reads the first block with `label`, as `mbedtls_pem_read_buffer` of mbed TLS 2.2.1 does without a passphrase. `text` is what the
 * C string holds: up to its first NUL.
 */
export function readPem(text: string, label: string): PemResult {
  const begin = `-----BEGIN ${label}-----`;
  const end = `-----END ${label}-----`;
  const refused = (code: number, reason: RefusalReason, used = 0): PemResult => ({
    refusal: new Refusal(code, reason),
    used,
  });

  const start = text.indexOf(begin);
  if (start === -1) return refused(codes.noHeaderFooter, labelReason(text));
  const stop = text.indexOf(end);
  if (stop <= start) return refused(codes.noHeaderFooter, { kind: 'pem end' });
  const lineEnd = afterLineEnd(text, start + begin.length);
  if (lineEnd === undefined) return refused(codes.noHeaderFooter, { kind: 'pem line end' });
  const after = stop + end.length;
  const used = afterLineEnd(text, after) ?? after + optional(text, after).length;

  let at = lineEnd;
  let isEncrypted = false;
  if (text.startsWith('Proc-Type: 4,ENCRYPTED', at)) {
    isEncrypted = true;
    const header = afterPlainLineEnd(text, at + 22);
    if (header === undefined) return refused(codes.invalidData, { kind: 'encrypted' }, used);
    const cipher = /^DEK-Info: AES-(128|192|256)-CBC,/.exec(text.slice(header, header + 22));
    if (cipher === null) return refused(codes.unknownEncryption, { kind: 'encrypted' }, used);
    if (!/^[0-9A-Fa-f]{32}$/.test(text.slice(header + 22, header + 54)))
      return refused(codes.invalidIv, { kind: 'encrypted' }, used);
    const body = afterPlainLineEnd(text, header + 54);
    if (body === undefined) return refused(codes.invalidData, { kind: 'encrypted' }, used);
    at = body;
  }
  if (at === stop) return refused(codes.invalidData, { kind: 'pem empty' }, used);
  const body = text.slice(at, stop);
  const fault = base64Fault(body);
  if (fault !== undefined) return refused(codes.invalidData + codes.invalidCharacter, fault, used);
  if (isEncrypted) return refused(codes.passwordRequired, { kind: 'encrypted' }, used);
  return { der: decode(body), used };
}

/** Behind an optional blank and a line end (LF or CRLF); undefined without a line end. */
function afterLineEnd(text: string, at: number): number | undefined {
  return afterPlainLineEnd(text, text[at] === ' ' ? at + 1 : at);
}

function afterPlainLineEnd(text: string, at: number): number | undefined {
  const line = text[at] === '\r' ? at + 1 : at;
  return text[line] === '\n' ? line + 1 : undefined;
}

/** What may follow an END line that has no line end. */
function optional(text: string, at: number): string {
  return /^ ?\r?/.exec(text.slice(at, at + 2))?.[0] ?? '';
}

/** The first label of PEM in a text, whatever it is. */
export function firstLabel(text: string): string | undefined {
  return /-----BEGIN ([^\r\n-]{1,64})-----/.exec(text)?.[1];
}

function labelReason(text: string): RefusalReason {
  const label = firstLabel(text);
  return label === undefined ? { kind: 'unknown format' } : { kind: 'pem label', label };
}

const alphabet = /^[A-Za-z0-9+/=]$/;

/** What `mbedtls_base64_decode` does not accept; blanks may be at the end of a line only. */
function base64Fault(body: string): RefusalReason | undefined {
  let padding = 0;
  for (let at = 0; at < body.length; at++) {
    const before = at;
    while (body[at] === ' ') at++;
    if (at >= body.length) return undefined;
    if (body.startsWith('\r\n', at) || body[at] === '\n') continue;
    if (at > before) return { kind: 'pem blank' };
    const character = body.charAt(at);
    if (!alphabet.test(character)) return { kind: 'pem character', character };
    if (character === '=') padding++;
    if (padding > 2 || (padding > 0 && character !== '=')) return { kind: 'pem character', character: '=' };
  }
  return undefined;
}

/** Whole groups of four characters only, as the library decodes. */
function decode(body: string): Uint8Array {
  const packed = body.replace(/[ \r\n]/g, '');
  return Buffer.from(packed.slice(0, packed.length - (packed.length % 4)), 'base64');
}
