import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { limits } from '../../files/limits';
import { readRegularFileSync } from '../../files/readFile';
import { findProgram } from '../../programs/findProgram';
import { compilerName } from '../../project/toolchain';

const taskType = 'esp8266-ssl';
export const buildAction = 'build';
/** In package.json: what GCC and its linker say. */
const problemMatchers = ['$esp8266-ssl-gcc', '$esp8266-ssl-ld'];
/** What a Makefile of an ESP8266 firmware names, the templates' and those of Espressif's SDK. */
const firmwareMakefile = /xtensa-lx106|SDK_PATH|SDK_BASE|eagle\.app|-lmbedtls|-lssl\b|device-sdk/;

/** Builds where there is a Makefile of a firmware. */
export class BuildTasks implements vscode.TaskProvider {
  provideTasks(): vscode.Task[] {
    return (vscode.workspace.workspaceFolders ?? [])
      .filter(({ uri }) => hasMakefile(uri))
      .map(folder => buildTask(folder, { type: taskType, action: buildAction }));
  }

  resolveTask(task: vscode.Task): vscode.Task | undefined {
    const folder = typeof task.scope === 'object' ? task.scope : vscode.workspace.workspaceFolders?.[0];
    const { action } = task.definition as { action?: unknown };
    return action === buildAction && folder !== undefined ? buildTask(folder, task.definition) : undefined;
  }
}

/** The task that builds a folder; one that says how to get make or the compiler where one is missing. */
export function buildTask(folder: vscode.WorkspaceFolder, definition: vscode.TaskDefinition): vscode.Task {
  const sdk = new Map<string, unknown>(Object.entries(definition)).get('sdk');
  const cwd = folder.uri.fsPath;
  const make = findProgram('make', { untrusted: [cwd] });
  const isComplete = make !== undefined && findProgram(compilerName, { untrusted: [cwd] }) !== undefined;
  const execution = isComplete
    ? new vscode.ProcessExecution(
        make,
        ['--no-print-directory', ...(typeof sdk === 'string' ? [`SDK_PATH=${sdk}`] : [])],
        // The problem matchers know GCC's messages in English.
        { cwd, env: { LC_ALL: 'C' } },
      )
    : new vscode.CustomExecution(() => Promise.resolve(new MissingTools(cwd)));
  const task = new vscode.Task(definition, folder, buildAction, 'ESP8266 SSL', execution, problemMatchers);
  task.group = vscode.TaskGroup.Build;
  return task;
}

function hasMakefile({ scheme, fsPath }: vscode.Uri): boolean {
  const file = path.join(fsPath, 'Makefile');
  return (
    scheme === 'file' &&
    existsSync(file) &&
    firmwareMakefile.test(readRegularFileSync(file, limits.text).toString('latin1'))
  );
}

/** A terminal that says what is missing and how to get it. */
class MissingTools implements vscode.Pseudoterminal {
  readonly #folder: string;
  readonly #written = new vscode.EventEmitter<string>();
  readonly #closed = new vscode.EventEmitter<number>();
  readonly onDidWrite = this.#written.event;
  readonly onDidClose = this.#closed.event;

  constructor(folder: string) {
    this.#folder = folder;
  }

  open(): void {
    void this.#explain();
  }

  close(): void {
    this.#written.dispose();
    this.#closed.dispose();
  }

  async #explain(): Promise<void> {
    const { compilerItem, doctorLines } = await import('../../doctor/examine');
    const lines = doctorLines([await compilerItem(this.#folder, true)]);
    this.#written.fire(`${lines.join('\r\n')}\r\n`);
    this.#closed.fire(1);
  }
}
