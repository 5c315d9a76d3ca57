import { CsvError, parse } from 'csv-parse/sync';
import { ProblemError } from '../problems';
import type { LineFault } from './problems';
import { type Role, roles } from './layouts';
import { type CertificateOptions, type CertificateRequest, checkedRequest, longDays, oneOf } from './request';
import { isRequestProblem, type RequestProblem } from './requestProblems';

/** A row of the list: a device that gets a certificate. */
export interface ListedDevice {
  line: number;
  /** The folder for its files, inside the folder of all: one segment of a path. */
  folder: string;
  role: Role;
  request: CertificateRequest;
}

const columns = ['name', 'make', 'folder', 'bits', 'hash', 'days', 'organization'] as const;
type Column = (typeof columns)[number];

/** What a row leaves out. */
export interface OtherOptions extends Omit<CertificateOptions, 'name'> {
  make?: string | undefined;
}

/** What other lists call a column. */
const aliases = new Map<string, Column>([['id', 'folder']]);

const maxBytes = 4 * 1024 * 1024;
const maxRows = 50_000;
/** No row that can be right is as long; a quote that is never closed ends here. */
const maxCharactersOfRow = 4096;
const maxFaultsNamed = 10;
/** Nobody reads on. */
const maxFaults = 1000;

/**
 * Reads a list of devices: CSV in UTF-8 with a header row, separated by commas or, where the header has none, by semicolons.
 * A value that a row leaves out comes from `others`. Throws one Problem that names the lines of all that is wrong.
 */
export function readDeviceList(bytes: Uint8Array, file: string, others: OtherOptions): ListedDevice[] {
  if (bytes.length > maxBytes) throw tooLarge(file);
  const [header, ...rows] = records(decoded(bytes, file), file);
  if (header === undefined || rows.length === 0) throw new ProblemError({ kind: 'device-list-empty', file });
  const names = columnsOf(header, file);

  const faults: LineFault[] = [];
  const devices: ListedDevice[] = [];
  /** Folder as file systems that ignore case see it → line. */
  const taken = new Map<string, number>();
  for (const { cells, line } of rows) {
    try {
      const device = deviceOf(names, cells, line, others);
      const key = device.folder.normalize('NFC').toLowerCase();
      const earlier = taken.get(key);
      if (earlier !== undefined) {
        throw new ProblemError({ kind: 'device-folder-twice', folder: device.folder, line: earlier });
      }
      taken.set(key, line);
      devices.push(device);
    } catch (error) {
      if (!(error instanceof ProblemError && isRequestProblem(error.problem))) throw error;
      faults.push({ line, problem: error.problem });
      if (faults.length === maxFaults) break;
    }
  }
  if (faults.length > 0) throw faulty(file, faults);
  return devices;
}

interface Row {
  /** The line on which it ends. */
  line: number;
  cells: string[];
}

function decoded(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ProblemError({ kind: 'device-list-encoding', file }, { cause: error });
  }
}

function records(text: string, file: string): Row[] {
  const firstLine = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  const delimiter = firstLine.includes(';') && !firstLine.includes(',') ? ';' : ',';
  try {
    const rows: Row[] = [];
    parse(text, {
      delimiter,
      relax_column_count: true,
      // Blanks inside quotes are meant.
      trim: true,
      skip_empty_lines: true,
      max_record_size: maxCharactersOfRow,
      on_record: (record: string[], { lines }) => {
        if (rows.length > maxRows) throw tooLarge(file);
        rows.push({ line: lines, cells: record });
        return null;
      },
    });
    return rows;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const fault = error.code === 'CSV_MAX_RECORD_SIZE' ? 'too long' : 'quotes';
    throw faulty(file, [{ line: Number(error['lines']), problem: { kind: 'csv-malformed', fault } }]);
  }
}

/** Which column each cell belongs to. */
function columnsOf({ cells, line }: Row, file: string): Column[] {
  const names: Column[] = [];
  const fault = (problem: RequestProblem) => faulty(file, [{ line, problem }]);
  for (const cell of cells) {
    const given = cell.toLowerCase();
    const column = aliases.get(given) ?? columns.find(known => known === given);
    if (column === undefined) {
      throw fault({ kind: 'csv-column-unknown', column: cell, known: columns.join(', ') });
    }
    if (names.includes(column)) throw fault({ kind: 'csv-column-twice', column });
    names.push(column);
  }
  if (!names.includes('name')) throw fault({ kind: 'csv-column-missing', column: 'name' });
  return names;
}

function deviceOf(
  names: readonly Column[],
  cells: readonly string[],
  line: number,
  others: OtherOptions,
): ListedDevice {
  if (cells.length !== names.length) {
    throw new ProblemError({ kind: 'csv-cells', found: cells.length, expected: names.length });
  }
  const values = new Map(names.map((column, index) => [column, cells[index] ?? '']));
  const given = (column: Column) => {
    const value = values.get(column);
    return value === '' ? undefined : value;
  };
  const role = oneOf('make', roles, given('make') ?? others.make ?? 'server');
  const request = checkedRequest(
    {
      name: given('name') ?? '',
      bits: given('bits') ?? others.bits,
      hash: given('hash') ?? others.hash,
      days: given('days') ?? others.days ?? longDays,
      organization: given('organization') ?? others.organization,
    },
    role,
  );
  return { line, folder: checkedFolder(given('folder') ?? folderFor(request.name)), role, request };
}

/** The folder of a device with this name: a client's may have characters that paths do not. */
function folderFor(name: string): string {
  return name.replace(/[^\p{L}\p{M}\p{N}._-]/gu, '-');
}

/** Names that mean something else to Windows, with whatever extension. */
const devicesOfWindows = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
/** What lies beside the folders of the devices. */
const reserved = /^(ca|manifest\.(csv|json))$/i;

function checkedFolder(folder: string): string {
  const plain = /^[\p{L}\p{N}]([\p{L}\p{M}\p{N}._-]{0,62}[\p{L}\p{M}\p{N}_-])?$/u.test(folder);
  if (!plain || devicesOfWindows.test(folder) || reserved.test(folder)) {
    throw new ProblemError({ kind: 'device-folder-invalid', folder });
  }
  return folder;
}

function tooLarge(file: string): ProblemError {
  return new ProblemError({ kind: 'device-list-too-large', file, maxRows, maxBytes });
}

function faulty(file: string, faults: readonly LineFault[]): ProblemError {
  return new ProblemError({
    kind: 'device-list-faulty',
    file,
    faults: faults.slice(0, maxFaultsNamed),
    more: Math.max(0, faults.length - maxFaultsNamed),
  });
}
