import path from 'node:path';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { flashMagic, flashVersion, maxSegments, ramMagic } from '../../sdk/imageHeader';
import { headerSize, placeRecords, recordNames } from '../flashRecords';
import { type InsteadOfRecords, isEspAt } from '../insteadOfRecords';
import { type CArray, type CNumber, minBytes, readC } from './cArrays';
import { readBlock, readContents } from './contents';
import { arrayNames, cExtensions, recordFiles, scriptFiles } from './fileNames';
import { base64Der, foreignFile } from './foreign';
import { findItems } from './inspectBinary';
import type { ArrayFacts, FileForm, Inspection, Item, OtherContent } from './model';
import { pemBlocks } from './pemBlocks';
import { contentRole, readAs, readData } from './readData';
import { dataOf, roleOf, type Role } from './setters';

/** Larger files hold no certificates of a device: they are named, not read. */
export const maxBytes = 4 * 1024 * 1024;

/** The JSON parser recurses; no project has more. */
const maxProjectCharacters = 100_000;
/** Has choices for the next certificates beside much else. */
const projectFile = 'esp8266-ssl.json';

/** Returns what is in a file that is too large to be read. */
export function tooLarge(file: string, size: number): Inspection {
  return empty(file, 'too large', size);
}

/** Returns what is in a file with these bytes. Positions are bytes. Never throws. */
export function inspectBytes(bytes: Uint8Array, file: string): Inspection {
  if (bytes.length > maxBytes) return tooLarge(file, bytes.length);
  const form = formOf(bytes, file);
  switch (form) {
    case 'c':
      return inspectC(Buffer.from(bytes).toString('latin1'), file);
    case 'records':
      return inspectRecords(bytes, file);
    case 'project':
      return inspectProject(Buffer.from(bytes).toString(), file);
    case 'pem':
      return inspectPem(Buffer.from(bytes).toString('latin1'), file);
    case 'der':
      return { ...empty(file, form, bytes.length), items: [wholeFile(bytes, file)] };
    case 'base64':
      return { ...empty(file, form, bytes.length), items: [base64Item(bytes, file)] };
    case 'foreign':
      return { ...empty(file, form, bytes.length), items: [foreignItem(bytes, file, foreignFile(bytes))] };
    case 'esp-at': {
      const faults = [{ kind: form, range: { offset: 0, length: bytes.length } }];
      return { ...inspectAmongOthers(bytes, file, { form }), faults };
    }
    default:
      return empty(file, form, bytes.length);
  }
}

/** Returns what a text is about; C, unless it is the project's file. Positions are indices into `text`. Never throws. */
export function inspectText(text: string, file: string): Inspection {
  return path.basename(file) === projectFile ? inspectProject(text, file) : inspectC(text, file);
}

/** Returns what is in a C text. Positions are indices into `text`. Never throws. */
export function inspectC(text: string, file: string): Inspection {
  if (text.length > maxBytes) return tooLarge(file, text.length);
  const read = readC(text);
  const lengths = new Map(read.numbers.map(number => [number.name, number]));
  const roles = new Map<string, Role>([
    [arrayNames.certificate, 'certificate'],
    [arrayNames.privateKey, 'key'],
  ]);
  for (const call of read.calls) {
    const role = roleOf(call);
    if (role !== undefined) roles.set(dataOf(call.arguments[0]), role);
  }
  return {
    ...empty(file, 'c', text.length),
    items: read.arrays.flatMap(array => arrayItem(array, lengths, roles.get(array.name))),
    includes: read.includes.map(({ name }) => name),
    calls: read.calls,
    constants: read.numbers.flatMap(({ name, value, isConstant }) =>
      isConstant && value !== undefined ? [{ name, value }] : [],
    ),
  };
}

/** Returns the certificates and keys that are found among other bytes, such as a firmware's. Positions are bytes. */
export function inspectAmongOthers(
  bytes: Uint8Array,
  file: string,
  about: Pick<Inspection, 'form'> & Partial<Pick<Inspection, 'title' | 'regions' | 'items'>>,
): Inspection {
  const known = about.items ?? [];
  const { items, hasMore } = findItems(
    bytes,
    known.map(({ range }) => range),
  );
  return {
    ...empty(file, about.form, bytes.length),
    ...about,
    items: [...known, ...items].sort((a, b) => a.range.offset - b.range.offset),
    ...(hasMore && { hasMore }),
  };
}

