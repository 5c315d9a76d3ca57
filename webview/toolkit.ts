// The only module that names the toolkit: it is archived, and may be replaced here.
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTag,
} from '@vscode/webview-ui-toolkit';

/** Registers the components that pages use. */
export function registerComponents(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDropdown(), vsCodeOption(), vsCodeTag());
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
): { field: HTMLElement; input: HTMLInputElement } {
  const field = document.createElement('label');
  field.className = 'field';
  const title = document.createElement('span');
  title.textContent = label;
  // Not the toolkit's: what describes a field must be in the same tree.
  const input = document.createElement('input');
  input.type = 'text';
  input.spellcheck = false;
  input.value = value;
  input.addEventListener('keydown', event => {
    if (event.key === 'Enter') onEnter(input.value);
  });
  field.append(title, input);
  return { field, input };
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
