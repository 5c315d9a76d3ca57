import * as vscode from 'vscode';
import { setDone } from '../milestones';
import { showError } from '../messages';
import { startWhenThere } from '../startWhenThere';
import { hasFile } from '../workspaceFiles';
import type { CertificateFeatures } from './certificateFeatures';
import {
  copyCommand,
  detailsCommand,
  inspected,
  openCommand,
  regenerateCommand,
  sourceSelector,
  viewType,
} from './fileKinds';
import type { Row } from './tree';

/** Registers what shows certificates; the part that reads them is loaded when it is first needed. */
export function registerCertificates(context: vscode.ExtensionContext): void {
  const changed = new vscode.EventEmitter<void>();
  let loading: Promise<CertificateFeatures> | undefined;
  const features = () => (loading ??= load(context, changed));

  context.subscriptions.push(
    changed,
    vscode.languages.registerCodeLensProvider(sourceSelector, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: async document =>
        mayHoldCertificates(document) ? (await features()).lenses(document) : [],
    }),
    vscode.languages.registerHoverProvider(sourceSelector, {
      provideHover: async (document, position) =>
        mayHoldCertificates(document) ? (await features()).hover(document, position) : undefined,
    }),
    vscode.languages.registerCodeActionsProvider(
      sourceSelector,
      { provideCodeActions: async (document, _range, given) => (await features()).fixes(document, given) },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
    vscode.window.registerCustomEditorProvider(
      viewType,
      {
        openCustomDocument: uri => ({ uri, dispose: () => undefined }),
        resolveCustomEditor: async ({ uri }, panel) =>
          (await features()).page(uri, panel, context.extensionUri),
      },
      { supportsMultipleEditorsPerDocument: true },
    ),
    vscode.window.registerTreeDataProvider<Row>(viewType, {
      onDidChangeTreeData: changed.event,
      getChildren: async parent => (await features()).rows(parent),
      getTreeItem: async row => (await features()).item(row),
    }),
    command(openCommand, async row => (await features()).open(row)),
    command(regenerateCommand, async row => (await features()).regenerate(row)),
    command(copyCommand, async row => {
      if (row.kind === 'certificate') await vscode.env.clipboard.writeText(row.group.certificate.fingerprint);
    }),
    vscode.commands.registerCommand(detailsCommand, showDetails),
  );
  startWhenThere(context, { glob: inspected, isThere: () => hasFile(inspected) }, features);
}

async function load(
  context: vscode.ExtensionContext,
  changed: vscode.EventEmitter<void>,
): Promise<CertificateFeatures> {
  const { CertificateFeatures } = await import('./certificateFeatures');
  const features = await CertificateFeatures.open();
  const tell = () => {
    setDone('hasCertificates', features.hasOwn());
  };
  tell();
  context.subscriptions.push(
    features,
    features.onDidChange(() => {
      tell();
      changed.fire();
    }),
  );
  return features;
}

/** A cheap check ahead of the reader: most sources have nothing of the kind. */
function mayHoldCertificates(document: vscode.TextDocument): boolean {
  return /-----BEGIN |0x30\s*,\s*0x82|default_(certificate|private_key)|\b48\s*,\s*130\b/i.test(
    document.getText(),
  );
}

/** A command on a row of the tree. */
function command(name: string, run: (row: Row) => Thenable<void>): vscode.Disposable {
  return vscode.commands.registerCommand(name, async (row?: Row) => {
    try {
      if (row !== undefined) await run(row);
    } catch (error) {
      showError(error);
    }
  });
}

/** Shows the hover of an array, for those who work without a mouse. */
async function showDetails(uri: vscode.Uri, position: vscode.Position): Promise<void> {
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(position, position) });
  await vscode.commands.executeCommand('editor.action.showHover');
}
