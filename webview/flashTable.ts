import type { FlashView, PageTexts } from '../src/editor/flash/pageMessages';
import type { Part } from '../src/flash/picture';
import { addressText, sectorText, sizeText } from '../src/flash/sectors';
import { element } from './element';
import { nameOf } from './flashMap';

/** What the table tells about. */
export interface TableEvents {
  select(part: string): void;
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
  #rows = new Map<string, { from: string; row: HTMLElement }>();

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

  show({ texts, parts }: FlashView): void {
    this.element.setAttribute('aria-label', texts.table);
    const titles = [texts.state, texts.name, texts.address, texts.sector, texts.size, texts.used, texts.file];
    if (this.#head.childElementCount === 0) {
      for (const title of titles) {
        const cell = element('th', '', title);
        cell.scope = 'col';
        this.#head.append(cell);
      }
    }
    this.#parts = parts;
    const before = this.#rows;
    this.#rows = new Map(
      parts.map(part => {
        const from = JSON.stringify(part);
        const known = before.get(part.id);
        return [part.id, known?.from === from ? known : { from, row: row(part, texts) }];
      }),
    );
    // Rows that stay where they are are not touched, so that the browser need not lay them out again.
    let next = this.#body.firstElementChild;
    const wanted = new Set([...this.#rows.values()].map(({ row: made }) => made));
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

  /** Marks a row; without one, the first can be reached by Tab. */
  select(selected: string | undefined): void {
    const tabStop = this.#rows.has(selected ?? '') ? selected : this.#parts[0]?.id;
    for (const [id, { row: made }] of this.#rows) {
      made.setAttribute('aria-selected', String(id === selected));
      made.tabIndex = id === tabStop ? 0 : -1;
    }
  }

  #key(event: KeyboardEvent): void {
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

function partAt({ target }: Event): string | undefined {
  return target instanceof Element ? target.closest('tr')?.dataset['part'] : undefined;
}

function row(part: Part, texts: PageTexts): HTMLElement {
  const { address, size, used, file, state, kind } = part;
  const made = element('tr', `${kind} ${state}`);
  made.dataset['part'] = part.id;
  made.dataset['key'] = `row ${part.id}`;
  const cells = [
    kind === 'area' && state === 'free' ? texts.erased : texts[state],
    nameOf(part, texts),
    address === undefined ? texts.noPlace : addressText(address),
    address === undefined ? '' : sectorText(address),
    sizeText(size),
    used === undefined ? '' : sizeText(used),
    file ?? '',
  ];
  cells.forEach((text, index) => made.append(element('td', index === 0 ? 'state' : '', text)));
  return made;
}