/** Returns the records at the start of bytes; their ranges are moved by `base`. */
export function recordItems(bytes: Uint8Array, base = 0): Item[] {
  return placeRecords(bytes).places.map(({ name, nameLength, offset, dataOffset, length }): Item => ({
    name,
    range: { offset: base + offset, length: headerSize + length },
    nameRange: { offset: base + offset, length: nameLength },
    dataRange: { offset: base + dataOffset, length },
    size: length,
    ...readData(bytes.subarray(dataOffset, dataOffset + length), recordRole(name)),
  }));
}

/** By its name where that says it, else by how it begins. */
function formOf(bytes: Uint8Array, file: string): FileForm {
  const name = path.basename(file).toLowerCase();
  if (cExtensions.includes(path.extname(name).slice(1))) return 'c';
  if (name === projectFile) return 'project';
  if (scriptFiles.includes(name)) return 'script';
  if (Object.values<string>(recordFiles).includes(name)) return 'records';
  if (isEspAt(bytes)) return 'esp-at';
  const { places, fault } = placeRecords(bytes);
  if (places.length > 0 && (fault === undefined || fault.kind === 'zero padding')) return 'records';
  if (bytes[0] === 0x30 && !bytes.subarray(0, 64).every(isText)) return 'der';
  if (foreignFile(bytes) !== undefined) return 'foreign';
  // Firmware has the labels of PEM among its strings.
  if (!bytes.includes(0) && Buffer.from(bytes).includes('-----BEGIN ')) return 'pem';
  if (base64Der(bytes) !== undefined) return 'base64';
  return ['.cer', '.der', '.crt', '.key_1024', '.key_512'].includes(path.extname(name)) ? 'der' : 'unknown';
}

/** Reads no more than it needs: who reads the project complains of what is wrong in it. */
function inspectProject(text: string, file: string): Inspection {
  const found = empty(file, 'project', text.length);
  if (text.length > maxProjectCharacters) return found;
  const root = parseTree(text);
  const bits = root && findNodeAtLocation(root, ['certificates', 'bits']);
  return typeof bits?.value === 'number'
    ? { ...found, wantedBits: { value: bits.value, range: { offset: bits.offset, length: bits.length } } }
    : found;
}

function empty(file: string, form: FileForm, size: number): Inspection {
  return { file, form, size, items: [], faults: [], includes: [], calls: [], constants: [] };
}

