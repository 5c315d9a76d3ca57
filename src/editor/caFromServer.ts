import path from 'node:path';
import * as vscode from 'vscode';
import {
  parseServerAddress,
  type ServerAddress,
  serverAddressText,
} from '../certificates/server/serverAddress';
import type { Compatibility } from '../certificates/server/compatibility';
import type { Report } from '../certificates/server/report';
import { ProblemError } from '../problems';
import { analysisSettings } from '../project/analysisSettings';
import { type LinkedLibrary, linkedLibrary } from '../project/linkedLibrary';
import { readTarget } from '../project/target';
import { ownFile } from '../files/ownFile';
import { writeNewFile } from '../files/writeNewFile';
import { diagnosticSettings } from './analysis/settings';
import { showError, showInformation, showWarning, withProgress } from './messages';
import { Reports } from './reports';
import { chooseFolder } from './workspaceFolders';
import { askText } from './quickInput';
import { withRemedies } from './withRemedies';

const reportScheme = 'esp8266-ssl-server';
const lastServer = 'caFromServer.server';
const lastBuffer = 'caFromServer.buffer';
/** Brokers are what devices talk to most; without a port it is HTTPS. */
const exampleServer = 'broker.example:8883';
/** Below the workspace folder. */
const file = ['ssl', 'esp_ca_cert.bin'];

/** What other extensions and tests may hand to the command instead of answering its questions. */
interface Arguments {
  server?: string;
  buffer?: number;
  folder?: vscode.Uri;
  /** Writes the file without asking; one with other contents is replaced. */
  write?: boolean;
  /** Writes also a certificate that the device cannot use. */
  force?: boolean;
}

/** What the command found; `file` is there when it was written or has these contents already. */
interface Result {
  verdict: 'yes' | 'unverified' | 'no';
  report: vscode.Uri;
  file?: vscode.Uri;
}

/** What came of a visit. */
interface Found {
  judgement: Compatibility;
  report: Report;
  markdown: string;
}

export function registerCaFromServer(context: vscode.ExtensionContext): void {
  const reports = new Reports(context, reportScheme);
  context.subscriptions.push(
    vscode.commands.registerCommand('esp8266-ssl.caFromServer', async (given?: Arguments) => {
      try {
        return await caFromServer(context.workspaceState, reports, given ?? {});
      } catch (error) {
        showError(error);
        return undefined;
      }
    }),
  );
}

/** Resolves to undefined when the user has cancelled. */
async function caFromServer(
  memory: vscode.Memento,
  reports: Reports,
  given: Arguments,
): Promise<Result | undefined> {
  if (!vscode.workspace.isTrusted) {
    void showWarning(
      vscode.l10n.t(
        'Servers are contacted in trusted workspaces only: their CA certificate is written to this folder.',
      ),
    );
    return undefined;
  }
  const folder = given.folder ?? (await chooseFolder())?.uri;
  if (folder === undefined) return undefined;
  const linked = linkedLibrary(await readTarget(folder.fsPath));
  const server = given.server ?? (await askServer(memory.get(lastServer, exampleServer)));
  if (server === undefined) return undefined;
  const place = parseServerAddress(server);
  const buffer = given.buffer ?? (await askBuffer(memory, linked));
  if (buffer === undefined) return undefined;
  await memory.update(lastServer, server);
  await memory.update(lastBuffer, buffer);

  const found = await visit(place, linked, buffer, folder.fsPath);
  if (found === undefined) return undefined;
  const report = reports.put(`${serverAddressText(place)}.md`, found.markdown);
  if (given.write === undefined) await vscode.commands.executeCommand('markdown.showPreview', report);
  const target = vscode.Uri.joinPath(folder, ...file);
  const contents = await chosenFile(found, given);
  const written = contents !== undefined && (await writeCaFile(folder, contents, given.write === true));
  return { verdict: found.judgement.verdict, report, ...(written && { file: target }) };
}

