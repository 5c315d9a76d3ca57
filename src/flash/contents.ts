/** Why the boot loader does not start what lies in the flash. */
export type ImageFault = 'nothing' | 'cut-off' | 'checksum';

/** What the headers of a file say that it is. */
export type FileContents =
  /** For the ROM, which starts it at address 0: boot.bin, eagle.flash.bin. */
  | { kind: 'start-image'; length: number; settings: FlashSettings; fault?: ImageFault }
  /** For a slot behind a boot loader: user1.bin, user2.bin. */
  | { kind: 'slot-image'; slot: number; settings: FlashSettings | undefined; fault?: ImageFault }
  | { kind: 'pem' | 'der' }
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
