import path from 'node:path';
import * as vscode from 'vscode';
import { type PieceToWrite, mergedImage } from '../../flash/pieces';
import { comparisonLines } from '../../flash/comparison';
import { esptoolCommand, esptoolVersions, unknownPort } from '../../flash/esptool';
import type { Layout } from '../../flash/layout';
import { mapName } from '../../flash/maps';
import { piecesToWrite } from '../../flash/onDisk';
import { addressText, sizeText } from '../../flash/sectors';
import type { Board } from '../../flash/serial/board';
import { loadSerial } from '../../flash/serial/load';
import { defaultBaud, progressText } from '../../flash/serial/progress';
import { ProblemError } from '../../problems';
import { findProgram } from '../../programs/findProgram';
import { ProgramError } from '../../programs/programError';
import { noModulesOfFolder } from '../../programs/runProgram';
import { shellLine } from '../../programs/shellLine';
import { readFlashProject } from '../../project/flashProject';
import { saveFlashImage } from '../../flash/saveImage';
import { offerToIgnore } from '../privateKeys';
import { pickOne } from '../quickInput';
import type { Reports } from '../reports';
import { chooseFolder } from '../workspaceFolders';
import { confirmed, showInformation, showWarning, withProgress } from '../messages';

export type Action = 'flash' | 'flash certificates' | 'compare' | 'merge' | 'copy command';

/** What views, other extensions and tests may hand to the commands instead of answering their questions. */
export interface Arguments {
  folder?: vscode.Uri;
  port?: string;
  /** Flashes without asking whether the firmware may be overwritten. */
  confirmed?: boolean;
  /** Where merging writes. */
  file?: vscode.Uri;
}

const lastPort = 'flash.port';

/**
 * Does what a command asks for. Resolves to how many files were flashed, merged or found to differ; undefined when the user has
 * cancelled.
 */
export async function run(
  action: Action,
  { memory, reports }: { memory: vscode.Memento; reports: Reports },
  given: Arguments,
): Promise<number | undefined> {
  const folder = given.folder ?? (await chooseFolder())?.uri;
  if (folder === undefined) return undefined;
  const project = await readFlashProject(folder.fsPath);
  const certificatesOnly = action === 'flash certificates';
  const { layout, pieces } = await piecesToWrite(folder.fsPath, project, { certificatesOnly, force: false });
  if (action === 'merge') return merge(folder, layout, pieces, given.file);

  const settings = vscode.workspace.getConfiguration('esp8266-ssl', folder);
  const program = settings.get<string[]>('esptool.program', []);
  const baud = settings.get('flash.baud', defaultBaud);
  const wanted = settings.get<number>('esptool.version');
  const version = esptoolVersions.find(known => known === wanted) ?? 5;
  const esptool = (port: string) =>
    esptoolCommand(layout, pieces, {
      version,
      program: program.length > 0 ? program : [version >= 5 ? 'esptool' : 'esptool.py'],
      port,
      baud,
    });
  const port = given.port ?? (await portFor(action, memory.get(lastPort)));
  if (port === undefined) return undefined;
  if (port !== unknownPort) await memory.update(lastPort, port);
  if (action === 'copy command') {
    await vscode.env.clipboard.writeText(shellLine(esptool(port)));
    void showInformation(vscode.l10n.t('The command was copied to the clipboard.'));
    return pieces.length;
  }
  const work = { port, baud, layout, pieces };
  if (action === 'compare') return compare(work, reports);
  const overwrites = pieces.filter(({ certificates }) => !certificates);
  if (overwrites.length > 0 && given.confirmed !== true && !(await mayOverwrite(port, overwrites)))
    return undefined;
  if (program.length > 0) {
    await runAsTask(folder, esptool(port));
    return pieces.length;
  }
  return flashBoard(work);
}

/** What is done with which board. */
interface Work {
  port: string;
  baud: number;
  layout: Layout;
  pieces: PieceToWrite[];
}

async function flashBoard(work: Work): Promise<number | undefined> {
  const { port, pieces } = work;
  const title = vscode.l10n.t('Flashing the board at {0}', port);
  const count = await withBoard(title, work, async board => {
    await board.flash(pieces);
    return pieces.length;
  });
  if (count !== undefined) void showInformation(vscode.l10n.t('Flashed and verified: {0} files.', count));
  return count;
}

async function compare(work: Work, reports: Reports): Promise<number | undefined> {
  const { port, pieces } = work;
  const title = vscode.l10n.t('Comparing with the board at {0}', port);
  const differences = await withBoard(title, work, board => board.compare(pieces));
  if (differences === undefined) return undefined;
  if (differences.length === 0) {
    const same = vscode.l10n.t('The board at {0} matches the project: {1} files.', port, pieces.length);
    void showInformation(same);
    return 0;
  }
  const summary = vscode.l10n.t(
    'The board at {0} differs from the project: {1} of {2} files differ.',
    port,
    differences.length,
    pieces.length,
  );
  const lines = [summary, '', ...comparisonLines(pieces, differences), ''];
  const report = reports.put(`${port.replace(/^\/+/, '')}.txt`, lines.join('\n'));
  await vscode.window.showTextDocument(report);
  void showWarning(summary);
  return differences.length;
}

