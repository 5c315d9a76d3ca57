import path from 'node:path';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { headerSize, placeRecords } from '../flashRecords';
import { type CArray, type CNumber, readC } from './cArrays';
import { readBlock, readContents } from './contents';
import { arrayNames, cExtensions, recordFiles, scriptFiles } from './fileNames';
import type { ArrayFacts, FileForm, Inspection, Item } from './model';
import { pemBlocks } from './pemBlocks';

/** Larger files hold no certificates of a device: they are named, not read. */
export const mostBytes = 4 * 1024 * 1024;

/** The JSON parser recurses; no project has more. */
const mostProjectCharacters = 100_000;
/** Has choices for the next certificates beside much else. */
const projectFile = 'esp8266-ssl.json';

/** Returns what is in a file that is too large to be read. */
export function tooLarge(file: string, size: number): Inspection {
  return empty(file, 'too large', size);
}

/** Returns what is in a file with these bytes. Positions are bytes. Never throws. */
export function inspectBytes(bytes: Uint8Array, file: string): Inspection {
  if (bytes.length > mostBytes) return tooLarge(file, bytes.length);
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
    case 'script':
    case 'unknown':
    case 'too large':
      return empty(file, form, bytes.length);
  }
}

/** Returns what a text is about; C, unless it is the project's file. Positions are indices into `text`. Never throws. */
export function inspectText(text: string, file: string): Inspection {
  return path.basename(file) === projectFile ? inspectProject(text, file) : inspectC(text, file);
}

/** Returns what is in a C text. Positions are indices into `text`. Never throws. */
export function inspectC(text: string, file: string): Inspection {
  if (text.length > mostBytes) return tooLarge(file, text.length);
  const read = readC(text);
  const lengths = new Map(read.numbers.map(number => [number.name, number]));
  return {
    ...empty(file, 'c', text.length),
    items: read.arrays.flatMap(array => arrayItem(array, lengths)),
    includes: read.includes.map(({ name }) => name),
    calls: read.calls,
  };
}

/** By its name where that says it, else by how it begins. */
function formOf(bytes: Uint8Array, file: string): FileForm {
  const name = path.basename(file).toLowerCase();
  if (cExtensions.includes(path.extname(name).slice(1))) return 'c';
  if (name === projectFile) return 'project';
  if (scriptFiles.includes(name)) return 'script';
  if (Object.values<string>(recordFiles).includes(name)) return 'records';
  const { places, fault } = placeRecords(bytes);
  if (places.length > 0 && (fault === undefined || fault.kind === 'zero padding')) return 'records';
  if (bytes[0] === 0x30) return 'der';
  if (Buffer.from(bytes).includes('-----BEGIN ')) return 'pem';
  return ['.cer', '.der', '.crt', '.key_1024', '.key_512'].includes(path.extname(name)) ? 'der' : 'unknown';
}

/** Reads no more than it needs: who reads the project complains of what is wrong in it. */
function inspectProject(text: string, file: string): Inspection {
  const found = empty(file, 'project', text.length);
  if (text.length > mostProjectCharacters) return found;
  const root = parseTree(text);
  const bits = root && findNodeAtLocation(root, ['certificates', 'bits']);
  return typeof bits?.value === 'number'
    ? { ...found, wantedBits: { value: bits.value, range: { offset: bits.offset, length: bits.length } } }
    : found;
}

function empty(file: string, form: FileForm, size: number): Inspection {
  return { file, form, size, items: [], faults: [], includes: [], calls: [] };
}

function wholeFile(bytes: Uint8Array, file: string): Item {
  const range = { offset: 0, length: bytes.length };
  return {
    name: path.basename(file),
    range,
    dataRange: range,
    size: bytes.length,
    ...readContents(bytes),
  };
}

function inspectRecords(bytes: Uint8Array, file: string): Inspection {
  const { places, fault } = placeRecords(bytes);
  const items = places.map(({ name, offset, dataOffset, length }): Item => ({
    name,
    range: { offset, length: headerSize + length },
    nameRange: { offset, length: name.length },
    dataRange: { offset: dataOffset, length },
    size: length,
    ...readContents(bytes.subarray(dataOffset, dataOffset + length)),
  }));
  const faults = fault
    ? [{ kind: fault.kind, range: { offset: fault.offset, length: bytes.length - fault.offset } }]
    : [];
  return { ...empty(file, 'records', bytes.length), items, faults };
}

function inspectPem(text: string, file: string): Inspection {
  const items = pemBlocks(text).map((block): Item => ({
    name: block.label,
    range: block.range,
    dataRange: block.range,
    encoding: 'pem',
    size: block.range.length,
    contents: [readBlock(block)],
  }));
  return { ...empty(file, 'pem', text.length), items };
}

/** No certificate or key is shorter: what begins like one is the mark that a program looks for, `-----BEGIN CERTIFICATE-----`. */
const leastBytes = 100;

/** An array that holds certificates or keys, or should by its name. */
function arrayItem(array: CArray, lengths: ReadonlyMap<string, CNumber>): Item[] {
  const isNamed = Object.values<string>(arrayNames).includes(array.name);
  if (!isNamed && (array.bytes.length < leastBytes || !mayHoldCertificate(array.bytes))) return [];
  const { encoding, contents } = readContents(array.bytes);
  const isFound = contents.some(content => content.kind !== 'other' || content.what !== 'unknown');
  if (!isNamed && !isFound) return [];
  const length = lengths.get(`${array.name}_len`);
  const { sizeOf, isText, isStatic, isPointer } = array;
  const facts: ArrayFacts = { sizeOf, isText, isStatic, isPointer, ...(length && { length }) };
  return [
    {
      name: array.name,
      range: array.range,
      nameRange: array.nameRange,
      dataRange: array.dataRange,
      encoding,
      size: array.bytes.length,
      contents,
      array: facts,
    },
  ];
}

/** SEQUENCE { SEQUENCE or INTEGER, with lengths of two bytes as all certificates and keys have them, or the mark of PEM. */
function mayHoldCertificate(bytes: Uint8Array): boolean {
  if (bytes[0] === 0x30)
    return bytes[1] === 0x82 && (bytes[4] === 0x30 || (bytes[4] === 0x02 && bytes[5] === 1));
  return Buffer.from(bytes.subarray(0, 4096)).includes('-----BEGIN ');
}
