import './certificatePage.css';
import type { ContentReport, FindingReport, ItemReport } from '../src/certificates/inspect/fileReport';
import type {
  MessageFromPage,
  MessageToPage,
  PageContent,
  PageTexts,
} from '../src/editor/certificates/pageMessages';
import { element } from './element';
import { button, grid, registerComponents, tag } from './toolkit';

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

function show({ report, device, fixes, texts }: PageContent): Node[] {
  const { items, findings } = report;
  const heading = element('h1', '', report.file);
  const form = element('p', 'form', `${report.form} · ${texts.judgedFor} ${device}`);
  const records = items.length > 0 ? recordGrid(items, texts) : element('p', 'empty', texts.noContents);
  return [
    heading,
    form,
    section(texts.findings, [
      findings.length === 0
        ? element('p', 'empty', texts.noFindings)
        : list(findings.map((finding, index) => findingItem(finding, index, fixes[index] ?? null, texts))),
    ]),
    section(texts.contents, [records, ...items.map(item => itemArticle(item, texts))]),
  ];
}

function recordGrid(items: readonly ItemReport[], texts: PageTexts): HTMLElement {
  const titles = [texts.record, texts.offset, texts.data, texts.size];
  const rows = items.map(({ name, offset, dataOffset, size }) => [
    name,
    hex(offset),
    hex(dataOffset),
    String(size),
  ]);
  return grid(texts.contents, titles, rows);
}

function findingItem(
  { rule, severity, title, message, explanation, offset }: FindingReport,
  index: number,
  fix: string | null,
  texts: PageTexts,
): HTMLElement {
  const item = element('li', `finding ${severity}`);
  const head = element('p', 'head');
  const place = offset === undefined ? '' : ` (${hex(offset)})`;
  head.append(tag(texts[severity], severity), element('strong', '', `${rule} ${title}`));
  item.append(head, element('p', '', `${message}${place}`), element('p', 'explanation', explanation));
  if (fix !== null) item.append(button(fix, 'secondary', () => send({ type: 'fix', finding: index })));
  return item;
}

function itemArticle(item: ItemReport, texts: PageTexts): HTMLElement {
  const article = element('article', 'item');
  article.append(
    document.createElement('vscode-divider'),
    element('h3', '', item.name),
    ...item.contents.flatMap(content => contentParts(content, texts)),
  );
  return article;
}

function contentParts({ lines, verdicts }: ContentReport, texts: PageTexts): HTMLElement[] {
  const facts = element('dl', 'facts');
  for (const { label, value } of lines) facts.append(element('dt', '', label), element('dd', '', value));
  for (const { library, obstacles } of verdicts) {
    const isFine = obstacles.length === 0;
    facts.append(
      element('dt', '', library),
      element('dd', isFine ? 'fine' : 'obstacle', isFine ? texts.takesIt : obstacles.join('; ')),
    );
  }
  const fingerprint = lines.find(({ value }) => /^[0-9a-f]{64}$/.test(value))?.value;
  return fingerprint === undefined
    ? [facts]
    : [facts, button(texts.copy, 'secondary', () => send({ type: 'copy', text: fingerprint }))];
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

function hex(offset: number): string {
  return `0x${offset.toString(16).padStart(4, '0')}`;
}
