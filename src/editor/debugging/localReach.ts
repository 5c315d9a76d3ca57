import path from 'node:path';
import * as vscode from 'vscode';
import { readReachRefused, reachRefusedEvent } from '../../debugger/reachRefused';
import { ProblemError } from '../../problems';
import { networkOf, type ReachWish } from '../../simulator/projectReach';
import { checkSettings, readProjectSettings } from '../../simulator/settings';
import { ask, showWarning } from '../messages';

/** What the user has answered in this workspace: "ADDRESS:PORT" or the value of `outbound` → whether it is allowed. */
const answersKey = 'localReach.answers';
type Answers = Record<string, boolean>;
/** Set when the user does not want to be asked about refused connections. */
const silentKey = 'localReach.silent';
/** Firmware that tries out every port is not to fill the workspace's memory. */
const maxAnswers = 200;

/**
 * Asks whether firmware may reach this computer and private networks, each place once a workspace, and keeps the answers. What
 * launch.json says in a trusted workspace counts without a question; what the project's file says is only a wish.
 */
export class LocalReach {
  readonly #kept: vscode.Memento;
  /** Sessions in which a question has been asked: no more than one each. */
  readonly #asked = new Set<string>();

  constructor(kept: vscode.Memento) {
    this.#kept = kept;
  }

  /** The configuration with what the user allows; asks about what the project's file wishes for. Undefined: nothing is to be started. */
  async applied(
    given: vscode.DebugConfiguration,
    program: string,
  ): Promise<vscode.DebugConfiguration | undefined> {
    if (!vscode.workspace.isTrusted) return given;
    const { outbound, targets } = await wishOf(given, program);
    const open = [outbound ?? [], targets].flat().filter(each => !(each in this.#answers));
    if (open.length > 0) {
      const allowed = await askForWish(outbound, open);
      if (allowed === undefined) return undefined;
      await this.#answer(open, allowed);
    }
    const answers = this.#answers;
    const reach = Object.keys(answers).filter(each => answers[each] === true && !isOutbound(each));
    const all = outbound !== undefined && answers[outbound] === true;
    if (reach.length === 0 && !all) return given;
    const network = networkIn(given);
    const own: readonly unknown[] = 'reach' in network && Array.isArray(network.reach) ? network.reach : [];
    return { ...given, network: { ...network, reach: [...own, ...reach], ...(all && { outbound }) } };
  }

  /** Asks about a place that was refused to the firmware; allowed, the session starts again. */
  async askAfter({ session, event, body }: vscode.DebugSessionCustomEvent): Promise<void> {
    const refused = event === reachRefusedEvent ? readReachRefused(body) : undefined;
    if (refused === undefined || !vscode.workspace.isTrusted) return;
    const { name, target } = refused;
    if (this.#asked.has(session.id) || this.#kept.get(silentKey) === true || target in this.#answers) return;
    this.#asked.add(session.id);
    const allow = vscode.l10n.t('Allow and Restart');
    const never = vscode.l10n.t("Don't Ask Again");
    const message = vscode.l10n.t(
      'The firmware may not reach {0}: it is this computer or in a private network. Allow it only for firmware that you trust.',
      name === undefined ? target : `${name} (${target})`,
    );
    const chosen = await showWarning(message, allow, never);
    await this.#answer([target], chosen === allow);
    if (chosen === never) await this.#kept.update(silentKey, true);
    if (chosen !== allow) return;
    // A restart would keep the configuration as it was resolved before.
    await vscode.debug.stopDebugging(session);
    await vscode.debug.startDebugging(session.workspaceFolder, session.configuration);
  }

  get #answers(): Answers {
    return this.#kept.get<Answers>(answersKey) ?? {};
  }

  async #answer(targets: readonly string[], allowed: boolean): Promise<void> {
    const answers = Object.entries(this.#answers);
    const added = targets.map(target => [target, allowed] as const);
    await this.#kept.update(answersKey, Object.fromEntries([...answers, ...added].slice(-maxAnswers)));
  }
}

/** Undefined when the user does not answer. */
async function askForWish(
  outbound: string | undefined,
  targets: readonly string[],
): Promise<boolean | undefined> {
  const allow = vscode.l10n.t('Allow');
  const deny = vscode.l10n.t("Don't Allow");
  const question =
    outbound === undefined
      ? vscode.l10n.t('Allow the firmware of this project to reach {0}?', targets.join(', '))
      : outbound === 'local'
        ? vscode.l10n.t('Allow the firmware of this project to reach this computer and private networks?')
        : vscode.l10n.t('Allow the firmware of this project to reach this computer?');
  const detail = vscode.l10n.t(
    'esp8266-ssl.json asks for it. Allow it only for firmware that you trust: it reaches services that are not meant for the Internet. The answer is kept for this workspace.',
  );
  // The first one is what Enter chooses.
  const chosen = await ask(question, [deny, allow], { detail });
  return chosen === undefined ? undefined : chosen === allow;
}

/** What the project's file asks for beyond what launch.json says. */
async function wishOf(given: vscode.DebugConfiguration, program: string): Promise<ReachWish> {
  const cwd: unknown = given['cwd'];
  const folder = typeof cwd === 'string' && cwd !== '' ? cwd : path.dirname(program);
  try {
    const own = checkSettings({ network: networkIn(given) });
    const project = await readProjectSettings(folder);
    return networkOf(own.network ?? {}, project.network ?? {}).wish;
  } catch (error) {
    // The debug adapter says what is wrong with the settings.
    if (error instanceof ProblemError) return { targets: [] };
    throw error;
  }
}

function networkIn(given: vscode.DebugConfiguration): object {
  const network: unknown = given['network'];
  return typeof network === 'object' && network !== null ? network : {};
}

function isOutbound(answer: string): boolean {
  return answer === 'local' || answer === 'loopback';
}
