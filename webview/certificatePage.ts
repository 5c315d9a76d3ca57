import { hexDigits } from '../src/text/hex';
import './certificatePage.css';
import type { ContentReport, FindingReport } from '../src/certificates/inspect/fileReport';
import {
  certificateActions,
  type MessageFromPage,
  type MessageToPage,
  type PageContent,
  type PageTexts,
} from '../src/editor/certificates/pageMessages';
import { element } from './element';
import { filled } from './filled';
import { button, registerComponents, tag } from './toolkit';

const editor = acquireVsCodeApi();

registerComponents();
// Sent by the editor's own frame only; what comes is what pageMessages.ts says.
window.addEventListener('message', ({ data }: MessageEvent<MessageToPage>) => {
  const page = document.getElementById('page');
  page?.replaceChildren(...(data.type === 'show' ? show(data.page) : [element('p', 'error', data.message)]));
});
send({ type: 'ready' });

function send(message: MessageFromPage): void {
  editor.postMessage(message);
}

function show(page: PageContent): Node[] {
  const { report, device, fixes, actions, texts } = page;
  const { items, findings } = report;
  const heading = element('h1', '', report.file);
  const form = element('p', 'form', `${report.form} · ${texts.judgedFor} ${device}`);
  const buttons = element('div', 'buttons');
  if (actions.place) buttons.append(button(texts.place, 'primary', () => send({ type: 'place' })));
  if (actions.regenerate)
    buttons.append(button(texts.regenerate, 'secondary', () => send({ type: 'regenerate' })));
  return [
    heading,
    form,
    buttons,
    section(texts.findings, [
      findings.length === 0
        ? element('p', 'empty', texts.noFindings)
        : list(findings.map((finding, index) => findingItem(finding, index, fixes[index] ?? null, texts))),
    ]),
    section(texts.contents, [
      items.length > 0 ? contentsTable(page) : element('p', 'empty', report.empty ?? texts.noContents),
      ...(report.more === undefined ? [] : [element('p', 'empty', report.more)]),
    ]),
  ];
}

/** All records in one table, so that their facts are below each other. */
function contentsTable({ report: { items }, fingerprints, texts }: PageContent): HTMLElement {
  const table = element('table', 'contents');
  table.setAttribute('aria-label', texts.contents);
  items.forEach((item, index) => {
    const { name, offset, dataOffset, size, contents } = item;
    const group = element('tbody');
    const head = element('th', 'item', name);
    head.colSpan = 2;
    head.scope = 'rowgroup';
    head.append(
      element('span', 'form', filled(texts.position, offsetText(offset), offsetText(dataOffset), size)),
    );
    group.append(tableRow(head));
    contents.forEach((content, which) =>
      group.append(...contentRows(content, fingerprints[index]?.[which] ?? null, texts)),
    );
    table.append(group);
  });
  return table;
}

function tableRow(...cells: readonly HTMLElement[]): HTMLElement {
  const row = element('tr');
  row.append(...cells);
  return row;
}

function factRow(label: string, value: Node | string, className = ''): HTMLElement {
  const head = element('th', '', label);
  head.scope = 'row';
  const cell = element('td', className);
  cell.append(value);
  return tableRow(head, cell);
}

function findingItem(
  { rule, severity, title, message, explanation, offset }: FindingReport,
  index: number,
  fix: string | null,
  texts: PageTexts,
): HTMLElement {
  const item = element('li', `finding ${severity}`);
  const head = element('p', 'head');
  const place = offset === undefined ? '' : ` (${offsetText(offset)})`;
  head.append(tag(texts[severity], severity), element('strong', '', `${rule} ${title}`));
  item.append(head, element('p', '', `${message}${place}`), element('p', 'explanation', explanation));
  if (fix !== null) item.append(button(fix, 'secondary', () => send({ type: 'fix', finding: index })));
  return item;
}

/** The facts of a certificate or key; what can be done with a certificate, and nothing with a key. */
function contentRows(
  { lines, verdicts }: ContentReport,
  fingerprint: string | null,
  texts: PageTexts,
): HTMLElement[] {
  const rows = lines.map(({ label, value }) => factRow(label, value));
  for (const { library, obstacles } of verdicts) {
    const isFine = obstacles.length === 0;
    rows.push(factRow(library, isFine ? texts.takesIt : obstacles.join('; '), isFine ? 'fine' : 'obstacle'));
  }
  if (fingerprint !== null) {
    const buttons = element('div', 'buttons');
    for (const type of certificateActions)
      buttons.append(button(texts[type], 'secondary', () => send({ type, fingerprint })));
    const cell = element('td');
    cell.append(buttons);
    rows.push(tableRow(element('td'), cell));
  }
  return rows;
}

function section(title: string, contents: readonly HTMLElement[]): HTMLElement {
  const made = element('section', '');
  made.append(element('h2', '', title), ...contents);
  return made;
}

function list(items: readonly HTMLElement[]): HTMLElement {
  const made = element('ul', 'findings');
  made.append(...items);
  return made;
}

function offsetText(offset: number): string {
  return `0x${hexDigits(offset, 4)}`;
}
