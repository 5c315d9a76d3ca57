import * as l10n from '@vscode/l10n';
import { type BurntPiece, mergedImage } from '../flash/burn';
import { comparisonLines } from '../flash/comparison';
import { esptoolCommand, type EsptoolVersion, esptoolVersions, shellLine } from '../flash/esptool';
import type { FileSizes, Layout } from '../flash/layout';
import { mapName } from '../flash/maps';
import { burntPieces } from '../flash/onDisk';
import { addressText, sectorText, sizeText } from '../flash/sectors';
import { loadSerial } from '../flash/serial/load';
import { type BurnProgress, defaultBaud, progressText } from '../flash/serial/progress';
import { ProblemError } from '../problems';
import { startAtTerminal } from '../programs/runProgram';
import { readFlashProject } from '../project/flashProject';
import { writeFileAtomically } from '../files/writeFile';
import type { Output } from './output';
import { parseOptions, usage } from './parseOptions';

/** The flash holds something else than the project says. */
const differs = 1;

export function flashHelp(): string {
  return l10n.t(
    `esp8266-ssl flash [options]
Burns what esp8266-ssl.json says under "flash" into a board at a serial port, and verifies it. Without that file: the
certificates in ssl, in the sectors 0x77 and 0x78.

  --certificates-only    leave the firmware as it is
  --port PORT            serial port of the board, for example /dev/ttyUSB0 or COM3 (default: the only one)
  --baud NUMBER          bits per second (default: {0})
  --list                 list the serial ports
  --dry-run              only show what would go where
  --compare              only compare the flash of the board with the project
  --merge FILE           write one image of the whole flash instead
  --command              only print the command of the esptool of Python that does the same
  --esptool VERSION      version of that: 3, 4 or 5 (default: 5)
  --program WORD         burn with the esptool of Python: what starts it, word by word (repeatable)
  --force                burn although the layout has errors`,
    defaultBaud,
  );
}

/** Runs `esp8266-ssl flash`; resolves to the exit code. */
export async function flash(args: string[], output: Output, signal: AbortSignal): Promise<number> {
  const options = parse(args);
  if (options.list) {
    for (const { path, description } of await ports()) output.out(`${path}  ${description}`.trimEnd());
    return 0;
  }
  const project = await readFlashProject('.');
  // Without a layout nobody has said that this folder is a firmware's: it may be any, and large.
  const named = project.flash !== undefined;
  const { layout, sizes, pieces } = await burntPieces('.', project, options);
  if (options.merge !== undefined) {
    writeFileAtomically(options.merge, mergedImage(layout.map.size * 1024, pieces));
    output.out(
      l10n.t('{0}: {1}, {2} files.', options.merge, sizeText(layout.map.size * 1024), pieces.length),
    );
    return 0;
  }
  if (options.dryRun) {
    for (const line of plan(layout, pieces)) output.out(line);
    if (named) await warnOfSources(layout, sizes, output);
    return 0;
  }
  if (options.command || options.program.length > 0) return python(options, layout, pieces, output, signal);
  if (named && !options.compare) await warnOfSources(layout, sizes, output);
  return burn(options, layout, pieces, output, signal);
}

/** Says where the C sources count on something else than the layout. */
async function warnOfSources(layout: Layout, sizes: FileSizes, output: Output): Promise<void> {
  // The C parser is large.
  const { flashInSources } = await import('../analysis/flashInSources');
  const { flashClaims } = await import('../analysis/flashClaims');
  try {
    const found = await flashInSources('.', layout.map.id);
    for (const { agrees, text } of flashClaims(found, layout, sizes))
      if (!agrees) output.error(l10n.t('Warning: {0}', text));
  } catch (error) {
    // What they say is not needed.
    if (!(error instanceof ProblemError)) throw error;
    output.error(l10n.t('Warning: {0}', error.message));
  }
}

type Options = ReturnType<typeof parse>;

async function burn(
  { port, baud, compare }: Options,
  layout: Layout,
  pieces: BurntPiece[],
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
    await Board.use(board, connected => connected.burn(pieces));
    output.out(l10n.t('Flashed and verified: {0} files.', pieces.length));
    return 0;
  }
  const differences = await Board.use(board, connected => connected.compare(pieces));
  for (const line of comparisonLines(pieces, differences)) output.out(line);
  return differences.length === 0 ? 0 : differs;
}

/** The same by the user's own esptool. Its arguments never pass through a shell. */
async function python(
  { command, program, version, port, baud }: Options,
  layout: Layout,
  pieces: BurntPiece[],
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const started = program.length === 0 ? [version >= 5 ? 'esptool' : 'esptool.py'] : program;
  const words = esptoolCommand(layout, pieces, {
    version,
    program: started,
    port: port ?? (command ? 'PORT' : await onlyPort()),
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

function plan(layout: Layout, pieces: readonly BurntPiece[]): string[] {
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
function progressPrinter(output: Output): (progress: BurnProgress) => void {
  let last = '';
  return progress => {
    const text = progressText(progress);
    if (text !== last) output.out(text);
    last = text;
  };
}

function parse(args: string[]) {
  const values = parseValues(args);
  const baud = Number(values.baud);
  if (!Number.isInteger(baud) || baud < 9600 || baud > 4_000_000)
    throw usage(l10n.t('--baud must be a whole number between 9600 and 4000000.'));
  const version = esptoolVersions.find(known => String(known) === values.esptool);
  if (version === undefined) throw usage(l10n.t('--esptool must be one of {0}.', esptoolVersions.join(', ')));
  return {
    certificatesOnly: values['certificates-only'],
    port: values.port,
    baud,
    list: values.list,
    dryRun: values['dry-run'],
    compare: values.compare,
    merge: values.merge,
    command: values.command,
    version: version satisfies EsptoolVersion,
    program: values.program,
    force: values.force,
  };
}

function parseValues(args: string[]) {
  const flag = { type: 'boolean', default: false } as const;
  return parseOptions(args, {
    'certificates-only': flag,
    port: { type: 'string' },
    baud: { type: 'string', default: String(defaultBaud) },
    list: flag,
    'dry-run': flag,
    compare: flag,
    merge: { type: 'string' },
    command: flag,
    esptool: { type: 'string', default: '5' },
    program: { type: 'string', multiple: true, default: [] },
    force: flag,
  });
}
