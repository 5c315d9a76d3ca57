import { readdir } from 'node:fs/promises';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { findingsOfAll } from '../certificates/inspect/findings';
import { inspectBytes } from '../certificates/inspect/inspectFile';
import { deviceOf } from '../certificates/inspect/obstacles';
import { limits } from '../files/limits';
import { readFile } from '../files/readFile';
import { findingText } from '../flash/findings';
import { layoutOnDisk } from '../flash/onDisk';
import { loadSerial } from '../flash/serial/load';
import { ProblemError } from '../problems';
import { readFlashProject } from '../project/flashProject';
import { linkedLibrary } from '../project/linkedLibrary';
import { projectFileName, projectFolderOf } from '../project/projectFile';
import { recordFolder } from '../project/recordFolder';
import { readTarget } from '../project/target';
import type { Remedy } from '../project/toolchain';
import { loadFirmware } from '../simulator/firmware/firmware';
import { identify } from '../simulator/firmware/identify';
import { findFirmware, firmwareAge } from './firmwareAge';
import type { Item } from './report';

const day = 24 * 60 * 60 * 1000;
/** Certificates that expire within this time, in ms, are pointed out. */
const soon = 30 * day;
const maxNames = 5;

/** Runs one look at the project; what is wrong with a file of the user's is a problem of that item. */
async function item(
  id: string,
  title: string,
  look: () => Promise<Omit<Item, 'id' | 'title'>>,
): Promise<Item> {
  try {
    return { id, title, ...(await look()) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { id, title, state: 'problem', lines: [error.message], remedies: [] };
  }
}

/** A command of the editor, and what does the same in a terminal. */
function inEither(title: string, command: string): Remedy {
  return { text: l10n.t('Run “{0}” in VS Code, or in a terminal:', title), commands: [command] };
}

function generate(): Remedy {
  return inEither(l10n.t('Generate Certificates…'), 'esp8266-ssl certs --name 127.0.0.1');
}

/** What the project says of itself. */
export function projectItem(folder: string, hasSources: boolean): Promise<Item> {
  return item('project', l10n.t('Project'), async () => {
    const { sdk, library } = linkedLibrary(await readTarget(projectFolderOf(folder) ?? folder));
    if (projectFolderOf(folder) !== undefined)
      return {
        state: 'ok',
        lines: [l10n.t('{0}: SDK {1}, {2}', projectFileName, sdk, library)],
        remedies: [],
      };
    return hasSources
      ? {
          state: 'ok',
          lines: [l10n.t('no {0}: SDK {1} and {2} are assumed', projectFileName, sdk, library)],
          remedies: [],
        }
      : {
          state: 'note',
          lines: [l10n.t('no firmware project in this folder')],
          remedies: [
            inEither(l10n.t('New Firmware Project…'), 'esp8266-ssl new NAME --template https-server'),
          ],
        };
  });
}

/** Each ELF, and whether it is older than its sources. */
export async function firmwareItems(folder: string, hasSources: boolean): Promise<Item[]> {
  const title = l10n.t('Firmware');
  const files = await findFirmware(folder);
  if (files.length === 0)
    return hasSources
      ? [
          {
            id: 'firmware',
            title,
            state: 'problem',
            lines: [l10n.t('no ELF')],
            remedies: [{ text: '', commands: ['make'] }],
          },
        ]
      : [];
  return Promise.all(
    files.map(file =>
      item('firmware', title, async () => {
        const firmware = loadFirmware(await readFile(file, limits.firmware), path.relative(folder, file));
        const { built, newer } = await firmwareAge(file, firmware);
        const { sdk, tls } = identify(firmware);
        const made =
          sdk === undefined
            ? l10n.t('for the simulated device')
            : l10n.t('SDK {0}, {1}', sdk, tls ?? l10n.t('without TLS'));
        const lines = [l10n.t('{0}: {1}, built {2}', path.relative(folder, file), made, dateText(built))];
        if (newer.length === 0) return { state: 'ok', lines, remedies: [] };
        const names = newer.slice(0, maxNames).map(name => path.relative(folder, name));
        return {
          state: 'problem',
          lines: [...lines, l10n.t('newer than the ELF: {0}', names.join(', '))],
          remedies: [{ text: l10n.t('Build it again.'), commands: ['make'] }],
        };
      }),
    ),
  );
}

/** The generated certificates, by what expires first. */
export function certificatesItem(folder: string, hasSources: boolean): Promise<Item> {
  return item('certificates', l10n.t('Certificates'), async () => {
    const records = await recordFolder(folder);
    const names = (await readdir(records).catch(() => [])).filter(name => /\.(bin|crt|cer)$/.test(name));
    const inspections = await Promise.all(
      names.map(async name =>
        inspectBytes(await readFile(path.join(records, name), limits.certificates), path.join(records, name)),
      ),
    );
    const certificates = inspections
      .flatMap(({ file, items }) =>
        items.flatMap(({ contents }) =>
          contents.flatMap(content => (content.kind === 'certificate' ? { file, ...content } : [])),
        ),
      )
      .toSorted((a, b) => Date.parse(a.notAfter) - Date.parse(b.notAfter));
    const [first] = certificates;
    if (first === undefined)
      return {
        state: hasSources ? 'problem' : 'note',
        lines: [l10n.t('none in {0}', path.relative(folder, records) || '.')],
        remedies: [generate()],
      };
    const now = Date.now();
    const { sdk, library } = linkedLibrary(await readTarget(folder));
    const found = findingsOfAll(inspections, {
      device: deviceOf(sdk, library),
      project: { isTracked: () => false },
      now,
    });
    const errors = new Set(
      [...found.values()].flat().flatMap(({ severity, message }) => (severity === 'error' ? message : [])),
    );
    const end = Date.parse(first.notAfter);
    const state = end < now || errors.size > 0 ? 'problem' : end < now + soon ? 'note' : 'ok';
    return {
      state,
      lines: [
        l10n.t(
          '{0}: valid until {1} ({2}, the first to expire of {3})',
          path.relative(folder, records) || '.',
          dateText(end),
          path.basename(first.file),
          new Set(certificates.map(({ fingerprint }) => fingerprint)).size,
        ),
        ...errors,
      ],
      remedies: state === 'ok' ? [] : [generate()],
    };
  });
}

/** What is wrong with the flash layout. Files that are yet to be made are no mistake in it. */
export function layoutItem(folder: string): Promise<Item> {
  return item('layout', l10n.t('Flash layout'), async () => {
    const { findings } = await layoutOnDisk(folder, await readFlashProject(folder));
    const wrong = findings.filter(({ kind }) => kind !== 'file-missing');
    const missing = findings.filter(({ kind }) => kind === 'file-missing');
    return {
      state: wrong.some(({ severity }) => severity !== 'info')
        ? 'problem'
        : missing.length > 0
          ? 'note'
          : 'ok',
      lines: wrong.length + missing.length === 0 ? [l10n.t('OK')] : [...wrong, ...missing].map(findingText),
      remedies: [],
    };
  });
}

/** Boards are at serial ports. Without them, or where they cannot be listed, everything but flashing works. */
export async function portsItem(): Promise<Item> {
  const ports = await item('ports', l10n.t('Serial ports'), async () => {
    const found = await (await loadSerial()).listPorts();
    return found.length === 0
      ? { state: 'note', lines: [l10n.t('none; only a board needs one')], remedies: [] }
      : {
          state: 'ok',
          lines: found.map(port =>
            port.description === '' ? port.path : `${port.path}, ${port.description}`,
          ),
          remedies: [],
        };
  });
  return ports.state === 'problem' ? { ...ports, state: 'note' } : ports;
}

function dateText(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
