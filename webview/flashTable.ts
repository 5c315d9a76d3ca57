import type { FlashView, PageTexts } from '../src/editor/flash/pageMessages';
import type { Part } from '../src/flash/picture';
import { addressText, sectorText, sizeText } from '../src/flash/sectors';
import { element } from './element';

/** What the table tells about. */
export interface TableEvents {
  select(part: string): void;
  /** Enter or a double click on a row. */
  open(part: string): void;
}

/** Draws the parts as a table; one row is selected, and the arrow keys move the selection. */
export function drawTable(view: FlashView, selected: string | undefined, events: TableEvents): HTMLElement {
  const { texts, parts } = view;
  const table = element('table');
  table.setAttribute('role', 'grid');
  table.setAttribute('aria-label', texts.table);
  const head = element('tr');
  const titles = [texts.state, texts.name, texts.address, texts.sector, texts.size, texts.used, texts.file];
  for (const title of titles) {
    const cell = element('th', '', title);
    cell.scope = 'col';
    head.append(cell);
  }
  const top = element('thead');
  top.append(head);
  const body = element('tbody');
  const tabStop = parts.some(({ id }) => id === selected) ? selected : parts[0]?.id;
  for (const part of parts) body.append(row(part, texts, part.id === selected, part.id === tabStop));
  const rowOf = (event: Event) =>
    event.target instanceof Element ? event.target.closest('tr')?.dataset['part'] : undefined;
  body.addEventListener('click', event => {
    const part = rowOf(event);
    if (part !== undefined) events.select(part);
  });
  body.addEventListener('dblclick', event => {
    const part = rowOf(event);
    if (part !== undefined) events.open(part);
  });
  body.addEventListener('keydown', event => {
    const index = parts.findIndex(({ id }) => id === rowOf(event));
    const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: parts.length - 1 }[event.key];
    const part = next === undefined ? undefined : parts[next];
    if (part !== undefined) {
      event.preventDefault();
      events.select(part.id);
      body.querySelector<HTMLElement>('tr[tabindex="0"]')?.focus();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const opened = parts[index];
      if (opened !== undefined) events.open(opened.id);
    }
  });
  table.append(top, body);
  return table;
}

/** Moves the selection in a table that is drawn. */
export function selectRow(table: Element, selected: string): void {
  for (const row of table.querySelectorAll<HTMLElement>('tbody tr')) {
    const isSelected = row.dataset['part'] === selected;
    row.setAttribute('aria-selected', String(isSelected));
    row.tabIndex = isSelected ? 0 : -1;
  }
}

function row(part: Part, texts: PageTexts, isSelected: boolean, isTabStop: boolean): HTMLElement {
  const { address, size, used, file, state, kind } = part;
  const made = element('tr', `${kind} ${state}`);
  made.dataset['part'] = part.id;
  made.dataset['key'] = `row ${part.id}`;
  made.setAttribute('aria-selected', String(isSelected));
  made.tabIndex = isTabStop ? 0 : -1;
  const cells = [
    texts[state],
    kind === 'free' ? texts.free : part.name,
    address === undefined ? texts.noPlace : addressText(address),
    address === undefined ? '' : sectorText(address),
    sizeText(size),
    used === undefined ? '' : sizeText(used),
    file ?? '',
  ];
  cells.forEach((text, index) => made.append(element('td', index === 0 ? 'state' : '', text)));
  return made;
}
