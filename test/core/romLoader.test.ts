import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { ESPLoader, Transport } from 'esptool-js';
import fc from 'fast-check';
import { buildImage, buildRamImage, withFlashHeader } from '../../src/flash/appImage';
import { flashMaps } from '../../src/flash/maps';
import { RomLoader } from '../../src/simulator/serial/romLoader';
import { slipFrame, SlipReader } from '../../src/simulator/serial/slip';

const flashSize = 0x100000;

/** esptool-js connected with a chip by a line that is only memory. */
async function connect(): Promise<{ chip: RomLoader; loader: ESPLoader; booted: Promise<void> }> {
  const chip = new RomLoader(flashSize);
  const booted = new Promise<void>(resolve => {
    chip.onBoot = resolve;
  });
  const device = {
    readable: new ReadableStream<Uint8Array>({
      start: controller => {
        chip.onSend = bytes => {
          controller.enqueue(bytes);
        };
      },
    }),
    writable: new WritableStream<Uint8Array>({
      write: bytes => {
        chip.receive(bytes);
      },
    }),
    open: () => Promise.resolve(),
    getInfo: () => ({}),
    setBaudRate: () => Promise.resolve(),
  };
  const transport = new Transport(device);
  transport.trace = () => undefined;
  const loader = new ESPLoader({
    transport,
    baudrate: 921600,
    terminal: { clean: () => undefined, write: () => undefined, writeLine: () => undefined },
  });
  await loader.connect('no_reset', 2);
  return { chip, loader, booted };
}

async function write(loader: ESPLoader, data: Uint8Array, address: number, compress: boolean): Promise<void> {
  await loader.writeFlash({
    fileArray: [{ data, address }],
    flashMode: 'keep',
    flashFreq: 'keep',
    flashSize: 'keep',
    eraseAll: false,
    compress,
  });
}

/** esptool gives each answer 100 ms and asks again, as it does here. */
async function synced(loader: ESPLoader): Promise<void> {
  for (;;)
    try {
      await loader.sync();
      return;
    } catch (error) {
      if (!/stopped|No serial data/.test(String(error))) throw error;
    }
}

describe('the loader in the ROM of the simulated chip', function () {
  it('is an ESP8266 for esptool-js, and has the flash’s id', async () => {
    const { chip, loader } = await connect();
    assert.equal(loader.chip.CHIP_NAME, 'ESP8266');
    assert.equal(await loader.chip.getChipDescription(loader), 'ESP8266EX');
    assert.equal(await loader.detectFlashSize(), '1MB');
    chip.close();
  });

  it('writes the flash without a stub, erases too much as the ROM does, and boots', async () => {
    const { chip, loader, booted } = await connect();
    chip.flash.put(0x10000, new Uint8Array(0x10000).fill(0x55));
    const data = randomBytes(5000);
    await write(loader, data, 0x10000, false);
    assert.ok(Buffer.from(chip.flash.contents.subarray(0x10000, 0x10000 + data.length)).equals(data));
    // Two sectors were asked for, and two more are gone.
    assert.equal(chip.flash.contents[0x13fff], 0xff);
    assert.equal(chip.flash.contents[0x14000], 0x55);
    await loader.flashFinish(true);
    await booted;
    chip.close();
  });

  it('runs esptool’s stub, which writes, erases sectors, computes MD5 and reads', async () => {
    const { chip, loader } = await connect();
    chip.flash.put(0x20000, new Uint8Array(0x10000).fill(0x55));
    await loader.runStub();
    assert.equal(await loader.detectFlashSize(), '1MB');
    await loader.changeBaud();
    assert.equal(loader.transport.baudrate, 921600);
    assert.equal(loader.IS_STUB, true);
    const data = randomBytes(50_000);
    await write(loader, data, 0x20000, true);
    assert.ok(Buffer.from(chip.flash.contents.subarray(0x20000, 0x20000 + data.length)).equals(data));
    assert.equal(chip.flash.contents[0x20000 + 0xd000 - 1], 0xff);
    assert.equal(chip.flash.contents[0x20000 + 0xd000], 0x55);
    assert.equal(
      await loader.flashMd5sum(0x20000, data.length),
      createHash('md5').update(data).digest('hex'),
    );
    assert.ok(Buffer.from(await loader.readFlash(0x20000, data.length)).equals(data));
    await loader.eraseFlash();
    assert.ok(chip.flash.contents.every(byte => byte === 0xff));
    chip.close();
  });

  it('refuses a block that came damaged, and memory that there is not', async () => {
    const { chip, loader } = await connect();
    await loader.memBegin(16, 1, 16, 0x10);
    await assert.rejects(loader.memBlock(new Uint8Array(16), 0), /status 1,6/);
    await loader.memBegin(4, 1, 4, 0x3ffe8000);
    loader.ESP_CHECKSUM_MAGIC = 0xee;
    loader.checksum = () => 1;
    await assert.rejects(loader.memBlock(Uint8Array.of(1, 2, 3, 4), 0), /status 1,7/);
    chip.close();
  });

  it('comes back when loaded code returns or crashes', async () => {
    for (const code of [
      [0x0d, 0xf0],
      [0, 0, 0],
    ]) {
      const { chip, loader } = await connect();
      await loader.memBegin(4, 1, 4, 0x40100000);
      await loader.memBlock(Uint8Array.of(...code, 0, 0).subarray(0, 4), 0);
      await loader.memFinish(0x40100000);
      await synced(loader);
      chip.close();
    }
  });

  it('survives bytes of any content, and answers afterwards', async () => {
    const packet = fc
      .tuple(fc.constantFrom(2, 3, 4, 5, 6, 7, 8, 9, 10, 0x13), fc.uint8Array({ maxLength: 40 }))
      .map(([operation, data]) => Uint8Array.of(0, operation, data.length, 0, 0, 0, 0, 0, ...data))
      .map(slipFrame);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(packet, fc.uint8Array({ maxLength: 40 })), { maxLength: 20 }),
        async pieces => {
          const chip = new RomLoader(0x40000);
          // Loaded code may run on for as long as it likes: only a chip that waits for commands has to answer.
          const sync = new SlipReader();
          let answers = 0;
          chip.onSend = bytes => {
            answers += sync.read(bytes).filter(answer => answer[0] === 1).length;
          };
          for (const bytes of pieces) chip.receive(bytes);
          await new Promise(resolve => setTimeout(resolve, 2));
          const before = answers;
          const isLoaded = pieces.some(bytes => bytes[2] === 6);
          chip.receive(slipFrame(Uint8Array.of(0)));
          chip.receive(slipFrame(Uint8Array.of(0, 8, 36, 0, 0, 0, 0, 0, ...new Uint8Array(36).fill(0x55))));
          for (let turn = 0; turn < 200 && answers === before; turn++)
            await new Promise(resolve => setImmediate(resolve));
          chip.close();
          assert.ok(isLoaded || answers > before);
        },
      ),
      { numRuns: 60, seed: 8266 },
    );
  });
});

