import type { FlashView, PageTexts } from '../src/editor/flash/pageMessages';
import type { Part, PartField } from '../src/flash/picture';
import { addressText, sectorText, sizeText } from '../src/flash/sectors';
import { element } from './element';
import { nameOf } from './flashMap';
import { describe, noteContents, type NumberedNote } from './flashNotes';

/** What the table tells about. */
export interface TableEvents {
  select(part: string): void;
  /** A button of a note, both by their index. */
  fix(note: number, button: number): void;
  /** Enter or a double click on a row. */
  open(part: string): void;
}

/** The parts as a table; one row is selected, and the arrow keys move the selection. */
export class FlashTable {
  readonly element = element('table');
  readonly #head = element('tr');
  readonly #body = element('tbody');
  readonly #events: TableEvents;
  #parts: readonly Part[] = [];
  /** Rows by their part, with what they were made from: one that would look the same is not made again. */
  #rows = new Map<string, { from: string; row: HTMLElement; findings: HTMLElement[] }>();

  constructor(events: TableEvents) {
    this.#events = events;
    this.element.setAttribute('role', 'grid');
    const top = element('thead');
    top.append(this.#head);
    this.element.append(top, this.#body);
    this.#body.addEventListener('click', event => {
      const part = partAt(event);
      if (part !== undefined) events.select(part);
    });
    this.#body.addEventListener('dblclick', event => {
      const part = partAt(event);
      if (part !== undefined) events.open(part);
    });
    this.#body.addEventListener('keydown', event => this.#key(event));
  }

  show({ texts, parts, notes, readOnly }: FlashView): void {
    this.element.setAttribute('aria-label', texts.table);
    const titles = [texts.state, texts.name, texts.address, texts.sector, texts.size, texts.used];
    if (this.#head.childElementCount === 0) {
      for (const title of titles) {
        const cell = element('th', '', title);
        cell.scope = 'col';
        this.#head.append(cell);
      }
    }
    this.#parts = parts;
    const notesOf = new Map<string | undefined, NumberedNote[]>();
    for (const [index, note] of notes.entries())
      notesOf.set(note.part, [...(notesOf.get(note.part) ?? []), { ...note, index }]);
    const before = this.#rows;
    this.#rows = new Map(
      parts.map(part => {
        const found = notesOf.get(part.id) ?? [];
        const from = JSON.stringify([part, found, readOnly]);
        const known = before.get(part.id);
        if (known?.from === from) return [part.id, known];
        const findings = found.map(note => this.#finding(note, texts, readOnly));
        return [part.id, { from, row: row(part, found, texts), findings }];
      }),
    );
    // Rows that stay where they are are not touched, so that the browser need not lay them out again.
    let next = this.#body.firstElementChild;
    const wanted = new Set(
      [...this.#rows.values()].flatMap(({ row: made, findings }) => [made, ...findings]),
    );
    for (const made of wanted) {
      while (next instanceof HTMLElement && !wanted.has(next)) {
        const gone = next;
        next = next.nextElementSibling;
        gone.remove();
      }
      if (next === made) next = made.nextElementSibling;
      else this.#body.insertBefore(made, next);
    }
    while (next !== null) {
      const gone = next;
      next = next.nextElementSibling;
      gone.remove();
    }
  }

  /** What is wrong with a part, below its row, with what can be done. */
  #finding(note: NumberedNote, texts: PageTexts, readOnly: boolean): HTMLElement {
    const made = element('tr', `finding ${note.severity}`);
    made.dataset['part'] = note.part ?? '';
    const cell = element('td');
    cell.colSpan = columns;
    cell.append(...noteContents(note, texts, readOnly, (index, button) => this.#events.fix(index, button)));
    made.append(cell);
    return made;
  }

  /** Marks a row; without one, the first can be reached by Tab. */
  select(selected: string | undefined): void {
    const tabStop = this.#rows.has(selected ?? '') ? selected : this.#parts[0]?.id;
    for (const [id, { row: made }] of this.#rows) {
      made.setAttribute('aria-selected', String(id === selected));
      made.tabIndex = id === tabStop ? 0 : -1;
    }
  }

  #key(event: KeyboardEvent): void {
    // The buttons of findings have keys of their own.
    if (event.target instanceof Element && event.target.closest('tr.finding') !== null) return;
    const index = this.#parts.findIndex(({ id }) => id === partAt(event));
    const moves = new Map([
      ['ArrowDown', index + 1],
      ['ArrowUp', index - 1],
      ['Home', 0],
      ['End', this.#parts.length - 1],
    ]);
    const part = this.#parts[event.key === 'Enter' ? index : (moves.get(event.key) ?? -1)];
    if (part === undefined) return;
    event.preventDefault();
    if (event.key === 'Enter') this.#events.open(part.id);
    else {
      this.#events.select(part.id);
      this.#rows.get(part.id)?.row.focus();
    }
  }
}

/** The columns of the table, by the field that they show. */
const fields: readonly (PartField | undefined)[] = [
  undefined,
  'name',
  'address',
  undefined,
  'size',
  undefined,
];
const columns = fields.length;

function row(part: Part, notes: readonly NumberedNote[], texts: PageTexts): HTMLElement {
  const { address, size, used, file, state, kind, use } = part;
  const made = element('tr', `${kind} ${use} ${state}`);
  made.dataset['part'] = part.id;
  made.dataset['key'] = `row ${part.id}`;
  const name = nameOf(part, texts);
  const cells = [
    kind === 'area' && state === 'free' ? texts.erased : texts[state],
    name,
    address === undefined ? texts.noPlace : addressText(address),
    address === undefined ? '' : sectorText(address),
    sizeText(size),
    used === undefined ? '' : sizeText(used),
  ];
  cells.forEach((text, index) => {
    const cell = element('td', index === 0 ? 'state' : '', text);
    if (fields[index] === 'name' && file !== undefined && file !== name)
      cell.append(element('span', 'file', file));
    // A file is shown beside the name.
    const wrong = notes.filter(
      ({ field }) => field !== undefined && fields[index] === (field === 'file' ? 'name' : field),
    );
    describe(cell, wrong);
    made.append(cell);
  });
  return made;
}

function partAt({ target }: Event): string | undefined {
  return target instanceof Element ? target.closest('tr')?.dataset['part'] : undefined;
}