/** Shows the progress of work with a board. Resolves to undefined when the user has cancelled. */
async function withBoard<T>(
  title: string,
  { port, baud, layout, pieces }: Work,
  work: (board: Board) => Promise<T>,
): Promise<T | undefined> {
  const { Board } = await loadSerial();
  return withProgress(title, { cancellable: true }, async (report, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => {
      controller.abort();
    });
    const total = pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
    let shown = 0;
    try {
      return await Board.use(
        {
          port,
          baud,
          map: layout.map,
          signal: controller.signal,
          onProgress: state => {
            const bytes = 'share' in state ? bytesUntil(pieces, state.address, state.share) : 0;
            // What was written is verified from its beginning: that is not a step back.
            const increment = Math.max(0, (bytes / total) * 100 - shown);
            shown += increment;
            report(progressText(state), increment);
          },
        },
        work,
      );
    } catch (error) {
      if (controller.signal.aborted) return undefined;
      throw error;
    }
  });
}

/** Bytes that are done when a share of the piece at an address is. */
function bytesUntil(pieces: readonly PieceToWrite[], address: number, share: number): number {
  let sum = 0;
  for (const piece of pieces) {
    if (piece.address === address) return sum + piece.bytes.length * share;
    sum += piece.bytes.length;
  }
  return sum;
}

async function merge(
  folder: vscode.Uri,
  layout: Layout,
  pieces: PieceToWrite[],
  given: vscode.Uri | undefined,
): Promise<number | undefined> {
  const file =
    given ??
    (await vscode.window.showSaveDialog({
      defaultUri: vscode.Uri.joinPath(folder, 'flash.bin'),
      filters: { [vscode.l10n.t('Flash image')]: ['bin'] },
    }));
  if (file === undefined) return undefined;
  const holdsKey = saveFlashImage(file.fsPath, mergedImage(layout.map.size * 1024, pieces));
  void showInformation(
    vscode.l10n.t(
      '{0} contains the whole flash: {1}, {2} files.',
      path.basename(file.fsPath),
      mapName(layout.map),
      pieces.length,
    ),
  );
  if (holdsKey) void offerToIgnore(file);
  return pieces.length;
}

/** Where ports cannot be listed, a command to copy leaves it to the user to name one. */
async function portFor(action: Action, last: string | undefined): Promise<string | undefined> {
  try {
    return await askPort(last);
  } catch (error) {
    const unlisted = error instanceof ProblemError && error.problem.kind === 'serial-unavailable';
    if (unlisted && action === 'copy command') return unknownPort;
    throw error;
  }
}

/** Lets the user choose a port, the last one first. Throws a Problem when there is none. */
async function askPort(last: string | undefined): Promise<string | undefined> {
  const { listPorts } = await loadSerial();
  const ports = await listPorts();
  if (ports.length === 0) throw new ProblemError({ kind: 'port-unnamed', ports: [] });
  const items = ports
    .map(port => ({ label: port.path, description: port.description }))
    .toSorted((a, b) => Number(b.label === last) - Number(a.label === last));
  const placeHolder = vscode.l10n.t('The serial port of the board');
  return (await pickOne(items, { placeHolder, matchOnDescription: true }))?.label;
}

async function mayOverwrite(port: string, pieces: readonly PieceToWrite[]): Promise<boolean> {
  const flashIt = vscode.l10n.t('Flash');
  const detail = pieces
    .map(({ address, file, bytes }) => `${addressText(address)}  ${file}  (${sizeText(bytes.length)})`)
    .join('\n');
  const question = vscode.l10n.t('Overwrite the firmware of the board at {0}?', port);
  return confirmed(question, flashIt, { detail });
}

/** The user's own esptool in a terminal; its arguments never pass through a shell. */
async function runAsTask(folder: vscode.Uri, [program = '', ...args]: string[]): Promise<void> {
  const cwd = folder.fsPath;
  // VS Code would also take one of the project.
  const file = path.basename(program) === program ? findProgram(program, { untrusted: [cwd] }) : program;
  if (file === undefined) throw new ProgramError(program, 'not-found');
  const execution = new vscode.ProcessExecution(file, args, { cwd, env: noModulesOfFolder });
  const scope = vscode.workspace.getWorkspaceFolder(folder) ?? vscode.TaskScope.Workspace;
  await vscode.tasks.executeTask(
    new vscode.Task({ type: 'process' }, scope, 'esptool', 'ESP8266 SSL', execution, []),
  );
}
