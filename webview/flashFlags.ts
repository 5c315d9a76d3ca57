import type { Part } from '../src/flash/picture';
import { element } from './element';
import { type Flag, flagGap, placeFlags } from './placeFlags';

/** Height of a row of names, in pixels. */
const rowHeight = 18;

/** Draws flags below a map. */
export function drawFlags(
  flags: readonly (Flag & { part: Part })[],
  width: number,
  rows: number,
  select: (part: string) => void,
): HTMLElement {
  const made = element('div', 'flags');
  made.setAttribute('aria-hidden', 'true');
  const placed = placeFlags(flags, width, rows);
  made.style.height = `${rowHeight * (Math.max(-1, ...placed.map(({ row }) => row)) + 1)}px`;
  for (const { flag, row, isLeft } of placed) {
    const { part, text, x } = flag;
    const line = element('div', `leader ${part.use}`);
    line.style.left = `${x}px`;
    line.style.height = `${rowHeight * (row + 0.5)}px`;
    const name = element('span', `flag ${part.state}`, text);
    name.style.top = `${rowHeight * row}px`;
    if (isLeft) name.style.right = `${width - x + flagGap}px`;
    else name.style.left = `${x + flagGap}px`;
    name.addEventListener('click', () => select(part.id));
    made.append(line, name);
  }
  return made;
}

let context: CanvasRenderingContext2D | null | undefined;

/** The width of a text in the font of the page. */
export function textWidth(text: string): number {
  context ??= document.createElement('canvas').getContext('2d');
  if (!context) return text.length * 8;
  const { fontSize, fontFamily } = getComputedStyle(document.body);
  context.font = `${fontSize} ${fontFamily}`;
  return context.measureText(text).width;
}
