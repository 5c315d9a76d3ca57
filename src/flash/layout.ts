import type { SdkVersion, TlsAbilities } from '../sdk/tls';
import { type Area, type AreaKind, areasOf } from './areas';
import { type FlashChip, flashFrequencies, type FlashMap, flashMap, flashModes } from './maps';
import { certificateSectors, parseNumber, parsePlace, sectorSize, sectorText } from './sectors';
import type { JsonPath } from '../text/jsonPath';

/** What one region of the project says, as it is there. */
export interface RegionEntry {
  name?: string;
  /** Relative to the project's folder. */
  file?: string;
  sector?: number | string;
  address?: number | string;
  size?: number | string;
}

/** The part `flash` of the project's file, as the schema allows it. */
export interface FlashPart {
  map?: number;
  fota?: boolean;
  mode?: keyof typeof flashModes;
  frequency?: keyof typeof flashFrequencies;
  /** What is flashed into the SDK's own areas. */
  files?: Partial<Record<AreaKind, string>>;
  regions?: RegionEntry[];
}

/** Something that the project puts into the flash. Bytes. */
export interface Region {
  /** What it is called: its name, else its file. */
  name: string;
  file?: string;
  /** Undefined where the project gives none that can be read. */
  address: number | undefined;
  /** What is reserved for it: the size that is given, else that of its file, else a sector. */
  size: number;
  path: JsonPath;
}

/** A file that is flashed into an area of the SDK. */
export interface Image {
  kind: AreaKind;
  file: string;
  path: JsonPath;
}

/** What lies where in the flash. */
export interface Layout {
  map: FlashMap;
  fota: boolean;
  chip: FlashChip;
  sdk: SdkVersion;
  /** Of the TLS library that reads the certificate files. */
  abilities: TlsAbilities | undefined;
  /** The folder of generated record files, as the project names it. */
  records: string;
  areas: Area[];
  images: Image[];
  regions: Region[];
  /** What of the project's file is not a region, as paths. */
  unreadable: JsonPath[];
}

/** Sizes of files in bytes, by their name in the project; undefined for a file that is not there. */
export type FileSizes = ReadonlyMap<string, number>;

export const defaultMap = 4;

/** The regions of a project that names none: the certificate files of its folder in the sectors of the SDK's example. */
export function usualRegions(records: string): RegionEntry[] {
  const folder = records === '' || records.endsWith('/') ? records : `${records}/`;
  return certificateSectors.map(({ file, sector }) => ({
    file: `${folder}${file}`,
    sector: sectorText(sector * sectorSize),
  }));
}

/**
 * Returns the layout that the part `flash` of a project's file describes. Nothing in it is trusted: what cannot be read is listed
 * in `unreadable`, and the rest is laid out.
 */
export function layoutOf(
  given: unknown,
  {
    sdk,
    abilities,
    records,
    sizes,
  }: { sdk: SdkVersion; abilities: TlsAbilities | undefined; records: string; sizes: FileSizes },
): Layout {
  const unreadable: JsonPath[] = [];
  const part = record(given);
  if (given !== undefined && part === undefined) unreadable.push([]);
  const value = (key: string) => part?.get(key);

  const mapId = value('map') ?? defaultMap;
  const map = typeof mapId === 'number' ? flashMap(mapId) : undefined;
  if (map === undefined) unreadable.push(['map']);
  const usedMap = map ?? flashMap(defaultMap);
  if (usedMap === undefined) throw new Error('the default map is none');
  const wantsFota = value('fota') ?? true;
  if (typeof wantsFota !== 'boolean') unreadable.push(['fota']);
  const fota = wantsFota !== false && usedMap.slot !== undefined;
  const areas = areasOf(usedMap, fota);
  const choice = <K extends string>(key: string, choices: Readonly<Record<K, number>>): K | 'keep' => {
    const wanted = value(key);
    const found = (Object.keys(choices) as K[]).find(name => name === wanted);
    if (wanted !== undefined && found === undefined) unreadable.push([key]);
    return found ?? 'keep';
  };
  const chip = { mode: choice('mode', flashModes), frequency: choice('frequency', flashFrequencies) };

  const images: Image[] = [];
  const files = value('files');
  if (files !== undefined && record(files) === undefined) unreadable.push(['files']);
  for (const [key, file] of record(files) ?? []) {
    const path = ['files', key];
    const kind = filledAreas.find(known => known === key);
    if (kind === undefined || typeof file !== 'string' || file === '') unreadable.push(path);
    else images.push({ kind, file, path });
  }

  const entries = value('regions') ?? usualRegions(records);
  if (!Array.isArray(entries)) unreadable.push(['regions']);
  const regions = (Array.isArray(entries) ? entries : []).flatMap((entry: unknown, index) => {
    const path = ['regions', index];
    const region = record(entry);
    if (region === undefined) {
      unreadable.push(path);
      return [];
    }
    return [readRegion(region, path, sizes, unreadable)];
  });
  return { map: usedMap, fota, chip, sdk, abilities, records, areas, images, regions, unreadable };
}

/** Areas of the SDK into which a file can be flashed. */
export const filledAreas: readonly AreaKind[] = [
  'boot',
  'user1',
  'user2',
  'flash',
  'irom0',
  'user-parameters',
  'rf-cal',
  'init-data',
  'system-parameters',
];

function readRegion(
  entry: ReadonlyMap<string, unknown>,
  path: JsonPath,
  sizes: FileSizes,
  unreadable: JsonPath[],
): Region {
  const text = (key: string) => {
    const value = entry.get(key);
    if (value === undefined) return undefined;
    if (typeof value === 'string' && value !== '') return value;
    unreadable.push([...path, key]);
    return undefined;
  };
  const number = (key: string, parse: (given: unknown) => number | undefined) => {
    const value = entry.get(key);
    if (value === undefined) return undefined;
    const parsed = parse(value);
    if (parsed === undefined) unreadable.push([...path, key]);
    return parsed;
  };
  const name = text('name');
  const file = text('file');
  const address = number('address', given => parseNumber(given)?.value);
  const sector = number('sector', parsePlace);
  const given = number('size', value => parseNumber(value)?.value);
  const size = given ?? (file === undefined ? undefined : sizes.get(file)) ?? sectorSize;
  return {
    name: name ?? file ?? `#${Number(path[1] ?? 0) + 1}`,
    ...(file !== undefined && { file }),
    address: address ?? sector,
    // A region of nothing would be nowhere.
    size: Math.max(size, 1),
    path,
  };
}

function record(value: unknown): Map<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? new Map<string, unknown>(Object.entries(value))
    : undefined;
}
