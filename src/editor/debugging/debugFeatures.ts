import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { eventBody } from '../../debugger/eventBody';
import { readProjectPart } from '../../project/projectFile';
import { offerToIgnore } from '../privateKeys';
import { certificatesFirst } from './certificatesFirst';
import { type Choice, chooseFirmware, pickFirmware, sampleName } from './chooseFirmware';
import { findFirmware, readFirmware } from './findFirmware';
import { LocalReach } from './localReach';
import { debugType } from './manifestNames';
import { tellOfPathsOutside } from './pathsOutside';
import { ServedPage } from './servedPage';

/** The firmware that ships with the extension, below its folder. */
const samplePath = ['samples', 'https-server', 'firmware.elf'];

/** What there is to do around a debug session; texts and questions included. */
export class DebugFeatures {
  readonly #context: vscode.ExtensionContext;
  readonly #servedPage: ServedPage;
  readonly #localReach: LocalReach;

  constructor(context: vscode.ExtensionContext) {
    this.#context = context;
    this.#servedPage = new ServedPage(context.globalState);
    this.#localReach = new LocalReach(context.workspaceState);
  }

  /** The one configuration of a new launch.json. */
  async forLaunchFile(folder: vscode.WorkspaceFolder | undefined): Promise<vscode.DebugConfiguration[]> {
    const found = await findFirmware(folder === undefined ? [] : [folder]);
    const picked = await pickFirmware(found);
    if (picked === undefined && found.length > 0) return [];
    const file = picked ? vscode.workspace.asRelativePath(picked.uri, false) : 'firmware.elf';
    return [configurationOf(`\${workspaceFolder}/${file}`)];
  }

  /** F5 without launch.json gives an empty configuration: what is missing is found or asked. */
  async completed(
    folder: vscode.WorkspaceFolder | undefined,
    given: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    if (isText(given['program'])) return given;
    const choice = await chooseFirmware(foldersToSearch(folder, given));
    return choice && { ...this.#configuration(choice), ...said(given) };
  }

  /** Variables have got their values: the ELF must be there, and certificates for a device that needs them. */
  async readyToRun(
    folder: vscode.WorkspaceFolder | undefined,
    given: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const ready = await this.#withCertificates(folder, given);
    const program: unknown = ready?.['program'];
    return ready !== undefined && isText(program) ? this.#localReach.applied(ready, program) : ready;
  }

  async #withCertificates(
    folder: vscode.WorkspaceFolder | undefined,
    given: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const program: unknown = given['program'];
    if (!isText(program)) return given;
    if (path.isAbsolute(program) && !existsSync(program)) {
      const choice = await chooseFirmware(foldersToSearch(folder, given), program);
      return choice && this.#withCertificates(folder, { ...given, program: this.#programOf(choice) });
    }
    // The adapter says what is wrong with a setting.
    tellOfPathsOutside(this.#context.workspaceState, folder, given, this.#context.extensionUri).catch(
      () => undefined,
    );
    const uri = vscode.Uri.file(program);
    const project = vscode.workspace.getWorkspaceFolder(uri) ?? folder ?? allFolders()[0];
    const named: unknown = given['certificates'];
    if (!isText(named) && (await saysCertificates(given, program))) return given;
    const certificates = await certificatesFirst(this.#context.secrets, {
      root: project?.uri ?? this.#context.globalStorageUri,
      named: isText(named) ? named : undefined,
      wanted: this.#isSample(program)
        ? 'surely'
        : (await readFirmware(uri))?.wantsCertificate
          ? 'likely'
          : 'no',
    });
    return certificates === undefined ? given : { ...given, certificates };
  }

  /** Runs an ELF, or what the folder of another file or the workspace has. */
  async run(file: vscode.Uri | undefined): Promise<void> {
    const about = file ?? vscode.window.activeTextEditor?.document.uri;
    const folder =
      (about && vscode.workspace.getWorkspaceFolder(about)) ??
      (allFolders().length === 1 ? allFolders()[0] : undefined);
    const choice: Choice | undefined =
      file !== undefined && /\.(elf|out)$/i.test(file.path)
        ? { kind: 'firmware', uri: file }
        : await chooseFirmware(folder === undefined ? allFolders() : [folder]);
    if (choice === undefined) return;
    const owner = choice.kind === 'firmware' ? vscode.workspace.getWorkspaceFolder(choice.uri) : undefined;
    await vscode.debug.startDebugging(owner ?? folder, this.#configuration(choice));
  }

  async eventOfDevice(event: vscode.DebugSessionCustomEvent): Promise<void> {
    if (event.event === 'esp8266-ssl.keySaved') await keySaved(event.body);
    else await Promise.all([this.#servedPage.offer(event), this.#localReach.askAfter(event)]);
  }

  #configuration(choice: Choice): vscode.DebugConfiguration {
    const configuration = configurationOf(this.#programOf(choice));
    return choice.kind === 'sample' ? { ...configuration, name: sampleName() } : configuration;
  }

  #programOf(choice: Choice): string {
    return choice.kind === 'sample' ? this.#sample : choice.uri.fsPath;
  }

  get #sample(): string {
    return vscode.Uri.joinPath(this.#context.extensionUri, ...samplePath).fsPath;
  }

  #isSample(program: string): boolean {
    return path.relative(this.#sample, program) === '';
  }
}

/** A file of the simulated device, as another program names it, holds a private key. */
async function keySaved(body: unknown): Promise<void> {
  const file = eventBody(body).get('file');
  if (isText(file) && path.isAbsolute(file)) await offerToIgnore(vscode.Uri.file(file));
}

function configurationOf(program: string): vscode.DebugConfiguration {
  const name = vscode.l10n.t('{0} on a simulated ESP8266', path.basename(program));
  return { type: debugType, request: 'launch', name, program };
}

/** What a configuration says; F5 without launch.json leaves type, request and name out or empty. */
function said(given: vscode.DebugConfiguration): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== ''));
}

/** Whether the project's file names the certificates of the simulated device. */
async function saysCertificates(given: vscode.DebugConfiguration, program: string): Promise<boolean> {
  const cwd: unknown = given['cwd'];
  const part = await readProjectPart(isText(cwd) ? cwd : path.dirname(program), 'simulator');
  return typeof part === 'object' && part !== null && 'certificates' in part;
}

function allFolders(): readonly vscode.WorkspaceFolder[] {
  return vscode.workspace.workspaceFolders ?? [];
}

/** A configuration in launch.json is about its folder; without one any folder may be meant. */
function foldersToSearch(
  folder: vscode.WorkspaceFolder | undefined,
  given: vscode.DebugConfiguration,
): readonly vscode.WorkspaceFolder[] {
  return folder !== undefined && isText(given.type) ? [folder] : allFolders();
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
