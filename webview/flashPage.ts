import './flashPage.css';
import {
  choiceNames,
  type FlashView,
  type MessageFromPage,
  type MessageToPage,
} from '../src/editor/flash/pageMessages';
import type { Part, PartUse } from '../src/flash/picture';
import { addressText, sectorSize, sectorText, sizeText } from '../src/flash/sectors';
import { element } from './element';
import { severities } from '../src/findings/severity';
import { filled } from './filled';
import { drawMap, drawScale, droppedUris, type MapEvents, nameOf, type Stretch } from './flashMap';
import { describe, noteContents, type NumberedNote } from './flashNotes';
import { FlashTable } from './flashTable';
import { button, dropdown, registerComponents, textField } from './toolkit';

const editor = acquireVsCodeApi();
registerComponents();

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
const table = new FlashTable({ select, open, fix });
section('table').append(table.element);
section('said').append(live);
const body = element('div', 'body');
body.append(section('details'), section('table'));
page.append(
  ...Object.entries(sections).flatMap(([name, made]) =>
    name === 'details' ? [body] : name === 'table' ? [] : [made],
  ),
);
// Which names fit into their blocks depends on the width.
new ResizeObserver(() => {
  if (view !== undefined && dragged === undefined) redraw(view);
}).observe(page);

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

/** Says something to everybody, or to those who do not see that it is in the table. */
function say(text: string, isShown = true): void {
  live.textContent = text;
  live.classList.toggle('heard', !isShown);
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
  if (fresh.length > 0) say(fresh.map(({ text }) => text).join(' '), false);
  else if (before !== undefined && before.notes.length > 0 && notes.length === 0) say(next.texts.noNotes);
}

function redraw(shown: FlashView): void {
  const { title, facts, problem, texts, choices, parts, notes, counts, moreNotes, flash, readOnly } = shown;
  const part = parts.find(({ id }) => id === selected);
  moveStrip(shown, part);
  const stretch = { start, size: Math.min(flash, span * sectorSize) };
  const width = section('whole').clientWidth - 2;
  draw('head', [title, facts, counts], () => headParts(shown));
  draw('problem', [problem, texts], () => problemParts(problem, texts));
  draw('choices', [choices, readOnly, notesFor(shown, 'choices')], () => choiceParts(shown));
  // A dump that cannot be read has no flash to draw.
  draw('whole', [parts, flash, selected, readOnly, width], () =>
    flash === 0 ? [] : wholeParts(shown, width),
  );
  draw('strip', [parts, stretch, selected, readOnly, width], () =>
    flash === 0 ? [] : stripParts(shown, stretch, width),
  );
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
  section('details').querySelector<HTMLElement>('input, vscode-button')?.focus();
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
    block.classList.remove(...severities);
    if (severity !== undefined) block.classList.add(severity);
  }
  say(text);
}

function headParts({ title, facts, texts, counts }: FlashView): Node[] {
  const line = element('div', 'titled');
  const name = element('div', 'title');
  name.append(element('h1', '', title), ...facts.map(fact => element('p', 'fact', fact)));
  line.append(name);
  if (counts === '') return [line];
  const found = element('div', 'counts');
  const showNotes = button(texts.showNotes, 'secondary', () => {
    const first = page.querySelector<HTMLElement>('[id^="note-"]');
    first?.scrollIntoView({ block: 'center' });
    first?.focus({ preventScroll: true });
  });
  found.append(element('span', '', counts), keyed('counts', showNotes));
  line.append(found);
  return [line];
}

/** The notes that a section shows: of a choice at the choice, of a part below its row, the rest at the end. */
function notesFor({ notes, parts, choices }: FlashView, where: 'choices' | 'end'): NumberedNote[] {
  const shown = new Set(parts.map(({ id }) => id));
  return notes.flatMap((note, index) => {
    if (note.part !== undefined && shown.has(note.part)) return [];
    const isOfChoice = choices !== undefined && choiceNames.some(name => name === note.field);
    return isOfChoice === (where === 'choices') ? [{ ...note, index }] : [];
  });
}

