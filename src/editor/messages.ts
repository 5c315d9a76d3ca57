import * as vscode from 'vscode';
import { ProblemError, remediesOf } from '../problems';
import { ProgramError } from '../programs/programError';
import { forDetails, forMessage } from '../text/forMessage';
import { buttonOf, type Remedy } from '../text/remedies';
import { generateCommand } from './certificates/fileKinds';
import { copyEsptoolCommand } from './flash/manifestNames';

/** Remedy → the command that does it, wherever its problem is shown. */
const commands: Partial<Record<Remedy, string>> = { generate: generateCommand, esptool: copyEsptoolCommand };

/**
 * Shows what went wrong: a Problem in its own words, with buttons for its remedies; anything else is a defect of ours and says so.
 */
export function showError(error: unknown): void {
  const message =
    error instanceof ProblemError || error instanceof ProgramError
      ? error.message
      : vscode.l10n.t(
          'ESP8266 SSL failed unexpectedly: {0}',
          error instanceof Error ? error.message : String(error),
        );
  void offer(message, error instanceof ProblemError ? remediesOf(error.problem) : []);
}

async function offer(message: string, remedies: readonly Remedy[]): Promise<void> {
  const buttons = remedies.flatMap(remedy => {
    const [title, command] = [buttonOf(remedy), commands[remedy]];
    return title === undefined || command === undefined ? [] : { title, command };
  });
  const titles = buttons.map(({ title }) => title);
  const chosen = await show(vscode.window.showErrorMessage, message, {}, titles);
  const button = buttons.find(({ title }) => title === chosen);
  if (button !== undefined) await vscode.commands.executeCommand(button.command);
}

/** Shows a sentence about what went wrong. */
export function showErrorText(message: string): void {
  void vscode.window.showErrorMessage(forMessage(message));
}

/** Shows a notification; resolves to the button that the user chooses. */
export function showInformation(message: string, ...buttons: string[]): Promise<string | undefined> {
  return show(vscode.window.showInformationMessage, message, {}, buttons);
}

/** The same, as a warning. */
export function showWarning(message: string, ...buttons: string[]): Promise<string | undefined> {
  return show(vscode.window.showWarningMessage, message, {}, buttons);
}

/** Asks a question before anything continues; resolves to whether the user chooses the button. */
export async function confirmed(
  question: string,
  button: string,
  { detail, warns = true }: { detail?: string; warns?: boolean } = {},
): Promise<boolean> {
  return (await ask(question, [button], { detail, warns })) === button;
}

/** The same with several buttons; resolves to the one that the user chooses. */
export function ask(
  question: string,
  buttons: readonly string[],
  { detail, warns = true }: { detail?: string | undefined; warns?: boolean } = {},
): Promise<string | undefined> {
  return show(
    warns ? vscode.window.showWarningMessage : vscode.window.showInformationMessage,
    question,
    { modal: true, ...(detail === undefined ? {} : { detail: forDetails(detail) }) },
    buttons,
  );
}

/** Shows a notification while `work` runs. */
export function withProgress<T>(
  title: string,
  { cancellable = false }: { cancellable?: boolean },
  work: (report: (message: string, increment: number) => void, token: vscode.CancellationToken) => Promise<T>,
): Promise<T> {
  return Promise.resolve(
    vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: forMessage(title), cancellable },
      (progress, token) =>
        work((message, increment) => {
          progress.report({ message: forMessage(message), increment });
        }, token),
    ),
  );
}

type Show = typeof vscode.window.showWarningMessage;

/** The one place where texts become messages, whose links VS Code would make clickable. */
async function show(
  how: Show,
  message: string,
  options: vscode.MessageOptions,
  buttons: readonly string[],
): Promise<string | undefined> {
  const items = buttons.map(title => ({ title: forMessage(title) }));
  const chosen = await how(forMessage(message), options, ...items);
  return chosen === undefined ? undefined : buttons[items.indexOf(chosen)];
}
