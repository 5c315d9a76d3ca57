import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PieceToWrite } from '../../src/flash/pieces';
import { flashMap } from '../../src/flash/maps';
import { Board, type BoardOptions, SerialLine } from '../../src/flash/serial/board';
import type { FlashProgress } from '../../src/flash/serial/progress';
import { RomLoader } from '../../src/simulator/serial/romLoader';
import { pseudoTerminal, type Terminal } from '../../src/simulator/serial/terminal';
import { problemOf } from '../problemOf';

const megabyte = flashMap(2) ?? assert.fail('no map 2');
const piece: PieceToWrite = {
  address: 0x10000,
  file: 'a.bin',
  certificates: false,
  bytes: Uint8Array.from(randomBytes(0x8000)),
};

/** esptool-js over serialport, a pseudo-terminal between them and the simulated chip. */
describe('a board at a serial port', function () {
  let terminal: Terminal;
  let chip: RomLoader;

  beforeEach(async () => {
    terminal = await pseudoTerminal();
    chip = new RomLoader(0x100000);
    chip.onSend = bytes => {
      terminal.send(bytes);
    };
    terminal.onData = bytes => {
      chip.receive(bytes);
    };
  });
  afterEach(() => {
    chip.close();
    terminal.close();
  });

  const options = (changed: Partial<BoardOptions> = {}): BoardOptions => ({
    port: terminal.name,
    baud: 115200,
    map: megabyte,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...changed,
  });

  const flash = (changed: Partial<BoardOptions> = {}) =>
    Board.use(options(changed), board => board.flash([piece]));

  it('is flashed, verified and compared, and then leaves its loader', async () => {
    let boots = 0;
    chip.onBoot = () => boots++;
    const steps = new Set<FlashProgress['step']>();
    await flash({ onProgress: ({ step }) => steps.add(step) });
    assert.deepEqual([...steps], ['connecting', 'connected', 'writing', 'verifying']);
    assert.ok(Buffer.from(chip.flash.contents.subarray(0x10000, 0x18000)).equals(piece.bytes));
    await sleep(100);
    assert.equal(boots, 1);
    chip.flash.contents[0x13000] = (chip.flash.contents[0x13000] ?? 0) ^ 1;
    const differences = await Board.use(options(), board => board.compare([piece]));
    assert.deepEqual(
      differences.map(({ sectors }) => sectors),
      [[0x13000]],
    );
  });

  it('has too small a flash for the layout', async () => {
    assert.deepEqual(await problemOf(flash({ map: flashMap(4) ?? assert.fail('no map 4') })), {
      kind: 'chip-flash-small',
      found: '1 MB',
      map: '4 MB, 512+512',
    });
  });

  it('is another chip', async () => {
    chip.onSend = bytes => {
      const at = Buffer.from(bytes).indexOf(Buffer.from([0x01, 0xc1, 0xf0, 0xff]));
      if (at >= 0) bytes.set([0x83, 0x1d, 0xf0, 0x00], at);
      terminal.send(bytes);
    };
    assert.deepEqual(await problemOf(flash()), { kind: 'chip-wrong', word: 0x00f01d83 });
  });

  it('does not answer', async () => {
    terminal.onData = () => undefined;
    assert.deepEqual(await problemOf(flash()), { kind: 'chip-silent', port: terminal.name });
  });

  it('holds something else than was written', async () => {
    const spoil = ({ step }: FlashProgress) => {
      if (step === 'verifying') chip.flash.contents[0x10000] = (piece.bytes[0] ?? 0) ^ 1;
    };
    assert.deepEqual(await problemOf(flash({ onProgress: spoil })), {
      kind: 'flash-differs',
      file: 'a.bin',
      address: 0x10000,
    });
  });

  it('is unplugged while it is written', async () => {
    const unplug = (progress: FlashProgress) => {
      if (progress.step === 'writing') terminal.close();
    };
    assert.deepEqual(await problemOf(flash({ onProgress: unplug })), {
      kind: 'port-lost',
      port: terminal.name,
    });
  });

  it('is left when the user cancels', async () => {
    const controller = new AbortController();
    const cancel = ({ step }: FlashProgress) => {
      if (step === 'writing') controller.abort();
    };
    await assert.rejects(flash({ onProgress: cancel, signal: controller.signal }), { name: 'AbortError' });
    // The port is free again, and the stub that is still running is told from the ROM.
    await flash();
    await assert.rejects(flash({ signal: AbortSignal.abort() }), { name: 'AbortError' });
  });

  it('is in use by another program', async () => {
    const other = await SerialLine.open(terminal.name, 115200);
    assert.deepEqual(await problemOf(flash()), { kind: 'port-busy', port: terminal.name });
    await other.hangUp();
  });
});
