import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { recordFolder } from '../project/recordFolder';

const debugType = 'esp8266-ssl';
/** What linkers of NON-OS SDK projects write. */
const firmwarePattern = '**/{*.elf,*.out}';
const notFirmware = '**/{node_modules,.git}/**';
/** The firmware that ships with the extension, below its folder. */
const samplePath = ['samples', 'https-server', 'firmware.elf'];

export function registerDebugging(context: vscode.ExtensionContext): void {
  const provider = new ConfigurationProvider(context.extensionUri);
  context.subscriptions.push(
    vscode.debug.registerDebugAdapterDescriptorFactory(debugType, {
      createDebugAdapterDescriptor: () => adapter(context.extensionUri),
    }),
    vscode.debug.registerDebugConfigurationProvider(debugType, provider),
    vscode.debug.registerDebugConfigurationProvider(
      debugType,
      { provideDebugConfigurations: folder => provider.choices(folder) },
      vscode.DebugConfigurationProviderTriggerKind.Dynamic,
    ),
  );
}

/** The debug adapter runs in a process of its own, so that no firmware can make the editor slow. */
function adapter(extension: vscode.Uri): vscode.DebugAdapterExecutable {
  const program = vscode.Uri.joinPath(extension, 'out', 'debugAdapter.js').fsPath;
  return new vscode.DebugAdapterExecutable(process.execPath, [program], {
    env: { ELECTRON_RUN_AS_NODE: '1' },
  });
}

class ConfigurationProvider implements vscode.DebugConfigurationProvider {
  readonly #extension: vscode.Uri;

  constructor(extension: vscode.Uri) {
    this.#extension = extension;
  }

  /** For a new launch.json. */
  provideDebugConfigurations(
    folder: vscode.WorkspaceFolder | undefined,
  ): Promise<vscode.DebugConfiguration[]> {
    return this.choices(folder);
  }

  /** The firmware in the folder; in a folder without one, the firmware that serves the user's certificates. */
  async choices(folder: vscode.WorkspaceFolder | undefined): Promise<vscode.DebugConfiguration[]> {
    const programs = await findFirmware(folder);
    if (programs.length === 0) return [await this.#sample(folder)];
    return programs.map(program => ({
      type: debugType,
      request: 'launch',
      name: vscode.l10n.t('{0} on a simulated ESP8266', path.basename(program.fsPath)),
      program:
        folder === undefined
          ? program.fsPath
          : `\${workspaceFolder}/${vscode.workspace.asRelativePath(program, false)}`,
    }));
  }

  /** Without launch.json the configuration is empty: F5 alone has to work. */
  async resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    if (configuration.type !== '') return configuration;
    const choices = await this.choices(folder);
    if (choices.length === 1 && (await findFirmware(folder)).length === 1) return choices[0];
    const items = choices.map(choice => ({ label: choice.name, choice }));
    const placeHolder = vscode.l10n.t('The firmware to run on a simulated ESP8266');
    return (await vscode.window.showQuickPick(items, { placeHolder }))?.choice;
  }

  /** Paths are known now: certificates are taken from the workspace folder unless the configuration says otherwise. */
  async resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration> {
    if (configuration['certificates'] === undefined && folder !== undefined) {
      const certificates = await recordFolder(folder.uri.fsPath);
      if (existsSync(certificates)) configuration['certificates'] = certificates;
    }
    return configuration;
  }

  async #sample(folder: vscode.WorkspaceFolder | undefined): Promise<vscode.DebugConfiguration> {
    return {
      type: debugType,
      request: 'launch',
      name: vscode.l10n.t('A device with your certificates'),
      program: vscode.Uri.joinPath(this.#extension, ...samplePath).fsPath,
      ...(folder && { certificates: await certificatesOf(folder) }),
    };
  }
}

/** Where the certificates of a folder are or will be, as launch.json says it. */
async function certificatesOf(folder: vscode.WorkspaceFolder): Promise<string> {
  const { fsPath } = folder.uri;
  const relative = path.relative(fsPath, await recordFolder(fsPath));
  return `\${workspaceFolder}/${relative.replaceAll(path.sep, '/')}`;
}

async function findFirmware(folder: vscode.WorkspaceFolder | undefined): Promise<vscode.Uri[]> {
  const pattern =
    folder === undefined ? firmwarePattern : new vscode.RelativePattern(folder, firmwarePattern);
  return vscode.workspace.findFiles(pattern, notFirmware, 20);
}
