import path from 'node:path';
import * as vscode from 'vscode';
import { readReachRefused, reachRefusedEvent } from '../../debugger/reachRefused';
import { readProjectPart } from '../../project/projectFile';

/** What the user has said in this workspace; nothing before the first question. */
const choiceKey = 'localReach.choice';
type Choice = 'asked' | 'allowed';

/** Asks once a workspace whether firmware may reach this computer and private networks, and keeps what the user says. */
export class LocalReach {
  readonly #kept: vscode.Memento;

  constructor(kept: vscode.Memento) {
    this.#kept = kept;
  }

  /** The configuration with what the user has allowed; launch.json and the project's file come first. */
  async applied(given: vscode.DebugConfiguration, program: string): Promise<vscode.DebugConfiguration> {
    if (this.#kept.get<Choice>(choiceKey) !== 'allowed' || (await saysOutbound(given, program))) return given;
    const network: unknown = given['network'];
    return { ...given, network: { ...(isObject(network) ? network : {}), outbound: 'local' } };
  }

  async ask({ session, event, body }: vscode.DebugSessionCustomEvent): Promise<void> {
    const refused = event === reachRefusedEvent ? readReachRefused(body) : undefined;
    if (refused === undefined || this.#kept.get<Choice>(choiceKey) !== undefined) return;
    const program: unknown = session.configuration['program'];
    if (typeof program !== 'string' || (await saysOutbound(session.configuration, program))) return;
    await this.#kept.update(choiceKey, 'asked' satisfies Choice);
    const allow = vscode.l10n.t('Allow for This Workspace');
    const message = vscode.l10n.t(
      'The firmware may not reach {0}: it is this computer or in a private network. Allow it only for firmware that you trust.',
      refused.name === undefined ? refused.remote : `${refused.name} (${refused.remote})`,
    );
    if ((await vscode.window.showWarningMessage(message, allow)) !== allow) return;
    await this.#kept.update(choiceKey, 'allowed' satisfies Choice);
    if (vscode.debug.activeDebugSession?.id === session.id)
      await vscode.commands.executeCommand('workbench.action.debug.restart');
  }
}

/** Whether the user or the project has chosen already. */
async function saysOutbound(given: vscode.DebugConfiguration, program: string): Promise<boolean> {
  const own: unknown = given['network'];
  if (isObject(own) && 'outbound' in own) return true;
  const cwd: unknown = given['cwd'];
  const folder = typeof cwd === 'string' && cwd !== '' ? cwd : path.dirname(program);
  const part = await readProjectPart(folder, 'simulator');
  return isObject(part) && 'network' in part && isObject(part.network) && 'outbound' in part.network;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
