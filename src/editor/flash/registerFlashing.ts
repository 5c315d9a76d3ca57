import path from 'node:path';
import * as vscode from 'vscode';
import { setDone } from '../milestones';
import { showError } from '../messages';
import { Reports } from '../reports';
import { copyEsptoolCommand } from './manifestNames';
import type { Action, Arguments } from './flashCommands';

const taskType = 'esp8266-ssl';
const reportScheme = 'esp8266-ssl-flash';

/** Command → what it does, which is also the task's name. */
const actions = {
  'esp8266-ssl.flash': 'flash',
  'esp8266-ssl.flashCertificates': 'flash certificates',
  'esp8266-ssl.compareWithDevice': 'compare',
  'esp8266-ssl.mergeImage': 'merge',
  [copyEsptoolCommand]: 'copy command',
} as const satisfies Record<string, Action>;

const flashing: ReadonlySet<Action> = new Set(['flash', 'flash certificates']);

/** What tasks can do, and the arguments of esp8266-ssl for it. */
const taskArguments = {
  flash: () => [],
  'flash certificates': () => ['--certificates-only'],
  merge: (file: string) => ['--merge', file],
} as const;
const defaultImage = 'flash.bin';

/** Registers the commands that flash boards, and tasks for them. */
export function registerFlashing(context: vscode.ExtensionContext): void {
  const state = { memory: context.workspaceState, reports: new Reports(context, reportScheme) };
  for (const [command, action] of Object.entries(actions)) {
    context.subscriptions.push(
      vscode.commands.registerCommand(command, async (given?: Arguments | vscode.Uri) => {
        try {
          const { run } = await import('./flashCommands');
          // The title bar of the layout's editor says which file is open in it.
          const asked = given instanceof vscode.Uri ? { folder: vscode.Uri.joinPath(given, '..') } : given;
          const count = await run(action, state, asked ?? {});
          if (count !== undefined && flashing.has(action)) setDone('boardFlashed', true);
          return count;
        } catch (error) {
          showError(error);
          return undefined;
        }
      }),
    );
  }
  context.subscriptions.push(
    vscode.tasks.registerTaskProvider(taskType, {
      provideTasks: () =>
        (vscode.workspace.workspaceFolders ?? []).flatMap(folder =>
          Object.keys(taskArguments).flatMap(
            action => taskOf(context, { type: taskType, action }, folder) ?? [],
          ),
        ),
      resolveTask: task => taskOf(context, task.definition, task.scope),
    }),
  );
}

/** The terminal's own command as a task; undefined for a definition that says something else. */
function taskOf(
  context: vscode.ExtensionContext,
  definition: vscode.TaskDefinition,
  scope: vscode.WorkspaceFolder | vscode.TaskScope | undefined,
): vscode.Task | undefined {
  const values = new Map<string, unknown>(Object.entries(definition));
  const action = Object.entries(taskArguments).find(([name]) => name === values.get('action'));
  const folder = typeof scope === 'object' ? scope : vscode.workspace.workspaceFolders?.[0];
  if (action === undefined || folder === undefined) return undefined;
  const [name, args] = action;
  const [port, baud, file] = [values.get('port'), values.get('baud'), values.get('file')];
  const program = vscode.Uri.joinPath(context.extensionUri, 'out', 'cli.js').fsPath;
  const execution = new vscode.ProcessExecution(
    process.execPath,
    [
      ...[program, 'flash', ...args(typeof file === 'string' ? file : defaultImage)],
      ...(typeof port === 'string' ? ['--port', port] : []),
      ...(typeof baud === 'number' ? ['--baud', String(baud)] : []),
    ],
    { cwd: path.normalize(folder.uri.fsPath), env: { ELECTRON_RUN_AS_NODE: '1' } },
  );
  return new vscode.Task(definition, folder, name, 'ESP8266 SSL', execution, []);
}
