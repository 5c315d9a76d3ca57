// The only module that names the toolkit: it is archived, and may be replaced here.
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDataGrid,
  vsCodeDataGridCell,
  vsCodeDataGridRow,
  vsCodeDivider,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTag,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

/** Registers the components that pages use. */
export function registerComponents(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeDataGrid(),
    vsCodeDataGridCell(),
    vsCodeDataGridRow(),
    vsCodeDivider(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeTag(),
    vsCodeTextField(),
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

/** Makes a list to choose from, under its label. */
export function dropdown(
  label: string,
  { value, options }: { value: string; options: readonly { value: string; text: string }[] },
  onChange: (value: string) => void,
): HTMLElement {
  const made = document.createElement('vscode-dropdown');
  made.setAttribute('aria-label', label);
  for (const option of options) {
    const item = document.createElement('vscode-option');
    item.setAttribute('value', option.value);
    item.textContent = option.text;
    if (option.value === value) item.setAttribute('selected', '');
    made.append(item);
  }
  made.addEventListener('change', () => onChange(valueOf(made)));
  const field = document.createElement('div');
  const title = document.createElement('span');
  title.setAttribute('aria-hidden', 'true');
  title.textContent = label;
  field.className = 'field';
  field.append(title, made);
  return field;
}

/** Makes a line to write in; `onEnter` gets what is written. */
export function textField(
  label: string,
  value: string,
  onEnter: (value: string) => void,
): { field: HTMLElement; read: () => string } {
  const field = document.createElement('vscode-text-field');
  field.setAttribute('value', value);
  field.textContent = label;
  field.addEventListener('keydown', event => {
    if (event.key === 'Enter') onEnter(valueOf(field));
  });
  return { field, read: () => valueOf(field) };
}

function valueOf(element: HTMLElement): string {
  return 'value' in element && typeof element.value === 'string' ? element.value : '';
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
