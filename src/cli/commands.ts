import {
  badSetDescription,
  certsDescription,
  csrDescription,
  devicesDescription,
  importDescription,
} from './commands/certs';
import { flashDescription, simulateDescription } from './commands/devices';
import { completionDescription, helpDescription } from './commands/own';
import {
  caDescription,
  checkDescription,
  clangdDescription,
  demoDescription,
  inspectDescription,
} from './commands/projects';
import { doctorDescription, newDescription } from './commands/start';
import type { Description } from './commandLine/description';
import type { Output } from './output';

/** Runs a command with what is behind its words; resolves to the exit code. */
type Run = (args: string[], output: Output, signal: AbortSignal) => Promise<number>;

interface Command {
  description: Description;
  /** Loads the command when it is asked for. */
  load: () => Promise<Run>;
}

/** All commands and their forms, in the order of the work. The program itself answers help. */
export const commands: readonly Command[] = [
  { description: newDescription, load: async () => (await import('./new')).newProject },
  { description: certsDescription, load: async () => (await import('./certs')).certs },
  { description: csrDescription, load: async () => (await import('./certs')).request },
  { description: importDescription, load: async () => (await import('./certs')).takeIn },
  { description: devicesDescription, load: async () => (await import('./certsDevices')).certsDevices },
  { description: badSetDescription, load: async () => (await import('./certsBadSet')).certsBadSet },
  { description: inspectDescription, load: async () => (await import('./inspect')).inspect },
  { description: caDescription, load: async () => (await import('./ca')).ca },
  { description: checkDescription, load: async () => (await import('./check')).check },
  { description: clangdDescription, load: async () => (await import('./clangd')).clangd },
  { description: flashDescription, load: async () => (await import('./flash')).flash },
  { description: simulateDescription, load: async () => (await import('./simulate')).simulate },
  { description: doctorDescription, load: async () => (await import('./doctor')).doctor },
  { description: demoDescription, load: async () => (await import('./demo')).demo },
  {
    description: completionDescription,
    load: async () => {
      const { completion } = await import('./completion');
      return (args, output) => completion(descriptions, args, output);
    },
  },
];

const own = commands.map(({ description }) => description);

/** The same as tables alone, with help. */
export const descriptions: readonly Description[] = [
  ...own,
  helpDescription(own.filter(({ words }) => words.length === 1).map(({ words }) => words[0])),
];

/** Finds the command that arguments start with, or whose option chooses it; `rest` is what it gets. */
export function commandOf(args: readonly string[]): { command: Command; rest: string[] } | undefined {
  const [name, form] = args;
  const forms = commands.filter(({ description }) => description.words[0] === name);
  const chosen = forms.find(
    ({ description: { words } }) => words[1]?.startsWith('--') && hasOption(args, words[1]),
  );
  if (chosen !== undefined) return { command: chosen, rest: args.slice(1) };
  const named =
    form === undefined ? undefined : forms.find(({ description: { words } }) => words[1] === form);
  if (named !== undefined) return { command: named, rest: args.slice(2) };
  const plain = forms.find(({ description: { words } }) => words.length === 1);
  return plain && { command: plain, rest: args.slice(1) };
}

function hasOption(args: readonly string[], option: string): boolean {
  return args.some(arg => arg === option || arg.startsWith(`${option}=`));
}
