import * as vscode from 'vscode';
import { pickOne } from '../quickInput';
import { hasFile } from '../workspaceFiles';
import { type FirmwareFile, findFirmware } from './findFirmware';

/** What to run: an ELF, or the firmware that comes with the extension. */
export type Choice = { kind: 'firmware'; uri: vscode.Uri } | { kind: 'sample' };

/** A row of the list. */
interface Row extends vscode.QuickPickItem {
  /** Undefined when the user is led elsewhere instead. */
  choose: () => Promise<Choice | undefined>;
}

/**
 * What a run without a configuration runs: the only ELF, the one that the user picks, or the sample where there is nothing to build an ELF
 * from. Undefined when the user leaves.
 * @param missing the ELF that was asked for and is not there
 */
export async function chooseFirmware(
  folders: readonly vscode.WorkspaceFolder[],
  missing?: string,
): Promise<Choice | undefined> {
  const found = await findFirmware(folders);
  if (missing === undefined && found.length === 0 && !(await hasSources(folders))) return { kind: 'sample' };
  if (missing === undefined && found.length > 0) {
    const picked = await pickFirmware(found);
    return picked && firmware(picked.uri);
  }
  const picked = await pickOne([...found.map(firmwareRow), ...otherRows()], {
    placeHolder:
      missing === undefined
        ? vscode.l10n.t('There is no firmware ELF yet. Build the firmware, or choose what to run')
        : vscode.l10n.t(
            '{0} does not exist. Build the firmware, or choose what to run',
            vscode.workspace.asRelativePath(missing, false),
          ),
  });
  return picked?.choose();
}

/** The only ELF, or the one that the user picks; undefined when the user leaves. */
export async function pickFirmware(found: readonly FirmwareFile[]): Promise<FirmwareFile | undefined> {
  if (found.length < 2) return found[0];
  const rows = found.map(each => ({ ...firmwareRow(each), firmware: each }));
  const placeHolder = vscode.l10n.t('Choose the firmware to run on the simulated device');
  return (await pickOne(rows, { placeHolder }))?.firmware;
}

function firmware(uri: vscode.Uri): Choice {
  return { kind: 'firmware', uri };
}

function firmwareRow({ uri, folder }: FirmwareFile): Row {
  const severalFolders = (vscode.workspace.workspaceFolders ?? []).length > 1;
  return {
    label: vscode.workspace.asRelativePath(uri, false),
    ...(severalFolders && folder !== undefined && { description: folder.name }),
    choose: () => Promise.resolve(firmware(uri)),
  };
}

/** What leads on where no ELF is. */
function otherRows(): Row[] {
  return [
    {
      label: vscode.l10n.t('Run Build Task…'),
      iconPath: new vscode.ThemeIcon('tools'),
      choose: async () => {
        await vscode.commands.executeCommand('workbench.action.tasks.build');
        return undefined;
      },
    },
    {
      label: vscode.l10n.t('Choose an ELF File…'),
      iconPath: new vscode.ThemeIcon('folder-opened'),
      choose: async () => {
        const title = vscode.l10n.t('The firmware to run on the simulated device');
        const filters = { [vscode.l10n.t('Firmware')]: ['elf', 'out'] };
        const [uri] = (await vscode.window.showOpenDialog({ title, filters })) ?? [];
        return uri && firmware(uri);
      },
    },
    {
      label: sampleName(),
      iconPath: new vscode.ThemeIcon('server'),
      detail: vscode.l10n.t('The sample HTTPS server that comes with the extension.'),
      choose: () => Promise.resolve({ kind: 'sample' }),
    },
  ];
}

/** What the firmware that comes with the extension is called. */
export function sampleName(): string {
  return vscode.l10n.t('A device with your certificates');
}

/** Whether there is C to build a firmware from. */
async function hasSources(folders: readonly vscode.WorkspaceFolder[]): Promise<boolean> {
  if (['c', 'cpp'].includes(vscode.window.activeTextEditor?.document.languageId ?? '')) return true;
  for (const folder of folders) {
    const sources = new vscode.RelativePattern(folder, '**/*.{c,cpp,ino}');
    if (await hasFile(sources)) return true;
  }
  return false;
}
