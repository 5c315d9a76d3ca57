import { hexDigits } from '../text/hex';
const bytesPerLine = 12;

/**
 * Returns a C header that defines `symbol` and `symbol_len`, byte for byte as `xxd -i` writes it: the form in which
 * the SDK's certificate script makes cert.h and private_key.h. Lines end with LF.
 */
export function cHeader(symbol: string, bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += bytesPerLine) {
    const line = [...bytes.subarray(at, at + bytesPerLine)].map(byte => `0x${hexDigits(byte, 2)}`);
    lines.push(`  ${line.join(', ')}`);
  }
  const data = lines.length > 0 ? `${lines.join(',\n')}\n` : '';
  return `unsigned char ${symbol}[] = {\n${data}};\nunsigned int ${symbol}_len = ${bytes.length};\n`;
}
