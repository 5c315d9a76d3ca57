import { setTimeout as sleep } from 'node:timers/promises';
import { createHash } from 'node:crypto';
import { ESPLoader, Transport } from 'esptool-js';
import { ESP8266ROM } from 'esptool-js/lib/targets/esp8266.js';
import { ProblemError } from '../../problems';
import { memoryMap, romBootEntry } from '../../sdk/memoryMap';
import type { PieceToWrite } from '../pieces';
import type { Difference } from '../comparison';
import { type FlashMap, mapName } from '../maps';
import { sectorSize, sizeText } from '../sectors';
import { SerialLine } from './line';
import type { FlashProgress } from './progress';

export { listPorts, SerialLine } from './line';

export interface BoardOptions {
  /** “/dev/ttyUSB0”, “COM3”. */
  port: string;
  /** Bits per second once esptool's stub runs; the ROM itself is spoken to at 115,200. */
  baud: number;
  /** What the layout counts on. */
  map: FlashMap;
  signal: AbortSignal;
  onProgress: (progress: FlashProgress) => void;
}

const romBaud = 115200;
/** On a busy computer some answers come too late. */
const attempts = 7;

/** esptool-js's view of the line, with an end to waiting when the line is gone. */
class LineTransport extends Transport {
  readonly #line: SerialLine;

  constructor(line: SerialLine) {
    super(line);
    this.#line = line;
  }

  override trace(): void {
    // It would print to the console.
  }

  override async read(timeout: number): Promise<Uint8Array> {
    const reading = super.read(timeout);
    reading.catch(() => undefined);
    return Promise.race([reading, this.#line.lost]);
  }
}

/** An ESP8266 at a serial port, in which esptool's stub runs. */
export class Board {
  readonly #line: SerialLine;
  readonly #loader: ESPLoader;
  readonly #options: BoardOptions;

  private constructor(line: SerialLine, loader: ESPLoader, options: BoardOptions) {
    this.#line = line;
    this.#loader = loader;
    this.#options = options;
  }

  /**
   * Connects with the board, does `work` with it, starts it again and closes the port. Throws a Problem for what goes wrong on the
   * way, and the signal's reason when it was aborted.
   */
  static async use<T>(options: BoardOptions, work: (board: Board) => Promise<T>): Promise<T> {
    const { signal } = options;
    signal.throwIfAborted();
    options.onProgress({ step: 'connecting' });
    const line = await SerialLine.open(options.port, romBaud);
    const hangUp = () => void line.hangUp().catch(() => undefined);
    signal.addEventListener('abort', hangUp);
    try {
      const board = await Board.#connect(line, options);
      const result = await work(board);
      await board.#start();
      return result;
    } catch (error) {
      signal.throwIfAborted();
      if (line.isLost) throw new ProblemError({ kind: 'port-lost', port: options.port }, { cause: error });
      if (error instanceof ProblemError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new ProblemError({ kind: 'board-failed', port: options.port, reason }, { cause: error });
    } finally {
      signal.removeEventListener('abort', hangUp);
      await line.hangUp().catch(() => undefined);
    }
  }

  static async #connect(line: SerialLine, options: BoardOptions): Promise<Board> {
    await line.setSignals({ dataTerminalReady: false, requestToSend: false });
    const loader = new ESPLoader({
      transport: new LineTransport(line),
      baudrate: options.baud,
      romBaudrate: romBaud,
      terminal: { clean: () => undefined, write: () => undefined, writeLine: () => undefined },
    });
    let word: number;
    try {
      await loader.connect(line.hasSignals ? 'default_reset' : 'no_reset', attempts, false);
      word = (await loader.readReg(loader.CHIP_DETECT_MAGIC_REG_ADDR)) >>> 0;
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      throw new ProblemError({ kind: 'chip-silent', port: options.port }, { cause: error });
    }
    const chip = new ESP8266ROM();
    if (!chip.CHIP_DETECT_MAGIC_VALUE.includes(word)) throw new ProblemError({ kind: 'chip-wrong', word });
    loader.chip = chip;
    await loader.runStub();
    if (line.hasSignals && options.baud !== romBaud) await loader.changeBaud();
    const flashSize = sizeOf(await loader.readFlashId());
    if (flashSize !== undefined && flashSize < options.map.size * 1024) {
      const [found, map] = [sizeText(flashSize), mapName(options.map)];
      throw new ProblemError({ kind: 'chip-flash-small', found, map });
    }
    options.onProgress({ step: 'connected', chip: await chip.getChipDescription(loader), flashSize });
    return new Board(line, loader, options);
  }

  /** Writes the pieces and verifies each by its MD5. Throws a Problem for one that the flash holds otherwise. */
  async flash(pieces: readonly PieceToWrite[]): Promise<void> {
    for (const piece of pieces) {
      const { file, address, bytes } = piece;
      await this.#loader.writeFlash({
        fileArray: [{ data: bytes, address }],
        flashMode: 'keep',
        flashFreq: 'keep',
        flashSize: 'keep',
        eraseAll: false,
        compress: true,
        reportProgress: (_, written, total) => {
          this.#tell('writing', piece, written / total);
        },
      });
      this.#tell('verifying', piece, 0);
      if (!(await this.#holds(piece))) throw new ProblemError({ kind: 'flash-differs', file, address });
      this.#tell('verifying', piece, 1);
    }
  }

  /** Returns which pieces the flash holds otherwise, and in which sectors. */
  async compare(pieces: readonly PieceToWrite[]): Promise<Difference[]> {
    const differences: Difference[] = [];
    for (const piece of pieces) {
      this.#tell('verifying', piece, 0);
      if (await this.#holds(piece)) continue;
      const found = await this.#loader.readFlash(piece.address, piece.bytes.length, (_, read, total) => {
        this.#tell('reading', piece, read / total);
      });
      differences.push({ piece, sectors: differingSectors(piece, found) });
    }
    return differences;
  }

  #tell(step: 'writing' | 'verifying' | 'reading', { file, address }: PieceToWrite, share: number): void {
    this.#options.onProgress({ step, file, address, share });
  }

  async #holds({ address, bytes }: PieceToWrite): Promise<boolean> {
    const md5 = createHash('md5').update(bytes).digest('hex');
    return (await this.#loader.flashMd5sum(address, bytes.length)) === md5;
  }

  /** Lets the board run what its flash holds: by its reset line or, where it has none, by leaving the loader. */
  async #start(): Promise<void> {
    if (this.#line.hasSignals) {
      await this.#line.setSignals({ dataTerminalReady: false, requestToSend: true });
      await sleep(100);
      await this.#line.setSignals({ requestToSend: false });
    } else {
      await this.#loader.memBegin(0, 0, this.#loader.ESP_RAM_BLOCK, memoryMap.dataRam.address);
      await this.#loader.memFinish(romBootEntry);
    }
  }
}

/** The third byte of a flash's id is its size as a power of two, with some makers counted from 0x32 on. */
function sizeOf(id: number): number | undefined {
  const size = (id >>> 16) & 0xff;
  const power = size >= 0x32 && size <= 0x38 ? size - 0x20 : size;
  return power >= 0x12 && power <= 0x18 ? 2 ** power : undefined;
}

function differingSectors({ address, bytes }: PieceToWrite, found: Uint8Array): number[] {
  const sectors: number[] = [];
  for (let at = 0; at < bytes.length; at += sectorSize) {
    const [wanted, is] = [bytes, found].map(whole => Buffer.from(whole.subarray(at, at + sectorSize)));
    if (wanted === undefined || is === undefined || !wanted.equals(is)) sectors.push(address + at);
  }
  return sectors;
}
