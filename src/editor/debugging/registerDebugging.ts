import * as vscode from 'vscode';
import { showError } from '../messages';
import type { DebugFeatures } from './debugFeatures';
import { debugType, runCommand } from './manifestNames';
import { watchActiveFirmware } from './activeFirmware';

/** Registers debugging on the simulated device; the part that looks for firmware is loaded with the first run. */
export function registerDebugging(context: vscode.ExtensionContext): void {
  let loading: Promise<DebugFeatures> | undefined;
  const features = () => (loading ??= load(context));
  /** VS Code says nothing of a provider that fails: F5 would do nothing. */
  const said = async <T>(action: (features: DebugFeatures) => Promise<T>): Promise<T | undefined> => {
    try {
      return await action(await features());
    } catch (error) {
      if (!(error instanceof vscode.CancellationError)) showError(error);
      return undefined;
    }
  };

  context.subscriptions.push(
    vscode.debug.registerDebugAdapterDescriptorFactory(debugType, {
      createDebugAdapterDescriptor: () => adapter(context.extensionUri),
    }),
    vscode.debug.registerDebugConfigurationProvider(debugType, {
      provideDebugConfigurations: folder => said(each => each.forLaunchFile(folder)),
      resolveDebugConfiguration: (folder, configuration) =>
        said(each => each.completed(folder, configuration)),
      resolveDebugConfigurationWithSubstitutedVariables: (folder, configuration) =>
        said(each => each.readyToRun(folder, configuration)),
    }),
    vscode.debug.onDidReceiveDebugSessionCustomEvent(event => {
      if (event.session.type === debugType) void said(each => each.eventOfDevice(event));
    }),
    vscode.commands.registerCommand(runCommand, (file?: unknown) =>
      said(each => each.run(file instanceof vscode.Uri ? file : undefined)),
    ),
    watchActiveFirmware(),
  );
}

/** The debug adapter runs in a process of its own, so that no firmware can make the editor slow. */
function adapter(extension: vscode.Uri): vscode.DebugAdapterExecutable {
  const program = vscode.Uri.joinPath(extension, 'out', 'debugAdapter.js').fsPath;
  return new vscode.DebugAdapterExecutable(process.execPath, [program], {
    env: { ELECTRON_RUN_AS_NODE: '1' },
  });
}

async function load(context: vscode.ExtensionContext): Promise<DebugFeatures> {
  const { DebugFeatures } = await import('./debugFeatures');
  return new DebugFeatures(context);
}
