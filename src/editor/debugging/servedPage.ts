import * as vscode from 'vscode';
import { portOpenedEvent, readPortOpened } from '../../debugger/portOpened';
import { curlCommand } from './curlCommand';
import { showInformation } from '../messages';

/** Where it is kept that the user does not want the message. */
const dismissedKey = 'servedPage.dismissed';

/** Offers to look at the page that a device serves, once a session. */
export class ServedPage {
  readonly #kept: vscode.Memento;
  readonly #offered = new Set<string>();

  constructor(kept: vscode.Memento) {
    this.#kept = kept;
  }

  async offer({ session, event, body }: vscode.DebugSessionCustomEvent): Promise<void> {
    const port = event === portOpenedEvent ? readPortOpened(body) : undefined;
    const url = port?.url;
    if (port === undefined || url?.startsWith('https:') !== true) return;
    if (this.#offered.has(session.id) || this.#kept.get(dismissedKey) === true) return;
    this.#offered.add(session.id);
    const open = vscode.l10n.t('Open in Browser');
    const copy = vscode.l10n.t('Copy curl Command');
    const dismiss = vscode.l10n.t("Don't Show Again");
    const message = vscode.l10n.t('The simulated device serves {0}', url);
    const chosen = await showInformation(message, open, copy, dismiss);
    if (chosen === open) await vscode.env.openExternal(vscode.Uri.parse(url));
    if (chosen === copy) await vscode.env.clipboard.writeText(curlCommand({ ...port, url }));
    if (chosen === dismiss) await this.#kept.update(dismissedKey, true);
  }
}
