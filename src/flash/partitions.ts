import { type Area, type AreaKind, areasOf } from './areas';
import type { Layout, Region } from './layout';
import { type FlashMap, flashMaps, mapName } from './maps';
import { type RecordFile, recordFileOf } from './recordFiles';
import { addressText, wholeSectors } from './sectors';

/** partition_type_t of SDK 3.x, without the prefix SYSTEM_PARTITION_. */
export const partitionTypes = {
  BOOTLOADER: 1,
  OTA_1: 2,
  OTA_2: 3,
  RF_CAL: 4,
  PHY_DATA: 5,
  SYSTEM_PARAMETER: 6,
  AT_PARAMETER: 7,
  SSL_CLIENT_CERT_PRIVKEY: 8,
  SSL_CLIENT_CA: 9,
  SSL_SERVER_CERT_PRIVKEY: 10,
  SSL_SERVER_CA: 11,
  WPA2_ENTERPRISE_CERT_PRIVKEY: 12,
  WPA2_ENTERPRISE_CA: 13,
  CUSTOMER_BEGIN: 100,
} as const;

type PartitionType = keyof typeof partitionTypes;

/** The name of a type of partition, behind CUSTOMER_BEGIN by its distance; its number where it has none. */
export function partitionTypeName(type: number): string {
  const own = type - partitionTypes.CUSTOMER_BEGIN;
  const known = Object.entries(partitionTypes).find(([, number]) => number === type)?.[0];
  return known ?? (own > 0 ? `CUSTOMER_BEGIN + ${own}` : String(type));
}

/** A line of the table that user_pre_init registers; bytes. */
export interface Partition {
  /** The type as C has it: a name, or CUSTOMER_BEGIN and a distance. */
  type: string;
  address: number;
  size: number;
  /** What it is, for the comment. */
  name: string;
  /** What of the layout it stands for. */
  of: Area | Region;
}

/** What SDK 3.x calls the areas that it has a type for. */
export const areaTypes: Partial<Record<AreaKind, PartitionType>> = {
  boot: 'BOOTLOADER',
  user1: 'OTA_1',
  user2: 'OTA_2',
  'rf-cal': 'RF_CAL',
  'init-data': 'PHY_DATA',
  'system-parameters': 'SYSTEM_PARAMETER',
};

/** The areas for which every firmware must define a partition (user_interface.h of SDK 3.0.6). */
const requiredAreas: readonly AreaKind[] = ['rf-cal', 'init-data', 'system-parameters'];

/** A partition that every firmware must define. */
export interface RequiredPartition {
  name: PartitionType;
  /** Bytes; the same with every map. */
  size: number;
  /** As a line of the table, where the SDK has it with this map. */
  row: string | undefined;
}

/** Returns the partitions without which the SDK does not start. */
export function requiredPartitions(map: FlashMap | undefined): RequiredPartition[] {
  const [anyMap] = flashMaps;
  const known = map ?? anyMap;
  return (known === undefined ? [] : areasOf(known, true)).flatMap(({ kind, address, size }) => {
    const name = requiredAreas.includes(kind) ? areaTypes[kind] : undefined;
    if (name === undefined) return [];
    const row = `{ SYSTEM_PARTITION_${name}, ${addressText(address)}, ${addressText(size)} }`;
    return [{ name, size, row: map && row }];
  });
}

/** SDK 3.x wants numbers of the firmware's own behind this one. */
const firstOwn = 1;

/**
 * Returns the partition table of a layout for SDK 3.x, by address. Both slots are as large as the smaller one may be and end before
 * the first region in them; the project's regions get types of the firmware's own, record files those of the SDK.
 */