function fix(note: number, number: number): void {
  send({ type: 'fix', note, button: number });
}

function problemParts(problem: string | undefined, texts: FlashView['texts']): Node[] {
  if (problem === undefined) return [];
  const box = element('div', 'box error');
  box.setAttribute('role', 'alert');
  const showProblem = button(texts.showProblem, 'secondary', () => send({ type: 'showProblem' }));
  box.append(element('p', '', problem), showProblem);
  return [box];
}

function choiceParts(shown: FlashView): Node[] {
  const { choices, texts, readOnly } = shown;
  if (choices === undefined) return [];
  const found = notesFor(shown, 'choices');
  const fields = choiceNames.map(choice => {
    const field = dropdown(texts[choice], choices[choice], value =>
      send({ type: 'choose', choice, value, sure: false }),
    );
    const list = field.querySelector<HTMLElement>('vscode-dropdown') ?? field;
    if (readOnly) list.setAttribute('disabled', '');
    describe(
      list,
      found.filter(note => note.field === choice),
    );
    return field;
  });
  return [...fields, ...found.map(note => noteBox('div', note, texts, readOnly))];
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

function wholeParts(shown: FlashView, width: number): Node[] {
  const map = element('div', 'map');
  const stretch = { start: 0, size: shown.flash };
  map.setAttribute('role', 'img');
  map.setAttribute('aria-label', shown.texts.wholeFlash);
  map.append(
    ...drawMap(shown, stretch, selected, events, { width, rows: 3, keys: false }),
    drawScale(stretch, 4),
  );
  const head = element('div', 'titled');
  head.append(heading(shown.texts.wholeFlash), legend(shown));
  return [head, map];
}

/** What the colours mean, of the ones that are there. */
function legend({ parts, texts }: FlashView): HTMLElement {
  const uses: readonly PartUse[] = ['firmware', 'system', 'own', 'free'];
  const list = element('ul', 'legend');
  for (const use of uses.filter(each => parts.some(part => part.use === each)))
    list.append(element('li', use, texts[use]));
  return list;
}

function stripParts(shown: FlashView, stretch: Stretch, width: number): Node[] {
  const { texts, flash } = shown;
  const last = stretch.start + stretch.size - sectorSize;
  const title = filled(texts.enlarged, sectorText(stretch.start), sectorText(last));
  const map = element('div', 'map enlarged');
  map.setAttribute('role', 'group');
  map.setAttribute('aria-label', title);
  map.append(
    ...drawMap(shown, stretch, selected, events, { width, rows: 3, keys: true }),
    drawScale(stretch, 4),
  );
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
  if (readOnly) return nodes;
  if (kind === 'region') {
    const { field, input } = textField(texts.place, address === undefined ? '' : sectorText(address), value =>
      send({ type: 'type', part: id, place: value }),
    );
    input.title = texts.placeHint;
    input.dataset['key'] = 'place';
    describe(
      input,
      notes.flatMap((note, index) =>
        note.part === id && note.field === 'address' ? [{ ...note, index }] : [],
      ),
    );
    buttons.append(
      field,
      keyed(
        'move',
        button(texts.move, 'primary', () => send({ type: 'type', part: id, place: input.value })),
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

function noteParts(shown: FlashView): Node[] {
  const { notes, moreNotes, texts, readOnly } = shown;
  const others = notesFor(shown, 'end');
  const nodes: Node[] = [];
  if (notes.length === 0) nodes.push(heading(texts.notes), element('p', 'fact', texts.noNotes));
  if (others.length > 0) {
    const list = element('ul', 'list');
    list.append(...others.map(note => noteBox('li', note, texts, readOnly)));
    nodes.push(heading(texts.notes), list);
  }
  if (moreNotes !== undefined) nodes.push(element('p', 'fact', moreNotes));
  return nodes;
}

function noteBox(
  name: 'div' | 'li',
  note: NumberedNote,
  texts: FlashView['texts'],
  readOnly: boolean,
): HTMLElement {
  const box = element(name, `box ${note.severity}`);
  box.append(...noteContents(note, texts, readOnly, fix));
  return box;
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
