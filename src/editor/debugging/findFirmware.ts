import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { limits } from '../../files/limits';
import { readFile } from '../../files/readFile';
import { ProblemError } from '../../problems';
import { loadFirmware } from '../../simulator/firmware/firmware';
import { findFiles } from '../workspaceFiles';

/** An ELF for this chip. */
export interface FirmwareFile {
  uri: vscode.Uri;
  /** Undefined for one outside of the workspace. */
  folder: vscode.WorkspaceFolder | undefined;
  /** Why the simulator cannot run it. */
  problem?: ProblemError;
  /** Whether it serves TLS with a certificate that its code does not bring: it looks for one in the flash. */
  wantsCertificate: boolean;
}

/** What linkers of NON-OS SDK projects write. */
const pattern = '**/{*.elf,*.out}';
const excluded = '**/{node_modules,.git}/**';
const maxFiles = 50;

/** The firmware in these folders, the newest first; what the simulator cannot run only where there is nothing else. */
export async function findFirmware(folders: readonly vscode.WorkspaceFolder[]): Promise<FirmwareFile[]> {
  const found: { firmware: FirmwareFile; changed: number }[] = [];
  for (const folder of folders) {
    const inFolder = new vscode.RelativePattern(folder, pattern);
    for (const uri of await findFiles(inFolder, excluded, maxFiles)) {
      const firmware = await readFirmware(uri);
      if (firmware === undefined) continue;
      found.push({ firmware, changed: (await stat(uri.fsPath)).mtimeMs });
    }
  }
  const newestFirst = found.sort((a, b) => b.changed - a.changed).map(({ firmware }) => firmware);
  const sound = newestFirst.filter(({ problem }) => problem === undefined);
  return sound.length > 0 ? sound : newestFirst;
}

/** Reads what a run has to know of a file; undefined for one that is not a linked program for this chip, or cannot be read. */
export async function readFirmware(uri: vscode.Uri): Promise<FirmwareFile | undefined> {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  try {
    const { symbols } = loadFirmware(await readFile(uri.fsPath, limits.firmware), uri.fsPath);
    const wantsCertificate =
      symbols.find('espconn_secure_accept') !== undefined &&
      symbols.find('default_certificate') === undefined;
    return { uri, folder, wantsCertificate };
  } catch (error) {
    if (!(error instanceof ProblemError) || notForThisChip.has(error.problem.kind)) return undefined;
    return { uri, folder, problem: error, wantsCertificate: false };
  }
}

const notForThisChip: ReadonlySet<string> = new Set([
  'not-an-elf',
  'elf-of-another-chip',
  'elf-of-another-byte-order',
  'elf-not-linked',
]);
