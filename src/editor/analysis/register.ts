import * as vscode from 'vscode';
import { firmwareGlob, hasFirmware } from '../firmwareFolders';
import { showError } from '../messages';
import { startWhenThere } from '../startWhenThere';
import type { AnalysisFeatures } from './analysisFeatures';
import {
  fixAllKind,
  makefilesSelector,
  restartCommand,
  ruleCommand,
  ruleScheme,
  sourcesSelector,
} from './manifestNames';
import type { WindowAnalysis } from './windowAnalysis';

/** Registers the analysis of C; the part that reads it is loaded with the first source, or where the workspace has firmware. */
export function registerAnalysis(context: vscode.ExtensionContext, analysis: WindowAnalysis): void {
  const hintsChanged = new vscode.EventEmitter<void>();
  let loading: Promise<AnalysisFeatures> | undefined;
  const features = () => (loading ??= load(context, analysis, hintsChanged));
  const all = vscode.CodeActionKind.Empty.append(fixAllKind);

  context.subscriptions.push(
    hintsChanged,
    vscode.languages.registerCodeActionsProvider(
      [...sourcesSelector, ...makefilesSelector],
      {
        provideCodeActions: async (document, range, given) =>
          (await features()).actions(document, range, given),
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, all] },
    ),
    vscode.languages.registerHoverProvider(sourcesSelector, {
      provideHover: async (document, position) => (await features()).hover(document, position),
    }),
    vscode.languages.registerSignatureHelpProvider(
      sourcesSelector,
      {
        provideSignatureHelp: async (document, position) => (await features()).signature(document, position),
      },
      '(',
      ',',
    ),
    vscode.languages.registerInlayHintsProvider(sourcesSelector, {
      onDidChangeInlayHints: hintsChanged.event,
      provideInlayHints: async (document, range) => (await features()).hints(document, range),
    }),
    vscode.languages.registerCompletionItemProvider(
      sourcesSelector,
      {
        provideCompletionItems: async (document, position) => (await features()).complete(document, position),
      },
      '(',
      '=',
    ),
    vscode.workspace.registerTextDocumentContentProvider(ruleScheme, {
      provideTextDocumentContent: async uri => (await import('./analysisFeatures')).rulePage(uri),
    }),
    vscode.commands.registerCommand(restartCommand, () => analysis.restart()),
    vscode.commands.registerCommand(ruleCommand, async (id?: unknown) => {
      try {
        await (await import('./analysisFeatures')).showRule(id);
      } catch (error) {
        showError(error);
      }
    }),
  );

  const start = (document: vscode.TextDocument) => {
    if (vscode.languages.match(sourcesSelector, document) > 0) features().catch(showError);
  };
  context.subscriptions.push(vscode.workspace.onDidOpenTextDocument(start));
  vscode.workspace.textDocuments.forEach(start);
  startWhenThere(context, { glob: firmwareGlob, isThere: hasFirmware }, features);
}

async function load(
  context: vscode.ExtensionContext,
  analysis: WindowAnalysis,
  hintsChanged: vscode.EventEmitter<void>,
): Promise<AnalysisFeatures> {
  const { AnalysisFeatures } = await import('./analysisFeatures');
  const features = new AnalysisFeatures(analysis);
  context.subscriptions.push(
    features,
    features.onDidCheck(() => hintsChanged.fire()),
  );
  return features;
}
