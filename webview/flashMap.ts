import type { FlashView } from '../src/editor/flash/pageMessages';
import type { Part } from '../src/flash/picture';
import { addressText, sectorSize, sectorText, sizeText } from '../src/flash/sectors';
import { element } from './element';
import { filled } from './filled';
import { drawFlags, textWidth } from './flashFlags';
import type { Flag } from './placeFlags';

/** A stretch of the flash that is drawn over the whole width; bytes. */
export interface Stretch {
  start: number;
  size: number;
}

/** What a map tells about. */
export interface MapEvents {
  select(part: string): void;
  /** Dragged to the beginning of a sector. */
  move(part: string, address: number): void;
  step(part: string, sectors: number): void;
  drop(address: number, uris: string): void;
  /** A block is being dragged, and is over this address; undefined when it no longer is. */
  drag(over: { part: string; address: number } | undefined): void;
}

/** Pixels of a block that its name needs beyond its width. */
const namePadding = 12;

/** Sectors that Page Up and Page Down move by. */
const page = 16;

/** How a map is drawn: pixels of its width, rows for names below it, whether the project's parts can be moved by keys. */
export interface MapStyle {
  width: number;
  rows: number;
  keys: boolean;
}

/** Draws the parts in a stretch to scale: the SDK's above, the project's below, then the names for which there is no room. */
export function drawMap(
  view: FlashView,
  { start, size }: Stretch,
  selected: string | undefined,
  events: MapEvents,
  { width, rows, keys }: MapStyle,
): HTMLElement[] {
  const lanes = { sdk: element('div', 'lane sdk'), project: element('div', 'lane project') };
  const flags: (Flag & { part: Part })[] = [];
  let regionsEnd = 0;
  for (const part of view.parts) {
    const { address, kind } = part;
    if (address === undefined || address >= start + size || address + part.size <= start) continue;
    const block = element('div', `block ${kind} ${part.use} ${part.state}`);
    const from = Math.max(address, start);
    const to = Math.min(address + part.size, start + size);
    block.style.left = percent(from - start, size);
    block.style.width = percent(to - from, size);
    block.dataset['part'] = part.id;
    const name = nameOf(part, view.texts);
    block.title = `${name}\n${addressText(address)}, ${sizeText(part.size)}`;
    if (part.used !== undefined) {
      const track = element('div', 'track');
      const used = element('div', 'used');
      used.style.width = percent(Math.min(part.used, part.size), part.size);
      track.append(used);
      block.append(track);
    }
    // There is little room: a file without its folder.
    const text = name.split('/').at(-1) ?? '';
    const room = ((to - from) / size) * width;
    if (kind !== 'region' || textWidth(text) + namePadding <= room)
      block.append(element('span', 'name', text));
    else
      flags.push({
        part,
        text,
        x: ((from - start) / size) * width + room / 2,
        width: textWidth(text),
      });
    if (kind === 'region') {
      // What lies on another one must not hide it.
      if (address < regionsEnd) block.classList.add('over');
      regionsEnd = Math.max(regionsEnd, address + part.size);
    }
    if (part.id === selected) block.classList.add('selected');
    block.addEventListener('click', () => events.select(part.id));
    if (kind === 'region') {
      if (!view.readOnly) draggable(block, part, { start, size }, view, events);
      if (keys) slider(block, part, view, part.id === selected, events);
    }
    if (!keys || kind !== 'region') block.setAttribute('aria-hidden', 'true');
    (kind === 'area' ? lanes.sdk : lanes.project).append(block);
  }
  if (!view.readOnly)
    for (const lane of [lanes.sdk, lanes.project]) droppable(lane, { start, size }, view, events);
  return [lanes.sdk, lanes.project, drawFlags(flags, width, rows, part => events.select(part))];
}

/** What a part is called; what is free has no name of its own. */
export function nameOf({ kind, name }: Part, texts: FlashView['texts']): string {
  return kind === 'free' ? texts.free : name;
}

/** Addresses under a stretch. */
export function drawScale({ start, size }: Stretch, marks: number): HTMLElement {
  const scale = element('div', 'scale');
  scale.setAttribute('aria-hidden', 'true');
  for (let mark = 0; mark < marks; mark++) {
    const address = start + (size / marks) * mark;
    const label = element('span', '', addressText(address));
    label.style.left = percent(address - start, size);
    scale.append(label);
  }
  return scale;
}

