/** Bytes of esp_init_data_default.bin, all versions of which start with this byte. */
export const initDataSize = 128;
export const initDataStart = 5;

/** What a file is for by its name: the data of the radio, or erased flash. */
export function initFileOf(file: string): 'init-data' | 'blank' | undefined {
  const name = /[^\\/]*$/.exec(file)?.[0] ?? '';
  if (/^esp_init_data\w*\.bin$/i.test(name)) return 'init-data';
  return /^blank\w*\.bin$/i.test(name) ? 'blank' : undefined;
}
