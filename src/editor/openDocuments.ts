import * as vscode from 'vscode';

/** Whether a file is C, by its path. */
export function isSource(uri: vscode.Uri): boolean {
  return uri.scheme === 'file' && /\.[ch]$/i.test(uri.path);
}

/** The files whose text is that of an editor. VS Code keeps others for a while, too, but they are as the disk has them. */
export function openDocuments(): vscode.TextDocument[] {
  const tabs = new Set(inTabs().map(({ fsPath }) => fsPath));
  return vscode.workspace.textDocuments.filter(
    ({ uri, isClosed, isDirty }) => uri.scheme === 'file' && !isClosed && (isDirty || tabs.has(uri.fsPath)),
  );
}

/** The files that have a tab. */
export function inTabs(): vscode.Uri[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) =>
    tabs.flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : [])),
  );
}
