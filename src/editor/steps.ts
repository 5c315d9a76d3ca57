import * as vscode from 'vscode';

/** What a step answers instead of a value. */
const back = Symbol('back');
type Back = typeof back;

/** Where in a row of questions a step is, and what they are for. */
export interface Place {
  title: string;
  step: number;
  totalSteps: number;
}

/** A question whose answer goes into `answers`. Resolves to false when the user wants to go back; rejects when it is cancelled. */
export type Step<Answers> = (answers: Answers, place: Place) => Promise<boolean>;

/** Asks one question after the other, back and forth, until all are answered. Rejects with CancellationError when the user leaves. */
export async function askAll<Answers>(
  title: string,
  answers: Answers,
  steps: readonly Step<Answers>[],
): Promise<void> {
  for (let at = 0; at < steps.length;) {
    const answered = await steps[at]?.(answers, { title, step: at + 1, totalSteps: steps.length });
    at += answered === false ? -1 : 1;
  }
}

export interface Choice<T> extends vscode.QuickPickItem {
  value: T;
}

/** Offers choices, with the one whose value is `current` active: Enter takes it. Undefined means back. */
export async function pick<T>(
  place: Place,
  placeholder: string,
  choices: readonly Choice<T>[],
  current: T,
): Promise<T | undefined> {
  const input = vscode.window.createQuickPick<Choice<T>>();
  input.placeholder = placeholder;
  input.items = choices;
  input.matchOnDescription = true;
  input.activeItems = choices.filter(({ value }) => value === current);
  const answer = await shown(input, place, () => input.selectedItems[0]?.value);
  return answer === back ? undefined : answer;
}

/** Asks for a text; `problemOf` says what is wrong with one. Undefined means back. */
export async function enter(
  place: Place,
  prompt: string,
  value: string,
  problemOf: (text: string) => string | undefined,
): Promise<string | undefined> {
  const input = vscode.window.createInputBox();
  input.prompt = prompt;
  input.value = value;
  const check = (text: string) => {
    input.validationMessage = problemOf(text);
    return input.validationMessage === undefined;
  };
  input.onDidChangeValue(check);
  const answer = await shown(input, place, () => (check(input.value) ? input.value : undefined));
  return answer === back ? undefined : answer;
}

/** Shows an input until it is accepted with a value, left or taken back. */
function shown<T>(
  input: vscode.QuickPick<Choice<T>> | vscode.InputBox,
  { title, step, totalSteps }: Place,
  value: () => T | undefined,
): Promise<T | Back> {
  Object.assign(input, { title, step, totalSteps, ignoreFocusOut: true });
  if (step > 1) input.buttons = [vscode.QuickInputButtons.Back];
  return new Promise((resolve, reject) => {
    input.onDidAccept(() => {
      const accepted = value();
      if (accepted === undefined) return;
      resolve(accepted);
      input.dispose();
    });
    input.onDidTriggerButton(() => {
      resolve(back);
      input.dispose();
    });
    input.onDidHide(() => {
      reject(new vscode.CancellationError());
      input.dispose();
    });
    input.show();
  });
}
