import path from 'node:path';
import * as vscode from 'vscode';
import { ProblemError } from '../../problems';
import { buildAction, buildTask } from './buildTask';
import { showWarning } from '../messages';

/** Notices when a firmware is run that is older than its sources. It runs all the same: what is debugged is the ELF. */
export class StaleFirmware implements vscode.DebugConfigurationProvider {
  resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): vscode.DebugConfiguration {
    const program: unknown = configuration['program'];
    if (folder !== undefined && typeof program === 'string') void this.#look(folder, configuration, program);
    return configuration;
  }

  async #look(
    folder: vscode.WorkspaceFolder,
    configuration: vscode.DebugConfiguration,
    program: string,
  ): Promise<void> {
    const { firmwareAgeOf } = await import('../../doctor/examine');
    try {
      const [newest] = (await firmwareAgeOf(path.resolve(folder.uri.fsPath, program))).newer;
      if (newest === undefined) return;
      const rebuild = vscode.l10n.t('Build and Restart');
      const message = vscode.l10n.t(
        '{0} has changed since {1} was built. The device runs the old firmware.',
        path.relative(folder.uri.fsPath, newest),
        path.basename(program),
      );
      if ((await showWarning(message, rebuild)) === rebuild) await buildAndRestart(folder, configuration);
    } catch (error) {
      // What is wrong with the ELF is said by the launch.
      if (!(error instanceof ProblemError)) throw error;
    }
  }
}

async function buildAndRestart(
  folder: vscode.WorkspaceFolder,
  configuration: vscode.DebugConfiguration,
): Promise<void> {
  const session = vscode.debug.activeDebugSession;
  if (session?.configuration.type === configuration.type) await vscode.debug.stopDebugging(session);
  const task = buildTask(folder, { type: configuration.type, action: buildAction });
  const execution = await vscode.tasks.executeTask(task);
  const code = await new Promise<number | undefined>(resolve => {
    const ended = vscode.tasks.onDidEndTaskProcess(event => {
      if (event.execution !== execution) return;
      ended.dispose();
      resolve(event.exitCode);
    });
  });
  if (code === 0) await vscode.debug.startDebugging(folder, configuration);
}
