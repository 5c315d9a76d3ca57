import './flashPage.css';
import type { FlashView, MessageFromPage, MessageToPage, Note } from '../src/editor/flash/pageMessages';
import type { Part } from '../src/flash/picture';
import { addressText, sectorSize, sectorText, sizeText } from '../src/flash/sectors';
import { element } from './element';
import { filled } from './filled';
import { drawMap, drawScale, droppedUris, type MapEvents, nameOf, type Stretch } from './flashMap';
import { FlashTable } from './flashTable';
import { button, dropdown, registerComponents, tag, textField } from './toolkit';

const editor = acquireVsCodeApi();
registerComponents();

const severities = ['error', 'warning', 'hint'] as const;

/** Sectors in the enlarged strip: the least, the most, and at the beginning. */
const spans = { least: 8, most: 1024, first: 32 };

let view: FlashView | undefined;
let selected = savedSelection();
let span = spans.first;
/** Where the enlarged strip begins. */
let start = 0;
/** What is being dragged and where it is: as long as that is so nothing may be redrawn. */
let dragged: { part: string; address: number } | undefined;
/** What each section was drawn from: it is drawn again when that changes. */
const drawn = new Map<string, string>();

const page = document.getElementById('page') ?? document.body;
const sections = Object.fromEntries(
  ['head', 'problem', 'choices', 'question', 'whole', 'strip', 'said', 'details', 'table', 'notes'].map(
    name => [name, element('section', name)],
  ),
);
const live = element('div', 'live');
live.setAttribute('role', 'status');
const table = new FlashTable({ select, open });
section('table').append(table.element);
section('said').append(live);
page.append(...Object.values(sections));

// Sent by the editor's own frame only; what comes is what pageMessages.ts says.
window.addEventListener('message', ({ data }: MessageEvent<MessageToPage>) => {
  if (data.type === 'show') show(data.view);
  else if (data.type === 'said') say(data.text);
  else if (data.type === 'dragged') tellOfDrag(data);
  else ask(data);
});
function send(message: MessageFromPage): void {
  editor.postMessage(message);
}

function say(text: string): void {
  live.textContent = text;
}

function savedSelection(): string | undefined {
  const state = editor.getState();
  return typeof state === 'string' ? state : undefined;
}

function section(name: string): HTMLElement {
  return sections[name] ?? page;
}

/** Draws a section unless it would look the same. */
function draw(name: string, from: unknown, contents: () => readonly Node[]): void {
  const key = JSON.stringify(from);
  if (drawn.get(name) === key) return;
  drawn.set(name, key);
  section(name).replaceChildren(...contents());
}

function show(next: FlashView): void {
  const before = view;
  view = next;
  if (dragged !== undefined) return;
  const { parts, notes } = next;
  if (!parts.some(({ id }) => id === selected)) selected = undefined;
  const first = parts.find(({ kind }) => kind === 'region') ?? parts[0];
  if (selected === undefined && first !== undefined) selected = first.id;
  keepFocus(() => {
    section('question').replaceChildren();
    redraw(next);
  });
  const fresh = notes.filter(({ text }) => before?.notes.every(note => note.text !== text) ?? false);
  if (fresh.length > 0) say(fresh.map(({ text }) => text).join(' '));
  else if (before !== undefined && before.notes.length > 0 && notes.length === 0) say(next.texts.noNotes);
}

function redraw(shown: FlashView): void {
  const { title, facts, problem, texts, choices, parts, notes, moreNotes, flash, readOnly } = shown;
  const part = parts.find(({ id }) => id === selected);
  moveStrip(shown, part);
  const stretch = { start, size: Math.min(flash, span * sectorSize) };
  const counts = countsOf(shown);
  draw('head', [title, facts, counts], () => headParts(shown, counts));
  draw('problem', [problem, texts], () => problemParts(problem, texts));
  draw('choices', [choices, readOnly], () => choiceParts(shown));
  // A dump that cannot be read has no flash to draw.
  draw('whole', [parts, flash, selected, readOnly], () => (flash === 0 ? [] : wholeParts(shown)));
  draw('strip', [parts, stretch, selected, readOnly], () => (flash === 0 ? [] : stripParts(shown, stretch)));
  draw('details', [part, notes, readOnly, texts], () => (part === undefined ? [] : detailParts(shown, part)));
  table.show(shown);
  table.select(selected);
  draw('notes', [notes, moreNotes, readOnly, texts], () => noteParts(shown));
}

