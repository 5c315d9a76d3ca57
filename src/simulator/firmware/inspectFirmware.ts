import * as l10n from '@vscode/l10n';
import { inspectAmongOthers, inspectBytes } from '../../certificates/inspect/inspectFile';
import type { Inspection, Item } from '../../certificates/inspect/model';
import { inspectFlash } from '../../flash/inspectFlash';
import { ProblemError } from '../../problems';
import { type Elf, parseElf } from './elf';
import { SymbolTable } from './symbols';

const elfMark = Buffer.from('\x7fELF', 'latin1');
const archiveMark = Buffer.from('!<arch>\n', 'latin1');

/**
 * Returns what is in any file: certificates and keys, and firmware in every form with the ones that it holds. Positions are bytes of the
 * file. Never throws.
 */
export function inspectAny(bytes: Uint8Array, file: string): Inspection {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (startsWith(view, elfMark)) return inspectElf(bytes, file);
  if (startsWith(view, archiveMark)) return inspectAmongOthers(bytes, file, { form: 'library' });
  const found = inspectBytes(bytes, file);
  if (found.form !== 'unknown' && found.form !== 'too large') return found;
  // Text is nothing else.
  if (!view.includes(0) && !view.includes(0xff)) return found;
  return inspectFlash(bytes, file) ?? inspectAmongOthers(bytes, file, { form: 'binary' });
}

function startsWith(bytes: Buffer, mark: Buffer): boolean {
  return bytes.subarray(0, mark.length).equals(mark);
}

function inspectElf(bytes: Uint8Array, file: string): Inspection {
  try {
    const elf = parseElf(bytes, file);
    const found = inspectAmongOthers(bytes, file, { form: 'elf' });
    const places = new Places(bytes, elf);
    return { ...found, items: found.items.flatMap(item => places.placed(item) ?? []) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return inspectAmongOthers(bytes, file, { form: 'binary', title: elfTitle(error.problem.kind) });
  }
}

function elfTitle(problem: ProblemError['problem']['kind']): string {
  switch (problem) {
    case 'elf-of-another-chip':
    case 'elf-of-another-byte-order':
      return l10n.t('ELF file for another processor');
    case 'elf-not-linked':
      return l10n.t('object file or shared library (ELF)');
    default:
      return l10n.t('damaged ELF file');
  }
}

/** Where the bytes of an ELF lie in the memory of the device, and in which variable. */
class Places {
  readonly #segments: { offset: number; length: number; address: number }[];
  readonly #variables: SymbolTable;

  constructor(file: Uint8Array, { segments, symbols }: Elf) {
    this.#segments = segments.map(({ address, bytes }) => ({
      offset: bytes.byteOffset - file.byteOffset,
      length: bytes.length,
      address,
    }));
    this.#variables = new SymbolTable(symbols.filter(({ kind, size }) => kind === 'object' && size > 0));
  }

  /** The item with its address and the name of its variable; undefined for what is not loaded, such as debug information. */
  placed(item: Item): Item | undefined {
    const { offset } = item.dataRange;
    const segment = this.#segments.find(each => offset >= each.offset && offset < each.offset + each.length);
    if (segment === undefined) return undefined;
    const address = segment.address + offset - segment.offset;
    const variable = this.#variables.at(address)?.symbol;
    return { ...item, address, ...(variable && { name: variable.name }) };
  }
}
