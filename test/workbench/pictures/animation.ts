import { applyPalette, GIFEncoder, quantize } from 'gifenc';
import { PNG } from 'pngjs';

/** A picture of an animation and how long it is shown, in ms. */
export interface Frame {
  png: Buffer;
  shown: number;
}

/** One index of the 256 is for what stays as in the frame before. */
const colors = 255;

/** Makes an animated GIF without end of pictures of one size. */
export function animatedGif(frames: readonly Frame[]): Buffer {
  const pictures = frames.map(({ png }) => PNG.sync.read(png));
  const [first] = pictures;
  if (first === undefined) throw new Error('An animation needs a frame.');
  const { width, height } = first;
  const palette = quantize(Buffer.concat(pictures.map(({ data }) => data)), colors);
  const same = palette.length;
  const encoder = GIFEncoder();
  let before: Uint8Array | undefined;
  for (const [at, { data }] of pictures.entries()) {
    const index = applyPalette(data, palette);
    const shown = index.map((color, pixel) => (before?.[pixel] === color ? same : color));
    encoder.writeFrame(shown, width, height, {
      ...(at === 0 && { palette: [...palette, [0, 0, 0]], repeat: 0 }),
      delay: frames[at]?.shown ?? 0,
      transparent: true,
      transparentIndex: same,
      dispose: 1,
    });
    before = index;
  }
  encoder.finish();
  return Buffer.from(encoder.bytes());
}