export function partitionsOf(layout: Layout): Partition[] {
  const { areas, regions } = layout;
  const placed = regions
    .flatMap(region => (region.address === undefined ? [] : [{ ...region, address: region.address }]))
    .sort((a, b) => a.address - b.address);
  const sizes = areas
    .filter(({ kind }) => kind === 'user1' || kind === 'user2')
    .map(({ address, size }) => {
      const inside = placed.find(region => region.address > address && region.address < address + size);
      return (inside?.address ?? address + size) - address;
    });
  const slot = Math.min(...sizes);
  let own = firstOwn;
  const used = new Set<string>();
  const ownType = (wanted?: PartitionType) => {
    if (wanted !== undefined && !used.has(wanted)) {
      used.add(wanted);
      return `SYSTEM_PARTITION_${wanted}`;
    }
    return `SYSTEM_PARTITION_CUSTOMER_BEGIN + ${own++}`;
  };
  const fixed = areas.flatMap((area): Partition[] => {
    const { kind, address, size } = area;
    const type = areaTypes[kind];
    const isSlot = kind === 'user1' || kind === 'user2';
    if (kind === 'flash' || kind === 'irom0')
      return [
        {
          type: ownType(),
          address,
          size,
          name: kind === 'flash' ? 'eagle.flash.bin' : 'eagle.irom0text.bin',
          of: area,
        },
      ];
    return type === undefined
      ? []
      : [{ type: `SYSTEM_PARTITION_${type}`, address, size: isSlot ? slot : size, name: kind, of: area }];
  });
  const free = placed.map(region => ({
    type: ownType(recordType(region.file)),
    address: region.address,
    size: wholeSectors(region.size),
    name: region.name,
    of: region,
  }));
  return [...fixed, ...free].sort((a, b) => a.address - b.address);
}

/** What SDK 3.x calls the record files of a client. */
const recordTypes: Record<RecordFile, PartitionType> = {
  ca: 'SSL_CLIENT_CA',
  own: 'SSL_CLIENT_CERT_PRIVKEY',
};

function recordType(file: string | undefined): PartitionType | undefined {
  const record = recordFileOf(file);
  return record && recordTypes[record];
}

/** A name as it can be in a comment of C. */
export function commentText(name: string): string {
  return name.replaceAll('*/', '* /').replaceAll(/[\r\n]+/g, ' ');
}

/** The record file that a type of partition is for, of a client or a server; undefined for other types. */
export function recordFileIn(type: number | undefined): RecordFile | undefined {
  switch (type) {
    case partitionTypes.SSL_CLIENT_CA:
    case partitionTypes.SSL_SERVER_CA:
      return 'ca';
    case partitionTypes.SSL_CLIENT_CERT_PRIVKEY:
    case partitionTypes.SSL_SERVER_CERT_PRIVKEY:
      return 'own';
    default:
      return undefined;
  }
}

/**
 * Returns a C file with the table and a user_pre_init that registers it. The map is a number, which has to be the one the firmware
 * is flashed with: a build with another SPI_FLASH_SIZE_MAP does not compile.
 */
export function partitionSource(layout: Layout): string {
  const rows = partitionsOf(layout).map(
    ({ type, address, size, name }) =>
      `    { ${type}, ${addressText(address)}, ${addressText(size)} }, /* ${commentText(name)} */`,
  );
  return `/* Partition table for ${mapName(layout.map)} (map ${layout.map.id}), generated from esp8266-ssl.json. */
#include "ets_sys.h"
#include "osapi.h"
#include "user_interface.h"

#if defined(SPI_FLASH_SIZE_MAP) && SPI_FLASH_SIZE_MAP != ${layout.map.id}
#error "This partition table is for SPI_FLASH_SIZE_MAP ${layout.map.id}"
#endif

static const partition_item_t partition_table[] = {
${rows.join('\n')}
};

void ICACHE_FLASH_ATTR user_pre_init(void)
{
    if (!system_partition_table_regist(partition_table, sizeof(partition_table) / sizeof(partition_table[0]),
                                       ${layout.map.id})) {
        os_printf("partition table refused\\n");
        while (1) {
        }
    }
}
`;
}
