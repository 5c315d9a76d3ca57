import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { folderName } from '../../files/folderName';
import { readRegularFileSync } from '../../files/readFile';
import { reasonOf } from '../../files/systemErrors';
import { layoutOnDisk } from '../../flash/onDisk';
import { ProblemError } from '../../problems';
import { analysisSettings } from '../../project/analysisSettings';
import { readFlashProject } from '../../project/flashProject';
import { projectFolderOf } from '../../project/projectFile';
import { isMakefile, listFiles } from '../project/sourceFiles';
import { type CompilerFlags, compilerFlags } from './compilerFlags';
import { MakeVariables, type ReadText } from '../project/makeVariables';

/** One file of a compilation database, as clang's documentation has it. */
export interface CompileCommand {
  directory: string;
  file: string;
  arguments: string[];
}

/** What clangd is told about a project. */
export interface ClangdProject {
  folder: string;
  commands: readonly CompileCommand[];
  /** Where Espressif's SDK was found; undefined where the headers of this product stand in for it. */
  sdk: string | undefined;
  /** Where the headers of the compiler's C library were found; undefined where the few of this product stand in for them. */
  library: string | undefined;
}

export interface ClangdOptions {
  /** The headers of this product, device-sdk/include. */
  headers: string;
  /** What the shell has that starts make: PATH, SDK_PATH and the like. */
  environment: Readonly<Record<string, string | undefined>>;
}

/** A header that only Espressif's SDK has, in its folder include. */
const telling = 'user_interface.h';
const maxBytes = 1024 * 1024;

/**
 * A target that clang has and that is like the chip's for whoever only reads C: 32 bits, little endian, types of the same size
 * (compare `gcc -dM -E -`). Nothing that the computer has of its own is found.
 */
export const target: readonly string[] = [
  '--target=i386-unknown-none-elf',
  '-ffreestanding',
  '-nostdlibinc',
  '-fshort-wchar',
  '-mlong-double-64',
  // As GCC for the chip says of itself.
  '-D__XTENSA__=1',
  '-D__xtensa__=1',
  ...['__i386__', '__i386', 'i386'].map(name => `-U${name}`),
];

/** What GCC of the SDK's time lets pass and today's clang does not. */
const leniency: readonly string[] = [
  '-Wno-unknown-warning-option',
  '-Wno-error=implicit-function-declaration',
  '-Wno-error=implicit-int',
  '-Wno-error=int-conversion',
  '-Wno-error=incompatible-pointer-types',
  '-Wno-error=incompatible-function-pointer-types',
  // clangd counts what is not declared as errors.
  '-ferror-limit=0',
];
/** The SDK takes text as uint8 *, and GCC does not mind without -Wall. */
const withoutAll: readonly string[] = ['-Wno-pointer-sign'];

/**
 * Reads how the Makefiles under a folder compile its sources, and says it to clang. Runs nothing. Throws a Problem for a folder that
 * cannot be read or has no C source, and for what is wrong in the project's file.
 */
