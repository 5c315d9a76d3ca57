import path from 'node:path';
import * as vscode from 'vscode';
import { parsePlace, type Place, placeText } from '../certificates/server/place';
import { ProblemError } from '../problems';
import { type LinkedLibrary, linkedLibrary } from '../project/linkedLibrary';
import { readTarget } from '../project/target';
import { ownFile } from '../files/ownFile';
import { writeNewFile } from '../files/writeNewFile';
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
}

/** What the command found; `file` is there when it was written or has these contents already. */
interface Result {
  verdict: 'yes' | 'unverified' | 'no';
  report: vscode.Uri;
  file?: vscode.Uri;
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
  const place = parsePlace(server);
  const buffer = given.buffer ?? (await askBuffer(memory, linked));
  if (buffer === undefined) return undefined;
  await memory.update(lastServer, server);
  await memory.update(lastBuffer, buffer);

  const found = await visit(place, linked, buffer);
  if (found === undefined) return undefined;
  const report = reports.put(`${placeText(place)}.md`, found.markdown);
  if (given.write === undefined) await vscode.commands.executeCommand('markdown.showPreview', report);
  const target = vscode.Uri.joinPath(folder, ...file);
  const written =
    found.caFile !== undefined && (await offerFile(found.summary, folder, found.caFile, given.write));
  if (found.caFile === undefined) void showWarning(found.summary);
  return { verdict: found.verdict, report, ...(written && { file: target }) };
}

/** Undefined when the user has cancelled. */
async function visit(place: Place, { sdk, library, abilities }: LinkedLibrary, buffer: number) {
  return withProgress(
    vscode.l10n.t('Contacting {0}…', placeText(place)),
    { cancellable: true },
    async (_report, token) => {
      const [{ visitServer }, { judge }, { deviceText, reportMarkdown, reportOf }] = await Promise.all([
        import('../certificates/server/visit'),
        import('../certificates/server/judge'),
        import('../certificates/server/report'),
      ]);
      const abort = new AbortController();
      const listening = token.onCancellationRequested(() => abort.abort());
      try {
        const seen = await visitServer(place, abilities, { signal: abort.signal });
        const judgement = judge(seen, { abilities, buffer });
        const report = reportOf(seen, judgement, deviceText(library, sdk, buffer));
        const { verdict, caFile } = judgement;
        return { verdict, caFile, summary: report.verdict, markdown: reportMarkdown(report) };
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
    validateInput: text => problemOf(() => parsePlace(text)),
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

/** Writes the file if the user wants it; whether it is there then. */
async function offerFile(
  summary: string,
  folder: vscode.Uri,
  contents: Uint8Array,
  write: boolean | undefined,
): Promise<boolean> {
  if (write === false) return false;
  const shown = file.join('/');
  if (write === undefined) {
    const yes = vscode.l10n.t('Write {0}', shown);
    if ((await showInformation(summary, yes)) !== yes) return false;
  }
  const written = await withRemedies(['replace'], chosen => {
    writeNewFile(
      ownFile(folder.fsPath, path.join(...file)),
      contents,
      write === true || chosen.has('replace'),
    );
    return true;
  });
  return written === true;
}