/** Whether a byte is of a text in ASCII. */
function isText(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** For other programs: what goes to the device is made of its DER. */
function base64Item(bytes: Uint8Array, file: string): Item {
  return { ...wholeFile(bytes, file), ...readData(base64Der(bytes) ?? bytes) };
}

function foreignItem(bytes: Uint8Array, file: string, what: OtherContent = 'unknown'): Item {
  const range = { offset: 0, length: bytes.length };
  const contents = [{ kind: 'other' as const, what, size: bytes.length }];
  return {
    name: path.basename(file),
    range,
    dataRange: range,
    size: bytes.length,
    encoding: 'der',
    contents,
  };
}

function wholeFile(bytes: Uint8Array, file: string): Item {
  const range = { offset: 0, length: bytes.length };
  return {
    name: path.basename(file),
    range,
    dataRange: range,
    size: bytes.length,
    ...readData(bytes),
  };
}

function inspectRecords(bytes: Uint8Array, file: string): Inspection {
  const instead = insteadOf(bytes);
  if (instead !== undefined) {
    const fault = { kind: instead, range: { offset: 0, length: bytes.length } };
    return { ...empty(file, 'records', bytes.length), faults: [fault] };
  }
  const { fault } = placeRecords(bytes);
  const faults = fault
    ? [{ kind: fault.kind, range: { offset: fault.offset, length: bytes.length - fault.offset } }]
    : [];
  return { ...empty(file, 'records', bytes.length), items: recordItems(bytes), faults };
}

/** What a file that is not a list of records is. */
function insteadOf(bytes: Uint8Array): InsteadOfRecords | undefined {
  if (isEspAt(bytes)) return 'esp-at';
  if (bytes[0] === 0x30 && readContents(bytes).contents.some(({ kind }) => kind !== 'other')) return 'der';
  if (placeRecords(bytes).places.length > 0) return undefined;
  if (isImage(bytes)) return 'image';
  return Buffer.from(bytes).includes('-----BEGIN ') ? 'pem' : undefined;
}

/** Whether bytes begin like an image. */
function isImage([magic, count = 0]: Uint8Array): boolean {
  return (
    (magic === ramMagic && count > 0 && count <= maxSegments) ||
    (magic === flashMagic && count === flashVersion)
  );
}

/** What the device reads a record as by its name; CA records may have any name. */
function recordRole(name: string): Role | undefined {
  if (name.startsWith(recordNames.certificate)) return 'certificate';
  return name.startsWith(recordNames.privateKey) ? 'key' : undefined;
}

function inspectPem(text: string, file: string): Inspection {
  const items = pemBlocks(text).map((block): Item => {
    const content = readBlock(block);
    const role = contentRole(content);
    return {
      name: block.label,
      range: block.range,
      dataRange: block.range,
      encoding: 'pem',
      size: block.range.length,
      contents: [content],
      // The text is for other programs: what goes to the device is made of its DER.
      ...(role && content.kind !== 'other' && { readings: readAs(role, block.der, 'record') }),
    };
  });
  return { ...empty(file, 'pem', text.length), items };
}

/**
 * An array that holds certificates or keys, or should by its name. What begins like one and is shorter than any is the mark that a
 * program looks for, `-----BEGIN CERTIFICATE-----`.
 */
function arrayItem(array: CArray, lengths: ReadonlyMap<string, CNumber>, role: Role | undefined): Item[] {
  const isNamed = role !== undefined;
  const records = isNamed ? [] : recordsIn(array);
  if (records.length > 0) return records;
  if (!isNamed && (array.bytes.length < minBytes || !mayHoldCertificate(array.bytes))) return [];
  const data = readData(array.bytes, role, 'array');
  const isFound = data.contents.some(content => content.kind !== 'other' || content.what !== 'unknown');
  if (!isNamed && !isFound) return [];
  const length = lengths.get(`${array.name}_len`);
  const { sizeOf, isText, isStatic, isPointer } = array;
  const zero = array.bytes.indexOf(0);
  const facts: ArrayFacts = {
    sizeOf,
    isText,
    isStatic,
    isPointer,
    stringLength: zero === -1 ? array.bytes.length : zero,
    ...(length && { length }),
  };
  return [
    {
      name: array.name,
      range: array.range,
      nameRange: array.nameRange,
      dataRange: array.dataRange,
      ...data,
      size: array.bytes.length,
      array: facts,
    },
  ];
}

/** The records in an array that was made of a record file, as `xxd -i` does. */
function recordsIn({ bytes, name: list, range, nameRange, dataRange }: CArray): Item[] {
  const { places, fault } = placeRecords(bytes);
  const isList =
    (fault === undefined || fault.kind === 'zero padding') &&
    places.some(({ dataOffset }) => mayHoldCertificate(bytes.subarray(dataOffset)));
  if (!isList) return [];
  return places.map(({ name, dataOffset, length }) => ({
    name,
    range,
    nameRange,
    dataRange,
    size: length,
    list,
    ...readData(bytes.subarray(dataOffset, dataOffset + length), recordRole(name)),
  }));
}

/** SEQUENCE { SEQUENCE or INTEGER, with lengths of two bytes as all certificates and keys have them, or the mark of PEM. */
function mayHoldCertificate(bytes: Uint8Array): boolean {
  if (bytes[0] === 0x30)
    return bytes[1] === 0x82 && (bytes[4] === 0x30 || (bytes[4] === 0x02 && bytes[5] === 1));
  return Buffer.from(bytes.subarray(0, 4096)).includes('-----BEGIN ');
}
