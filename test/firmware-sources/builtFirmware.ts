import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.join(__dirname, '..', '..');
const compiler = 'xtensa-lx106-elf-gcc';
const run = promisify(execFile);

/** C headers and linker script for firmware without Espressif's SDK. */
const deviceSdk = path.join(root, 'device-sdk');

/** What the libraries want of a C library. */
const include = path.join(__dirname, 'include');
/** The layout that all of these firmwares have. */
const sections = path.join(__dirname, 'sections.ld');

/** Series of Debian 12 that our configurations are written for. */
const series = { lwip: '2.1.', mbedtls: '2.28.' } as const;
type Library = keyof typeof series;

/** A firmware that is built of libraries of Debian. */
interface FirmwareBuild<L extends Library> {
  /** In out/. */
  name: string;
  libraries: readonly L[];
  /** All that makes the firmware what it is, besides the libraries and device-sdk. */
  folders: readonly string[];
  /** Builds in the folder `work`. */
  build: (work: string, sources: Record<L, string>) => Promise<void>;
}

/**
 * Returns the folder in which the firmware is. The same inputs are built once; the result stays in out/. Needs xtensa-lx106-elf-gcc; the
 * sources are downloaded when they are not there yet.
 */
export async function builtFirmware<L extends Library>({
  name,
  libraries,
  folders,
  build,
}: FirmwareBuild<L>): Promise<string> {
  const { debianSources } = await import('../../scripts/lib/debianSources.mjs');
  const found = debianSources([...libraries]);
  const sources = Object.fromEntries(libraries.map((library, index) => [library, found[index]])) as Record<
    L,
    string
  >;
  const versions = libraries.map(library => checkedLibrary(sources[library], library));
  const hash = inputHash(
    [...versions, execFileSync(compiler, ['--version'], { encoding: 'utf8' })],
    [...folders, deviceSdk, include, sections, __filename],
  );
  const built = path.join(root, 'out', name, hash);
  if (!existsSync(built)) {
    const work = `${built}.${process.pid}`;
    mkdirSync(work, { recursive: true });
    try {
      await build(work, sources);
      keep(work, built);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  return built;
}

/** The library's Debian version. Throws when it is not of the series that the configurations are written for. */
function checkedLibrary(sources: string, name: Library): string {
  const changelog = readFileSync(path.join(sources, 'debian', 'changelog'), 'utf8');
  const version = /^\S+ \((\S+)\)/.exec(changelog)?.[1] ?? 'without a version';
  if (!version.startsWith(series[name]))
    throw new Error(`The firmware needs ${name} ${series[name]}x, as Debian 12 has it; here is ${version}.`);
  return `${name} ${version}`;
}

/** Hash of texts, folders and files. */
function inputHash(texts: string[], places: string[]): string {
  const hash = createHash('sha256').update(texts.join('\n'));
  for (const place of places)
    for (const name of filesBelow(place))
      hash.update(`\0${name}\0`).update(readFileSync(path.join(place, name)));
  return hash.digest('hex').slice(0, 16);
}

/** Relative to the folder; a file is below itself. */
function filesBelow(place: string): string[] {
  if (path.extname(place) !== '' && existsSync(place)) return [''];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.relative(place, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Another process may have been faster; then its result stays. */
function keep(work: string, built: string): void {
  try {
    renameSync(work, built);
  } catch (error) {
    if (!existsSync(built)) throw error;
  }
}

/** Files to compile with the same flags. */
interface Unit {
  files: readonly string[];
  flags: readonly string[];
}

/** Compiles C for the device and links it by a linker script, which may include functions.ld, the functions of the device. */
export async function compileFirmware(
  work: string,
  {
    units,
    includes,
    script,
    elf,
  }: { units: readonly Unit[]; includes: readonly string[]; script: string; elf: string },
): Promise<void> {
  writeFileSync(path.join(work, 'functions.ld'), deviceFunctions());
  const common = [
    ...['-g', '-std=gnu99', '-mlongcalls', '-mtext-section-literals', '-ffreestanding', '-nostdlib'],
    ...['-ffunction-sections', '-fdata-sections', '-DMBEDTLS_CONFIG_FILE="mbedtlsConfig.h"'],
    ...[...includes, include, path.join(deviceSdk, 'include')].map(folder => `-I${folder}`),
  ];
  const jobs = units
    .flatMap(({ files, flags }) => files.map(file => ({ file, flags })))
    .map(({ file, flags }, index) => {
      const object = `${index}.o`;
      return { object, args: [...common, ...flags, '-c', file, '-o', object] };
    });
  await compileAll(
    jobs.map(({ args }) => args),
    work,
  );
  const objects = jobs.map(({ object }) => object);
  const link = [
    '-nostdlib',
    '-L',
    path.dirname(sections),
    '-T',
    script,
    '-Wl,--gc-sections',
    ...objects,
    '-lgcc',
    '-o',
    elf,
  ];
  await run(compiler, link, { cwd: work });
  for (const object of objects) rmSync(path.join(work, object));
}

/** The compiler at work on as many files as there are processors. Throws with its messages when files have errors. */
async function compileAll(jobs: string[][], cwd: string): Promise<void> {
  const queue = jobs.values();
  const errors: string[] = [];
  const worker = async (): Promise<void> => {
    for (const args of queue) {
      await run(compiler, args, { cwd }).catch((error: unknown) => errors.push(String(error)));
    }
  };
  await Promise.all(os.cpus().map(worker));
  if (errors.length > 0) throw new Error(errors.join('\n'));
}

/** The C files in a folder. */
export function cFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter(name => name.endsWith('.c'))
    .sort()
    .map(name => path.join(folder, name));
}

/** The addresses of device-sdk's linker script without its layout. */
function deviceFunctions(): string {
  const script = readFileSync(path.join(deviceSdk, 'esp8266.ld'), 'utf8');
  return script
    .split('\n')
    .filter(line => line.startsWith('PROVIDE('))
    .join('\n');
}
