import * as vscode from 'vscode';
import { forLabel } from '../text/forLabel';

// The one place, with questions.ts, where texts become questions: VS Code makes icons and links of what is in them.

/** Lets the user pick one of the items. */
export async function pickOne<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: Omit<vscode.QuickPickOptions, 'canPickMany'> = {},
): Promise<T | undefined> {
  const shown = items.map(shownItem);
  const chosen = await vscode.window.showQuickPick(shown, options);
  return chosen && items[shown.indexOf(chosen)];
}

/** Asks for a text. */
export function askText({
  prompt,
  validateInput,
  ...options
}: Omit<vscode.InputBoxOptions, 'validateInput'> & {
  /** What is wrong with a text. */
  validateInput?: (text: string) => string | undefined;
}): Promise<string | undefined> {
  return Promise.resolve(
    vscode.window.showInputBox({
      ...options,
      ...(prompt !== undefined && { prompt: forLabel(prompt) }),
      ...(validateInput !== undefined && {
        validateInput: text => shownProblem(validateInput(text)),
      }),
    }),
  );
}

/** What is wrong with a text, as an input shows it. */
export function shownProblem(problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : forLabel(problem);
}

/** An item as a list shows it; icons of ours are in `iconPath`. */
export function shownItem<T extends vscode.QuickPickItem>(item: T): T {
  const { label, description, detail } = item;
  return {
    ...item,
    label: forLabel(label),
    ...(description !== undefined && { description: forLabel(description) }),
    ...(detail !== undefined && { detail: forLabel(detail) }),
  };
}

/** Lets the user choose several of the items; a button leads elsewhere. None when the user leaves. */
export function pickMany<T extends vscode.QuickPickItem>(
  groups: readonly { label: string; items: readonly T[] }[],
  chosen: readonly T[],
  { title, placeholder, button }: { title: string; placeholder: string; button: vscode.QuickInputButton },
): Promise<readonly T[] | 'elsewhere'> {
  const input = vscode.window.createQuickPick();
  const items = new Map<vscode.QuickPickItem, T>();
  input.title = title;
  input.placeholder = placeholder;
  input.canSelectMany = true;
  input.matchOnDescription = true;
  input.buttons = [button];
  input.items = groups
    .filter(group => group.items.length > 0)
    .flatMap(({ label, items: ofGroup }) => [
      { label, kind: vscode.QuickPickItemKind.Separator },
      ...ofGroup.map(item => {
        const shown = shownItem<vscode.QuickPickItem>(item);
        items.set(shown, item);
        return shown;
      }),
    ]);
  input.selectedItems = [...items].flatMap(([shown, item]) => (chosen.includes(item) ? [shown] : []));
  return new Promise(resolve => {
    input.onDidAccept(() => {
      resolve(input.selectedItems.flatMap(shown => items.get(shown) ?? []));
      input.dispose();
    });
    input.onDidTriggerButton(() => {
      resolve('elsewhere');
      input.dispose();
    });
    input.onDidHide(() => {
      resolve([]);
      input.dispose();
    });
    input.show();
  });
}