describe('SLIP', () => {
  it('carries packets of any content, whatever stands between them', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 })), packets => {
        const reader = new SlipReader();
        const read = packets.flatMap(packet => reader.read(slipFrame(packet)));
        assert.deepEqual(read, packets);
      }),
      { numRuns: 300, seed: 8266 },
    );
  });

  it('finds the next packet after one that is broken', () => {
    const reader = new SlipReader();
    assert.deepEqual(reader.read(Uint8Array.of(1, 2, 0xc0, 3, 0xdb, 9, 0xc0, 0xc0, 5, 0xc0)), [
      Uint8Array.of(5),
    ]);
    assert.deepEqual(reader.read(Uint8Array.of(0xc0, ...new Uint8Array(100_000))), []);
    assert.deepEqual(reader.read(slipFrame(Uint8Array.of(7))), [Uint8Array.of(7)]);
  });
});

describe('images for the flash, as esptool-js reads them', () => {
  const segments = [
    { address: 0x40100000, bytes: randomBytes(100) },
    { address: 0x3ffe8000, bytes: randomBytes(41) },
  ];

  async function read(image: Uint8Array): Promise<{ entrypoint: number; segments: { addr: number }[] }> {
    const { loadFirmwareImage } = await import('esptool-js/lib/image/index.js');
    const { ESP8266ROM } = await import('esptool-js/lib/targets/esp8266.js');
    const read = await loadFirmwareImage(new ESP8266ROM(), image);
    read.verify();
    return read;
  }

  it('have their segments and a right checksum', async () => {
    const whole = await read(buildRamImage(0x40100004, segments));
    assert.equal(whole.entrypoint, 0x40100004);
    assert.deepEqual(
      whole.segments.map(({ addr }) => addr >>> 0),
      [0x40100000, 0x3ffe8000],
    );
    await read(buildImage(1, 0x40100004, randomBytes(333), segments));
  });

  it('keep it when mode, frequency and map are put into their header', async () => {
    for (const map of flashMaps) {
      const image = withFlashHeader(buildRamImage(0x40100004, segments), map, {
        mode: 'dout',
        frequency: '80m',
      });
      assert.deepEqual([...image.subarray(2, 4)], [3, (map.id << 4) | 0xf]);
      await read(image);
    }
    const kept = withFlashHeader(Uint8Array.of(0xe9, 1, 2, 0x31, 0, 0, 0, 0), flashMaps[4] ?? assert.fail(), {
      mode: 'keep',
      frequency: 'keep',
    });
    assert.deepEqual([...kept.subarray(2, 4)], [2, 0x41]);
    const none = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    assert.deepEqual(
      withFlashHeader(none, flashMaps[0] ?? assert.fail(), { mode: 'qio', frequency: '40m' }),
      none,
    );
  });
});
