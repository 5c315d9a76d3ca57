import { createHash } from 'node:crypto';
import { base64Der } from './foreign';
import { findItems } from './inspectBinary';
import { inspectBytes } from './inspectFile';
import type { Item } from './model';
import { pemBlocks } from './pemBlocks';

/**
 * Returns the DER of the certificate with this fingerprint in a file; undefined when the file has none. What it returns is a
 * certificate, never a key.
 */
export function certificateDer(bytes: Uint8Array, file: string, fingerprint: string): Uint8Array | undefined {
  const holds = ({ contents }: Item) =>
    contents.some(content => content.kind === 'certificate' && content.fingerprint === fingerprint);
  const found = inspectBytes(bytes, file).items.find(holds) ?? findItems(bytes).items.find(holds);
  if (found === undefined) return undefined;
  const { offset, length } = found.dataRange;
  const data = bytes.subarray(offset, offset + length);
  const candidates =
    found.encoding === 'pem'
      ? pemBlocks(Buffer.from(data).toString('latin1')).map(({ der }) => der)
      : [data.subarray(0, data.length - (found.trailing ?? 0)), base64Der(data) ?? data];
  return candidates.find(der => createHash('sha256').update(der).digest('hex') === fingerprint);
}