/** Redraws without taking the focus from what has it. */
function keepFocus(action: () => void): void {
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
  const key = focused?.dataset['key'];
  action();
  if (key === undefined || document.activeElement === focused) return;
  page.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

function select(part: string): void {
  if (view === undefined || part === selected) return;
  selected = part;
  editor.setState(part);
  const shown = view;
  keepFocus(() => redraw(shown));
}

/** Enter on a row: the field for its place, or the question what is to be placed there. */
function open(part: string): void {
  select(part);
  section('details').querySelector<HTMLElement>('vscode-text-field, vscode-button')?.focus();
}

/** Keeps the strip where it is as long as what is selected begins in it. */
function moveStrip({ flash }: FlashView, part: Part | undefined): void {
  const size = Math.min(flash, span * sectorSize);
  const address = part?.address ?? start;
  const isVisible = address >= start && address + Math.min(part?.size ?? 0, size / 2) <= start + size;
  if (!isVisible) start = Math.floor((address - size / 3) / sectorSize) * sectorSize;
  start = Math.max(0, Math.min(flash - size, start));
}

const events: MapEvents = {
  select(part) {
    select(part);
    section('strip')
      .querySelector<HTMLElement>('[role="slider"][tabindex="0"]')
      ?.focus({ preventScroll: true });
  },
  move: (part, address) => {
    select(part);
    send({ type: 'move', part, address });
  },
  step: (part, sectors) => send({ type: 'step', part, sectors }),
  drop: (address, uris) => send({ type: 'drop', address, uris }),
  drag(over) {
    const isNew = over !== undefined && over.address !== dragged?.address;
    dragged = over;
    if (isNew) send({ type: 'drag', ...over });
    else if (over === undefined) {
      say('');
      if (view !== undefined) show(view);
    }
  },
};

/** Says what would be wrong where a block is, if it is still there. */
function tellOfDrag({ part, address, severity, text }: Extract<MessageToPage, { type: 'dragged' }>): void {
  if (part !== dragged?.part || address !== dragged.address) return;
  for (const block of page.querySelectorAll('.block.dragged')) {
    block.classList.remove('error', 'warning', 'hint');
    if (severity !== undefined) block.classList.add(severity);
  }
  say(text);
}

/** “2 Error, 1 Warning”: they are listed below everything else. */
function countsOf({ notes, texts }: FlashView): string {
  return severities
    .map(severity => ({ severity, count: notes.filter(note => note.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${texts[severity]}: ${count}`)
    .join(', ');
}

function headParts({ title, facts, texts }: FlashView, counts: string): Node[] {
  const nodes: Node[] = [element('h1', '', title), ...facts.map(fact => element('p', 'fact', fact))];
  if (counts === '') return nodes;
  const line = element('div', 'counts');
  const showNotes = button(texts.showNotes, 'secondary', () => {
    const target = section('notes');
    target.scrollIntoView();
    target.querySelector('h2')?.focus();
  });
  line.append(element('span', '', counts), keyed('counts', showNotes));
  return [...nodes, line];
}

function problemParts(problem: string | undefined, texts: FlashView['texts']): Node[] {
  if (problem === undefined) return [];
  const box = element('div', 'box error');
  box.setAttribute('role', 'alert');
  const showProblem = button(texts.showProblem, 'secondary', () => send({ type: 'showProblem' }));
  box.append(element('p', '', problem), showProblem);
  return [box];
}

function choiceParts({ choices, texts, readOnly }: FlashView): Node[] {
  if (choices === undefined) return [];
  return (['sdk', 'map', 'fota'] as const).map(choice => {
    const field = dropdown(texts[choice], choices[choice], value =>
      send({ type: 'choose', choice, value, sure: false }),
    );
    if (readOnly) field.querySelector('vscode-dropdown')?.setAttribute('disabled', '');
    return field;
  });
}

function ask({ choice, value, label, brings }: Extract<MessageToPage, { type: 'ask' }>): void {
  if (view === undefined) return;
  const { texts } = view;
  const close = () => {
    section('question').replaceChildren();
    // The list shows again what is chosen.
    drawn.delete('choices');
    if (view !== undefined) redraw(view);
    section('choices')
      .querySelector<HTMLElement>(`[aria-label="${CSS.escape(texts[choice])}"]`)
      ?.focus();
  };
  const box = element('div', 'box warning');
  box.setAttribute('role', 'alertdialog');
  const title = element('p', '', filled(texts.brings, label));
  title.id = 'question';
  box.setAttribute('aria-labelledby', title.id);
  const list = element('ul');
  list.append(...brings.map(text => element('li', '', text)));
  const cancel = button(texts.cancel, 'secondary', close);
  const apply = button(texts.apply, 'primary', () => {
    close();
    send({ type: 'choose', choice, value, sure: true });
  });
  box.addEventListener('keydown', event => {
    if (event.key === 'Escape') close();
  });
  const buttons = element('div', 'buttons');
  buttons.append(apply, cancel);
  box.append(title, list, buttons);
  section('question').replaceChildren(box);
  cancel.focus();
}

function wholeParts(shown: FlashView): Node[] {
  const map = element('div', 'map');
  const stretch = { start: 0, size: shown.flash };
  map.setAttribute('role', 'img');
  map.setAttribute('aria-label', shown.texts.wholeFlash);
  map.append(...drawMap(shown, stretch, selected, events, false), drawScale(stretch, 4));
  return [heading(shown.texts.wholeFlash), map];
}

function stripParts(shown: FlashView, stretch: Stretch): Node[] {
  const { texts, flash } = shown;
  const last = stretch.start + stretch.size - sectorSize;
  const title = filled(texts.enlarged, sectorText(stretch.start), sectorText(last));
  const map = element('div', 'map enlarged');
  map.setAttribute('role', 'group');
  map.setAttribute('aria-label', title);
  map.append(...drawMap(shown, stretch, selected, events, true), drawScale(stretch, 4));
  const zoom = (factor: number) => {
    span = Math.max(spans.least, Math.min(spans.most, flash / sectorSize, span * factor));
    if (view !== undefined) redraw(view);
  };
  const head = element('div', 'titled');
  head.append(
    heading(title),
    button(texts.wider, 'secondary', () => zoom(2)),
    button(texts.closer, 'secondary', () => zoom(1 / 2)),
  );
  return [head, map];
}

function detailParts(shown: FlashView, part: Part): Node[] {
  const { texts, readOnly, notes } = shown;
  const { id, kind, address, size, why } = part;
  const name = nameOf(part, texts);
  const where =
    address === undefined
      ? texts.noPlace
      : `${sectorText(address)} · ${addressText(address)} · ${sizeText(size)}`;
  const buttons = element('div', 'buttons');
  const nodes: Node[] = [heading(name), element('p', 'fact', where)];
  if (why !== '') nodes.push(element('p', '', why));
  for (const note of notes.filter(each => each.part === id))
    nodes.push(element('p', note.severity, note.text));
  if (readOnly) return nodes;
  if (kind === 'region') {
    const place = textField(texts.place, address === undefined ? '' : sectorText(address), value =>
      send({ type: 'type', part: id, place: value }),
    );
    place.field.title = texts.placeHint;
    place.field.dataset['key'] = 'place';
    buttons.append(
      place.field,
      keyed(
        'move',
        button(texts.move, 'primary', () => send({ type: 'type', part: id, place: place.read() })),
      ),
      keyed(
        'fit',
        button(texts.fit, 'secondary', () => send({ type: 'fit', part: id })),
      ),
      keyed(
        'remove',
        button(texts.remove, 'secondary', () => send({ type: 'remove', part: id })),
      ),
      keyed(
        'text',
        button(texts.showText, 'secondary', () => send({ type: 'showText', part: id })),
      ),
    );
  } else if (kind === 'free' && address !== undefined) {
    buttons.append(
      keyed(
        'here',
        button(texts.placeHere, 'primary', () => send({ type: 'place', address })),
      ),
    );
    nodes.push(element('p', 'fact', texts.dropHint));
    buttons.addEventListener('dragover', event => event.preventDefault());
    buttons.addEventListener('drop', event => {
      event.preventDefault();
      events.drop(address, droppedUris(event));
    });
  }
  return [...nodes, buttons];
}

function noteParts({ notes, moreNotes, texts, readOnly }: FlashView): Node[] {
  const head = heading(texts.notes);
  // For the button that leads here.
  head.tabIndex = -1;
  if (notes.length === 0) return [head, element('p', 'fact', texts.noNotes)];
  const list = element('ul', 'list');
  list.append(...notes.map((note, index) => noteItem(note, index, texts, readOnly)));
  return moreNotes === undefined ? [head, list] : [head, list, element('p', 'fact', moreNotes)];
}

function noteItem(note: Note, index: number, texts: FlashView['texts'], readOnly: boolean): HTMLElement {
  const { severity, text, part, fixes } = note;
  const item = element('li', `box ${severity}`);
  const line = element('p');
  line.append(tag(texts[severity], severity), ` ${text}`);
  item.append(line);
  const buttons = element('div', 'buttons');
  if (!readOnly)
    for (const [number, title] of fixes.entries()) {
      const made = button(title, 'secondary', () => send({ type: 'fix', note: index, button: number }));
      buttons.append(keyed(`fix ${index} ${number}`, made));
    }
  item.append(buttons);
  if (part !== undefined) item.addEventListener('click', () => select(part));
  return item;
}

function heading(text: string): HTMLElement {
  return element('h2', '', text);
}

function keyed(key: string, made: HTMLElement): HTMLElement {
  made.dataset['key'] = key;
  return made;
}

/** The editor writes what pageMessages.ts says into its page, or nothing. */
function isView(value: unknown): value is FlashView {
  return typeof value === 'object' && value !== null && 'parts' in value;
}

const given = document.getElementById('data')?.textContent ?? '';
const first: unknown = given === '' ? undefined : JSON.parse(given);
if (isView(first)) show(first);
send({ type: 'ready' });
