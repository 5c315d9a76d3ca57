import * as vscode from 'vscode';
import { showError } from '../messages';
import { Reports } from '../reports';
import { BuildTasks } from './buildTask';
import type { Arguments } from './newProject';
import { copyDoctor, showDoctor } from './showDoctor';
import { StaleFirmware } from './staleFirmware';

/** In the manifest: shown as Markdown, with a button to copy it. */
const doctorScheme = 'esp8266-ssl-doctor';

/** Registers what makes, builds and examines firmware projects. */
export function registerProjects(context: vscode.ExtensionContext): void {
  const reports = new Reports(context, doctorScheme);
  const command = (name: string, run: (given: Arguments) => Promise<unknown>) =>
    vscode.commands.registerCommand(name, async (given?: Arguments) => {
      try {
        return await run(given ?? {});
      } catch (error) {
        showError(error);
        return undefined;
      }
    });
  context.subscriptions.push(
    command('esp8266-ssl.newProject', async given => {
      const { newProject } = await import('./newProject');
      return newProject(context, given);
    }),
    command('esp8266-ssl.doctor', () => showDoctor(reports)),
    command('esp8266-ssl.copyDoctorReport', () => copyDoctor(reports)),
    vscode.tasks.registerTaskProvider('esp8266-ssl', new BuildTasks()),
    vscode.debug.registerDebugConfigurationProvider('esp8266-ssl', new StaleFirmware()),
  );
  if (context.globalState.get('projects.made') !== undefined)
    void import('./newProject').then(({ welcomeMadeProject }) => welcomeMadeProject(context));
}
