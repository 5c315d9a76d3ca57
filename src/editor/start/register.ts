import * as vscode from 'vscode';
import { findFiles } from '../workspaceFiles';
import { notInspected } from '../certificates/fileKinds';
import { onDidChangeDone, setDone, tickWalkthrough } from '../milestones';
import { showError } from '../messages';
import { watchFiles } from '../watchFiles';
import { type Row, rowItem, rows } from './tree';

const viewId = 'esp8266-ssl.start';
const walkthroughCommand = 'esp8266-ssl.openWalkthrough';
const walkthrough = 'esp8266-ssl.esp8266-ssl#firstHour';
/** What a folder with firmware has: an ELF to run, or the header that every NON-OS SDK project has. */
const firmwareFiles = '**/{*.elf,user_config.h}';

/** Registers what leads a new user: the first view, the walkthrough, and whether there is firmware yet. */
export function registerStart(context: vscode.ExtensionContext): void {
  const changed = new vscode.EventEmitter<void>();
  context.subscriptions.push(
    changed,
    onDidChangeDone(() => changed.fire()),
    vscode.window.registerTreeDataProvider<Row>(viewId, {
      onDidChangeTreeData: changed.event,
      // Without a trusted folder none of the steps can be done: the view says what to do first.
      getChildren: () =>
        (vscode.workspace.workspaceFolders ?? []).length > 0 && vscode.workspace.isTrusted ? [...rows] : [],
      getTreeItem: rowItem,
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => changed.fire()),
    vscode.commands.registerCommand(walkthroughCommand, () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', walkthrough, false),
    ),
    // A walkthrough is a tab of which the API knows nothing else.
    vscode.window.tabGroups.onDidChangeTabs(({ opened }) => {
      if (opened.some(({ input }) => input === undefined)) tickWalkthrough();
    }),
    watchFirmware(),
  );
}

function watchFirmware(): vscode.Disposable {
  let known: vscode.Uri[] = [];
  const look = () => {
    findFiles(firmwareFiles, notInspected, 10).then(found => {
      known = found;
      setDone('hasFirmware', found.length > 0);
    }, showError);
  };
  look();
  return vscode.Disposable.from(
    watchFiles(firmwareFiles, {
      created: look,
      changed: () => undefined,
      deleted: look,
      known: () => known,
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(look),
  );
}
