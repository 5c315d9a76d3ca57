import * as l10n from '@vscode/l10n';
import { type PieceToWrite, mergedImage } from '../flash/pieces';
import { comparisonLines } from '../flash/comparison';
import { esptoolCommand, esptoolVersions, unknownPort } from '../flash/esptool';
import type { CheckedLayout } from '../flash/checkedLayout';
import { findingText, readFindings } from '../flash/findings';
import type { Layout } from '../flash/layout';
import { mapName } from '../flash/maps';
import { piecesToWrite, layoutOnDisk } from '../flash/onDisk';
import { codeAround, codeAroundText } from '../flash/codeAround';
import { addressText, sectorSize, sectorText, sizeText } from '../flash/sectors';
import { loadSerial } from '../flash/serial/load';
import { type FlashProgress, progressText } from '../flash/serial/progress';
import { ProblemError, sentence } from '../problems';
import { shellLine } from '../programs/shellLine';
import { startAtTerminal } from '../programs/runProgram';
import { readFlashProject } from '../project/flashProject';
import { saveFlashImage } from '../flash/saveImage';
import { parse } from './commandLine/parse';
import { flashDescription } from './commands/devices';
import { exitCodes } from './exitCodes';
import { noteKeyFiles } from './gitNotes';
import type { Output } from './output';

/** Runs `esp8266-ssl flash`; resolves to the exit code. */
export async function flash(args: string[], output: Output, signal: AbortSignal): Promise<number> {
  const options = request(args);
  if (options.list) {
    for (const { path, description } of await ports()) output.out(`${path}  ${description}`.trimEnd());
    return 0;
  }
  const project = await readFlashProject('.');
  // Without a layout nobody has said that this folder is a firmware's: it may be any, and large.
  const named = project.flash !== undefined;
  const checked = await piecesToWrite('.', project, options).catch(async (error: unknown) => {
    const isEmpty = error instanceof ProblemError && error.problem.kind === 'nothing-to-flash';
    if (named && isEmpty) await warn(await layoutOnDisk('.', project), options, output);
    throw error;
  });
  const { layout, pieces } = checked;
  if (named && !options.compare) await warn(checked, options, output);
  if (options.merge !== undefined) {
    const holdsKey = saveFlashImage(options.merge, mergedImage(layout.map.size * 1024, pieces));
    output.out(
      l10n.t('{0}: {1}, {2} files.', options.merge, sizeText(layout.map.size * 1024), pieces.length),
    );
    if (holdsKey) await noteKeyFiles([options.merge], output);
    return 0;
  }
  if (options.dryRun) {
    for (const line of plan(layout, pieces)) output.out(line);
    return 0;
  }
  if (options.command || options.program.length > 0) return python(options, layout, pieces, output, signal);
  return flashBoard(options, layout, pieces, output, signal);
}

/**
 * Says what could be better in a layout, and where the C sources count on something else. Throws a Problem where they have the TLS
 * library read what it cannot.
 */
async function warn(
  { layout, sizes, contents, findings }: CheckedLayout,
  { force }: Options,
  output: Output,
): Promise<void> {
  for (const finding of findings)
    if ((finding.severity !== 'error' || force) && finding.kind !== 'file-missing')
      output.error(l10n.t('Warning: {0}', findingText(finding)));
  // The C parser is large.
  const { flashInSources } = await import('../analysis/engine/analysisEntry');
  const { flashClaims } = await import('../analysis/project/flashClaims');
  try {
    const found = await flashInSources('.', layout.map.id);
    const unreadable = readFindings(layout, contents, found.sectors).map(findingText);
    if (unreadable.length > 0 && !force)
      throw new ProblemError({ kind: 'layout-wrong', findings: unreadable });
    for (const text of unreadable) output.error(l10n.t('Warning: {0}', text));
    for (const { agrees, text } of flashClaims(found, layout, sizes))
      if (!agrees) output.error(l10n.t('Warning: {0}', text));
    for (const address of new Set(found.sectors.map(({ sector }) => sector * sectorSize))) {
      const around = layout.regions.some(region => region.address === address)
        ? undefined
        : codeAround(layout, sizes, address);
      if (around !== undefined) output.error(l10n.t('Warning: {0}', codeAroundText(around)));
    }
  } catch (error) {
    // What they say is not needed.
    if (!(error instanceof ProblemError) || error.problem.kind === 'layout-wrong') throw error;
    output.error(l10n.t('Warning: {0}', sentence(error.problem, 'terminal')));
  }
}

