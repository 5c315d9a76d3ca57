import * as vscode from 'vscode';
import type { WindowAnalysis } from '../analysis/windowAnalysis';
import { setDone } from '../milestones';
import { showError } from '../messages';
import { startWhenThere } from '../startWhenThere';
import { hasFile } from '../workspaceFiles';
import type { FlashFeatures } from './flashFeatures';
import {
  dumpViewType,
  layoutViewType,
  openDumpCommand,
  openLayoutCommand,
  partitionTableCommand,
  placeCommand,
  projectFiles,
  regionsView,
} from './manifestNames';
import type { Row } from './tree';

/** Registers what shows and edits the flash layout; the part that does it is loaded when it is first needed. */
export function registerFlashLayout(context: vscode.ExtensionContext, analysis: WindowAnalysis): void {
  const changed = new vscode.EventEmitter<void>();
  let loading: Promise<FlashFeatures> | undefined;
  const features = () => (loading ??= load(context, analysis, changed));
  const command = (name: string, run: (features: FlashFeatures, uris: vscode.Uri[]) => Promise<unknown>) =>
    vscode.commands.registerCommand(name, async (given?: unknown, all?: unknown) => {
      try {
        // The explorer hands over the file that was clicked, then all that are selected.
        return await run(await features(), urisOf(Array.isArray(all) ? all : given));
      } catch (error) {
        showError(error);
        return undefined;
      }
    });

  context.subscriptions.push(
    changed,
    vscode.window.registerTreeDataProvider<Row>(regionsView, {
      onDidChangeTreeData: changed.event,
      getChildren: async parent => (await features()).rows(parent),
      getTreeItem: async row => (await features()).item(row),
    }),
    vscode.window.registerCustomEditorProvider(
      layoutViewType,
      { resolveCustomTextEditor: async (document, panel) => (await features()).showLayout(document, panel) },
      { supportsMultipleEditorsPerDocument: true },
    ),
    vscode.window.registerCustomEditorProvider(
      dumpViewType,
      {
        openCustomDocument: uri => ({ uri, dispose: () => undefined }),
        resolveCustomEditor: async ({ uri }, panel) => (await features()).showDump(uri, panel),
      },
      { supportsMultipleEditorsPerDocument: true },
    ),
    vscode.languages.registerCodeActionsProvider(
      { pattern: projectFiles },
      { provideCodeActions: async (document, _range, given) => (await features()).fixes(document, given) },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
    command(openLayoutCommand, (loaded, [uri]) => loaded.openLayout(uri)),
    command(placeCommand, (loaded, uris) => loaded.place(uris)),
    command(openDumpCommand, (loaded, [uri]) => loaded.openDump(uri)),
    command(partitionTableCommand, (loaded, [uri]) => loaded.writePartitionTable(uri)),
  );
  startWhenThere(context, { glob: projectFiles, isThere: () => hasFile(projectFiles) }, features);
}

async function load(
  context: vscode.ExtensionContext,
  analysis: WindowAnalysis,
  changed: vscode.EventEmitter<void>,
): Promise<FlashFeatures> {
  const { FlashFeatures } = await import('./flashFeatures');
  const features = new FlashFeatures(context.extensionUri, (folder, map) =>
    analysis.ask('flash', { folder, map }),
  );
  context.subscriptions.push(
    features,
    features.onDidChange(() => {
      setDone('certificatesPlaced', features.hasCertificatesPlaced());
      changed.fire();
    }),
  );
  return features;
}

/** The files that the explorer, a row of a view or another extension hands to a command. */
function urisOf(given: unknown): vscode.Uri[] {
  if (given instanceof vscode.Uri) return [given];
  if (Array.isArray(given)) return given.flatMap(urisOf);
  if (typeof given !== 'object' || given === null) return [];
  if ('uris' in given) return urisOf(given.uris);
  return 'uri' in given ? urisOf(given.uri) : [];
}