export async function clangdProject(folder: string, options: ClangdOptions): Promise<ClangdProject> {
  const root = path.resolve(folder);
  const files = await listFiles(root).catch((error: unknown) => {
    throw new ProblemError(
      { kind: 'file-unreadable', file: folder, reason: reasonOf(error) },
      { cause: error },
    );
  });
  const sources = files.filter(name => /\.c$/i.test(name));
  if (sources.length === 0) throw new ProblemError({ kind: 'no-c-sources', folder: folderName(folder) });

  const home = projectFolderOf(root) ?? root;
  const { defines } = await analysisSettings(home);
  const map = await mapOf(home);
  const makeOptions = {
    read,
    given: new Map([['SPI_SIZE_MAP', String(map)]]),
    environment: options.environment,
  };
  const reading = new Map<string, CompilerFlags | undefined>();
  const flagsOf = (makefile: string | undefined): CompilerFlags | undefined => {
    if (makefile === undefined) return undefined;
    if (!reading.has(makefile))
      reading.set(makefile, compilerFlags(new MakeVariables(makefile, makeOptions), path.dirname(makefile)));
    return reading.get(makefile);
  };

  const makefiles = new Set(files.filter(isMakefile));
  const own = new Map(sources.map(name => [name, flagsOf(absolute(root, makefileOf(name, makefiles)))]));
  const named = [...own.values()].flatMap(flags => flags?.includes ?? []);
  const sdk = sdkFolder(root, files, named, options.environment);
  const ofSdk = sdk === undefined ? undefined : flagsOf(path.join(sdk, 'Makefile'));
  const library = libraryFolder(
    options.environment,
    [...reading.values()].map(flags => flags?.compiler),
  );
  const substitutes = [
    ...(sdk === undefined
      ? ['-idirafter', options.headers]
      : library === undefined
        ? // Its C library without the types that are the SDK's; those of clang come first.
          ['-include', 'stddef.h', '-DESP8266_SSL_C_TYPES_H', '-idirafter', options.headers]
        : []),
    ...(library === undefined ? [] : ['-isystem', library]),
  ];
  const headerFolders = foldersWithHeaders(files);
  // Before SDK 2.1 its headers declare none of the functions in ROM.
  const declaresRom =
    sdk === undefined || /\bint\s+os_printf_plus\s*\(/.test(read(path.join(sdk, 'include', 'osapi.h')) ?? '');
  const warningsOf = (given: readonly string[]) => [
    ...(given.includes('-Wall') ? [] : withoutAll),
    ...given,
    ...(declaresRom ? [] : ['-Wno-implicit-function-declaration']),
  ];

  const commands = sources.map((name): CompileCommand => {
    const flags = own.get(name);
    const includes = new Set([
      ...(flags?.includes ?? []),
      ...headerFolders(name).map(inside => path.join(root, inside)),
      ...(ofSdk?.includes ?? []),
      ...(sdk === undefined ? [] : [path.join(sdk, 'include'), path.join(sdk, 'driver_lib', 'include')]),
    ]);
    const macros = new Map([...(ofSdk?.defines ?? []), ...(flags?.defines ?? []), ...defines]);
    return {
      directory: root,
      file: path.join(root, name),
      arguments: [
        'clang',
        ...target,
        `-std=${flags?.standard ?? 'gnu99'}`,
        ...leniency,
        ...warningsOf(flags?.warnings ?? ofSdk?.warnings ?? []),
        ...[...includes].filter(isFolder).flatMap(include => ['-I', include]),
        ...substitutes,
        ...[...macros].map(([macro, value]) => (value === undefined ? `-U${macro}` : `-D${macro}=${value}`)),
        ...(flags?.preincluded ?? []).filter(existsSync).flatMap(header => ['-include', header]),
        '-fsyntax-only',
        path.join(root, name),
      ],
    };
  });
  return { folder: root, commands, sdk, library };
}

/** The flash map of the project's file: the SDK's Makefile gets it from its command line, and demos do not compile without. */
async function mapOf(folder: string): Promise<number> {
  return (await layoutOnDisk(folder, await readFlashProject(folder))).layout.map.id;
}

/** The Makefile with which a source is compiled: that of its folder, else the nearest around it. */
function makefileOf(source: string, makefiles: ReadonlySet<string>): string | undefined {
  for (let inside = path.posix.dirname(source); ; inside = path.posix.dirname(inside)) {
    const found = ['GNUmakefile', 'makefile', 'Makefile']
      .map(name => path.posix.join(inside, name))
      .find(name => makefiles.has(name));
    if (found !== undefined || inside === '.') return found;
  }
}

function absolute(root: string, name: string | undefined): string | undefined {
  return name === undefined ? undefined : path.join(root, name);
}

/** By source, the folders of the project with headers, the nearest ahead: what no Makefile names is found all the same. */
function foldersWithHeaders(files: readonly string[]): (source: string) => readonly string[] {
  const folders = [
    ...new Set(files.filter(name => /\.h$/i.test(name)).map(name => path.posix.dirname(name))),
  ];
  const distance = (source: string, folder: string) => {
    const way = path.posix.relative(path.posix.dirname(source), folder);
    return way === '' ? 0 : way.split('/').length;
  };
  return source =>
    folders
      .map(folder => ({ folder, far: distance(source, folder) }))
      .sort((a, b) => a.far - b.far)
      .map(({ folder }) => folder);
}

/** The SDK that the project lies in, has in it, or is told to use by a Makefile or the environment. */
function sdkFolder(
  root: string,
  files: readonly string[],
  includes: readonly string[],
  environment: ClangdOptions['environment'],
): string | undefined {
  const inside = files.find(name => name.endsWith(`include/${telling}`));
  const around: string[] = [];
  for (let folder = root; ; folder = path.dirname(folder)) {
    around.push(folder);
    if (folder === path.dirname(folder)) break;
  }
  const candidates = [
    ...includes.map(include => path.dirname(include)),
    ...(inside === undefined ? [] : [path.join(root, inside, '..', '..')]),
    ...around,
    ...['SDK_PATH', 'SDK_BASE', 'SDK_DIR', 'ESP8266_SDK', 'ESP8266_NONOS_SDK'].flatMap(
      name => environment[name] ?? [],
    ),
  ];
  return candidates.find(candidate => existsSync(path.join(candidate, 'include', telling)));
}

/** The headers of newlib beside a compiler for the chip: one that a Makefile names, or that the shell finds. */
function libraryFolder(
  environment: ClangdOptions['environment'],
  named: readonly (string | undefined)[],
): string | undefined {
  const folders = (environment['PATH'] ?? '').split(path.delimiter);
  const compilers = [
    ...named.flatMap(name => name ?? []),
    ...folders.map(folder => path.join(folder, 'xtensa-lx106-elf-gcc')),
  ];
  return compilers
    .flatMap(program => [program, `${program}.exe`])
    .filter(program => path.isAbsolute(program) && existsSync(program))
    .flatMap(program => {
      const home = path.join(path.dirname(realpathSync(program)), '..', 'xtensa-lx106-elf');
      return ['include', 'sys-include', 'sysroot/usr/include'].map(inside => path.join(home, inside));
    })
    .find(include => existsSync(path.join(include, 'string.h')));
}

const read: ReadText = file => {
  try {
    return readRegularFileSync(file, maxBytes).toString();
  } catch {
    return undefined;
  }
};

function isFolder(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