type Options = ReturnType<typeof request>;

async function flashBoard(
  { port, baud, compare }: Options,
  layout: Layout,
  pieces: PieceToWrite[],
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const { Board } = await loadSerial();
  const board = {
    port: port ?? (await onlyPort()),
    baud,
    map: layout.map,
    signal,
    onProgress: progressPrinter(output),
  };
  if (!compare) {
    await Board.use(board, connected => connected.flash(pieces));
    output.out(l10n.t('Flashed and verified: {0} files.', pieces.length));
    return 0;
  }
  const differences = await Board.use(board, connected => connected.compare(pieces));
  for (const line of comparisonLines(pieces, differences)) output.out(line);
  return differences.length === 0 ? exitCodes.done : exitCodes.failed;
}

/** The same by the user's own esptool. Its arguments never pass through a shell. */
async function python(
  { command, program, version, port, baud }: Options,
  layout: Layout,
  pieces: PieceToWrite[],
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const started = program.length === 0 ? [version >= 5 ? 'esptool' : 'esptool.py'] : program;
  const words = esptoolCommand(layout, pieces, {
    version,
    program: started,
    port: port ?? (command ? unknownPort : await onlyPort()),
    baud,
  });
  if (command) {
    output.out(shellLine(words));
    return 0;
  }
  const [file = '', ...rest] = words;
  return new Promise((resolve, reject) => {
    const child = startAtTerminal(file, rest, signal);
    child.once('error', error => {
      reject(
        new ProblemError({ kind: 'program-failed', program: file, reason: error.message }, { cause: error }),
      );
    });
    child.once('exit', code => {
      if (code === 0) resolve(0);
      else reject(new ProblemError({ kind: 'program-failed', program: file, reason: `exit ${code ?? '?'}` }));
    });
  });
}

async function ports() {
  const { listPorts } = await loadSerial();
  return listPorts();
}

async function onlyPort(): Promise<string> {
  const found = (await ports()).map(({ path }) => path);
  const [port] = found;
  if (port === undefined || found.length > 1) throw new ProblemError({ kind: 'port-unnamed', ports: found });
  return port;
}

function plan(layout: Layout, pieces: readonly PieceToWrite[]): string[] {
  const { mode, frequency } = layout.chip;
  return [
    l10n.t('{0}, mode {1}, frequency {2}', mapName(layout.map), mode, frequency),
    ...pieces.map(
      ({ address, bytes, file }) =>
        `${addressText(address).padEnd(9)} ${l10n.t('sector {0}', sectorText(address)).padEnd(13)} ${sizeText(bytes.length).padStart(7)}  ${file}`,
    ),
  ];
}

/** Says each step once, at its beginning. */
function progressPrinter(output: Output): (progress: FlashProgress) => void {
  let last = '';
  return progress => {
    const text = progressText(progress);
    if (text !== last) output.out(text);
    last = text;
  };
}

function request(args: string[]) {
  const { given } = parse(flashDescription, args);
  return {
    certificatesOnly: given['certificates-only'],
    port: given.port,
    baud: given.baud,
    list: given.list,
    dryRun: given['dry-run'],
    compare: given.compare,
    merge: given.merge,
    command: given.command,
    // Its table has no other.
    version: esptoolVersions.find(known => String(known) === given.esptool) ?? 5,
    program: given.program,
    force: given.force,
  };
}