/** Undefined when the user has cancelled. */
async function visit(
  place: ServerAddress,
  { sdk, library, abilities }: LinkedLibrary,
  buffer: number,
  folder: string,
): Promise<Found | undefined> {
  return withProgress(
    vscode.l10n.t('Contacting {0}…', serverAddressText(place)),
    { cancellable: true },
    async (_report, token) => {
      const [{ visitServer }, { checkCompatibility }, { deviceText, reportMarkdown, reportOf }] =
        await Promise.all([
          import('../certificates/server/visit'),
          import('../certificates/server/compatibility'),
          import('../certificates/server/report'),
        ]);
      const abort = new AbortController();
      const listening = token.onCancellationRequested(() => abort.abort());
      try {
        const seen = await visitServer(place, abilities, { signal: abort.signal });
        const judgement = checkCompatibility(seen, { abilities, buffer });
        const { severities } = diagnosticSettings().options;
        const chosen = new Map([...(await analysisSettings(folder)).severities, ...severities]);
        const report = reportOf(seen, judgement, deviceText(library, sdk, buffer), chosen);
        return { judgement, report, markdown: reportMarkdown(report) };
      } catch (error) {
        if (abort.signal.aborted) return undefined;
        throw error;
      } finally {
        listening.dispose();
      }
    },
  );
}

function askServer(value: string): Promise<string | undefined> {
  return askText({
    title: vscode.l10n.t('Get CA Certificate from Server'),
    prompt: vscode.l10n.t(
      'Name or address and port of the server that the device talks to: often 443 (HTTPS) or 8883 (MQTT).',
    ),
    value,
    ignoreFocusOut: true,
    validateInput: text => problemOf(() => parseServerAddress(text)),
  });
}

async function askBuffer(memory: vscode.Memento, { abilities }: LinkedLibrary): Promise<number | undefined> {
  const { least, most, initial } = abilities.buffer;
  const text = await askText({
    title: vscode.l10n.t('Get CA Certificate from Server'),
    prompt: vscode.l10n.t(
      'The size that the firmware passes to espconn_secure_set_size: {0} to {1} bytes; {2} if it does not call it.',
      least,
      most,
      initial,
    ),
    value: String(memory.get(lastBuffer, initial)),
    ignoreFocusOut: true,
    validateInput: given => {
      const number = /^\d+$/.test(given.trim()) ? Number(given) : 0;
      return number >= least && number <= most
        ? undefined
        : vscode.l10n.t('Enter a number from {0} to {1}.', least, most);
    },
  });
  return text === undefined ? undefined : Number(text);
}

function problemOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error.message;
    throw error;
  }
}

/** What to write: the file with the CA certificate or, if the user wants it all the same, with one that the device cannot use. */
async function chosenFile(
  { judgement: { caFile, unusableFile }, report: { verdict, anchor } }: Found,
  { write, force = false }: Arguments,
): Promise<Uint8Array | undefined> {
  if (caFile !== undefined) {
    const yes = vscode.l10n.t('Write {0}', file.join('/'));
    const wanted = write ?? (await showInformation(verdict, yes)) === yes;
    return wanted ? caFile : undefined;
  }
  const message = [verdict, anchor].filter(Boolean).join(' ');
  if (unusableFile !== undefined && write === undefined) {
    const anyway = vscode.l10n.t('Write Anyway');
    return (await showWarning(message, anyway)) === anyway ? unusableFile : undefined;
  }
  if (write === true && force) return unusableFile;
  void showWarning(message);
  return undefined;
}

/** Writes the file; one with other contents is replaced if the user wants that. Whether it is there then. */
async function writeCaFile(folder: vscode.Uri, contents: Uint8Array, mayReplace: boolean): Promise<boolean> {
  const written = await withRemedies(['replace'], chosen => {
    writeNewFile(ownFile(folder.fsPath, path.join(...file)), contents, mayReplace || chosen.has('replace'));
    return true;
  });
  return written === true;
}
