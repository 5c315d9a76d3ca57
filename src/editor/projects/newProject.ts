import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { languageOf } from '../../language';
import { ProblemError } from '../../problems';
import { checkProjectFolder, checkProjectName, createProject, templateOf } from '../../project/newProject';
import { type Template, templates } from '../../project/templates';
import { showInformation } from '../messages';
import { askText, pickOne } from '../quickInput';

/** What tests and other extensions may hand to the command instead of answering its questions. */
export interface Arguments {
  template?: string;
  /** The project's folder: empty, or not there yet. */
  folder?: vscode.Uri;
}

/** The project that was made in another window, to be welcomed there. */
const madeKey = 'projects.made';

/** How a template marks the place at which its README suggests a breakpoint. */
const breakpointMark = 'Set a breakpoint here';

/**
 * Makes a firmware project: in the open folder if that is empty, else in a new folder, which is opened then. Resolves to the folder;
 * undefined when the user has left.
 */
export async function newProject(
  context: vscode.ExtensionContext,
  given: Arguments,
): Promise<vscode.Uri | undefined> {
  const template = given.template === undefined ? await chooseTemplate() : templateOf(given.template);
  if (template === undefined) return undefined;
  const folder = given.folder ?? emptyFolder() ?? (await newFolder(template));
  if (folder === undefined) return undefined;
  createProject({
    shipped: context.extensionPath,
    template,
    folder: folder.fsPath,
    language: languageOf(vscode.env.language),
  });
  if (vscode.workspace.getWorkspaceFolder(folder) !== undefined) {
    await welcome(folder, template);
    return folder;
  }
  await context.globalState.update(madeKey, { folder: folder.toString(), template: template.id });
  const forceNewWindow = vscode.workspace.workspaceFolders !== undefined;
  await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow });
  return folder;
}

/** In the window of a project that was just made: shows where to begin. */
export async function welcomeMadeProject(context: vscode.ExtensionContext): Promise<void> {
  const made = context.globalState.get<{ folder: string; template: string }>(madeKey);
  const open = vscode.workspace.workspaceFolders ?? [];
  const folder = open.find(({ uri }) => uri.toString() === made?.folder)?.uri;
  if (made === undefined || folder === undefined) return;
  await context.globalState.update(madeKey, undefined);
  await welcome(folder, templateOf(made.template));
}

async function welcome(folder: vscode.Uri, { breakpoint, name }: Template): Promise<void> {
  const source = vscode.Uri.joinPath(folder, breakpoint);
  const line = readFileSync(source.fsPath, 'utf8')
    .split('\n')
    .findIndex(text => text.includes(breakpointMark));
  const at = new vscode.Range(Math.max(0, line), 0, Math.max(0, line), 0);
  await vscode.window.showTextDocument(source, { selection: at });
  const [generate, run] = [vscode.l10n.t('Generate Certificates…'), vscode.l10n.t('Run on Simulated Device')];
  const message = vscode.l10n.t(
    'The project is ready: {0}. Its firmware runs on a simulated device without a compiler.',
    name(),
  );
  void showInformation(message, run, generate).then(async chosen => {
    if (chosen === generate) await vscode.commands.executeCommand('esp8266-ssl.generateCertificates');
    if (chosen === run) await vscode.commands.executeCommand('workbench.action.debug.start');
  });
}

async function chooseTemplate(): Promise<Template | undefined> {
  const chosen = await pickOne(
    templates.map(template => ({ label: template.name(), detail: template.description(), template })),
    {
      title: vscode.l10n.t('New Firmware Project'),
      placeHolder: vscode.l10n.t('Choose a template'),
      matchOnDetail: true,
    },
  );
  return chosen?.template;
}

/** The open folder, if there is one and it is empty: the project belongs there. */
function emptyFolder(): vscode.Uri | undefined {
  const [folder, ...more] = vscode.workspace.workspaceFolders ?? [];
  if (folder?.uri.scheme !== 'file' || more.length > 0) return undefined;
  return problemOf(() => checkProjectFolder(folder.uri.fsPath)) === undefined ? folder.uri : undefined;
}

/** Asks for a name and for the folder that the project's folder is made in. */
async function newFolder(template: Template): Promise<vscode.Uri | undefined> {
  const name = await askText({
    title: vscode.l10n.t('New Firmware Project'),
    prompt: vscode.l10n.t('Name of the project and of its folder'),
    value: template.id,
    validateInput: text => problemOf(() => checkProjectName(text)),
  });
  if (name === undefined) return undefined;
  const open = vscode.workspace.workspaceFolders?.[0]?.uri;
  const [parent] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Where to create “{0}”', name),
      openLabel: vscode.l10n.t('Create Project Here'),
      canSelectFolders: true,
      canSelectFiles: false,
      defaultUri: open?.scheme === 'file' ? vscode.Uri.joinPath(open, '..') : vscode.Uri.file(homedir()),
    })) ?? [];
  if (parent === undefined) return undefined;
  return vscode.Uri.file(path.join(parent.fsPath, name));
}

/** What is wrong, in words; undefined if nothing is. */
function problemOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error.message;
    throw error;
  }
}
