import { shortHex } from '../text/hex';
/** Bytes of a flash sector, the smallest piece that can be erased. */
export const sectorSize = 4096;

/**
 * Sectors that system_param_save_with_protect takes, and the SDK for its own parameters: two copies, then one whose first byte says which
 * of them is the current one. Source: the SDK's API reference.
 */
export const protectedSectors = 3;

/**
 * Where the certificate files lie unless the project says otherwise: the sectors that esp_mqtt_proj of the SDK names
 * CA_CERT_FLASH_ADDRESS and CLIENT_CERT_FLASH_ADDRESS. They are free in every map from 512+512 on.
 */
export const certificateSectors = [
  { file: 'esp_ca_cert.bin', sector: 0x77 },
  { file: 'esp_cert_private_key.bin', sector: 0x78 },
] as const;

/** Whether a byte address lies at the beginning of a sector. */
export function atBorder(address: number): boolean {
  return address % sectorSize === 0;
}

/** The sectors that so many bytes occupy, in bytes. */
export function wholeSectors(bytes: number): number {
  return Math.ceil(bytes / sectorSize) * sectorSize;
}

/** “0x3B000”. */
export function addressText(address: number): string {
  return shortHex(address);
}

/** “0x3B”, as espconn_secure_ca_enable takes it. */
export function sectorText(address: number): string {
  return addressText(Math.floor(address / sectorSize));
}

/** “4 KB”, “1.5 KB”, “16 MB”; below that “390 bytes” are not sizes of regions and come as KB, too. */
export function sizeText(bytes: number): string {
  const [value, unit] =
    bytes >= 1024 * 1024 && bytes % (1024 * 1024) === 0 ? [bytes / 1024 / 1024, 'MB'] : [bytes / 1024, 'KB'];
  return `${Number(value.toFixed(1))} ${unit}`;
}

const units = new Map([
  ['', 1],
  ['b', 1],
  ['k', 1024],
  ['kb', 1024],
  ['m', 1024 * 1024],
  ['mb', 1024 * 1024],
]);

/**
 * Returns the number that a person writes: `59`, `0x3B`, `236 KB`, `1.5MB`; undefined for anything else and for what is no
 * whole number of bytes.
 */
export function parseNumber(given: unknown): { value: number; hasUnit: boolean } | undefined {
  if (typeof given === 'number') return whole(given, false);
  if (typeof given !== 'string') return undefined;
  const match = /^\s*(?:(0[xX][0-9a-fA-F]{1,12})|(\d{1,15}(?:\.\d{1,6})?))\s*([a-zA-Z]{0,2})\s*$/.exec(given);
  const [, hex, decimal, unit = ''] = match ?? [];
  const factor = units.get(unit.toLowerCase());
  if (match === null || factor === undefined || (hex !== undefined && unit !== '')) return undefined;
  return whole(Number(hex ?? decimal) * factor, unit !== '');
}

/**
 * Returns the byte address of a place as a person writes it: a sector number (`0x3B`, `59`), a byte address (`0x3B000`) or a
 * distance from the start (`236 KB`). Sector numbers are below 0x1000 in every flash, byte addresses of regions never, but for 0.
 */
export function parsePlace(given: unknown): number | undefined {
  const number = parseNumber(given);
  if (number === undefined) return undefined;
  return number.hasUnit || number.value >= sectorSize ? number.value : number.value * sectorSize;
}

function whole(value: number, hasUnit: boolean) {
  return Number.isSafeInteger(value) && value >= 0 ? { value, hasUnit } : undefined;
}
