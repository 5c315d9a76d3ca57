import * as vscode from 'vscode';
import { showError } from '../messages';
import { hasFile, startWhenThere } from '../startWhenThere';
import type { FlashFeatures } from './flashFeatures';
import {
  dumpViewType,
  layoutViewType,
  openDumpCommand,
  openLayoutCommand,
  partitionTableCommand,
  placeCommand,
  projectFiles,
} from './names';

/** Registers what shows and edits the flash layout; the part that does it is loaded when it is first needed. */
export function registerFlashLayout(context: vscode.ExtensionContext): void {
  let loading: Promise<FlashFeatures> | undefined;
  const features = () => (loading ??= load(context));
  const command = (name: string, run: (features: FlashFeatures, uri?: vscode.Uri) => Promise<unknown>) =>
    vscode.commands.registerCommand(name, async (given?: unknown) => {
      try {
        return await run(await features(), uriOf(given));
      } catch (error) {
        showError(error);
        return undefined;
      }
    });

  context.subscriptions.push(
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
    command(openLayoutCommand, (loaded, uri) => loaded.openLayout(uri)),
    command(placeCommand, (loaded, uri) => loaded.place(uri)),
    command(openDumpCommand, (loaded, uri) => loaded.openDump(uri)),
    command(partitionTableCommand, (loaded, uri) => loaded.writePartitionTable(uri)),
  );
  startWhenThere(context, { glob: projectFiles, isThere: () => hasFile(projectFiles) }, features);
}

async function load(context: vscode.ExtensionContext): Promise<FlashFeatures> {
  const { FlashFeatures } = await import('./flashFeatures');
  const features = new FlashFeatures(context.extensionUri);
  context.subscriptions.push(features);
  return features;
}

/** What the explorer, a tree of certificates or another extension hands to a command. */
function uriOf(given: unknown): vscode.Uri | undefined {
  if (given instanceof vscode.Uri) return given;
  return typeof given === 'object' && given !== null && 'uri' in given ? uriOf(given.uri) : undefined;
}
