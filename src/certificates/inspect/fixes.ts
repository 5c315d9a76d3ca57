import * as l10n from '@vscode/l10n';
import { cHeader } from '../cHeader';
import { headerSize, nameSize } from '../flashRecords';
import { pem, pkcs1FromPkcs8 } from '../keys';
import { readC } from './cArrays';
import type { TextEdit } from '../../findings/textEdit';
import type { Inspection, Item, Span } from './model';
import { pemBlocks } from './pemBlocks';
import type { Fix } from './rules/rule';

/** What a fix is called in a menu. */
export function fixTitle(fix: Fix): string {
  switch (fix.kind) {
    case 'regenerate':
      return l10n.t('Regenerate the certificates…');
    case 'to PKCS#1':
      return l10n.t('Convert the key to PKCS#1');
    case 'rename record':
      return l10n.t('Rename the record to “{0}”', fix.name);
    case 'correct length':
      return l10n.t('Correct the length');
    case 'replace':
      return l10n.t('Replace with “{0}”', fix.text);
  }
}

/** Returns how to apply a fix to the C text that was inspected; empty where the text has no such item. */
export function fixText(fix: Fix, { items }: Inspection, text: string): TextEdit[] {
  if (fix.kind === 'replace') return [replacement(fix.range, fix.text)];
  const item = 'item' in fix ? items[fix.item] : undefined;
  if (item === undefined) return [];
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const edits =
    fix.kind === 'correct length'
      ? [lengthEdit(item, item.size)]
      : fix.kind === 'to PKCS#1'
        ? pkcs1Edits(item, text)
        : [];
  // What is truncated has nothing behind it.
  const inside = (offset: number) => Math.min(offset, text.length);
  return edits.map(edit => ({
    start: inside(edit.start),
    end: inside(edit.end),
    text: edit.text.replaceAll('\n', newline),
  }));
}

/** Returns the bytes of an inspected record or DER file after a fix; undefined where it does not apply. */
export function fixBytes(fix: Fix, { items, form }: Inspection, bytes: Uint8Array): Uint8Array | undefined {
  const item = 'item' in fix ? items[fix.item] : undefined;
  if (item === undefined || (form !== 'records' && form !== 'der')) return undefined;
  const data = bytes.subarray(item.dataRange.offset, item.dataRange.offset + item.dataRange.length);
  const rest = bytes.subarray(item.range.offset + item.range.length);
  if (fix.kind === 'rename record' && form === 'records') {
    const header = Buffer.from(bytes.subarray(item.range.offset, item.range.offset + headerSize));
    header.fill(0, 0, nameSize).write(fix.name, 'latin1');
    return Buffer.concat([bytes.subarray(0, item.range.offset), header, data, rest]);
  }
  if (fix.kind !== 'to PKCS#1') return undefined;
  const key = pkcs1(data);
  const header = Buffer.from(bytes.subarray(item.range.offset, item.dataRange.offset));
  if (form === 'records') header.writeUInt16LE(key.length, nameSize);
  return Buffer.concat([bytes.subarray(0, item.range.offset), header, key, rest]);
}

/** A key in DER or PEM, in the same encoding. */
function pkcs1(data: Uint8Array): Uint8Array {
  if (data[0] === 0x30) return pkcs1FromPkcs8(data);
  const [block] = pemBlocks(Buffer.from(data).toString('latin1'));
  return Buffer.from(pem('RSA PRIVATE KEY', pkcs1FromPkcs8(block?.der ?? new Uint8Array())));
}

function pkcs1Edits(item: Item, text: string): TextEdit[] {
  const array = readC(text).arrays.find(({ range }) => range.offset === item.range.offset);
  if (array === undefined) return [];
  const key = pkcs1(array.bytes);
  const header = cHeader('x', key);
  const initializer = header.slice(header.indexOf('{'), header.indexOf('}') + 1);
  const length = item.array?.length;
  return [replacement(array.dataRange, initializer), ...(length ? [lengthEdit(item, key.length)] : [])];
}

/** Puts a number in the place of the old one, or the whole variable behind the array. */
function lengthEdit({ name, range, array }: Item, size: number): TextEdit {
  if (array?.length) return replacement(array.length.range, String(size));
  // Behind the semicolon that ends the definition.
  const behind = { offset: range.offset + range.length + 1, length: 0 };
  return replacement(behind, `\nunsigned int ${name}_len = ${size};`);
}

function replacement({ offset, length }: Span, text: string): TextEdit {
  return { start: offset, end: offset + length, text };
}
