import * as vscode from 'vscode';
import { hasFile, readBytes } from './workspaceFiles';

/** Every firmware of the NON-OS SDK has it: osapi.h of the SDK includes it. */
const configuration = '**/user_config.h';
/** In a folder of the workspace itself: those beneath belong to libraries more often than to firmware. */
const makefiles = ['Makefile', 'makefile', 'GNUmakefile'];
/** Larger ones are generated, and of larger projects. */
const maxBytes = 256 * 1024;

/** Files whose arrival may make a folder one of firmware. */
export const firmwareGlob = `**/{user_config.h,${makefiles.join(',')}}`;

/** Whether the workspace has firmware of the NON-OS SDK, by the looks of it: its sources are not read. */
export async function hasFirmware(): Promise<boolean> {
  if (await hasFile(configuration)) return true;
  for (const { uri } of vscode.workspace.workspaceFolders ?? [])
    for (const name of makefiles) if (await linksSdk(vscode.Uri.joinPath(uri, name))) return true;
  return false;
}

/** Whether a Makefile names the Wi-Fi library, which is linked into every firmware. */
async function linksSdk(makefile: vscode.Uri): Promise<boolean> {
  try {
    const text = Buffer.from(await readBytes(makefile, maxBytes)).toString();
    return /(?<!\w)(?:-l|lib)?net80211\b/.test(text);
  } catch {
    // There is none.
    return false;
  }
}
