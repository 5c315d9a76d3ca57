#!/usr/bin/env node
import * as l10n from '@vscode/l10n';
import { failedBecause } from './files/systemErrors';
import { version } from '../package.json';
import type { ColorChoice } from './cli/color';
import { withoutColor } from './cli/commandLine/colorOption';
import { didYouMean } from './cli/commandLine/suggest';
import { commandHelp, overview } from './cli/commandLine/help';
import { usage } from './cli/commandLine/parse';
import { commandOf, descriptions } from './cli/commands';
import { exitCodes } from './cli/exitCodes';
import { type Output, outputTo } from './cli/output';
import { terminalLocale, useLanguage } from './language';
import { ProblemError, sentence } from './problems';

void main(process.argv.slice(2)).then(code => {
  process.exitCode = code;
});

async function main(args: string[]): Promise<number> {
  // The reader of a pipe may leave early, as `head` does.
  process.stdout.on('error', error => {
    process.exit(failedBecause(error, 'reader left') ? 0 : exitCodes.internalError);
  });
  let output = outputIn('auto');
  try {
    useLanguage(terminalLocale(process.env));
    const { color, rest } = withoutColor(args);
    output = outputIn(color);
    return await run(rest, output, interruption());
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return exitCodes.interrupted;
    const problem = error instanceof ProblemError ? error.problem : undefined;
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    const text = problem
      ? sentence(problem, 'terminal').replace(/\s*\n\s*/g, ' ')
      : process.env['DEBUG']
        ? (stack ?? message)
        : message;
    output.error(output.paintError('red', text), problem ? 'line' : 'lines');
    return problem ? exitCodes.badInput : exitCodes.internalError;
  }
}

function outputIn(color: ColorChoice): Required<Output> {
  return outputTo(process.stdout, process.stderr, process.env, color);
}

async function run(args: string[], output: Required<Output>, signal: AbortSignal): Promise<number> {
  const [name] = args;
  if (['--version', '-v', '-V'].includes(name ?? '')) {
    output.out(version);
    return exitCodes.done;
  }
  const asked = helpAsked(args);
  if (asked !== undefined) {
    for (const line of helpText(asked, output)) output.out(line);
    // A script whose command is missing must not continue as if it had run.
    return name === undefined ? exitCodes.badInput : exitCodes.done;
  }
  const found = commandOf(args);
  if (found === undefined) throw unknownCommand(args);
  return (await found.command.load())(found.rest, output, signal);
}

/** The words of the command that help is asked about, empty for all; undefined where a command shall run. */
function helpAsked(args: string[]): string[] | undefined {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h') return [];
  if (name === 'help') return rest;
  const end = rest.indexOf('--');
  const options = end < 0 ? rest : rest.slice(0, end);
  return options.includes('--help') || options.includes('-h') ? args : undefined;
}

function helpText(args: string[], { paint }: Required<Output>): string[] {
  if (args.length === 0) return overview(descriptions, version, paint);
  const found =
    commandOf(args)?.command.description ?? descriptions.find(({ words }) => words[0] === args[0]);
  if (found === undefined) throw unknownCommand(args);
  return commandHelp(found, descriptions, paint);
}

function unknownCommand([name = '']: readonly string[]): ProblemError {
  const names = descriptions.filter(({ words }) => words.length === 1).map(({ words }) => words[0]);
  return usage(
    l10n.t('Unknown command “{0}”.', name) +
      (didYouMean(name, [...names, '--version']) || ` ${l10n.t('Commands: {0}.', names.join(', '))}`),
  );
}

/** Aborted by the first signal to end, such as Ctrl-C; the next one, of whichever kind, ends the program at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const end = () => {
    for (const signal of signals) process.off(signal, end);
    controller.abort();
  };
  for (const signal of signals) process.on(signal, end);
  return controller.signal;
}
