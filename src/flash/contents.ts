/** Images of the boot loader's old form have their code behind 64 KB, and begin like one for the ROM (SDK, tools/gen_appbin.py). */
export const oldCodeOffset = 0x10000;

/** Why the boot loader does not start what lies in the flash. */
export type ImageFault = 'nothing' | 'cut-off' | 'checksum';

/** The CRC with which an image for a slot must end, and the bytes that are there; none where it ends before. */
export interface TrailerFault {
  expected: Uint8Array;
  found?: Uint8Array;
}

/** What the headers of a file say that it is. */
export type FileContents =
  /** For the ROM, which starts it at address 0: boot.bin, eagle.flash.bin. */
  | { kind: 'start-image'; length: number; settings: FlashSettings; fault?: ImageFault | TrailerFault }
  /** For a slot behind a boot loader: user1.bin, user2.bin. */
  | {
      kind: 'slot-image';
      slot: number;
      settings: FlashSettings | undefined;
      fault?: ImageFault | TrailerFault;
    }
  | { kind: 'pem' | 'der' | 'esp-at' }
  /** What the SDK has for the radio, and erased flash. */
  | { kind: 'init-data' | 'blank'; begin: Uint8Array }
  | { kind: 'other'; begin: Uint8Array };

/** The flash that an image was made for. */
export interface FlashSettings {
  /** The number of its map, which need not be one that there is. */
  map: number;
  /** As esptool names them; the number for one without a name. */
  mode: string;
  frequency: string;
}

/** A file as far as a layout has to know it. */
export interface FileFacts {
  /** Bytes. */
  size: number;
  /** Reads what it is; undefined when it cannot be read. */
  contents: () => Promise<FileContents | undefined>;
}
