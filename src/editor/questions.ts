import * as vscode from 'vscode';
import { forLabel } from '../text/forLabel';
import { shownItem, shownProblem } from './quickInput';

/** What a step answers instead of a value. */
const back = Symbol('back');
type Back = typeof back;

/** What questions are for, and where among them one is; the first page of all has no number. */
export interface Place {
  title: string;
  step?: number;
  totalSteps?: number;
  /** Whether something lies before it. */
  canGoBack: boolean;
}

/** A question whose answer goes into `answers`. */
export interface Step<Answers> {
  /** Whether the earlier answers leave it open; without it, always. */
  isOpen?: (answers: Answers) => boolean;
  /** Resolves to false when the user wants to go back; rejects when it is cancelled. */
  ask: (answers: Answers, place: Place) => Promise<boolean>;
}

/**
 * Asks the open questions one after the other, back and forth, until all are answered. Resolves to false when the user goes back from
 * the first; rejects with CancellationError when they leave.
 */
export async function askAll<Answers>(
  title: string,
  answers: Answers,
  steps: readonly Step<Answers>[],
): Promise<boolean> {
  const isOpen = ({ isOpen: open }: Step<Answers>) => open === undefined || open(answers);
  let at = steps.findIndex(isOpen);
  for (let step = steps[at]; step !== undefined; step = steps[at]) {
    const place = {
      title,
      step: steps.slice(0, at + 1).filter(isOpen).length,
      totalSteps: steps.filter(isOpen).length,
      canGoBack: true,
    };
    if (await step.ask(answers, place)) {
      const next = steps.slice(at + 1).findIndex(isOpen);
      at = next === -1 ? steps.length : at + 1 + next;
    } else {
      at = steps.slice(0, at).findLastIndex(isOpen);
      if (at === -1) return false;
    }
  }
  return true;
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
  input.items = choices.map(shownItem);
  input.matchOnDescription = true;
  input.activeItems = input.items.filter(({ value }) => value === current);
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
  input.prompt = forLabel(prompt);
  input.value = value;
  const check = (text: string) => {
    input.validationMessage = shownProblem(problemOf(text));
    return input.validationMessage === undefined;
  };
  input.onDidChangeValue(check);
  const answer = await shown(input, place, () => (check(input.value) ? input.value : undefined));
  return answer === back ? undefined : answer;
}

/** Shows an input until it is accepted with a value, left or taken back. */
function shown<T>(
  input: vscode.QuickPick<Choice<T>> | vscode.InputBox,
  { title, step, totalSteps, canGoBack }: Place,
  value: () => T | undefined,
): Promise<T | Back> {
  Object.assign(input, { title, step, totalSteps, ignoreFocusOut: true });
  if (canGoBack) input.buttons = [vscode.QuickInputButtons.Back];
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
