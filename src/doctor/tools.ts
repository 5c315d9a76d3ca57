import { readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { limits } from '../files/limits';
import { readStart } from '../files/readFile';
import { findProgram, isProgram } from '../programs/findProgram';
import { outputOf } from '../programs/runProgram';
import { compilerFolders, compilerName, compilerRemedy, type Remedy } from '../project/toolchain';
import { versionText } from '../simulator/firmware/identify';
import type { Item, State } from './report';

/** The first version number that a program says of itself. */
async function versionOf(program: string, argument = '--version'): Promise<string> {
  const said = (await outputOf(program, [argument])) ?? '';
  return /\d+\.\d+(?:\.\d+)?[\w.]*/.exec(said)?.[0] ?? l10n.t('version unknown');
}

/** The compiler and make. Without a project to build they are not missed. */
export async function compilerItem(folder: string, isNeeded: boolean): Promise<Item> {
  const [compiler, make] = [
    findProgram(compilerName, { untrusted: [folder] }),
    findProgram('make', { untrusted: [folder] }),
  ];
  const lines: string[] = [];
  for (const [name, program] of [
    [compilerName, compiler],
    ['make', make],
  ] as const)
    lines.push(
      program === undefined
        ? l10n.t('{0} is not on PATH', name)
        : l10n.t('{0} {1}, {2}', name, await versionOf(program), program),
    );
  const elsewhere = compiler === undefined ? compilersElsewhere(os.homedir()) : [];
  const remedies: Remedy[] = elsewhere.map(found => ({
    text: l10n.t('There is a compiler in {0}. Add this folder to PATH.', found),
    commands: process.platform === 'win32' ? [] : [`export PATH="${found}:$PATH"`],
  }));
  const complete = compiler !== undefined && make !== undefined;
  if (!complete) remedies.push(compilerRemedy(process.platform, await isDebian()));
  return {
    id: 'compiler',
    title: l10n.t('Compiler'),
    state: complete ? 'ok' : isNeeded ? 'problem' : 'note',
    lines,
    remedies,
  };
}

/** Whether apt-get is how programs are installed here. */
async function isDebian(): Promise<boolean> {
  const release = await readStart('/etc/os-release', limits.text).then(String, () => '');
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release);
}

/** Folders below the home folder in which other tools keep this compiler. */
function compilersElsewhere(home: string): string[] {
  const name = process.platform === 'win32' ? `${compilerName}.exe` : compilerName;
  return compilerFolders
    .flatMap(pattern => expanded(home, pattern.split('/')))
    .filter(folder => isProgram(path.join(folder, name)));
}

function expanded(folder: string, [part, ...rest]: readonly string[]): string[] {
  if (part === undefined) return [folder];
  if (part !== '*') return expanded(path.join(folder, part), rest);
  try {
    return readdirSync(folder).flatMap(name => expanded(path.join(folder, name), rest));
  } catch {
    return [];
  }
}

/** Espressif's SDK: where the Makefiles of projects look for it. */
export async function sdkItem(folder: string): Promise<Item> {
  const places = [
    process.env['SDK_PATH'],
    process.env['SDK_BASE'],
    path.join(folder, 'ESP8266_NONOS_SDK'),
    path.join(folder, '..', 'ESP8266_NONOS_SDK'),
    path.join(os.homedir(), 'ESP8266_NONOS_SDK'),
    path.join(os.homedir(), 'esp', 'ESP8266_NONOS_SDK'),
  ];
  const title = l10n.t('Espressif’s SDK');
  for (const place of new Set(
    places.flatMap(each => (each === undefined || each === '' ? [] : path.resolve(each))),
  )) {
    const library = await readStart(path.join(place, 'lib', 'libmain.a'), limits.firmware).then(
      bytes => bytes.toString('latin1'),
      () => undefined,
    );
    if (library === undefined) continue;
    const version = versionText.exec(library)?.[0] ?? l10n.t('version unknown');
    return { id: 'sdk', title, state: 'ok', lines: [l10n.t('{0}, {1}', version, place)], remedies: [] };
  }
  return {
    id: 'sdk',
    title,
    state: 'note',
    lines: [l10n.t('not found; only builds for a board need it')],
    remedies: [
      {
        text: l10n.t('Set SDK_PATH to its folder when you build.'),
        commands: [
          'git clone --depth 1 https://github.com/espressif/ESP8266_NONOS_SDK.git ~/ESP8266_NONOS_SDK',
          'make SDK_PATH=~/ESP8266_NONOS_SDK',
        ],
      },
    ],
  };
}

/** Other programs, each with what it is good for. */
export async function programItems(folder: string): Promise<Item[]> {
  const programs: readonly {
    id: string;
    names: string[];
    argument: string;
    use: string;
    commands: string[];
  }[] = [
    {
      id: 'esptool',
      names: ['esptool', 'esptool.py'],
      argument: 'version',
      use: l10n.t('makes the images of a firmware built with Espressif’s SDK; flashing works without it'),
      commands: ['pip install esptool'],
    },
    {
      id: 'openssl',
      names: ['openssl'],
      argument: 'version',
      use: l10n.t('only for manual tests; certificates are generated without it'),
      commands: [],
    },
    {
      id: 'git',
      names: ['git'],
      argument: '--version',
      use: l10n.t('shows whether a repository has private keys'),
      commands: [],
    },
  ];
  return Promise.all(
    programs.map(async ({ id, names, argument, use, commands }): Promise<Item> => {
      const program = names
        .map(name => findProgram(name, { untrusted: [folder] }))
        .find(found => found !== undefined);
      const state: State = program === undefined ? 'note' : 'ok';
      return {
        id,
        title: id,
        state,
        lines: [
          program === undefined
            ? l10n.t('not on PATH; {0}', use)
            : l10n.t('{0}, {1}', await versionOf(program, argument), program),
        ],
        remedies: program === undefined && commands.length > 0 ? [{ text: '', commands }] : [],
      };
    }),
  );
}