/** A region is a slider along the flash. */
function slider(
  block: HTMLElement,
  part: Part,
  view: FlashView,
  isSelected: boolean,
  events: MapEvents,
): void {
  const { address = 0, size, id, name } = part;
  block.setAttribute('role', 'slider');
  block.tabIndex = isSelected ? 0 : -1;
  block.dataset['key'] = `slider ${id}`;
  block.setAttribute('aria-label', name);
  block.setAttribute('aria-valuemin', '0');
  block.setAttribute('aria-valuemax', String(view.flash / sectorSize - 1));
  block.setAttribute('aria-valuenow', String(Math.floor(address / sectorSize)));
  if (view.readOnly) block.setAttribute('aria-disabled', 'true');
  const text = filled(view.texts.region, name, sectorText(address), addressText(address), sizeText(size));
  block.setAttribute('aria-valuetext', text);
  const steps: Partial<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowDown: -1,
    ArrowRight: 1,
    ArrowUp: 1,
    PageDown: -page,
    PageUp: page,
  };
  block.addEventListener('keydown', event => {
    const sectors = steps[event.key];
    if (sectors === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (!view.readOnly) events.step(id, sectors);
  });
}

function draggable(
  block: HTMLElement,
  part: Part,
  { start, size }: Stretch,
  view: FlashView,
  events: MapEvents,
): void {
  const { id, address = 0 } = part;
  const last = view.flash - sectorSize;
  block.addEventListener('pointerdown', down => {
    if (down.button !== 0 || block.parentElement === null) return;
    const width = block.parentElement.getBoundingClientRect().width;
    const label = element('span', 'moving');
    let target = address;
    const follow = (event: PointerEvent) => {
      const bytes = ((event.clientX - down.clientX) / width) * size;
      const wanted = Math.round((address + bytes) / sectorSize) * sectorSize;
      const before = target;
      target = Math.max(0, Math.min(last, wanted));
      if (target !== before) events.drag({ part: id, address: target });
      block.style.left = percent(target - start, size);
      block.classList.add('dragged');
      label.classList.toggle('before', target - start > size / 2);
      label.textContent = `${sectorText(target)} · ${addressText(target)}`;
      if (label.parentElement === null) block.append(label);
    };
    const end = (isMoved: boolean) => {
      stop.abort();
      label.remove();
      block.classList.remove('dragged');
      block.style.left = percent(Math.max(address, start) - start, size);
      events.drag(undefined);
      if (isMoved && target !== address) events.move(id, target);
    };
    const stop = new AbortController();
    const { signal } = stop;
    events.drag({ part: id, address });
    block.setPointerCapture(down.pointerId);
    block.addEventListener('pointermove', follow, { signal });
    block.addEventListener('pointerup', () => end(true), { signal });
    block.addEventListener('pointercancel', () => end(false), { signal });
    window.addEventListener(
      'keydown',
      event => {
        if (event.key === 'Escape') end(false);
      },
      { signal },
    );
  });
}

/** Takes files from the explorer. */
function droppable(lane: HTMLElement, { start, size }: Stretch, view: FlashView, events: MapEvents): void {
  lane.addEventListener('dragover', event => {
    event.preventDefault();
    lane.classList.add('target');
  });
  lane.addEventListener('dragleave', () => lane.classList.remove('target'));
  lane.addEventListener('drop', event => {
    event.preventDefault();
    lane.classList.remove('target');
    const { left, width } = lane.getBoundingClientRect();
    const address = start + ((event.clientX - left) / width) * size;
    const sector = Math.max(0, Math.min(view.flash / sectorSize - 1, Math.floor(address / sectorSize)));
    events.drop(sector * sectorSize, droppedUris(event));
  });
}

/** The files that are dropped, an address a line. */
export function droppedUris({ dataTransfer }: DragEvent): string {
  const own = dataTransfer?.getData('application/vnd.code.uri-list') ?? '';
  return own === '' ? (dataTransfer?.getData('text/uri-list') ?? '') : own;
}

function percent(bytes: number, of: number): string {
  return `${(bytes / of) * 100}%`;
}
