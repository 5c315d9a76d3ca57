// The only module that names the toolkit: it is archived, and may be replaced here.
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDataGrid,
  vsCodeDataGridCell,
  vsCodeDataGridRow,
  vsCodeDivider,
  vsCodeTag,
} from '@vscode/webview-ui-toolkit';

/** Registers the components that pages use. */
export function registerComponents(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeDataGrid(),
    vsCodeDataGridCell(),
    vsCodeDataGridRow(),
    vsCodeDivider(),
    vsCodeTag(),
  );
}

/** Makes a button with a text. */
export function button(text: string, appearance: 'primary' | 'secondary', onClick: () => void): HTMLElement {
  const made = document.createElement('vscode-button');
  made.setAttribute('appearance', appearance);
  made.textContent = text;
  made.addEventListener('click', onClick);
  return made;
}

/** Makes a small label. */
export function tag(text: string, className: string): HTMLElement {
  const made = document.createElement('vscode-tag');
  made.className = className;
  made.textContent = text;
  return made;
}

/** Makes a table: the titles of its columns, and the texts of its rows. */
export function grid(
  label: string,
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): HTMLElement {
  const made = document.createElement('vscode-data-grid');
  made.setAttribute('aria-label', label);
  made.setAttribute('generate-header', 'none');
  const columns = titles.map(() => '1fr').join(' ');
  made.append(gridRow(titles, columns, 'header', 'columnheader'), ...rows.map(row => gridRow(row, columns)));
  return made;
}

function gridRow(texts: readonly string[], columns: string, type = 'default', cell = 'default'): HTMLElement {
  const row = document.createElement('vscode-data-grid-row');
  row.setAttribute('row-type', type);
  row.setAttribute('grid-template-columns', columns);
  texts.forEach((text, index) => {
    const made = document.createElement('vscode-data-grid-cell');
    made.setAttribute('cell-type', cell);
    made.setAttribute('grid-column', String(index + 1));
    made.textContent = text;
    row.append(made);
  });
  return row;
}
