import type { Piece } from './pieces';
import type { Layout } from './layout';
import { addressText } from './sectors';

/** Versions of Espressif's esptool whose command lines differ. */
export const esptoolVersions = [3, 4, 5] as const;
export type EsptoolVersion = (typeof esptoolVersions)[number];

/** Stands for the serial port in a command that the user completes. */
export const unknownPort = 'PORT';

export interface EsptoolOptions {
  version: EsptoolVersion;
  /** The program: esptool.py, esptool, or `python -m esptool` as several words. */
  program: readonly string[];
  port: string;
  baud: number;
}

/**
 * Returns the words of the command that flashes `pieces`. Version 5 has hyphens where the others have underscores; the options of
 * write_flash are behind it in all of them. Flash size and map go into the header of the image at address 0, if there is one.
 */
export function esptoolCommand(layout: Layout, pieces: readonly Piece[], options: EsptoolOptions): string[] {
  const { version, program, port, baud } = options;
  const word = (name: string) => (version >= 5 ? name.replaceAll('_', '-') : name);
  return [
    ...program,
    '--chip',
    'esp8266',
    '--port',
    port,
    '--baud',
    String(baud),
    word('write_flash'),
    word('--flash_mode'),
    layout.chip.mode,
    word('--flash_freq'),
    layout.chip.frequency,
    word('--flash_size'),
    layout.map.esptool ?? 'keep',
    ...pieces.flatMap(({ address, file }) => [addressText(address).toLowerCase(), fileArgument(file)]),
  ];
}

/** esptool takes “-…” for an option and reads more options from the file of “@…”. */
function fileArgument(file: string): string {
  return /^[-@]/.test(file) ? `./${file}` : file;
}
