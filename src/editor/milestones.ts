import * as vscode from 'vscode';

/** What can have been done with the firmware of a workspace, in the order of the work. */
export const milestones = [
  'hasFirmware',
  'hasCertificates',
  'servedTls',
  'certificatesPlaced',
  'boardFlashed',
] as const;
export type Milestone = (typeof milestones)[number];

const reached = new Set<Milestone>();
const changed = new vscode.EventEmitter<void>();
export const onDidChangeDone = changed.event;

/** Whether something has been done. */
export function isDone(what: Milestone): boolean {
  return reached.has(what);
}

/** Says that something has been done, or is undone: its files are gone. */
export function setDone(what: Milestone, value: boolean): void {
  if (reached.has(what) === value) return;
  if (value) reached.add(what);
  else reached.delete(what);
  if (value) void tick(what);
  void vscode.commands.executeCommand('setContext', `esp8266-ssl.done.${what}`, value);
  changed.fire();
}

/** Ticks the steps of the walkthrough off again: VS Code forgets what was true before it first looked at a walkthrough. */
export function tickWalkthrough(): void {
  for (const what of reached) void tick(what);
}

/** The walkthrough waits for such a key to become true, and does not see one that is true already. */
async function tick(what: Milestone): Promise<void> {
  const key = `esp8266-ssl.tick.${what}`;
  await vscode.commands.executeCommand('setContext', key, true);
  await vscode.commands.executeCommand('setContext', key, false);
}
